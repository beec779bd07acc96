"""Which appointment a line written by hand is about, and what it would do: found for the eye only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from ..domain import keyback
from ..domain.agenda import Block
from ..domain.dates import read_start
from ..domain.keyback import KeyedLine, What
from ..domain.moments import day_label, moment_label, resolve, span, wall
from ..domain.quickline import Reader
from ..domain.rights import Right
from ..domain.states import Status
from ..domain.text import fold
from ..domain.visit import Details
from ..errors import PimError
from . import calendar
from .catalogue import Catalogue
from .gate import guarded
from .proposals import Context, propose

_NAMED = 3  # people written out where a line could mean several


@dataclass(frozen=True, slots=True)
class Meant:
    """What a line means. ``problem`` says what is missing or wrong; then it cannot be applied.

    ``visit`` is the appointment it is about, ``starts_at`` where it is moved to, ``details`` what a
    walk-in books; ``text`` is the reason or the note.
    """

    says: str = ""
    problem: str = ""
    what: What | None = None
    visit: Block | None = None
    starts_at: int | None = None
    details: Details | None = None
    text: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """What a line is read against: the day, its names, the hours of the clinic in minutes."""

    day: date
    names: Catalogue
    reader: Reader
    context: Context
    opens: int
    closes: int


@guarded(Right.SEE_APPOINTMENT)
def meant(text: str, desk: Desk) -> Meant:
    """What the line would do. Indexes: those of the day's appointments and of the search by name."""
    line = keyback.read_line(text)
    if line.what == "walk_in":
        return _walk_in(line, desk)
    if not line.times and not line.who:
        return Meant(problem="Which one? Begin with the time of the appointment, or the name.")
    visits = _visits(line, desk)
    if len(visits) != 1:
        return Meant(problem=_which(line, visits, desk))
    visit = visits[0]
    whose = f"{visit.customer}, {_when(visit, desk)}, {_staff(visit, desk)}"
    if line.what is None:
        return Meant(whose, "What happened: came, missed, canceled, moved, walk-in or note?", visit=visit)
    return _done_to(visit, whose, line, desk)


def _done_to(visit: Block, whose: str, line: KeyedLine, desk: Desk) -> Meant:
    """What happens to the appointment that was found."""
    zone, rest = desk.context.zone, line.rest
    if line.what == "move":
        try:
            starts = read_start(rest, desk.day, wall(visit.starts_at, zone), desk.context.order)
            at = resolve(starts, zone) if starts else None
        except PimError as error:
            return Meant(whose, str(error), visit=visit)
        if at is None:
            return Meant(whose, "Moved to when? Such as 14:00, or thu 9:30.", visit=visit)
        to = moment_label(at, zone)
        return Meant(f"{whose}: moved to {to}", "", "move", visit, at)
    if line.what == "cancel":
        reason, by = keyback.who_canceled(rest)
        problem = "" if reason else "Why was it canceled? Such as canceled ill, or canceled by us doctor ill."
        return Meant(f"{whose}: Canceled by the {by}, {reason}", problem, "cancel", visit, text=reason, by=by)
    if line.what == "note":
        problem = "" if rest else "What is the note?"
        return Meant(f"Note about {visit.customer}: {rest}", problem, "note", visit, text=rest)
    status = Status.COMPLETED if line.what == "complete" else Status.MISSED
    problem = f"It is {status.word} already." if visit.status == status else ""
    return Meant(f"{whose}: {status.word}", problem, line.what, visit)


def _visits(line: KeyedLine, desk: Desk) -> list[Block]:
    """The day's appointments that the line may mean; those still Scheduled where there are others too."""
    zone = desk.context.zone
    found = [
        block
        for block in calendar.blocks_of(desk.day, desk.day, zone)
        if (not line.times or wall(block.starts_at, zone).time() in line.times)
        and keyback.fits(line.who, (block.customer, _staff(block, desk)))
    ]
    open_ = [block for block in found if block.status == Status.SCHEDULED]
    return open_ if len(found) > 1 and open_ else found


def _which(line: KeyedLine, visits: Sequence[Block], desk: Desk) -> str:
    """What to say when the line means no appointment, or several."""
    told = [f"{one.customer} {_when(one, desk)} ({_staff(one, desk)})" for one in visits[:_NAMED]]
    if told:
        more = " ..." if len(visits) > _NAMED else ""
        return f"Which one: {', '.join(told)}{more}? Add a part of the name."
    asked = " ".join((*(f"{one:%H:%M}" for one in line.times[:1]), line.who)).strip()
    return f"No appointment on {day_label(desk.day)} fits “{asked}”. Somebody without one is a walk-in."


def _walk_in(line: KeyedLine, desk: Desk) -> Meant:
    """A visit that was not booked: read as the quick line reads it, at a time of the day."""
    if not line.times or not line.who:
        return Meant(problem="A walk-in needs its time and a name: 11:20 doe jane walk-in 15m cough.")
    types = [fold(name) for kind in desk.names.types for name in (kind.alias, kind.name) if name]
    text = keyback.walk_in_line(line, desk.day.isoformat(), _clinic_time(line.times, desk), types)
    proposal = propose(desk.reader.read(text), desk.names, desk.context)
    details = proposal.details
    if details is None:
        some = () if proposal.person else proposal.people[:_NAMED]
        people = ", ".join(f"{one.listed} #{one.number}" for one in some)
        asks = " ".join(ask.message for ask in proposal.asks[:2]) or " ".join(proposal.clashes)
        return Meant(proposal.reading.echo(), f"{asks} {people}".strip())
    ends = details.starts_at + details.minutes * 60
    who = proposal.person.full if proposal.person else ""
    parts = (who, span(details.starts_at, ends, desk.context.zone), proposal.staff, details.reason)
    return Meant(f"Walk-in: {', '.join(filter(None, parts))}", "", "walk_in", details=details)


def _clinic_time(times: Sequence[time], desk: Desk) -> time:
    """The reading within the clinic's hours, else the first."""
    inside = (one for one in times if desk.opens <= one.hour * 60 + one.minute < desk.closes)
    return next(inside, times[0])


def _when(visit: Block, desk: Desk) -> str:
    return span(visit.starts_at, visit.ends_at, desk.context.zone)


def _staff(visit: Block, desk: Desk) -> str:
    known = (column.name for column in desk.names.staff if column.id == visit.staff_id)
    return next(known, "somebody who has left")
