"""What every request for money back has in common: its row, its seal, and who may say yes (R4)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from ..db.connection import select
from ..domain import chain
from ..domain.returns import Quote, may_approve
from ..domain.rights import TITLES, Right
from ..domain.session import ASK
from ..errors import Forbidden, NotFound, Refused
from ..models import ReturnRequest
from ..queries.refundable import cashiers_of
from ..queries.returns import Returnable
from ..queries.roles import rights_of_role
from ..queries.staff import StaffRow, approvers
from .independence import require_independent
from .refunds import Owner, credit_parts
from .work import Work

HOLDS = 24 * 3600
"""Seconds that an approval holds."""

_STATES = {
    "requested": "still waits to be decided", "approved": "was approved already", "rejected": "was rejected",
    "paid": "was paid already", "credited": "was credited already", "withdrawn": "was withdrawn",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it stands under the write lock; ``lines`` are (line id, quantity, disposition)."""

    id: int
    version: int
    state: str
    bill_id: int | None
    owner: Owner
    value: int
    payer_value: int
    method: str
    reason: str
    digest: str
    requested_by: int
    decided_by: int | None
    decided_at: int
    credit_note_id: int | None
    lines: tuple[tuple[int, int, str], ...]

    @property
    def ids(self) -> tuple[int, ...]:
        """What an answer names as changed: the request and its bill."""
        return (self.id,) if self.bill_id is None else (self.id, self.bill_id)

    def cashiers(self) -> frozenset[int]:
        """Who took the money that would go back."""
        if self.bill_id is not None:
            return cashiers_of(self.bill_id)
        return frozenset(part.cashier_id for part in credit_parts(self.owner, self.method))


def asked(request_id: int, version: int | None = None, state: str = "") -> Asked:
    """The request, refused when it is no longer in ``state`` or of that ``version`` (R4). Raises NotFound.

    Indexes: primary keys, ``return_line (request, line)``.
    """
    rows = select(
        "select q.id, q.version, q.state, q.bill_id, coalesce(b.customer_id, q.customer_id), q.payer_id,"
        " q.value, q.payer_value, q.method, q.reason, q.digest, q.requested_by_id, q.decided_by_id,"
        " coalesce(q.decided_at, 0), q.credit_note_id from return_request q left join posting b"
        " on b.id = q.bill_id where q.id = ?",
        [request_id],
    )
    if not rows:
        raise NotFound("That request does not exist.", "Go back to the list and choose another.")
    (id_, stored, now, bill_id, customer_id, payer_id, value, payer_value, method, reason, digest,
     requested_by, decided_by, decided_at, note_id) = rows[0]  # fmt: skip
    if (state and now != state) or (version is not None and stored != version):
        raise no_longer(now)
    lines = select(
        "select line_id, quantity, disposition from return_line where request_id = ? order by line_id",
        [request_id],
    )
    return Asked(
        id_, stored, now, bill_id, Owner(customer_id, payer_id), value, payer_value, method, reason, digest,
        requested_by, decided_by, decided_at, note_id, tuple(lines),
    )  # fmt: skip


def write_request(work: Work, **columns: Any) -> int:
    """Write down what is asked for, who asks and when; the id of the request."""
    row = ReturnRequest.insert(**columns, requested_at=work.now, requested_by=work.session.staff_id)
    return int(row.execute())


def no_longer(state: str) -> Refused:
    """Why nothing can be done with a request in this state."""
    return Refused(f"This request {_STATES[state]}.", "Look at it again.", rule="R4")


def finish_request(
    work: Work,
    found: Asked,
    action: str,
    state: str,
    *,
    who: int | None = None,
    reason: str = "",
    rule: str = "",
    **more: int | None,
) -> None:
    """Bring the request to its next state, with a line in the journal."""
    columns: dict[str, object] = {"state": state, **more}
    if action in ("approve", "reject"):
        columns |= {"decided_by": who, "decided_at": work.now, "decision": reason, "by_rule": rule}
    ReturnRequest.update(version=found.version + 1, **columns).where(
        ReturnRequest.id == found.id, ReturnRequest.version == found.version
    ).execute()
    told = {
        "state": state,
        "bill_id": found.bill_id,
        "customer_id": found.owner.customer_id,
        "value": found.value,
        "payer_value": found.payer_value,
        "decided_by": who,
        "by_rule": rule,
        **more,
    }
    kept = {key: value for key, value in told.items() if value not in (None, "")}
    work.changed(action, "return_request", found.id, {"state": found.state}, kept, reason)


def still_waiting() -> str:
    """What comes next, and how many wait for it. Index: ``return_request (state)``."""
    ((count,),) = select("select count(*) from return_request where state = 'requested'")
    return f"somebody else must approve it ({count} waiting)"


def may_say_yes(request_id: int) -> tuple[StaffRow, ...]:
    """Who could approve the request with a PIN of their own: neither who asked nor who took the money."""
    found = asked(request_id)
    return approvers(Right.APPROVE_RETURN, found.cashiers() | {found.requested_by})


# --- who says yes --------------------------------------------------------------------------------------


def approver(staff_id: int, right: Right = Right.APPROVE_RETURN) -> str:
    """The name of somebody who may say yes by ``right``; Forbidden by their role, whoever's desk it is."""
    rows = select("select name, role from staff where id = ? and active = 1", [staff_id])
    if not rows:
        raise NotFound("Nobody of that name works here now.", "Choose somebody on the staff list.")
    name, role = rows[0]
    if right not in rights_of_role(role):
        raise Forbidden(f"{name} does not have the right to {TITLES[right]}.", ASK, right=right.value)
    return str(name)


def require_other(now: int, found: Asked, approver_id: int, cashiers: Collection[int]) -> None:
    """Refuse whoever asked for it, or took the money that goes back, be it under another name (R4)."""
    may_approve(approver_id, found.requested_by, cashiers)
    require_independent(now, approver_id, {found.requested_by, *cashiers}, Right.APPROVE_RETURN)


# --- the seal ------------------------------------------------------------------------------------------


def seal_of_bill(bill: Returnable, worth: Quote, dispositions: Mapping[int, str], method: str) -> str:
    """The digest of what is asked and of the bill as it stands, apart from what returns did to it.

    Another price, a payment more or less, a note or a void make another digest.
    """
    corrections = select(
        "select c.id from posting c where c.corrects_id = ? and not exists (select 1 from return_request q"
        " where q.credit_note_id = c.id) order by c.id",
        [bill.id],
    )
    payments = select(
        "select a.credit_id, sum(a.amount) from allocation a join posting p on p.id = a.credit_id"
        " where a.debit_id = ? and p.kind = 'payment' group by a.credit_id having sum(a.amount) <> 0"
        " order by a.credit_id",
        [bill.id],
    )
    lines = [
        [one.line_id, one.quantity, dispositions[one.line_id], one.net, one.tax, one.customer, one.payer]
        for one in sorted(worth.lines, key=lambda one: one.line_id)
    ]
    return seal(
        bill=bill.code,
        method=method,
        lines=lines,
        payments=[[*row] for row in payments],
        corrections=[id_ for (id_,) in corrections],
    )


def seal(**sealed: object) -> str:
    """The digest of these values."""
    return chain.digest(chain.canonical(sealed))
