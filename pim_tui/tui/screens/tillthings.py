"""What is done to a thing on the bill at the till: its lot, directions, condition, the day it comes back."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date
from typing import TYPE_CHECKING

from ...domain import dates
from ...domain.basket import BasketLine
from ...domain.goods import LotOffer
from ...domain.moments import day_label, short_day
from ...errors import Fault, Invalid
from ..dialogs.pick import Pick
from .tilllines import TillLines

if TYPE_CHECKING:
    _Base = TillLines
else:
    _Base = object


class TillThings(_Base):
    """The keys for medicine and for things lent."""

    def action_lot(self) -> None:
        """Choose the lot or serial; not the one that expires first needs a reason (K2)."""
        if not (chosen := self.chosen()):
            return
        at, line = chosen
        known = self.goods_of(line)
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
        self.ask(
            f"Lot {lot.name}",
            hint,
            line.lot_reason,
            lambda typed: f"Taken from {lot.name}.",
            lambda typed: self.change(at, lot_id=lot.id, lot_reason=typed.strip()),
        )

    def action_directions(self) -> None:
        """What the label says (K4)."""
        if chosen := self.chosen():
            at, line = chosen
            self._ask_text(
                at, "Directions", "As on the label: 1 tablet three times a day", "directions", line
            )

    def action_condition(self) -> None:
        """In what condition it goes out (K3)."""
        if chosen := self.chosen():
            at, line = chosen
            self._ask_text(at, "Condition", "As it goes out: scratched, battery new", "condition", line)

    def _ask_text(self, at: int, title: str, hint: str, field: str, line: BasketLine) -> None:
        def taken(typed: str) -> None:
            self.change(at, **{field: "" if typed.strip() == "-" else typed.strip()})

        now = str(getattr(line, field))
        self.ask(
            f"{title}: {line.description}", f"{hint}  (- takes it away)", now, lambda typed: typed, taken
        )

    def action_due(self) -> None:
        """When a thing lent is to come back (K3)."""
        if self.basket.kind != "borrow":
            self.pim.say(self.keyed("Only what is lent comes back: ", "F4 changes the kind of bill."))
            return
        if not (chosen := self.chosen()):
            return
        at, line = chosen

        def told(typed: str) -> str:
            return f"Back by {day_label(self._day(typed))}"

        text = short_day(line.due_on) if line.due_on else ""
        self.ask(
            f"{line.description} is back by",
            "+14d, 24 dec",
            text,
            told,
            lambda typed: self.change(at, due_on=self._day(typed)),
        )

    def _day(self, typed: str) -> date:
        day = dates.read_day(typed, self.pim.today, self.pim.order)
        if day is None:
            raise Invalid([Fault("day", dates.explain(typed))])
        if day < self.pim.today:
            raise Invalid([Fault("day", "is past")])
        return day


def _lot_told(lot: LotOffer) -> str:
    until = f" until {short_day(lot.expires_on)}" if lot.expires_on else ""
    return f"{lot.name}{until}, {lot.on_hand} there"
