"""The list of the visits that a number of a report counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...lists.spec import ListSpec
from ...queries.customers import AppointmentRow
from ..widgets.listpane import ListPane
from .contactkeys import ContactKeys
from .daydoor import show_in_calendar
from .listscreen import ListScreen


class BehindScreen(ContactKeys, ListScreen):
    """Enter shows a visit in the calendar."""

    scope = "report_rows"
    kinds = frozenset(("appointment", "customer"))

    def __init__(self, spec: ListSpec[Any]) -> None:
        super().__init__()
        self._listed = spec

    @property
    def lists(self) -> Sequence[ListSpec[Any]]:
        """The only one."""
        return (self._listed,)

    def on_list_pane_opened(self, event: ListPane.Opened) -> None:
        """Go to the visit."""
        if isinstance(visit := event.row, AppointmentRow):
            show_in_calendar(self.pim, visit.id, visit.day)

    @property
    def contacted(self) -> int | None:
        """The row's customer."""
        return row.customer_id if isinstance(row := self.row, AppointmentRow) else None

    @property
    def contacted_visit(self) -> int | None:
        """The visit."""
        return row.id if isinstance(row := self.row, AppointmentRow) else None

    def action_profile(self) -> None:
        """Open the profile of the row's customer."""
        if isinstance(row := self.row, AppointmentRow):
            from .profile import ProfileScreen

            self.app.push_screen(ProfileScreen(row.customer_id))
