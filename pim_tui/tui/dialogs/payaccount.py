"""Taking a payment for all that somebody owes: which bills it settles is told while it is typed (M7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Input, Static

from ...domain.paying import Bill, Paying, Payment
from ...domain.spread import Open, read_bills, spread, told_spread
from ...errors import PimError
from ..textsafe import show
from ..widgets.labelled import labelled
from .pay import PayDialog


class AccountDialog(PayDialog):
    """The oldest bills are settled first; b chooses others. On account (a) no change is given either: what is
    too much becomes credit, whatever it was paid with."""

    BINDINGS: ClassVar[list[BindingType]] = [("b", "bills", "Bills")]

    def __init__(
        self,
        title: str,
        bill: Bill,
        owing: Sequence[Open],
        *,
        about: str = "",
        typed: Mapping[str, str] | None = None,
        refusal: PimError | None = None,
        spends: bool = False,
    ) -> None:
        """``owing`` are the open bills, the oldest first. With ``spends`` credit alone is used, as far as it
        is needed, until an amount is typed."""
        super().__init__(title, bill, about=about, typed=typed, refusal=refusal)
        self._owing = self._chosen = tuple(owing)
        self._on_account = spends

    def compose_more(self) -> ComposeResult:
        """The bills, by their numbers."""
        bills = Input(
            self._typed.get("bills", ""),
            placeholder="the oldest first, or their numbers: 7 12",
            compact=True,
            max_length=200,
            id="bills",
        )
        yield from labelled("b Bills", bills)

    def action_bills(self) -> None:
        """Choose which bills are settled."""
        self.query_one("#bills", Input).focus()

    def reading(self, fields: Mapping[str, str], reference: str) -> Paying:
        """Which bills are meant, and what is paid of them."""
        self._chosen = read_bills(fields.get("bills", ""), self._owing)
        due = sum(one.left for one in self._chosen)
        self._bill = replace(self._bill, due=due, keep=self._on_account)
        self.query_one(".heading", Static).update(show(self.heading))
        return super().reading(fields, reference)

    def told(self, paying: Paying) -> list[str]:
        """What follows, and below it what is settled."""
        settled, used = paying.settled, paying.payment.use_credit
        parts = spread(settled.paid + used, self._chosen)
        told = told_spread(parts, settled.credit, self._bill.terms.currency)
        return [*super().told(paying), *([f"Settles {told}"] if told else [])]

    def answer(self, paying: Paying) -> Payment:
        """The payment, and what it is for."""
        bills = tuple((one.id, one.left) for one in self._chosen)
        return replace(paying.payment, bills=bills, keep=self._bill.keep)
