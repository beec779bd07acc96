"""What is done to one line of the bill at the till."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import date
from typing import TYPE_CHECKING

from ...domain import dates
from ...domain.basket import BasketLine
from ...domain.filling import (
    is_scan,
    part_text,
    read_discount,
    read_quantity,
    read_share,
    repriced,
    without_line,
)
from ...domain.moments import day_label, short_day
from ...domain.money import read_amount
from ...domain.rights import Right
from ...errors import Fault, Invalid
from ...queries.tillgoods import Goods, LotOffer
from ..dialogs.pick import Pick
from ..dialogs.prompt import Prompt
from ..widgets.basket import BasketTable
from .tillcore import TillCore

if TYPE_CHECKING:
    _Base = TillCore
else:
    _Base = object


class TillLines(_Base):
    """The keys that work on the line with the cursor."""

    def scanned(self, code: str) -> None:
        """Add what a scanner has typed somewhere else than into the line."""
        raise NotImplementedError

    def _chosen(self) -> tuple[int, BasketLine] | None:
        """The line with the cursor; a word when there is none."""
        at = self.at
        if at is None or at >= len(self.basket.lines):
            self.pim.say("There is no line yet: type or scan what it is to be.")
            return None
        return at, self.basket.lines[at]

    def _ask(
        self, title: str, hint: str, text: str, told: Callable[[str], str], then: Callable[[str], object]
    ) -> None:
        def answered(answer: str | None) -> None:
            if answer is not None:
                then(answer)

        self.app.push_screen(Prompt(title, told, hint=hint, text=text), answered)

    def may(self, right: Right, what: str) -> bool:
        """Whether the person has ``right``; a word when not."""
        if right in self.pim.desk.session.rights:
            return True
        self.pim.say(f"You do not have the right to {what}.")
        return False

    # --- quantity ---------------------------------------------------------------------------------

    def action_more(self) -> None:
        """One more."""
        if chosen := self._chosen():
            at, line = chosen
            self.set_quantity(at, line.quantity + 1)

    def action_less(self) -> None:
        """One less; the last one stays until the line is taken out."""
        if chosen := self._chosen():
            at, line = chosen
            if line.quantity == 1:
                self.pim.say("It is one already; Del takes the line out.")
            else:
                self.set_quantity(at, line.quantity - 1)

    def action_quantity(self, text: str = "") -> None:
        """Type how many; a scanned barcode is added as it would be in the line."""
        if not (chosen := self._chosen()):
            return
        at, line = chosen

        def told(typed: str) -> str:
            if is_scan(typed):
                return "That is a barcode: Enter adds it."
            return f"{read_quantity(typed)} of {line.description}"

        def taken(typed: str) -> None:
            if is_scan(typed):
                self.scanned(typed)
            else:
                self.set_quantity(at, read_quantity(typed))

        hint = f"How many of {line.description}? There are {line.quantity} now."
        self._ask("Quantity", hint, text, told, taken)

    def on_basket_table_row_typed(self, event: BasketTable.RowTyped) -> None:
        """A figure on a line begins its quantity."""
        self.action_quantity(event.character)

    def set_quantity(self, at: int, quantity: int) -> None:
        """So many on line ``at``; a thing with a serial number stays one."""
        known = self._goods_of(self.basket.lines[at])
        if known is not None and known.serials and quantity > 1:
            self.pim.say(f"Each {known.name} has a serial number: add the next one by itself.")
            return
        self.change(at, quantity=quantity)

    # --- money ------------------------------------------------------------------------------------

    def action_price(self) -> None:
        """Another price, by right; the one of the catalogue is kept beside it."""
        if not self.may(Right.OVERRIDE_PRICE, "change a price") or not (chosen := self._chosen()):
            return
        at, line = chosen
        currency = self.terms.currency

        def told(typed: str) -> str:
            return f"{self.money(read_amount(typed, currency))} instead of {self.money(line.unit_price)}"

        def taken(typed: str) -> None:
            changed = repriced(line, read_amount(typed, currency))
            self.change(at, unit_price=changed.unit_price, list_price=changed.list_price)

        self._ask(
            f"Price of {line.description}", "The price of one.", self.money(line.unit_price), told, taken
        )

    def action_discount(self) -> None:
        """Take something off the line: a percentage or an amount."""
        if not self.may(Right.DISCOUNT, "give a discount") or not (chosen := self._chosen()):
            return
        at, line = chosen
        currency = self.terms.currency

        def told(typed: str) -> str:
            off = part_text(read_discount(typed, currency), currency)
            return f"{off} off {line.description}" if off else "Nothing off."

        text = part_text(line.discount, currency)
        self._ask(
            f"Discount on {line.description}", "10% or 2.50; 0 takes it away.", text, told,
            lambda typed: self.change(at, discount=read_discount(typed, currency)),
        )  # fmt: skip

    def action_share(self) -> None:
        """What the payer pays of the line (M6)."""
        if not (chosen := self._chosen()):
            return
        at, line = chosen
        if self.basket.payer_id is None:
            self.pim.say("Choose the payer first: Y.")
            return
        currency = self.terms.currency

        def told(typed: str) -> str:
            part = part_text(read_share(typed, currency), currency) or "nothing"
            return f"{self.payer} pays {part} of {line.description}"

        text = part_text(line.payer, currency)
        self._ask(
            f"Share of {self.payer}", "80% or an amount; 0 for none.", text, told,
            lambda typed: self.change(at, payer=read_share(typed, currency)),
        )  # fmt: skip

    # --- goods ------------------------------------------------------------------------------------

    def _goods_of(self, line: BasketLine) -> Goods | None:
        return self.goods.get(line.product_id) if line.product_id is not None else None

    def action_lot(self) -> None:
        """Choose the lot or serial; not the one that expires first needs a reason (K2)."""
        if not (chosen := self._chosen()):
            return
        at, line = chosen
        known = self._goods_of(line)
        if known is None or not known.lots:
            self.pim.say(f"{line.description} has no lots to choose from.")
            return
        first: list[tuple[Hashable, str]] = [] if known.serials else [(None, "the one that expires first")]
        options = first + [(lot.id, _lot_told(lot)) for lot in known.lots]

        def answered(answer: tuple[Hashable] | None) -> None:
            if answer is None:
                return
            lot = next((one for one in known.lots if one.id == answer[0]), None)
            if lot is None:
                self.change(at, lot_id=None, lot_reason="")
            elif lot.expires_on is None or lot.expires_on == known.lots[0].expires_on:
                self.change(at, lot_id=lot.id, lot_reason="")
            else:
                self._ask_reason(at, line, known.lots[0], lot)

        self.app.push_screen(Pick(f"Lot of {line.description}", options, line.lot_id), answered)

    def _ask_reason(self, at: int, line: BasketLine, first: LotOffer, lot: LotOffer) -> None:
        hint = f"{first.name} expires earlier. Why {lot.name}?"
        self._ask(
            f"Lot {lot.name}", hint, line.lot_reason, lambda typed: f"Taken from {lot.name}.",
            lambda typed: self.change(at, lot_id=lot.id, lot_reason=typed.strip()),
        )  # fmt: skip

    def action_directions(self) -> None:
        """What the label says (K4)."""
        if chosen := self._chosen():
            at, line = chosen
            self._ask_text(
                at, "Directions", "As on the label: 1 tablet three times a day", "directions", line
            )

    def action_condition(self) -> None:
        """In what condition it goes out (K3)."""
        if chosen := self._chosen():
            at, line = chosen
            self._ask_text(at, "Condition", "As it goes out: scratched, battery new", "condition", line)

    def _ask_text(self, at: int, title: str, hint: str, field: str, line: BasketLine) -> None:
        def taken(typed: str) -> None:
            self.change(at, **{field: "" if typed.strip() == "-" else typed.strip()})

        now = str(getattr(line, field))
        self._ask(
            f"{title}: {line.description}", f"{hint}  (- takes it away)", now, lambda typed: typed, taken
        )

    def action_due(self) -> None:
        """When a thing lent is to come back (K3)."""
        if self.basket.kind != "borrow":
            self.pim.say("Only what is lent comes back: F4 changes the kind of bill.")
            return
        if not (chosen := self._chosen()):
            return
        at, line = chosen

        def told(typed: str) -> str:
            return f"Back by {day_label(self._day(typed))}"

        text = short_day(line.due_on) if line.due_on else ""
        self._ask(
            f"{line.description} is back by", "+14d, 24 dec", text, told,
            lambda typed: self.change(at, due_on=self._day(typed)),
        )  # fmt: skip

    def _day(self, typed: str) -> date:
        day = dates.read_day(typed, self.pim.today, self.pim.order)
        if day is None:
            raise Invalid([Fault("day", dates.explain(typed))])
        if day < self.pim.today:
            raise Invalid([Fault("day", "is past")])
        return day

    def action_remove(self) -> None:
        """Take the line out of the bill."""
        if not (chosen := self._chosen()):
            return
        at, line = chosen
        if self.take(without_line(self.basket, at), max(0, at - 1)):
            self.pim.say(f"{line.quantity} {line.description} taken out.")
        if not self.basket.lines:
            self.line.focus()


def _lot_told(lot: LotOffer) -> str:
    until = f" until {short_day(lot.expires_on)}" if lot.expires_on else ""
    return f"{lot.name}{until}, {lot.on_hand} there"
