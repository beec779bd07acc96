"""Booking by the quick line: what was understood is read back, and nothing is written without a yes."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from ..domain.moments import MINUTE, day_label, day_of, short_day, span
from ..domain.quickline import Ask as Open
from ..domain.quickline import Reader, Start
from ..domain.rights import Right
from ..domain.visit import NO_ANSWERS
from ..errors import Refused
from ..queries.catalogue import Catalogue, catalogue
from ..queries.notkept import not_kept
from ..queries.proposals import Context, Proposal, propose, resolved
from ..queries.search import Found
from ..services import booking
from .answers import Ask, Row, Say, Talk, which, words, yes_or_no
from .clerk import Clerk, new_request
from .listed import Opening
from .ways import Blocked, tried, way_out

FORM = "quick"
"""The drafts of the quick line are the same as those of the screens."""
SUCH_AS = "Such as: jane doe 7d 10:30 30m follow-up - blood pressure review."
NOTHING = "Nothing was booked."


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen of that which the line leaves open; it goes before what the line was opened with."""

    customer_id: int | None = None
    customer: str = ""
    staff_id: int | None = None
    starts_at: int | None = None


def book(clerk: Clerk, line: str) -> Talk:
    """``book LINE``."""
    return booked(clerk, line, Start())


def walk_in(clerk: Clerk, line: str) -> Talk:
    """``here LINE``: somebody who is here now (S6)."""
    return booked(clerk, line, Start(walk_in=True))


def book_for(clerk: Clerk, text: str) -> Talk:
    """``for NUMBER LINE``: for somebody who was listed; ``for this LINE``: whose card was opened last."""
    number, _, line = text.partition(" ")
    person = clerk.listed.person("" if number.casefold() == "this" else number or "?")
    return booked(clerk, line, Start(person.id, person.name))


def take(clerk: Clerk, text: str) -> Talk:
    """``take NUMBER LINE``: a free time that was listed."""
    number, _, line = text.partition(" ")
    opening = clerk.listed[number]
    if not isinstance(opening, Opening):
        raise Refused(f"Number {number} is no free time.", "openings lists some.")
    return booked(clerk, line, Start(staff_id=opening.staff_id, starts_at=opening.starts_at))


def booked(clerk: Clerk, line: str, start: Start) -> Talk:
    """Read the line, settle what is open, ask, and book. One request, however often it is answered."""
    clerk.require(Right.BOOK)
    if start.walk_in:
        start = replace(start, starts_at=clerk.now // MINUTE * MINUTE)
    request, answers, chosen = new_request(), NO_ANSWERS, Chosen()
    while not line.strip():
        clerk.keep(FORM, start.draft(line))
        line = yield words(_asked(start), f"Type it. {SUCH_AS}", otherwise=NOTHING)
    names = clerk.fetch(catalogue)
    while True:
        clerk.keep(FORM, start.draft(line))
        proposal = _proposal(clerk, names, line, start, chosen)
        if proposal.details is None:
            line, chosen = yield from _settled(clerk, proposal, line, chosen)
            continue
        told = _understood(clerk, names, proposal, chosen.customer or start.customer)
        if proposal.clashes and answers == NO_ANSWERS:
            blocked = Blocked(proposal.clashes, proposal.offers, proposal.anyway)
        else:
            yield yes_or_no(f"Book {told.first}?", told.details, NOTHING)
            command = booking.BookAppointment(proposal.details, request, answers, arrived=start.walk_in)
            done = tried(clerk, booking.book, command)
            if not isinstance(done, Blocked):
                return Say(f"{done.says}.", details=("u takes it back.",))
            blocked = done
        way = yield from way_out(clerk, blocked, (f"Understood: {told.first}.",), NOTHING)
        answers = way.answered(answers)
        chosen = chosen if way.starts_at is None else replace(chosen, starts_at=way.starts_at)


def _asked(start: Start) -> str:
    if start.customer:
        return f"For {start.customer}: when, how long, what?"
    return "Who, how long, with whom, what?" if start.starts_at else "Who, when, how long, what?"


def _proposal(clerk: Clerk, names: Catalogue, line: str, start: Start, chosen: Chosen) -> Proposal:
    """What the line would book. A time that it says goes before one that is known."""
    customer = (start.customer_id, start.customer) if start.customer_id is not None else None
    reading = Reader(clerk.spoken(names, customer)).read(line)
    known = start.starts_at if reading.day is None and reading.time is None else None
    context = Context(
        clerk.zone, clerk.today, clerk.now,
        start.customer_id if chosen.customer_id is None else chosen.customer_id,
        start.staff_id, start.room_id, known if chosen.starts_at is None else chosen.starts_at,
        chosen.staff_id, clerk.order, clerk.session.key,
    )  # fmt: skip
    return clerk.fetch(propose, reading, names, context)


# --- what is open ------------------------------------------------------------------------------------


def _settled(
    clerk: Clerk, proposal: Proposal, line: str, chosen: Chosen
) -> Generator[Ask, str, tuple[str, Chosen]]:
    """Ask for the first thing that is missing; the line and what was chosen by then."""
    if proposal.people and proposal.person is None and chosen.customer_id is None:
        people = proposal.people
        rows = [Row(_person(one), f"number {one.number}") for one in people]
        taken = people[int((yield which("Which one?", rows, otherwise=NOTHING))) - 1]
        return line, replace(chosen, customer_id=taken.id, customer=_person(taken))
    if proposal.clashes and proposal.offers:
        labels = [label for _, label in proposal.offers]
        taken_at = int((yield which(proposal.clashes[0], labels, otherwise=NOTHING)))
        return line, replace(chosen, starts_at=proposal.offers[taken_at - 1][0])
    for open_ in proposal.asks:
        if open_.choices and open_.field in ("staff", "day", "time", "room", "type", "minutes"):
            return line, (yield from _chosen(clerk, proposal, open_, chosen))
        if open_.why == "missing" and open_.field in ("day", "time", "customer"):
            more = yield words(_missing(proposal), "Type what is missing.", otherwise=NOTHING)
            return f"{more} {line}", chosen
    told = [ask.message for ask in proposal.asks] or [*proposal.clashes, "Something is missing."]
    raise Refused(" ".join(told), f"{NOTHING} Say it again.")


def _missing(proposal: Proposal) -> str:
    """The questions for all that is missing, in one sentence after the other."""
    return " ".join(ask.message for ask in proposal.asks if ask.why == "missing" and not ask.choices)


def _chosen(clerk: Clerk, proposal: Proposal, open_: Open, chosen: Chosen) -> Generator[Ask, str, Chosen]:
    """One of several readings: what it stands for is known from then on."""
    question = "With whom?" if open_.field == "staff" else open_.message
    number = int((yield which(question, [one.label for one in open_.choices], otherwise=NOTHING)))
    choice = open_.choices[number - 1]
    if open_.field == "staff":
        return replace(chosen, staff_id=int(str(choice.value)))
    day, at = proposal.reading.day, proposal.reading.time
    day = choice.value if isinstance(choice.value, date) else day
    at = choice.value if isinstance(choice.value, time) else at
    if open_.field in ("day", "time") and day and at:
        starts_at, offers, problem = resolved(datetime.combine(day, at), clerk.zone)
        if starts_at is None:
            labels = [label for _, label in offers]
            starts_at = offers[int((yield which(problem, labels, otherwise=NOTHING))) - 1][0]
        return replace(chosen, starts_at=starts_at)
    raise Refused(open_.message, f"{NOTHING} Say it again with only one of them.")


# --- what was understood -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Told:
    first: str
    details: tuple[str, ...]


def _understood(clerk: Clerk, names: Catalogue, proposal: Proposal, customer: str) -> _Told:
    """The reading in a sentence, with the customer found, else ``customer``, and the staff member taken."""
    details, zone = proposal.details, clerk.zone
    assert details is not None
    person = _person(proposal.person) if proposal.person else customer
    end = details.starts_at + details.minutes * MINUTE
    when = f"{day_label(day_of(details.starts_at, zone))} {span(details.starts_at, end, zone)}"
    kind, room = names.type_name(details.type_id), names.room_name(details.room_id)
    mode = {"virtual": "online", "phone": "by phone"}.get(details.mode, "")
    parts = (person, when, kind, f"with {proposal.staff}", room, mode)
    missed = clerk.fetch(not_kept, details.customer_id, clerk.now).says
    return _Told(
        ", ".join(filter(None, parts)),
        (
            *((f"Reason: {details.reason}.",) if details.reason else ()),
            *((f"{missed}.",) if missed else ()),
            *(f"{one.rstrip('.')}." for one in (*proposal.reading.notices, *proposal.told)),
        ),
    )


def _person(found: Found) -> str:
    born = f"born {short_day(found.birth_date)}" if found.birth_date else "birth date unknown"
    return f"{found.full}, {born}"
