"""Whose booking it is: by email address, then by telephone, and only where that names one customer.

Several members of a family may share an address; then a number tells which of them it is, or nobody does.
"""

from __future__ import annotations

import json

from ..domain.bookings import Event, Invitee
from ..queries import bookings
from .customer_rows import e164_of, folded_email

_NUMBER = 30
"""Characters; a longer answer is no telephone number."""


def customer_of(invitee: Invitee, country: str) -> int | None:
    """The one customer who is meant; None where that cannot be said."""
    answered = (answer for _, answer in invitee.answers if len(answer) <= _NUMBER)
    numbers = {e164_of(number, country) for number in (invitee.phone, *answered) if number}
    by_email, by_phone = bookings.reached([folded_email(invitee.email)], numbers)
    if len(by_email) == 1:
        return next(iter(by_email))
    both = by_email & by_phone if by_email else by_phone
    return next(iter(both)) if len(both) == 1 else None


def same_visit(event: Event, invitee: Invitee, customer_id: int | None, staff_id: int | None) -> int | None:
    """The visit that a booking is though it was made here: booked there by us, or at the desk as well."""
    for appointment_id, payload in bookings.underway(event.starts_at):
        if folded_email(str(json.loads(payload).get("email", ""))) == folded_email(invitee.email):
            return appointment_id
    if customer_id is None or staff_id is None:
        return None
    return bookings.without_booking(customer_id, staff_id, event.starts_at)
