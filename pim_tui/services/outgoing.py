"""What goes out: whether it still holds, asked of the book as it is now, and when it may go."""

from __future__ import annotations

from ..domain.delivery import TO_PEOPLE, ends_at
from ..domain.meetings import LOOKS_AGAIN, mail_waits_until
from ..domain.sendtimes import Quiet, soonest
from ..queries.delivery import Taken, said_no, was_told
from ..queries.following import ABOUT_VISITS, facts_of, reach
from ..queries.meetings import asked_since
from ..queries.owing import still_owed
from .messages import why_not
from .usecase import Work


def why_withdrawn(work: Work, row: Taken) -> str:
    """Why it is not to be done any more; empty where it is (S7, P5).

    What only tells a service about a visit is its courier's to look at: nobody is woken by it.
    """
    if work.now >= (ends := ends_at(row.expires_at, row.created_at)):
        return "it was too late"
    if row.channel not in TO_PEOPLE:
        return ""
    if row.payload == "{}":
        return "the customer's record was erased"
    if said_no(row.customer_id, row.channel):
        return "the customer does not want it"
    if soonest(work.now, ends, quiet_for(work, row), work.session.zone) is None:
        return "only quiet hours are left"
    if row.kind == "payment_notice" and row.customer_id is not None:
        posting = facts_of(row.payload).get("posting_id")
        return "" if still_owed(row.customer_id, posting) > 0 else "it was paid"
    if row.kind not in ABOUT_VISITS or row.appointment_id is None:
        return ""
    if row.kind == "cancellation" and not was_told(row.appointment_id, row.customer_id, row.queued.series_id):
        return "nobody was told of the visit"
    (visit,) = reach([row.appointment_id])
    return why_not(work, row.queued, visit)


def after_quiet(work: Work, row: Taken) -> int:
    """Now, or when the quiet hours end that it is, or when the link is looked for again that it waits for."""
    ends = ends_at(row.expires_at, row.created_at)
    when = soonest(work.now, ends, quiet_for(work, row), work.session.zone)
    return _after_link(work, row) if when is None or when == work.now else when


def _after_link(work: Work, row: Taken) -> int:
    """Now, or soon where a service still has to be told of the video visit that the message is about.

    Only for a while: :data:`~pim_tui.domain.meetings.LINK_WAITS`. A series is told without links.
    """
    facts = facts_of(row.payload)
    starts_at = facts.get("starts_at")
    waits = (
        row.kind in ("invitation", "reminder") and facts.get("mode") == "virtual" and "series" not in facts
    )
    if not waits or row.appointment_id is None or type(starts_at) is not int:
        return work.now
    since = asked_since(row.appointment_id)
    until = work.now if since is None else mail_waits_until(since, starts_at)
    return max(work.now, min(work.now + LOOKS_AGAIN, until))


def quiet_for(work: Work, row: Taken) -> Quiet:
    """The hours in which a row does not go; none where it goes to no person."""
    return work.session.calendar.quiet if row.channel in TO_PEOPLE else (0, 0)
