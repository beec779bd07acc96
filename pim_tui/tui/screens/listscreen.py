"""A screen that is one list, filtered, exported and acted on by key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult

from ...lists.spec import ListSpec, Scope
from ...services.work import Done
from ..base import PimScreen
from ..messages import Changed
from ..widgets.bars import KeyBar, TitleBar
from .listhost import ListHost


class ListScreen(ListHost, PimScreen):
    """``listed`` is what it lists; ``kinds`` are the tables whose changes make it read again."""

    listed: ClassVar[ListSpec[Any]]
    kinds: ClassVar[frozenset[str]] = frozenset()

    def compose(self) -> ComposeResult:
        """Title, list, keys."""
        desk = self.pim.desk
        yield TitleBar(desk.settings.clinic_name, desk.session.name)
        yield self.compose_lists(0)
        yield KeyBar(self.offered())

    def on_mount(self) -> None:
        """Read the first rows."""
        self.pim.dress(self)
        self.query_one(TitleBar).show(self.spec.title)
        self.show_list(0)

    @property
    def lists(self) -> Sequence[ListSpec[Any]]:
        """The only one."""
        return (self.listed,)

    @property
    def list_scope(self) -> Scope:
        """The whole clinic, today."""
        return Scope(None, self.zone, self.pim.today, self.pim.desk.session.currency)

    def aim(self, row_id: int) -> None:
        """Where the cursor goes when the rows are read again."""
        self._aim[self.listed.key] = row_id

    def row_saved(self, form: str, record: str = "") -> Callable[[Done], None]:
        """What follows when a row was saved: its draft is forgotten, the cursor goes there, it is said."""

        def saved(done: Done) -> None:
            self.pim.drop_draft(form, record)
            self.aim(done.ids[0])
            self.pim.say(done.says)

        return saved

    def on_changed(self, event: Changed) -> None:
        """Somebody changed what may be listed."""
        if self.concerns(event):
            self.lists_changed(quiet=bool(event.news))
            self.tell_news(event.news)

    def concerns(self, event: Changed) -> bool:
        """Whether what is listed may be different now."""
        return event.kind in self.kinds or not event.kind
