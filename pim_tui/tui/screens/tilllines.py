"""What is done to one line of the bill at the till."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import TYPE_CHECKING

from ...domain.basket import BasketLine
from ...domain.filling import (
    is_scan,
    listed_price,
    part_text,
    read_discount,
    read_own,
    read_quantity,
    read_share,
    with_changed,
    with_line,
    without_line,
)
from ...domain.goods import Goods
from ...domain.money import read_amount, written
from ...domain.rights import Right
from ...domain.taxes import UNTAXED
from ...queries.tillgoods import tax_classes
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

    @abstractmethod
    def scanned(self, code: str) -> None:
        """Add what a scanner has typed somewhere else than into the line."""

    def chosen(self) -> tuple[int, BasketLine] | None:
        """The line with the cursor; a word when there is none."""
        at = self.at
        if at is None or at >= len(self.basket.lines):
            self.pim.say("There is no line yet: type or scan what it is to be.")
            return None
        return at, self.basket.lines[at]

    def ask(
        self,
        title: str,
        hint: str,
        text: str,
        told: Callable[[str], str],
        then: Callable[[str], object],
        *,
        begun: bool = False,
    ) -> None:
        """Ask for a line; ``told`` says what it would do, ``then`` does it."""

        def answered(answer: str | None) -> None:
            if answer is not None:
                then(answer)

        self.app.push_screen(Prompt(title, told, hint=hint, text=text, begun=begun), answered)

    # --- quantity ---------------------------------------------------------------------------------

    def action_more(self) -> None:
        """One more."""
        if chosen := self.chosen():
            at, line = chosen
            self.set_quantity(at, line.quantity + 1)

    def action_less(self) -> None:
        """One less; the last one stays until the line is taken out."""
        if chosen := self.chosen():
            at, line = chosen
            if line.quantity == 1:
                self.pim.say("It is one already; x takes the line out.")
            else:
                self.set_quantity(at, line.quantity - 1)

    def action_quantity(self, text: str = "") -> None:
        """Type how many; a scanned barcode is added as it would be in the line."""
        if not (chosen := self.chosen()):
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
        self.ask("Quantity", hint, text, told, taken, begun=bool(text))

    def on_basket_table_row_typed(self, event: BasketTable.RowTyped) -> None:
        """A figure on a line begins its quantity."""
        self.action_quantity(event.character)

    def set_quantity(self, at: int, quantity: int) -> None:
        """So many on line ``at``; a thing with a serial number stays one."""
        known = self.goods_of(self.basket.lines[at])
        if known is not None and known.serials and quantity > 1:
            self.pim.say(f"Each {known.name} has a serial number: add the next one by itself.")
            return
        self.change(at, quantity=quantity)

    # --- money ------------------------------------------------------------------------------------

    def action_price(self) -> None:
        """Another price, by right; that of the catalogue is kept beside it, and anybody may go back to it."""
        if not (chosen := self.chosen()):
            return
        at, line = chosen
        currency, known = self.terms.currency, self.goods_of(line)
        listed = known.price if known is not None else None

        def read(typed: str) -> int:
            price = read_amount(typed, currency)
            if price != listed:
                self.pim.desk.session.needs(Right.OVERRIDE_PRICE)
            return price

        def taken(typed: str) -> None:
            price = read(typed)
            self.change(at, unit_price=price, list_price=None if price == listed else listed)

        priced = listed is not None or line.unit_price
        was = f" instead of {self.money(line.unit_price)}" if priced else " for one"
        now = line.unit_price if listed is None or self.is_listed(line) else listed
        hint = "The price of one." if priced else "It has no price yet: say what one costs."
        self.ask(
            f"Price of {line.description}",
            hint,
            written(now, currency) if priced else "",
            lambda typed: f"{self.money(read(typed))}{was}",
            taken,
        )

    def goods_of(self, line: BasketLine) -> Goods | None:
        """What is known of the line's product."""
        return self.goods.get(line.product_id) if line.product_id is not None else None

    def is_listed(self, line: BasketLine) -> bool:
        """Whether the catalogue's price is still what it was when the line was made."""
        known = self.goods_of(line)
        return known is None or known.price is None or known.price == listed_price(line)

    def action_discount(self) -> None:
        """Take something off the line: a percentage or an amount."""
        if not self.allowed(Right.DISCOUNT) or not (chosen := self.chosen()):
            return
        at, line = chosen
        currency = self.terms.currency

        def told(typed: str) -> str:
            discount = read_discount(typed, currency)
            if not (off := part_text(discount, currency)):
                return "Nothing off."
            agreed = self.agreed_to(with_changed(self.basket, at, discount=discount))
            return f"{off} off {line.description}{agreed}"

        text = part_text(line.discount, currency)
        self.ask(
            f"Discount on {line.description}",
            "10% or 2.50; 0 takes it away.",
            text,
            told,
            lambda typed: self.change(at, discount=read_discount(typed, currency)),
        )

    def action_share(self) -> None:
        """What the payer pays of the line (M6)."""
        if not (chosen := self.chosen()):
            return
        at, line = chosen
        if self.basket.payer_id is None:
            self.pim.say("Choose the payer first: y.")
            return
        currency = self.terms.currency

        def told(typed: str) -> str:
            part = part_text(read_share(typed, currency), currency) or "nothing"
            return f"{self.payer} pays {part} of {line.description}"

        def given(typed: str) -> None:
            if self.change(at, payer=read_share(typed, currency)):
                self.pim.say(f"{told(typed)}.")  # In place of what was said of it before.

        text = part_text(line.payer, currency)
        self.ask(f"Share of {self.payer}", "80% or an amount; 0 for none.", text, told, given)

    # --- lines that are no product ----------------------------------------------------------------

    def action_own(self) -> None:
        """A line of one's own: typed text and price, then its tax."""
        currency = self.terms.currency

        def told(typed: str) -> str:
            words, amount = read_own(typed, currency)
            return f"{words} at {self.money(amount)}"

        def taken(typed: str) -> None:
            words, amount = read_own(typed, currency)
            self.load(self._offer_taxes, BasketLine(words, 1, amount), group="add")

        self.ask("What it is, and its price", "room hire 25.00", "", told, taken)

    async def _offer_taxes(self, line: BasketLine) -> None:
        classes = dict(await self.fetch(tax_classes))
        options: list[tuple[Hashable, str]] = [(id_, one.name) for id_, one in classes.items()]

        def answered(answer: tuple[Hashable] | None) -> None:
            taxes = next((one for id_, one in classes.items() if answer == (id_,)), UNTAXED)
            if answer is not None:
                self.take(*with_line(self.basket, replace(line, taxes=taxes)))

        if options:
            first = options[0][0]
            options.append((None, "no tax"))
            self.app.push_screen(Pick(f"Tax of {line.description}", options, first), answered)
        else:
            answered((None,))

    def action_remove(self) -> None:
        """Take the line out of the bill."""
        if not (chosen := self.chosen()):
            return
        at, line = chosen
        if self.take(without_line(self.basket, at), max(0, at - 1)):
            self.pim.say(f"{line.quantity} {line.description} taken out.")
        if not self.basket.lines:
            self.line.focus()
