"""What Calendly is told of the visits that were booked there (S7): queued with the change it follows from.

:func:`follow` compares each changed visit with its booking as it was last heard; what a pass brought in is
so at Calendly already and follows nothing.

- Canceled here: canceled there; why is the clinic's own.
- Missed here: a no-show there, and when that is taken back, none.
- Moved here: Calendly has no way to be told. It would remind the customer of the old time and keep it taken,
  so the booking is canceled there, with the new time as the reason. The visit stays in the book, and from
  then on it is ours alone.

A change waits some minutes, as every message does, so that taking it back tells nobody anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..db.bulk import insert_one, update
from ..db.many import marks
from ..domain.jsontext import to_json
from ..domain.moments import MINUTE, clock, day_label, day_of
from ..domain.states import Status
from ..models import Booking, Outbox
from ..queries import bookings
from ..queries.bookings import BOOK, Asked, Kept
from ..queries.known import kept_for_linking
from .audit import Change
from .work import Work

CANCEL, NO_SHOW, CAME = "cancelation there", "no-show there", "end of no-show"
"""The kinds of rows that tell Calendly something; BOOK besides."""
_WATCHED = ("starts_at", "status", "customer_id")


def follow(work: Work, changes: Sequence[Change]) -> None:
    """Queue what Calendly is to be told of the changed visits, and withdraw what is no longer so.

    Indexes: ``booking (appointment)``, ``outbox (appointment)``.
    """
    visits = [change for change in changes if change.row_id is not None and _matters(change)]
    if not visits:
        return
    ids = [change.row_id for change in visits if change.row_id is not None]
    known = {one.appointment_id: one for one in sorted(bookings.of_visits(ids), key=lambda one: one.active)}
    asked = bookings.asked_of(ids)
    if not known and not asked:
        return
    _noted(known)
    for change in visits:
        kept = known.get(change.row_id)
        waiting = [one for id_, one in asked if id_ == change.row_id]
        _decide(work, change, kept if kept and kept.active else None, waiting)


def _matters(change: Change) -> bool:
    before, after = change.before, change.after or {}
    return (
        change.kind == "appointment"
        and before is not None
        and any(before.get(name) != after.get(name) for name in _WATCHED)
    )


def _noted(known: Mapping[int | None, Kept]) -> None:
    """Somebody has looked at these visits: what was to be told of them is told."""
    if told := [one.id for one in known.values() if one.why]:
        update(f"update booking set why = '' where id in ({marks(told)}) returning id", told)


def _decide(work: Work, change: Change, kept: Kept | None, waiting: Sequence[Asked]) -> None:
    before, after = dict(change.before or {}), dict(change.after or {})
    if kept is not None:
        _is_of(kept, after)
    good = {one.kind for one in waiting if _holds(one.kind, kept, after)}
    _withdraw([one.id for one in waiting if one.state == "waiting" and one.kind not in good])
    wanted = _wanted(kept, before, after) if kept is not None else ""
    if kept is not None and wanted and wanted not in good:
        _queue(work, wanted, kept, after)


def _is_of(kept: Kept, after: Mapping[str, Any]) -> None:
    """Whose visit it is, the booking is theirs as well."""
    whose = after["customer_id"]
    if whose not in (kept.customer_id, kept_for_linking()):
        Booking.update(customer=whose).where(Booking.id == kept.id).execute()


def _wanted(kept: Kept, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """What Calendly is to be told, by its kind; empty where it is so there already."""
    status = after["status"]
    moved = before.get("starts_at") != after["starts_at"] and after["starts_at"] != kept.starts_at
    if status == Status.CANCELED or (status == Status.SCHEDULED and moved):
        return CANCEL
    if status == Status.MISSED:
        return "" if kept.no_show else NO_SHOW
    return CAME if before.get("status") == Status.MISSED and kept.no_show else ""


def _holds(kind: str, kept: Kept | None, after: Mapping[str, Any]) -> bool:
    """Whether what waits is still to be told."""
    status = after["status"]
    if kind == BOOK:
        return kept is None and status == Status.SCHEDULED
    if kept is None:
        return False
    if kind == CANCEL:
        return bool(status == Status.CANCELED or after["starts_at"] != kept.starts_at)
    return bool((status == Status.MISSED) == (kind == NO_SHOW))


def _withdraw(ids: Sequence[int]) -> None:
    if ids:
        update(
            "update outbox set state = 'withdrawn', why = 'the visit was changed' where state = 'waiting'"
            f" and id in ({marks(ids)}) returning id",
            list(ids),
        )


def _queue(work: Work, kind: str, kept: Kept, after: Mapping[str, Any]) -> None:
    """Cancelations only before the start: later Calendly takes none."""
    if kind == CANCEL and kept.starts_at <= work.now:
        return
    says = _reason(work, after) if kind == CANCEL else _SAYS[kind]
    facts = {"booking": kept.key, "no_show": kept.no_show if kind == CAME else "", "text": says}
    ends = kept.starts_at if kind == CANCEL else None
    due = work.now + work.session.calendar.delay * MINUTE
    id_ = put(work, kind, after, facts, min(due, ends - MINUTE) if ends else due, ends)
    work.changed("queue", "outbox", id_, None, {"kind": kind, "customer_id": after["customer_id"]}, says)
    work.told.append("Calendly is told")


_SAYS = {NO_SHOW: "Nobody came.", CAME: "It is no no-show any more."}


def put(
    work: Work, kind: str, visit: Mapping[str, Any], facts: Mapping[str, Any], due: int, ends: int | None
) -> int:
    """One row of the outbox that tells Calendly about a visit; its id. ``text`` of the facts says what."""
    columns = (
        Outbox.kind, Outbox.appointment, Outbox.appointment_version, Outbox.window, Outbox.payload,
        Outbox.due_at, Outbox.state, Outbox.channel, Outbox.customer, Outbox.expires_at, Outbox.created_at,
    )  # fmt: skip
    payload = to_json({"to": "Calendly", **facts})
    row = (
        kind, visit["id"], visit["version"], "", payload, due, "waiting", "booking", visit["customer_id"],
        ends, work.now,
    )  # fmt: skip
    return insert_one(columns, row)


def _reason(work: Work, after: Mapping[str, Any]) -> str:
    """What the customer reads in Calendly's email: nothing of what the desk wrote down for itself (S7)."""
    if after["status"] == Status.CANCELED:
        asked = after["cancelled_by"] == "customer"
        return "Canceled as you asked." if asked else "The clinic had to cancel this visit."
    zone = work.session.zone
    when = f"{day_label(day_of(after['starts_at'], zone))}, {clock(after['starts_at'], zone)}"
    return f"Your visit was moved to {when}. It is booked: there is nothing for you to do."
