"""A visit of the book is booked at Calendly as well, because somebody says so."""

from __future__ import annotations

from dataclasses import dataclass

from ..db.connection import select
from ..domain.rights import Right
from ..domain.states import Status
from ..errors import Refused
from ..queries import bookings
from ..queries.bookings import BOOK
from .appointment_rows import seen
from .booking import done
from .bookings_out import put
from .usecase import use_case
from .work import Done, Work


@dataclass(frozen=True, slots=True)
class BookThere:
    """Book a visit that is in the book at Calendly as well; ``version`` is what the person saw."""

    id: int
    version: int
    request: str = ""


@use_case(Right.BOOK)
def book_there(work: Work, command: BookThere) -> Done:
    """Queue that a visit is booked at Calendly; the answer names the row of the outbox.

    Raises NotFound, and Refused for one that cannot be.
    """
    visit = seen(command.id, command.version)
    if visit["status"] != Status.SCHEDULED or visit["starts_at"] <= work.now:
        raise Refused("Only a visit that is still to come can be booked.", "Book a new one.")
    if any(one.active for one in bookings.of_visits([command.id])):
        raise Refused("This visit is booked in Calendly already.", "Nothing is to be done.")
    if any(one.kind == BOOK for _, one in bookings.asked_of([command.id])):
        raise Refused("This visit is being booked in Calendly.", "G shows what waits.")
    to = select(
        "select address from email where customer_id = ? order by position, id limit 1",
        [visit["customer_id"]],
    )
    if not to:
        raise Refused("The customer has no email address.", "Calendly asks for one: add it to the record.")
    if visit["type_id"] is None:
        raise Refused("The visit has no type.", "Give it the type that Calendly knows by the same name.")
    says = done(work, command.id, command.version, "Being booked in Calendly").says
    facts = {"email": to[0][0], "text": says}
    id_ = put(work, BOOK, visit, facts, work.now, visit["starts_at"])
    work.changed("queue", "outbox", id_, None, {"kind": BOOK, "customer_id": visit["customer_id"]})
    return Done("outbox", (id_,), says=says)
