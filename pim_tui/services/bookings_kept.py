"""What was heard of a booking, as its row keeps it; always inside the transaction of its visit."""

from __future__ import annotations

from typing import Any

from ..domain.bookings import Event, Invitee
from ..domain.calendly import CALENDLY
from ..models import Booking
from ..queries import bookings
from ..queries.bookings import Kept
from .work import Work

_PERSONAL = ("name", "email", "phone", "answers", "join_url", "cancel_url", "move_url")
_TOLD = ("state", "starts_at", "appointment_id", "customer_id")
"""What the journal keeps of a booking: nothing that names anybody."""


def keep(work: Work, event: Event, invitee: Invitee, here: Kept | None, **more: object) -> Kept:
    """Write down what was heard, and ``more`` columns with it; ``here`` is the row as it was.

    The answer is the row as it is now, but for its ``no_show``, which is what was heard before. Whoever
    was erased since stays so (P5).
    """
    values = {
        **_values(work, event, invitee),
        **{name.removesuffix("_id"): one for name, one in more.items()},
    }
    if here is not None and here.customer_id and not here.email:
        values |= dict.fromkeys(_PERSONAL, "")
    if here is None:
        Booking.insert(service=CALENDLY, key=invitee.key, **values).execute()
    else:
        Booking.update(**values).where(Booking.id == here.id).execute()
    now = bookings.by_key(CALENDLY, invitee.key)
    assert now is not None
    was, is_ = ({name: getattr(one, name) for name in _TOLD} if one else None for one in (here, now))
    if was != is_:
        work.changed("take in", "booking", now.id, was, is_)
    return now._replace(no_show=here.no_show if here else "")


def detach(origin: Kept) -> None:
    """What was moved has no visit any more: it is that of the booking it became."""
    Booking.update(state="canceled", appointment=None, why="").where(Booking.id == origin.id).execute()


def as_heard(kept: Kept) -> tuple[Event, Invitee]:
    """What was heard of a booking that stands, as far as it was kept."""
    event = Event(
        kept.event,
        kept.title,
        kept.starts_at,
        kept.minutes,
        kept.changed,
        hosts=tuple(kept.host.split()),
        mode="virtual" if kept.join_url else "",
        join_url=kept.join_url,
    )
    invitee = Invitee(
        kept.key,
        kept.event,
        kept.name,
        kept.email,
        kept.phone,
        no_show=kept.no_show,
        answers=tuple(("", line) for line in kept.answers.splitlines()),
        cancel_url=kept.cancel_url,
        move_url=kept.move_url,
    )
    return event, invitee


def _values(work: Work, event: Event, invitee: Invitee) -> dict[str, Any]:
    ended = event.canceled or invitee.canceled
    return {
        "event": event.key, "changed": event.changed, "state": "canceled" if ended else "active",
        "name": invitee.name, "email": invitee.email, "phone": invitee.phone, "title": event.title,
        "host": " ".join(event.hosts), "starts_at": event.starts_at, "minutes": event.minutes,
        "answers": invitee.told, "join_url": event.join_url, "cancel_url": invitee.cancel_url,
        "move_url": invitee.move_url, "no_show": invitee.no_show, "missed": 0, "seen_at": work.now,
        "why": "",
    }  # fmt: skip
