"""What goes out: whether it still holds, asked of the book as it is now, and when it may go."""

from __future__ import annotations

from ..domain.delivery import TO_PEOPLE, ends_at
from ..domain.jsontext import from_json
from ..domain.meetings import LOOKS_AGAIN, mail_waits_until
from ..domain.sendtimes import Quiet, soonest
from ..queries.delivery import Taken, died_on, has_address, said_no, was_told
from ..queries.following import ABOUT_VISITS, reach
from ..queries.meetings import asked_since
from ..queries.owing import still_owed
from .messages import why_not
from .work import Work


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
    if (died := died_on(row.customer_id)) and not _is_bill(row):
        return f"died {died}"
    if soonest(work.now, ends, quiet_for(work, row), work.session.zone) is None:
        return "only quiet hours are left"
    if _is_own(row) and not has_address(
        row.customer_id, row.channel, str(from_json(row.payload).get("to", ""))
    ):
        return "the address is not in the record any more"
    if row.kind == "payment_notice" and row.customer_id is not None:
        return _paid(row, row.customer_id)
    if row.kind not in ABOUT_VISITS or row.appointment_id is None:
        return ""
    if row.kind == "cancellation" and not was_told(row.appointment_id, row.customer_id, row.queued.series_id):
        return "nobody was told of the visit"
    (visit,) = reach([row.appointment_id])
    return why_not(work, row.queued, visit)


def _is_own(row: Taken) -> bool:
    """Whether somebody wrote it to an address of the record: one that was wrong is a stranger's."""
    return row.customer_id is not None and (
        row.kind == "text" or (row.kind == "email" and "posting_id" not in from_json(row.payload))
    )


def _is_bill(row: Taken) -> bool:
    """Whether it carries a bill to whom a person has sent it, perhaps to the heirs."""
    return row.kind == "email" and "posting_id" in from_json(row.payload)


def _paid(row: Taken, customer_id: int) -> str:
    """Why a notice asks for too much, empty where it does not: ``left`` was owed when it was queued."""
    facts = from_json(row.payload)
    owed, left = still_owed(customer_id, facts.get("posting_id")), facts.get("left")
    if owed <= 0:
        return "it was paid"
    return "some of it was paid" if isinstance(left, int) and owed < left else ""


def after_quiet(work: Work, row: Taken) -> int:
    """Now, or when the quiet hours end that it is, or when the link is looked for again that it waits for."""
    ends = ends_at(row.expires_at, row.created_at)
    when = soonest(work.now, ends, quiet_for(work, row), work.session.zone)
    return _after_link(work, row) if when is None or when == work.now else when


def _after_link(work: Work, row: Taken) -> int:
    """Now, or soon where a service still has to be told of the video visit that the message is about.

    Only for a while: :data:`~pim_tui.domain.meetings.LINK_WAITS`. A series is told without links.
    """
    facts = from_json(row.payload)
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
