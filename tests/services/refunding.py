"""A shop whose staff have PINs, and the steps of a return in one call each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pim_tui.db.connection import select
from pim_tui.queries.balances import left_on
from pim_tui.services import pins
from pim_tui.services.payouts import PayRefund, pay_refund
from pim_tui.services.pins import SetPin, set_pin
from pim_tui.services.returns import (
    DecideReturn,
    RequestReturn,
    ReturnOf,
    WithdrawReturn,
    decide_return,
    request_return,
    withdraw_return,
)
from pim_tui.services.work import Done
from tests.services.clinic import ANNA, LEE, SATO
from tests.services.shop import Shop, shop

PINS = {ANNA: "harbour-1", LEE: "lantern-2", SATO: "pebble-33"}
CHEAP = pins.Cost(memory=8, passes=1)
"""For tests of everything but the hashes themselves."""


class Counter(Shop):
    """The shop where things come back. Anna asks; Dr Lee approves unless said otherwise."""

    def ask(self, bill_id: int, *units: int, by: int = ANNA, disposition: str = "", **more: Any) -> Done:
        """Ask to take so many of each line back, 0 for none of it; without numbers all of every line."""
        lines = select("select id, quantity from bill_line where bill_id = ? order by position", [bill_id])
        wanted = units or tuple(quantity for _, quantity in lines)
        back = tuple(
            ReturnOf(id_, units, disposition) for (id_, _), units in zip(lines, wanted, strict=True) if units
        )
        more.setdefault("reason", "not needed")
        return request_return(self.as_(by), RequestReturn(bill_id, back, **more))

    def decide(self, asked: Done | int, by: int = LEE, approve: bool = True, **more: Any) -> Done:
        """Say yes or no with the right PIN, at Anna's desk."""
        id_ = asked if isinstance(asked, int) else asked.ids[0]
        more = {"pin": PINS[by], "reason": "looked at it", "version": self.request(id_)["version"], **more}
        return decide_return(self.session, DecideReturn(id_, approve=approve, approver_id=by, **more))

    def pay_out(self, asked: Done | int, by: int = ANNA, **more: Any) -> Done:
        """Pay an approved request."""
        id_ = asked if isinstance(asked, int) else asked.ids[0]
        return pay_refund(self.as_(by), PayRefund(id_, self.request(id_)["version"], **more))

    def withdraw(self, asked: Done) -> Done:
        """Take a request back."""
        id_ = asked.ids[0]
        return withdraw_return(self.session, WithdrawReturn(id_, self.request(id_)["version"]))

    def request(self, id_: int) -> dict[str, Any]:
        """All columns of a request."""
        cursor = self.store.db.execute_sql("select * from return_request where id = ?", (id_,))
        return dict(zip([column[0] for column in cursor.description], cursor.fetchone(), strict=True))

    def note(self, asked: Done) -> int:
        """The credit note of a request."""
        return int(self.request(asked.ids[0])["credit_note_id"])

    def back(self) -> list[tuple[str, int]]:
        """(method, amount) of everything that went back, in order."""
        return select(
            "select r.method, r.amount from payment_part r join posting p on p.id = r.payment_id"
            " where p.kind = 'refund' order by r.id"
        )

    def left(self, posting_id: int, account: str = "receivable") -> int:
        """What is owed on a posting, below zero what is to the credit."""
        return left_on(posting_id, account)


def counter(folder: Path) -> Counter:
    """Open the shop and give everybody a PIN; hashes must have been made cheap."""
    made = shop(folder)
    for staff_id, pin in PINS.items():
        set_pin(made.as_(staff_id), SetPin(staff_id, pin))
    return Counter(made.store, made.session, made.clock)
