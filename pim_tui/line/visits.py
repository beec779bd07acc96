"""What is done to an appointment by its number: how far it has got, how it ended, when it is."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace
from datetime import datetime

from ..domain import dates
from ..domain.moments import MINUTE, clock, day_label, day_of, resolve, wall
from ..domain.openings import Wanted
from ..domain.rights import Right
from ..domain.states import CANCELERS, Status
from ..domain.visit import NO_ANSWERS
from ..errors import Refused
from ..queries.calendar import Visit, visit
from ..queries.openings import How
from ..queries.openings import find as find_openings
from ..queries.proposals import resolved
from ..services import booking
from ..services.arrivals import TakeStep, take_step
from ..services.undo import Undo
from ..services.undo import undo as take_back
from ..services.usecase import Done
from .answers import Ask, Besides, Row, Say, Talk, which, words, yes_or_no
from .clerk import LINE_FORM, Clerk, new_request
from .listed import Booked
from .ways import Blocked, said, tried, way_out

_NEXT = ("next", "next free")
TAKES_BACK = "u takes it back."


def _named(clerk: Clerk, text: str) -> tuple[Booked, Visit, str]:
    """The appointment that the number stands for, as it is now, and what follows the number.

    Raises Refused where somebody has changed it since it was read out: nobody acts on what they did not hear.
    """
    number, _, rest = text.partition(" ")
    item = clerk.listed.booked(number)
    seen = clerk.fetch(visit, item.id)
    if seen.version != item.version:
        clerk.listed.renew(item.id, seen.version)
        now = f"{day_label(seen.day)} {clock(seen.starts_at, clerk.zone)} with {seen.staff}"
        told = f"{seen.customer} was changed meanwhile: {Status(seen.status).word}, {now}."
        raise Refused(told, "Nothing was done. Say it again if it is still right.")
    return item, seen, rest.strip()


def _done(clerk: Clerk, item: Booked, done: Done) -> Say:
    clerk.listed.renew(item.id, done.version)
    return Say(f"{done.says}.", details=(TAKES_BACK,))


def open_one(clerk: Clerk, item: Booked) -> Say:
    """The number of an appointment alone: all about it."""
    seen = clerk.fetch(visit, item.id)
    clerk.listed.renew(item.id, seen.version)
    when = f"{day_label(seen.day)} {clock(seen.starts_at, clerk.zone)}, {seen.minutes} minutes"
    steps = (("confirmed", seen.confirmed_at), ("arrived", seen.arrived_at), ("seated", seen.seated_at),
             ("left", seen.left_at))  # fmt: skip
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
    number = "card and the number opens the record"
    first = f"{seen.customer}, {when}, {Status(seen.status).word}."
    return Say(first, tuple(Row(f"{row}.") for row in rows if row), (f"{number}.",))


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
    item, seen, rest = _named(clerk, text)
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
    return _done(clerk, item, clerk.carry_out(take_step, command))


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
    item, seen, rest = _named(clerk, text)
    if rest and status != Status.SCHEDULED:
        told = f"“{rest[:30]}” was not understood."
        raise Refused(told, f"{status.word.casefold()} and a number is enough.")
    command = booking.MarkAppointment(seen.id, seen.version, status, rest, "", new_request())
    return _done(clerk, item, clerk.carry_out(booking.mark, command))


def cancel(clerk: Clerk, text: str) -> Talk:
    """``cancel 3``, ``cancel 3 customer has a cold``: asks for what was not said, then for a yes."""
    clerk.require(Right.CANCEL_APPOINTMENT)
    item, seen, rest = _named(clerk, text)
    if seen.status != Status.SCHEDULED:
        word = Status(seen.status).word
        raise Refused(f"It is {word} and cannot be canceled.", "reopen sets it back to Scheduled.", rule="S2")
    otherwise, request = "Nothing was canceled.", new_request()
    by, _, reason = rest.partition(" ")
    by = by.casefold()
    if by not in CANCELERS:
        by, reason = "", rest
    keep = _keeper(clerk, item, "cancel", f"cancel {item.label}")
    keep(rest)
    if not by:
        asked = ("customer", "clinic")
        told = f"Cancel {item.label}: who asked for it?"
        by = asked[int((yield which(told, ("the customer", "the clinic"), otherwise=otherwise))) - 1]
        keep(f"{by} {reason}".strip())
    if not reason.strip():
        told = f"Cancel {item.label}: why?"
        reason = yield words(told, "Type the reason; Enter is none.", otherwise=otherwise)
        keep(f"{by} {reason}")
    series = ("Of its series only this one is canceled.",) if seen.series_rule is not None else ()
    yield yes_or_no(f"Cancel {item.label}, asked by the {by}: {reason}?", series, otherwise)
    command = booking.MarkAppointment(seen.id, seen.version, Status.CANCELED, reason, by, request)
    return _done(clerk, item, clerk.carry_out(booking.mark, command))


# --- when it is --------------------------------------------------------------------------------------


def move(clerk: Clerk, text: str) -> Talk:
    """``move 3 thu 9:30``, ``move 3 +7d``, ``move 3 next``: to another time, after a yes."""
    clerk.require(Right.CHANGE_APPOINTMENT)
    item, seen, rest = _named(clerk, text)
    otherwise, request, answers = "Nothing was moved.", new_request(), NO_ANSWERS
    keep = _keeper(clerk, item, "move", f"move {item.label}")
    keep(rest)
    when = Besides("another time", lambda text: _is_when(clerk, seen, text))
    if not when.takes(rest):
        told = f"“{rest[:30]}” was not understood. " if rest else ""
        wanted = Besides(_WHEN, when.takes)
        rest = yield from said(f"{told}Move {item.label}: to when?", wanted, (), otherwise)
        keep(rest)
    starts_at = yield from _moved_to(clerk, seen, rest, otherwise)
    series = ("Of its series only this one is moved.",) if seen.series_rule is not None else ()
    while True:
        to = f"{day_label(day_of(starts_at, clerk.zone))} {clock(starts_at, clerk.zone)}"
        reply = yield yes_or_no(f"Move {item.label} to {to}?", series, otherwise, when)
        if reply != "yes":
            starts_at, answers = (yield from _moved_to(clerk, seen, reply, otherwise)), NO_ANSWERS
            continue
        details = replace(seen.details, starts_at=starts_at)
        command = booking.ChangeAppointment(
            seen.id, seen.version, seen.details, details, request, answers, "move"
        )
        done = tried(clerk, booking.change, command)
        if not isinstance(done, Blocked):
            return _done(clerk, item, done)
        way = yield from way_out(clerk, done, (), otherwise, when)
        answers = way.answered(answers)
        starts_at = way.starts_at or starts_at
        if way.words:
            starts_at = yield from _moved_to(clerk, seen, way.words, otherwise)


_WHEN = "a day, a time or both, such as +7d, next tue, 11:15, thu 9:30, or next for the next free time"


def _is_when(clerk: Clerk, seen: Visit, text: str) -> bool:
    """Whether this says when something is to be."""
    if text.casefold() in _NEXT:
        return True
    return dates.read_start(text, clerk.today, wall(seen.starts_at, clerk.zone), clerk.order) is not None


def _moved_to(clerk: Clerk, seen: Visit, text: str, otherwise: str) -> Generator[Ask, str, int]:
    """The start that is asked for: a day keeps the time, a time keeps the day. Where the clocks change it is
    asked which (T3)."""
    if text.casefold() in _NEXT:
        return _next_free(clerk, seen)
    starts = dates.read_start(text, clerk.today, wall(seen.starts_at, clerk.zone), clerk.order)
    if starts is None:
        raise Refused(dates.explain(text))
    starts_at, offers, problem = resolved(starts, clerk.zone)
    if starts_at is None:
        labels = [label for _, label in offers]
        starts_at = offers[int((yield which(problem, labels, otherwise=otherwise))) - 1][0]
    return starts_at


def _next_free(clerk: Clerk, seen: Visit) -> int:
    """The next time at which nothing is in the way: of the same person, room, equipment and length."""
    wanted = Wanted(
        seen.minutes, (seen.staff_id,), seen.type_id, seen.customer_id, seen.room_id, seen.equipment_ids,
        ignore_id=seen.id,
    )  # fmt: skip
    session = clerk.session
    how = How(
        limit=1, every=True, step=session.calendar.step, after=seen.starts_at + MINUTE, holder=session.key
    )
    answer = clerk.fetch(find_openings, wanted, clerk.zone, clerk.now, how)
    if not answer.openings:
        raise Refused(answer.why, "Look at another staff member's days.")
    return answer.openings[0].starts_at


def _keeper(clerk: Clerk, item: Booked, command: str, what: str) -> Callable[[str], None]:
    """Keeps a command as a draft, as far as it was answered; it is said again with the number 1."""
    ids = {"id": str(item.id), "version": str(item.version), "label": item.label,
           "customer_id": str(item.person.id), "customer": item.person.name}  # fmt: skip

    def keep(rest: str) -> None:
        clerk.keep(LINE_FORM, {"what": what, "line": f"{command} 1 {rest}".strip(), **ids}, str(item.id))

    return keep


def undo(clerk: Clerk, text: str) -> Say:
    """``undo``, ``u``: take back the last change of this session."""
    done = clerk.carry_out(take_back, Undo(new_request()))
    for id_ in done.ids if done.kind == "appointment" else ():
        clerk.listed.renew(id_, clerk.fetch(visit, id_).version)
    return Say(f"{done.says}.")
