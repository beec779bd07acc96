"""The calendar part of a message about a visit: what customers' calendars are asked to do.

An invitation asks them to enter the visit or series as it is now; it goes again, with a higher number, when
time, place or staff have changed. A cancellation takes out what does not take place: one visit, or of a
series all, where some of it is left by asking to enter what is left.
"""

from __future__ import annotations

from dataclasses import replace

from ..domain.customer import is_email
from ..domain.invites import CalendarPart, Guest, Method, Occasion
from ..domain.messages import House
from ..exports import invites
from ..queries.delivery import Taken
from ..queries.exporting import clinic_key
from ..queries.following import courses, queued, queued_whole
from ..queries.invites import Invited, invited, whole
from ..queries.links import join_link, series_link
from .messages import LINK
from .work import Work

TELLS = {"invitation": Method.REQUEST, "cancellation": Method.CANCEL}
"""The kinds of messages that calendars are told of as well."""


def calendar_of(work: Work, house: House, row: Taken, guest: Guest) -> CalendarPart | None:
    """What goes with the message ``row``; None for a kind that tells no calendar anything.

    Without an address of our own there is none either: nobody could change the visit any more.
    """
    method = TELLS.get(row.kind)
    if method is None or row.appointment_id is None or not is_email(house.email):
        return None
    occasion = Occasion(method, house, guest, work.now)
    if (series_id := row.queued.series_id) is not None:
        return _whole(series_id, row, occasion)
    found = invited(row.appointment_id)
    return None if found is None else _one(found, row, occasion)


def _one(found: Invited, row: Taken, occasion: Occasion) -> CalendarPart:
    """One visit, or one of a series."""
    gone = occasion.method == Method.CANCEL
    link = "" if gone else join_link(found.visit.id, occasion.house.video)
    occasion = replace(occasion, guest=replace(occasion.guest, link=link))
    if found.series is None or found.at is None:
        told = replace(occasion, earlier=_links(found.visit.id, row))
        return invites.single(found.visit, told, clinic_key())
    told = replace(occasion, earlier=_earlier(found.series.id, row))
    return invites.recurrence(found.at, found.visit, found.series, told)


def _whole(series_id: int, row: Taken, occasion: Occasion) -> CalendarPart | None:
    """A series: taken out where none of its visits is ahead any more, else entered as it is."""
    one = whole(series_id)
    if one is None:
        return None
    found = courses([series_id], occasion.made_at)
    left = any(course.ahead and course.customer_id == row.customer_id for course in found)
    method = Method.REQUEST if left or row.kind == "invitation" else Method.CANCEL
    link = "" if method == Method.CANCEL else series_link(series_id, occasion.house.video)
    guest = replace(occasion.guest, link=link)
    told = replace(occasion, method=method, guest=guest, earlier=_earlier(series_id, row))
    return invites.series(one, told)


def _earlier(series_id: int, row: Taken) -> int:
    """How often the series was told as a whole before this message."""
    return sum(one.id < row.id for one in queued_whole([series_id])[series_id])


def _links(appointment_id: int, row: Taken) -> int:
    """How often the visit was told again up to this message because it had got a link, and nothing else."""
    found = (one for one in queued([appointment_id]) if one.kind == "invitation" and one.window == LINK)
    return sum(one.id <= row.id for one in found)
