"""Taking a payment: a field for each method, and live what follows from them (M7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from ...domain.money import shown, written
from ...domain.paying import CREDIT, Bill, Paying, Payment, read_payment, told
from ...domain.rights import Right
from ...domain.tender import METHODS
from ...errors import PimError
from ..base import PimDialog
from ..textsafe import show
from ..widgets.labelled import labelled

LETTERS = {"cash": "c", "card": "k", "transfer": "t", "cheque": "q", "other": "o", CREDIT: "u"}
"""The letter that brings the cursor to a method; on the credit it also fills in what there is."""
_LABEL = 9


class AmountInput(Input):
    """A field that takes figures only: letters go on to the dialog, where they choose the method."""

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Whether the key is typed into the field."""
        return character is not None and (character.isdecimal() or character in ".,'")

    async def _on_key(self, event: events.Key) -> None:
        if event.is_printable and not self.check_consume_key(event.key, event.character):
            event.prevent_default()


class PayDialog(PimDialog[Payment]):
    """Enter takes all that is left by the method with the cursor; an amount typed there is taken as it is.

    A letter chooses the method, the arrows too. What would stay unpaid wants a second Enter, or the letter
    A before: nothing is left on account by a slip. Credit is used only when asked for.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "dismiss_none", "Back"),
        ("up", "app.focus_previous", "Before"),
        ("down", "app.focus_next", "Next"),
        *((letter, f"take('{name}')", name) for name, letter in LETTERS.items()),
        ("a", "on_account", "On account"),
        ("r", "reference", "Reference"),
    ]

    def __init__(
        self,
        title: str,
        bill: Bill,
        *,
        about: str = "",
        typed: Mapping[str, str] | None = None,
        refusal: PimError | None = None,
    ) -> None:
        """``about`` stands under the title; ``typed`` and ``refusal`` are of a payment that was refused."""
        super().__init__()
        self._title, self._bill, self._about = title, bill, about
        self._typed, self._refusal = dict(typed or {}), refusal
        self._at = METHODS[0]
        self._opened: dict[str, str] = {}
        self._on_account = False
        self._asked: Payment | None = None

    def compose(self) -> ComposeResult:
        """One line per method, then what follows from them."""
        with Vertical(classes="panel"):
            yield Static(show(self.heading), classes="heading")
            yield Static(show(self._about), classes="about")
            for name, letter in LETTERS.items():
                if name != CREDIT or self._bill.credit:
                    amount = AmountInput(self._typed.get(name, ""), compact=True, max_length=20, id=name)
                    yield from labelled(f"{letter} {name.capitalize():<{_LABEL}}", amount)
            slip = Input(self._typed.get("reference", ""), compact=True, max_length=120, id="reference")
            yield from labelled(f"r {'Slip no.':<{_LABEL}}", slip)
            yield from self.compose_more()
            yield Static("", classes="follows")
            yield Static("", classes="warning")

    def compose_more(self) -> ComposeResult:
        """Lines below those of the methods."""
        yield from ()

    @property
    def heading(self) -> str:
        """What is to be paid, and the keys."""
        ways = "Enter takes it, Esc goes back" if self._bill.in_full else "Enter takes it, a: on account"
        return f"{self._title}: {self._money(self._bill.due)}   ({ways})"

    def on_mount(self) -> None:
        """An exact payment in cash is one Enter away; for whoever may take none, the bill on account."""
        self.pim.dress(self)
        if Right.TAKE_PAYMENT not in self.pim.desk.session.rights:
            self._on_account = not self._bill.in_full
        self.query_one(".about").display = bool(self._about)
        self.query_one("#cash", Input).focus()
        self._opened = self._fields()
        self._read()

    # --- while typing -----------------------------------------------------------------------------

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say what follows."""
        self._read()

    def on_descendant_focus(self) -> None:
        """What is left goes to the method with the cursor, or that had it last."""
        if self.focused is not None and self.focused.id in METHODS:
            self._at = self.focused.id
        self._read()

    def action_take(self, name: str) -> None:
        """Go to a method; the credit there is, as far as it is needed, is filled in."""
        for field in self.query(f"#{name}").results(Input):
            field.focus()
            if name == CREDIT and not field.value:
                field.value = self._credit_needed()

    def _credit_needed(self) -> str:
        """As much of the credit as what is typed leaves to pay; empty for nothing."""
        fields = self._fields()
        fields.pop("reference", "")
        try:
            left = read_payment(self._bill, fields).settled.left
        except PimError:
            return ""
        most = min(self._bill.credit, left)
        return written(most, self._bill.terms.currency) if most else ""

    def action_reference(self) -> None:
        """The number of a slip or cheque."""
        self.query_one("#reference", Input).focus()

    def action_on_account(self) -> None:
        """Leave on account what is not typed."""
        if self._bill.in_full:
            self.warn("Somebody has to owe it: say who the customer is, or take the whole amount.")
            return
        self._on_account = not self._on_account
        self._read()

    # --- answering --------------------------------------------------------------------------------

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Return the payment; what stays unpaid is asked about first.

        After a refusal the first Enter only goes on: it may have been typed before the refusal was seen.
        """
        if self._refusal is not None and self._fields() == self._opened:
            self._refusal = None
            self._read()
            return
        paying = self._read()
        if paying is None:
            return
        left = paying.settled.left
        if left and self._bill.in_full:
            self.warn(f"{self._money(left)} is missing, and there is nobody to owe it.")
        elif left and not self._on_account and self._asked != paying.payment:
            self._asked = paying.payment
            self.warn(f"{self._money(left)} stays on account: Enter once more leaves it there.")
        else:
            self.dismiss(self.answer(paying))

    def _read(self) -> Paying | None:
        """Read the fields and say what they mean; None when they cannot be taken."""
        fields = self._fields()
        refused = str(self._refusal) if self._refusal and fields == self._opened else ""
        reference = fields.pop("reference", "")
        try:
            paying = self.reading(fields, reference)
        except PimError as error:
            self._tell([])
            self.warn(str(error))
            return None
        self._tell(self.told(paying))
        self.warn(refused)
        return paying

    def reading(self, fields: Mapping[str, str], reference: str) -> Paying:
        """What the fields mean. Raises as :func:`~pim_tui.domain.paying.read_payment` does."""
        at = "" if self._on_account else self._at
        return read_payment(self._bill, fields, at, reference=reference)

    def told(self, paying: Paying) -> list[str]:
        """The lines that say what follows."""
        return [f"{title:<18}{self._money(amount):>16}" for title, amount in told(self._bill, paying)]

    def answer(self, paying: Paying) -> Payment:
        """What the dialog returns."""
        return paying.payment

    def _fields(self) -> dict[str, str]:
        return {field.id or "": field.value for field in self.query(Input)}

    def _tell(self, lines: list[str]) -> None:
        credit = self._bill.credit
        there = f"{'Credit there is':<18}{self._money(credit):>16}   u uses it"
        self.query_one(".follows", Static).update(show("\n".join(([there] if credit else []) + lines)))

    def _money(self, amount: int) -> str:
        return shown(amount, self._bill.terms.currency)
