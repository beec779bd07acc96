"""What waits in the demo clinic to be approved: a return of today, and people who can say yes to it."""

from __future__ import annotations

from dataclasses import replace

from ..db.connection import select, write_tx
from ..domain.rights import Right
from ..domain.session import Session
from ..models import StaffPin
from . import audit
from .audit import Change
from .returns import RequestReturn, ReturnOf, request_return
from .seals import with_state

_HASH = "$argon2id$v=19$m=19456,t=2,p=1$FPMCkVnfCrlE56+xIL7mIQ$kC0khJqdyJ9oFIvVmkNkuWjVYzwTxjKZq4PER41ENI0"
"""Of ``demo-pin``, everybody's PIN in the demo clinic. Made once: making it anew would take longer than the
rest of the demo.
"""


def ask_back(session: Session, customer_id: int) -> None:
    """The customer's newest dispensed item is asked back, and everybody gets the demo's PIN to say yes by."""
    session.needs(Right.REQUEST_RETURN)
    session.needs(Right.CHANGE_STAFF)
    rows = select(
        "select p.id, l.id from posting p join bill_line l on l.bill_id = p.id where p.customer_id = ?"
        " and p.kind = 'dispense' order by p.id desc limit 1",
        [customer_id],
    )
    for bill_id, line_id in rows:
        _give_pins(session)
        request_return(session, RequestReturn(bill_id, (ReturnOf(line_id, 1),), "did not help"))


def _give_pins(session: Session) -> None:
    """As if everybody had set it themselves: whoever was given theirs could not say yes."""
    with write_tx():
        for (staff_id,) in select("select id from staff where active = 1 order by id"):
            StaffPin.insert(staff=staff_id, hash=_HASH, set_at=session.clock()).execute()
            own = replace(session, staff_id=staff_id)
            audit.append(own, [with_state(Change("set", "staff_pin", staff_id))])
