"""A screen that is one list, filtered, exported and acted on by key."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from textual.app import ComposeResult

from ...domain import dates
from ...lists.spec import Choice, ListSpec, Scope
from ..base import PimScreen
from ..messages import Changed
from ..requests import new_request
from ..stylesheets import sheet
from ..widgets.bars import KeyBar, TitleBar
from ..widgets.listpane import ListPane
from .handing import Exports


class ListScreen(Exports, PimScreen):
    """``spec`` is what it lists; ``kinds`` are the tables whose changes make it read again."""

    CSS_PATH = sheet("profile")
    kinds: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, spec: ListSpec[Any]) -> None:
        super().__init__()
        self.spec = spec
        self._aim: int | None = None

    def compose(self) -> ComposeResult:
        """Title, list, keys."""
        desk = self.pim.desk
        yield TitleBar(f"{desk.settings.clinic_name} · {desk.session.name}")
        yield ListPane(self.spec, desk.session.zone, self.pim.today, self._read_day)
        yield KeyBar(self.offered())

    def on_mount(self) -> None:
        """Read the first rows."""
        self.pim.dress(self)
        self.query_one(TitleBar).show(self.spec.title)
        self.pane.table.focus()
        self.pane.ready()

    @property
    def pane(self) -> ListPane:
        """The list."""
        return self.query_one(ListPane)

    def aim(self, row_id: int) -> None:
        """Where the cursor goes when the rows are read again."""
        self._aim = row_id

    def on_list_pane_wanted(self, event: ListPane.Wanted) -> None:
        """Read rows."""
        read = self.reload if event.quiet else self.load
        read(self._read_rows, event.pane, event.offset, event.again, group="rows")

    async def _read_rows(self, pane: ListPane, offset: int, again: bool) -> None:
        scope = self._scope
        limit = max(self.spec.page_size, pane.count) if again else self.spec.page_size
        page = await self.fetch(self.spec.query, scope, pane.chosen, limit, offset)
        pane.show(page.rows, page.total, self.spec.sums(page, scope.zone), offset)
        if self._aim is not None:
            pane.table.go_to(self._aim)
            self._aim = None

    def on_changed(self, event: Changed) -> None:
        """Somebody changed what may be listed."""
        if event.kind in self.kinds or not event.kind:
            self.pane.stale(quiet=bool(event.news))
            self.tell_news(event.news)

    def action_filter(self) -> None:
        """Narrow the list."""
        self.load(self._open_filter, group="filter")

    async def _open_filter(self) -> None:
        choices: dict[str, Sequence[Choice]] = {}
        for one in self.spec.filters:
            if one.load is not None:
                choices[one.key] = await self.fetch(one.load)
        self.pane.open_filter(choices)

    @property
    def _scope(self) -> Scope:
        return Scope(None, self.pim.desk.session.zone, self.pim.today)

    def _read_day(self, text: str) -> date | None:
        return dates.read_day(text, self.pim.today, self.pim.order, prefer="nearest")

    def export(self) -> None:
        """Export the list as it is filtered."""
        from ...services import exporting

        spec, chosen = self.spec, self.pane.chosen
        self.hand_out(
            spec.title.lower(),
            f"{spec.key}-{self.pim.today.isoformat()}",
            exporting.kinds_of(spec),
            exporting.export_list,
            lambda form: exporting.ExportList(spec, self._scope, chosen, form, "", new_request()),
        )

    def action_back(self) -> None:
        """Back to where one came from."""
        self.app.pop_screen()
