"""Booking by the quick line: what was understood is read back, and nothing is written without a yes."""

from __future__ import annotations

from dataclasses import replace

from ..domain.moments import MINUTE
from ..domain.quickline import Reader, Start
from ..domain.rights import Right
from ..domain.visit import NO_ANSWERS
from ..errors import Refused
from ..queries.catalogue import Catalogue, catalogue
from ..queries.proposals import Context, Proposal, propose
from ..services import booking
from .answers import Say, Talk, words, yes_or_no
from .clerk import Clerk, new_request
from .listed import Opening
from .readback import Understood, understood
from .settling import NOTHING, Line, settled, what_is_different
from .ways import Blocked, tried, way_out

FORM = "quick"
"""The drafts of the quick line are the same as those of the screens."""
SUCH_AS = "Such as: jane doe 7d 10:30 30m follow-up - blood pressure review."


def book(clerk: Clerk, line: str) -> Talk:
    """``book LINE``."""
    return booked(clerk, line, Start())


def walk_in(clerk: Clerk, line: str) -> Talk:
    """``here LINE``: somebody who is here now (S6)."""
    return booked(clerk, line, Start(walk_in=True))


def book_for(clerk: Clerk, text: str) -> Talk:
    """``for NUMBER LINE``: for somebody who was listed; ``for this LINE``: whose card was opened last."""
    person, line = clerk.listed.whose(text)
    return booked(clerk, line, Start(person.id, person.name))


def take(clerk: Clerk, text: str) -> Talk:
    """``take NUMBER LINE``: a free time that was listed."""
    number, _, line = text.partition(" ")
    opening = clerk.listed[number]
    if not isinstance(opening, Opening):
        raise Refused(f"Number {number} is no free time.", "openings lists some.")
    return booked(clerk, line, Start(staff_id=opening.staff_id, starts_at=opening.starts_at))


def booked(clerk: Clerk, text: str, start: Start) -> Talk:
    """Read the line, settle what is open, ask, and book. One request, however often it is answered."""
    clerk.require(Right.BOOK)
    if start.walk_in:
        start = replace(start, starts_at=clerk.now // MINUTE * MINUTE)
    request, answers = new_request(), NO_ANSWERS
    while not text.strip():
        clerk.keep(FORM, start.draft(text))
        text = yield words(_asked(start), f"Type it. {SUCH_AS}", otherwise=NOTHING)
    line, names = Line(text), clerk.fetch(catalogue)
    while True:
        clerk.keep(FORM, start.draft(line.text))
        reader = _reader(clerk, names, start)
        proposal = _proposal(clerk, names, reader, line, start)
        if proposal.details is None:
            line = yield from settled(clerk, reader, proposal, line)
            continue
        told = understood(clerk, names, proposal, line.chosen.customer or start.customer)
        if proposal.clashes and answers == NO_ANSWERS:
            blocked = Blocked(_in_the_way(proposal), proposal.offers, proposal.anyway)
        else:
            other = what_is_different(reader, line, "what is different")
            reply = yield yes_or_no(_question(told, proposal), told.details, NOTHING, other, told.rows)
            if reply != "yes":
                line, answers = line.amended(reader, reply) or line, NO_ANSWERS
                continue
            yes = replace(answers, past=bool(proposal.over))
            command = booking.BookAppointment(proposal.details, request, yes, arrived=start.walk_in)
            done = tried(clerk, booking.book, command)
            if not isinstance(done, Blocked):
                return Say(f"{done.says}.", details=("u takes it back.",))
            blocked = done
        other = what_is_different(reader, line, "another time")
        way = yield from way_out(clerk, blocked, (f"Understood: {told.first}.",), NOTHING, other)
        answers = way.answered(answers)
        line = line.taking(way.starts_at, reader, way.words)


def _question(told: Understood, proposal: Proposal) -> str:
    """What a yes books; of a day that is over it is said first that it is."""
    return f"{proposal.over}. Book {told.first}, all the same?" if proposal.over else f"Book {told.first}?"


def _in_the_way(proposal: Proposal) -> tuple[str, ...]:
    """What is in the way; of a day that is over it is said first that it is."""
    first, *others = proposal.clashes
    return (f"{proposal.over}. {first}" if proposal.over else first, *others)


def _asked(start: Start) -> str:
    if start.customer:
        return f"For {start.customer}: when, how long, what?"
    return "Who, how long, with whom, what?" if start.starts_at else "Who, when, how long, what?"


def _reader(clerk: Clerk, names: Catalogue, start: Start) -> Reader:
    customer = (start.customer_id, start.customer) if start.customer_id is not None else None
    return Reader(clerk.spoken(names, customer))


def _proposal(clerk: Clerk, names: Catalogue, reader: Reader, line: Line, start: Start) -> Proposal:
    """What the line would book. A time that it says goes before one that is known."""
    reading, chosen = reader.read(line.text), line.chosen
    known = start.starts_at if reading.day is None and reading.time is None else None
    context = Context(
        clerk.zone,
        clerk.today,
        clerk.now,
        start.customer_id if chosen.customer_id is None else chosen.customer_id,
        start.staff_id,
        start.room_id,
        known if chosen.starts_at is None else chosen.starts_at,
        chosen.staff_id,
        clerk.order,
        clerk.session.key,
    )
    return clerk.fetch(propose, reading, names, context)
