"""A screen of several lists, one of which is open: each is made and read when it is first shown."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from textual.widgets import ContentSwitcher

from ...errors import Forbidden
from ...lists.spec import AFTER, Choice, Chosen, ListSpec, Scope
from ...queries.page import Page, told
from ..base import PimScreen
from ..requests import new_request
from ..widgets.listpane import ListPane
from .handing import Exports

if TYPE_CHECKING:
    _Base = PimScreen
else:
    _Base = object


class ListHost(Exports, _Base):
    """Answers what panes ask for. The screen says which lists there are, and of whom."""

    _open_at = 0
    _aim: dict[str, int]
    summed: dict[str, Page[Any]]
    """The page of each list whose sums stand below its rows: what they add up to."""

    @property
    @abstractmethod
    def lists(self) -> Sequence[ListSpec[Any]]:
        """All lists, in order."""

    @property
    @abstractmethod
    def list_scope(self) -> Scope:
        """What they are about."""

    @property
    def whose(self) -> str:
        """The name of the customer the lists are about; empty for the clinic's."""
        return ""

    def list_opened(self) -> None:
        """Another list is on screen."""

    # --- which is open ----------------------------------------------------------------------------

    def compose_lists(self, at: int) -> ContentSwitcher:
        """The place of the lists, with the first one to be shown."""
        self._open_at, self._aim, self.summed = at, {}, {}
        pane = self._new_pane(self.spec)
        return ContentSwitcher(pane, initial=pane.id)

    @property
    def spec(self) -> ListSpec[Any]:
        """The open list, as data."""
        return self.lists[self._open_at]

    @property
    def pane(self) -> ListPane:
        """The open list."""
        return self.query_one(f"#list-{self.spec.key}", ListPane)

    @property
    def row(self) -> Any | None:
        """The row under the cursor; None as well while the list is being made."""
        panes = self.query(f"#list-{self.spec.key}").results(ListPane)
        return next((pane.row for pane in panes), None)

    def show_list(self, at: int) -> None:
        """Open another list, round and round."""
        self._open_at = at % len(self.lists)
        if self.query(f"#list-{self.spec.key}"):
            self._bring_up()
        else:
            self.load(self._make_list, self.spec, group="list")
        self.list_opened()

    async def _make_list(self, spec: ListSpec[Any]) -> None:
        pane = self._new_pane(spec)
        pane.display = False
        await self.query_one(ContentSwitcher).mount(pane)
        self.pim.dress(self)
        if spec is self.spec:
            self._bring_up()

    def _bring_up(self) -> None:
        self.query_one(ContentSwitcher).current = f"list-{self.spec.key}"
        self.pane.table.focus()
        self.pane.ready()

    def _new_pane(self, spec: ListSpec[Any]) -> ListPane:
        return ListPane(spec, self.zone, self.pim.today, self.pim.order)

    # --- reading ----------------------------------------------------------------------------------

    def on_list_pane_wanted(self, event: ListPane.Wanted) -> None:
        """Read rows for a list."""
        read = self.reload if event.quiet else self.load
        read(self._read_rows, event.pane, event.offset, event.again, event.quiet, group=event.pane.spec.key)

    async def _read_rows(self, pane: ListPane, offset: int, again: bool, quiet: bool) -> None:
        spec = pane.spec
        limit = max(spec.page_size, pane.reach) if again else spec.page_size
        try:
            page = await self.fetch(spec.query, self.list_scope, self.wanted(pane, offset), limit, offset)
        except Forbidden:
            pane.show((), empty=f"{spec.title}: not yours to see.")
            raise
        was = self.under_cursor()
        pane.show(page.rows, offset, more=len(page.rows) == limit)
        if quiet:
            self.changed_behind(was)
        if (aim := self._aim.pop(spec.key, None)) is not None:
            pane.table.go_to(aim)
        if not offset:
            if not again:
                pane.add_up_later()
            self.summed.pop(spec.key, None)
            self.load_aside(self._add_up, pane, page, group=f"sums of {spec.key}")

    def wanted(self, pane: ListPane, offset: int) -> Chosen:
        """What is chosen in the pane, and behind which row it goes on."""
        return {**pane.chosen, AFTER: pane.last.id} if offset and pane.last is not None else pane.chosen

    async def _add_up(self, pane: ListPane, page: Page[Any]) -> None:
        page = await self.fetch(told, page)
        pane.add_up(page.total, pane.spec.sums(page, self.zone))
        self.summed[pane.spec.key] = page

    def under_cursor(self) -> Any:
        """What keys would act on now."""
        return None

    def changed_behind(self, was: Any) -> None:
        """Others changed what is shown, and the cursor was on ``was``."""

    def lists_changed(self, quiet: bool) -> None:
        """Somebody changed something that the lists may show; ``quiet`` when it was at another desk."""
        for pane in self.query(ListPane):
            pane.stale(quiet=quiet)

    # --- filters ----------------------------------------------------------------------------------

    def action_filter(self) -> None:
        """Filter what the list shows."""
        self.load(self._open_filter, self.pane, group="filter")

    async def _open_filter(self, pane: ListPane) -> None:
        choices: dict[str, Sequence[Choice]] = {}
        for one in pane.spec.filters:
            if one.load is not None:
                choices[one.key] = await self.fetch(one.load)
        pane.open_filter(choices)

    @property
    def zone(self) -> str:
        """The clinic's."""
        return self.pim.desk.session.zone

    # --- handing out ------------------------------------------------------------------------------

    def export(self) -> None:
        """Export what the list shows, all its rows and columns."""
        from ...services import exporting

        spec, scope, chosen = self.spec, self.list_scope, self.pane.chosen
        self.hand_out(
            " of ".join(filter(None, (spec.title.lower(), self.whose))),
            f"{spec.key}-{self.pim.today.isoformat()}",
            exporting.kinds_of(spec),
            exporting.export_list,
            lambda form: exporting.ExportList(spec, scope, chosen, form, self.whose, new_request()),
        )
