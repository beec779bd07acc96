"""What is done to an appointment by its number: how far it has got, how it ended."""

from __future__ import annotations

from datetime import datetime

from ..domain import dates
from ..domain.moments import clock, day_label, resolve
from ..domain.rights import Right
from ..domain.states import CANCELERS, Status
from ..errors import Refused
from ..queries.calendar import Visit, visit
from ..services import booking
from ..services.arrivals import TakeStep, take_step
from ..services.undo import Undo
from ..services.undo import undo as take_back
from .answers import Row, Say, Talk, which, words, yes_or_no
from .appointment import keeper, named, tell_done
from .clerk import Clerk, new_request
from .listed import Booked


def open_one(clerk: Clerk, item: Booked, number: str) -> Say:
    """The number of an appointment alone: all about it."""
    seen = clerk.fetch(visit, item.id)
    clerk.listed.renew(item.id, seen.version)
    when = f"{day_label(seen.day)} {clock(seen.starts_at, clerk.zone)}, {seen.minutes} minutes"
    steps = (
        ("confirmed", seen.confirmed_at),
        ("arrived", seen.arrived_at),
        ("seated", seen.seated_at),
        ("left", seen.left_at),
    )
    about = (seen.type_name, f"with {seen.staff}", seen.room, seen.mode.replace("_", " "))
    rows = [
        ", ".join(filter(None, about)),
        f"Reason: {seen.reason}" if seen.reason else "",
        *(f"{step.capitalize()} {clock(at, clerk.zone)}" for step, at in steps if at is not None),
        f"Canceled by the {seen.cancelled_by}: {seen.cancel_reason}" if seen.cancel_reason else "",
        f"Note: {seen.note}" if seen.note and clerk.may(Right.SEE_APPOINTMENT) else "",
        f"Takes {seen.equipment}" if seen.equipment else "",
        "Belongs to a series" if seen.series_rule is not None else "",
    ]
    first = f"{seen.customer}, {when}, {Status(seen.status).word}."
    return Say(first, tuple(Row(f"{row}.") for row in rows if row), (f"card {number} opens the record.",))


# --- how far it has got (S1) -------------------------------------------------------------------------


def confirmed(clerk: Clerk, text: str) -> Say:
    """``confirmed 3``."""
    return _step(clerk, "confirmed", text)


def arrived(clerk: Clerk, text: str) -> Say:
    """``arrived 3``, ``arrived 3 9:10``, ``arrived 3 back``."""
    return _step(clerk, "arrived", text)


def seated(clerk: Clerk, text: str) -> Say:
    """``seated 3``."""
    return _step(clerk, "seated", text)


def left(clerk: Clerk, text: str) -> Say:
    """``left 3``."""
    return _step(clerk, "left", text)


def _step(clerk: Clerk, step: str, text: str) -> Say:
    """Take a step now, or at a time. One that was taken stays: a line sent twice takes nothing back."""
    item, seen, rest = named(clerk, text)
    taken: int | None = getattr(seen, f"{step}_at")
    at = None
    if rest.casefold() == "back":
        if taken is None:
            raise Refused(f"{seen.customer} is not {step}.", "There is nothing to take back.")
    elif rest:
        at = _time_of_day(clerk, rest, seen)
    elif taken is not None:
        told = f"{seen.customer} is {step} already, since {clock(taken, clerk.zone)}."
        number = text.split()[0]
        raise Refused(told, f"{step} {number} back takes it back; {step} {number} 9:10 gives the time.")
    command = TakeStep(seen.id, seen.version, step, new_request(), at)
    return tell_done(clerk, item, clerk.carry_out(take_step, command))


def _time_of_day(clerk: Clerk, text: str, seen: Visit) -> int:
    """A time on the day of the appointment; of two readings the one nearer to its start."""
    times = dates.read_time(text)
    if not times:
        raise Refused(dates.explain(text, "time"))
    readings = [resolve(datetime.combine(seen.day, one), clerk.zone) for one in times]
    return min(readings, key=lambda at: abs(at - seen.starts_at))


# --- how it ended (S2, S3) ---------------------------------------------------------------------------


def completed(clerk: Clerk, text: str) -> Say:
    """``completed 3``."""
    return _mark(clerk, text, Status.COMPLETED)


def missed(clerk: Clerk, text: str) -> Say:
    """``missed 3``."""
    return _mark(clerk, text, Status.MISSED)


def reopen(clerk: Clerk, text: str) -> Say:
    """``reopen 3``, ``reopen 3 marked by mistake``: back to Scheduled."""
    return _mark(clerk, text, Status.SCHEDULED)


def _mark(clerk: Clerk, text: str, status: Status) -> Say:
    item, seen, rest = named(clerk, text)
    if rest and status != Status.SCHEDULED:
        told = f"“{rest[:30]}” was not understood."
        raise Refused(told, f"{status.word.casefold()} and a number is enough.")
    command = booking.MarkAppointment(seen.id, seen.version, status, rest, "", new_request())
    return tell_done(clerk, item, clerk.carry_out(booking.mark, command))


def cancel(clerk: Clerk, text: str) -> Talk:
    """``cancel 3``, ``cancel 3 customer has a cold``: asks for what was not said, then for a yes."""
    clerk.require(Right.CANCEL_APPOINTMENT)
    item, seen, rest = named(clerk, text)
    if seen.status != Status.SCHEDULED:
        word = Status(seen.status).word
        raise Refused(f"It is {word} and cannot be canceled.", "reopen sets it back to Scheduled.", rule="S2")
    otherwise, request = "Nothing was canceled.", new_request()
    by, _, reason = rest.partition(" ")
    by = by.casefold()
    if by not in CANCELERS:
        by, reason = "", rest
    keep = keeper(clerk, item, "cancel", f"cancel {item.label}")
    keep(rest)
    if not by:
        asked = ("customer", "clinic")
        told = f"Cancel {item.label}: who asked for it?"
        by = asked[int((yield which(told, ("the customer", "the clinic"), otherwise=otherwise))) - 1]
        keep(f"{by} {reason}".strip())
    if not reason.strip():
        told = f"Cancel {item.label}: why?"
        reason = yield words(told, "Type the reason; Enter leaves.", otherwise=otherwise)
        keep(f"{by} {reason}")
    series = ("Of its series only this one is canceled.",) if seen.series_rule is not None else ()
    yield yes_or_no(f"Cancel {item.label}, asked by the {by}: {reason}?", series, otherwise)
    command = booking.MarkAppointment(seen.id, seen.version, Status.CANCELED, reason, by, request)
    return tell_done(clerk, item, clerk.carry_out(booking.mark, command))


def undo(clerk: Clerk, text: str) -> Say:
    """``undo``, ``u``: take back the last change of this session."""
    done = clerk.carry_out(take_back, Undo(new_request()))
    for id_ in done.ids if done.kind == "appointment" else ():
        clerk.listed.renew(id_, clerk.fetch(visit, id_).version)
    return Say(f"{done.says}.")
