"""What is said about the whole bill at the till: customer, payer, discount, note, visit, kind."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from typing import TYPE_CHECKING

from ...domain.basket import NO_SHARE, BasketLine, Share
from ...domain.bills import BILLS, PostingKind
from ...domain.filling import part_text, percent, read_discount
from ...domain.goods import as_line
from ...domain.rights import Right
from ...errors import PimError
from ...queries.tillpeople import Cover, payers, visits_near
from ..dialogs.find import FindDialog, Person
from ..dialogs.pick import Pick
from .tilllines import TillLines

if TYPE_CHECKING:
    _Base = TillLines
else:
    _Base = object


class TillBill(_Base):
    """The keys that work on the bill as a whole."""

    # --- whose it is ------------------------------------------------------------------------------

    def action_customer(self) -> None:
        """Find the customer; of a bill that has one it is asked whether it is to have none."""
        if self.basket.customer_id is None or self.buyer is None:
            self._find_customer()
            return
        options: list[tuple[Hashable, str]] = [("other", "somebody else"), ("none", "nobody in particular")]

        def answered(answer: tuple[Hashable] | None) -> None:
            if answer == ("other",):
                self._find_customer()
            elif answer == ("none",):
                self.load(self._for_whom, None, group="people")

        self.app.push_screen(Pick(f"This bill is {self.buyer.name}'s; make it", options, "other"), answered)

    def _find_customer(self) -> None:
        def found(person: Person | None) -> None:
            if person is not None:
                self.load(self._for_whom, person.id, group="people")

        self.app.push_screen(FindDialog(), found)

    async def _for_whom(self, customer_id: int | None) -> None:
        """The bill becomes this customer's; another one's visit and payer are not theirs."""
        if customer_id == self.basket.customer_id:
            return
        lines = tuple(replace(line, payer=NO_SHARE) for line in self.basket.lines)
        self.payer, self.visit, self.work.cover = "", "", NO_SHARE
        changed = self.with_basket(customer_id=customer_id, appointment_id=None, payer_id=None, lines=lines)
        self.take(changed, self.at)
        await self.read_people()
        self.keep()
        if self.buyer is not None and self.buyer.covers:
            cover = self.buyer.covers[0]
            share = f" {percent(cover.share)}" if cover.share else ""
            self.pim.say(f"{cover.name} pays{share} for {self.buyer.name}: Tab, then y, applies it.")

    def action_payer(self) -> None:
        """Choose who pays a share of all lines; S changes it for one line (M6)."""
        self.load(self._offer_payers, group="people")

    async def _offer_payers(self) -> None:
        agreed = self.buyer.covers if self.buyer else ()
        others = [one for one in await self.fetch(payers) if one.payer_id not in {c.payer_id for c in agreed}]
        covers: dict[Hashable, Cover] = {one.payer_id: one for one in (*agreed, *others)}
        options: list[tuple[Hashable, str]] = [(id_, _cover_told(one)) for id_, one in covers.items()]
        if self.basket.payer_id is not None:
            options.append((None, "nobody: the customer pays all of it"))
        if not options:
            self.pim.say("No payer is on file yet.")
            return

        def answered(answer: tuple[Hashable] | None) -> None:
            if answer is not None:
                self._apply_cover(covers.get(answer[0]))

        first = self.basket.payer_id or next(iter(covers), None)
        self.app.push_screen(Pick("Who pays a share", options, first), answered)

    def _apply_cover(self, cover: Cover | None) -> None:
        share = Share(percent=cover.share) if cover is not None else NO_SHARE
        before = self.payer, self.work.cover
        self.payer, self.work.cover = (cover.name if cover else ""), share
        lines = tuple(replace(line, payer=share) for line in self.basket.lines)
        payer_id = cover.payer_id if cover else None
        if not self.take(self.with_basket(payer_id=payer_id, lines=lines), self.at):
            self.payer, self.work.cover = before
        elif cover is not None and not cover.share:
            self.pim.say(f"{cover.name} pays no share yet: s says how much of a line.")
        else:
            self.pim.say(f"{cover.name} pays a share." if cover else "The customer pays all of it.")

    def action_visit(self) -> None:
        """Choose the visit that the bill is for."""
        if self.basket.customer_id is None:
            self.pim.say("Say whose the bill is first: Ctrl+G.")
        else:
            self.load(self._offer_visits, self.basket.customer_id, group="people")

    async def _offer_visits(self, customer_id: int) -> None:
        visits = await self.fetch(visits_near, customer_id, self.pim.today)
        told: dict[Hashable, str] = {one.id: one.told for one in visits}
        options = list(told.items())

        def answered(answer: tuple[Hashable] | None) -> None:
            if answer is not None:
                self.visit = told.get(answer[0], "")
                self.take(self.with_basket(appointment_id=answer[0]), self.at)

        options.append((None, "no visit"))
        usual = self.basket.appointment_id or next(iter(told), None)
        self.app.push_screen(Pick("The visit this is for", options, usual), answered)

    # --- what is said about it --------------------------------------------------------------------

    def action_bill_discount(self) -> None:
        """Take something off the whole bill."""
        if not self.allowed(Right.DISCOUNT):
            return
        currency = self.terms.currency

        def told(typed: str) -> str:
            discount = read_discount(typed, currency)
            if not (off := part_text(discount, currency)):
                return "Nothing off."
            return f"{off} off the whole bill{self.agreed_to(self.with_basket(discount=discount))}"

        self.ask(
            "Discount on the bill",
            "10% or 2.50; 0 takes it away.",
            part_text(self.basket.discount, currency),
            told,
            lambda typed: self.take(self.with_basket(discount=read_discount(typed, currency)), self.at),
        )

    def action_note(self) -> None:
        """A note that is printed on the bill."""

        def taken(typed: str) -> None:
            self.take(self.with_basket(note="" if typed.strip() == "-" else typed.strip()), self.at)

        self.ask(
            "Note on the bill",
            "It is printed.  (- takes it away)",
            self.basket.note,
            lambda typed: typed,
            taken,
        )

    # --- its kind ---------------------------------------------------------------------------------

    def next_kind(self) -> None:
        """Sale, income, borrow, dispense, round and round; lines go with it as far as they may."""
        kinds = [kind.value for kind in BILLS]
        self.set_kind(kinds[(kinds.index(self.basket.kind) + 1) % len(kinds)])

    def set_kind(self, kind: str) -> None:
        """Make it a bill of ``kind``."""
        wrong = ""
        lines = []
        for line in self.basket.lines:
            try:
                lines.append(self._as_of(line, kind))
            except PimError as error:
                wrong = error.message
                lines.append(line)
        if self.take(replace(self.basket, kind=kind, lines=tuple(lines)), self.at):
            self.pim.say(f"{PostingKind(kind).word}. {wrong}".strip())

    def _as_of(self, line: BasketLine, kind: str) -> BasketLine:
        """The line as it is on a bill of another kind; what was changed on it by hand stays."""
        known = self.goods_of(line)
        if known is None:
            return line
        meant = as_line(known, kind, 1, self.pim.today)
        lent = self.basket.kind == "borrow" and not line.unit_price
        by_hand = known.price is None or (line.list_price is not None and not lent)
        priced = line if by_hand else meant
        return replace(
            line,
            unit_price=priced.unit_price,
            list_price=priced.list_price,
            due_on=meant.due_on and (line.due_on or meant.due_on),
            directions=line.directions or meant.directions,
        )


def _cover_told(cover: Cover) -> str:
    return f"{cover.name}, {percent(cover.share)}" if cover.share else cover.name
