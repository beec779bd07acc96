"""Breaking the glass: one customer's closed record, opened for a reason by whoever needs it now (A1).

It is in the journal before anything is shown, told to everybody who may review it, and looked into by
somebody else, every time. It ends by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ..db.connection import select
from ..domain.glass import NOT_IN_ORDER, OPEN_FOR, SHORTEST_REASON, VERDICTS
from ..domain.moments import clock
from ..domain.rights import Right
from ..domain.session import Session
from ..domain.text import clean
from ..errors import Fault, Forbidden, Invalid, NotFound, Refused
from ..models import BreakGlass as Table
from ..queries.glass import glass_use, open_glass
from .independence import require_independent
from .stepup import stepped_up
from .usecase import use_case
from .work import Done, Work


@dataclass(frozen=True, slots=True)
class BreakGlass:
    """Open the record of one customer, with one's own PIN."""

    customer_id: int
    reason: str
    pin: str = field(repr=False)
    request: str = ""


@dataclass(frozen=True, slots=True)
class ReviewGlass:
    """What somebody else found who looked into it: one of :data:`~pim_tui.domain.glass.VERDICTS`."""

    id: int
    verdict: str
    remark: str = ""
    request: str = ""


def break_glass(session: Session, command: BreakGlass) -> Done:
    """Open the record to this person, for half an hour.

    Raises Invalid for a reason that is none, Refused for a record that is open already, NotFound, Forbidden,
    and as :func:`~.stepup.stepped_up` for the PIN. What is wrong is told before the PIN is looked at.
    """
    session.needs(Right.BREAK_GLASS)
    reason = _reason(command.reason)
    _require_closed(session, command.customer_id)
    stepped_up(session, command.pin)
    return _open(session, _Opening(command.customer_id, reason, command.request))


def _reason(typed: str) -> str:
    reason = clean(typed, limit=Table.reason.limit).strip()
    if len(reason) < SHORTEST_REASON:
        raise Invalid(
            [Fault("reason", f"takes at least {SHORTEST_REASON} characters")],
            "Say why you need to see this record now: it will be read.",
        )
    return reason


def _require_closed(session: Session, customer_id: int) -> None:
    if found := open_glass(session.staff_id, customer_id, session.clock()):
        raise Refused(
            f"This record is open to you until {clock(found.until_at, session.zone)}.",
            "Read it; afterwards it can be opened again.",
        )


@dataclass(frozen=True, slots=True)
class _Opening:
    customer_id: int
    reason: str
    request: str = ""


@use_case(Right.BREAK_GLASS)
def _open(work: Work, opening: _Opening) -> Done:
    _require_closed(work.session, opening.customer_id)
    if not select("select 1 from customer where id = ?", [opening.customer_id]):
        raise NotFound("That customer does not exist.", "Search again.")
    until = work.now + OPEN_FOR
    id_ = Table.insert(
        staff=work.session.staff_id,
        customer=opening.customer_id,
        reason=opening.reason,
        began_at=work.now,
        until_at=until,
        verdict="",
        remark="",
    ).execute()
    after = {"customer_id": opening.customer_id, "until_at": until}
    work.changed("break glass", "break_glass", id_, None, after, opening.reason)
    told = f"Open until {clock(until, work.session.zone)}; somebody else will look into it."
    return Done("break_glass", (id_,), says=told)


@use_case(Right.REVIEW_GLASS)
def review_glass(work: Work, command: ReviewGlass) -> Done:
    """Say whether it was in order; once, and never by whoever opened the record, be it under another name.

    Raises Invalid for a verdict that is none or lacks its remark, NotFound, Refused, Forbidden.
    """
    found = glass_use(command.id)
    remark = clean(command.remark, limit=Table.remark.limit).strip()
    if command.verdict not in VERDICTS:
        raise Invalid([Fault("verdict", f"is one of {', '.join(VERDICTS)}")])
    if command.verdict == NOT_IN_ORDER and not remark:
        raise Invalid([Fault("remark", "says what was not in order")])
    if found.staff_id == work.session.staff_id:
        raise Forbidden(
            "You opened this record yourself.",
            "Somebody else looks into it.",
            right=Right.REVIEW_GLASS.value,
            rule="A1",
        )
    require_independent(work.now, work.session.staff_id, {found.staff_id}, Right.REVIEW_GLASS)
    if found.verdict:
        raise Refused(f"{found.reviewer} has looked into this already.", "Look at the list again.")
    Table.update(
        verdict=command.verdict, remark=remark, reviewed_by=work.session.staff_id, reviewed_at=work.now
    ).where(Table.id == command.id, Table.reviewed_by.is_null()).execute()
    after = {"customer_id": found.customer_id, "verdict": command.verdict}
    work.changed("review glass", "break_glass", command.id, {"verdict": ""}, after, remark)
    return Done("break_glass", (command.id,), says=f"Reviewed: {command.verdict}.")
