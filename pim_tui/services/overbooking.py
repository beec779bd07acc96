"""Whether a time that is taken may be taken again: by right, with a reason, so often a day (T9)."""

from __future__ import annotations

from collections.abc import Callable

from ..db.connection import select
from ..domain.moments import day_of
from ..domain.rights import Right
from ..domain.scheduling import Candidate, Clash, check_overbooking
from ..errors import Forbidden, Refused
from .work import Work


def require_overbooking(
    work: Work, candidate: Candidate, reason: str, judged: Callable[[], tuple[Clash, ...]]
) -> None:
    """Check the right, the day's cap and the reason for taking a time that is taken (T9).

    Whoever may not is told as well what is in the way, whose it is and when it is free, by ``judged``.
    """
    day = day_of(candidate.shown.start, work.session.zone)
    already = select(
        "select count(*) from appointment where day = ? and staff_id = ? and overbooked_by_id is not null"
        " and status <> 'X' and id <> ?",
        [day.isoformat(), candidate.staff_id, candidate.ignore_id or 0],
    )[0][0]
    try:
        check_overbooking(
            already=already,
            cap=work.session.calendar.overbookings,
            may_overbook=Right.OVERBOOK in work.session.rights,
            may_exceed_cap=Right.OVERBOOK_BEYOND_CAP in work.session.rights,
            reason=reason,
        )
    except Forbidden as error:
        try:
            judged()
        except Refused as taken:
            message, hint = f"{taken.message} {error.message}", f"{error.hint} {taken.hint}"
            raise Forbidden(message, hint, rule=error.rule, offers=taken.offers) from None
        raise
