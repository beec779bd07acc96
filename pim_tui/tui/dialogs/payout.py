"""Paying out what is to somebody's credit: how much, why, and which way it goes back (R3)."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from ...domain.money import figures, read_amount, shown, written
from ...errors import PimError
from ...services.payouts import ORIGINAL, Payable
from ..base import PimDialog
from ..textsafe import show
from ..widgets.choice import Choice
from ..widgets.labelled import labelled


class Payout(NamedTuple):
    """So much, in minor units, for this reason, by that way."""

    amount: int
    reason: str
    method: str


class PayoutDialog(PimDialog[Payout]):
    """All of the credit is filled in; Enter in the reason asks for it."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss_none", "Back")]

    def __init__(
        self,
        whose: str,
        there: Payable,
        currency: str,
        typed: Payout | None = None,
        refusal: PimError | None = None,
    ) -> None:
        """``typed`` and ``refusal`` are of a payout that was refused."""
        super().__init__()
        self._whose, self._there, self._currency = whose, there, currency
        self._typed = typed or Payout(there.free, "", ORIGINAL)
        self._refusal = refusal

    def compose(self) -> ComposeResult:
        """What there is, then the fields."""
        money = shown(self._there.free, self._currency)
        came = ", ".join(f"{method} {figures(left, self._currency)}" for method, left in self._there.ways)
        ways = [(ORIGINAL, "as it was paid"), *((method, f"{method} only") for method, _ in self._there.ways)]
        with Vertical(classes="panel"):
            yield Static(show(f"Pay out to {self._whose}"), classes="heading")
            yield Static(show(f"{money} can be paid out; it came by {came}"), classes="reading")
            yield from labelled(
                "Amount",
                Input(written(self._typed.amount, self._currency), compact=True, max_length=20, id="amount"),
            )
            yield from labelled(
                "Reason", Input(self._typed.reason, compact=True, max_length=300, id="reason")
            )
            yield from labelled("Money", Choice(ways, self._typed.method, id="method"))
            yield Static("", classes="warning")

    def on_mount(self) -> None:
        """The reason is next: all of it is what is mostly wanted."""
        self.pim.dress(self)
        self.warn(str(self._refusal) if self._refusal else "")
        self.query_one("#reason").focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """From the amount to the reason; there it is asked for."""
        if event.input.id == "amount":
            self.query_one("#reason").focus()
        else:
            self._answer()

    def on_choice_taken(self, event: Choice.Taken) -> None:
        """Enter on the way as well."""
        self._answer()

    def _answer(self) -> None:
        reason = self.query_one("#reason", Input).value.strip()
        try:
            amount = read_amount(self.query_one("#amount", Input).value, self._currency, field="amount")
        except PimError as error:
            self.warn(str(error))
            self.query_one("#amount").focus()
            return
        if reason:
            self.dismiss(Payout(amount, reason, str(self.query_one("#method", Choice).value)))
        else:
            self.warn("Type the reason.")
            self.query_one("#reason").focus()
