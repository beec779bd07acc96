"""One request for money back, whole, to read."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Static

from ...domain.moments import Zone, moment_label
from ...domain.money import shown
from ...queries.returns import RequestPage
from ..base import PimDialog
from ..stylesheets import sheet
from ..textsafe import show


class RequestDialog(PimDialog[None]):
    """What was asked for, by whom, and what became of it; Esc or Enter leaves it."""

    CSS_PATH = sheet("refunds")
    BINDINGS: ClassVar[list[BindingType]] = [("escape,enter", "dismiss_none", "Back")]

    def __init__(self, page: RequestPage) -> None:
        super().__init__()
        self._page = page

    def compose(self) -> ComposeResult:
        """Every fact on a line of its own."""
        row = self._page.row
        with Vertical(classes="panel"):
            yield Static(show(f"{row.about[:1].upper()}{row.about[1:]}"), classes="heading")
            yield Static(show("\n".join(told_of(self._page, self.pim.desk.session.zone))), classes="facts")


def told_of(page: RequestPage, zone: Zone) -> list[str]:
    """What is known of a request, a title and a value each."""
    row = page.row
    decided = (
        f"{row.decided_by or row.by_rule}, {moment_label(page.decided_at, zone)}" if page.decided_at else ""
    )
    facts = [
        ("Asked by", f"{row.asked_by}, {moment_label(row.asked_at, zone)}"),
        ("Reason", row.reason),
        *(("Back", f"{one.quantity} x {one.description}{_goods(one.disposition)}") for one in page.lines),
        ("Customer", shown(page.customer_value, row.currency) if page.payer_value else ""),
        ("Payer", shown(page.payer_value, row.currency) if page.payer_value else ""),
        ("Money", row.way),
        ("Decided by", decided),
        ("Because", page.decision),
        ("Credit note", page.credit_note),
        ("Refund", page.refund),
        ("State", row.state),
    ]
    return [f"{title:<12} {value}" for title, value in facts if value]


def _goods(disposition: str) -> str:
    return "" if disposition == "none" else f" ({disposition})"
