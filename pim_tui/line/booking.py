"""Booking by the quick line: what was understood is read back, and nothing is written without a yes."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from ..domain.moments import MINUTE, day_label, day_of, short_day, span
from ..domain.quickline import Ask as Open
from ..domain.quickline import Reader
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
from .ways import Blocked, way_out

FORM = "quick"
"""The drafts of the quick line are the same as those of the screens."""
SUCH_AS = "Such as: jane doe 7d 10:30 30m follow-up - blood pressure review."
NOTHING = "Nothing was booked."


@dataclass(frozen=True, slots=True)
class Given:
    """What is known besides the line, and what was chosen of what it leaves open.

    ``customer_id`` and ``customer`` are somebody whom the line does not name; ``staff_id``, ``room_id`` and
    ``held``, UTC seconds, hold unless it says otherwise. What was ``chosen`` of its readings goes before it.
    """

    customer_id: int | None = None
    customer: str = ""
    staff_id: int | None = None
    room_id: int | None = None
    held: int | None = None
    walk_in: bool = False
    chosen_customer: int | None = None
    chosen_name: str = ""
    chosen_staff: int | None = None
    chosen_start: int | None = None

    def draft(self, line: str) -> dict[str, str]:
        """What has to be kept so that ``line`` means the same again, as the screens have it."""
        ids = {"customer_id": self.customer_id, "staff_id": self.staff_id, "room_id": self.room_id}
        return {
            "line": line,
            "customer": self.customer,
            "walk_in": "1" if self.walk_in else "",
            **{name: str(id_ or "") for name, id_ in ids.items()},
        }

    @classmethod
    def of_draft(cls, fields: Mapping[str, str]) -> Given:
        """The inverse of :meth:`draft`."""
        ids = (fields.get(name, "") for name in ("customer_id", "staff_id", "room_id"))
        customer_id, staff_id, room_id = (int(text) if text.isdigit() else None for text in ids)
        return cls(
            customer_id, fields.get("customer", ""), staff_id, room_id, walk_in=bool(fields.get("walk_in"))
        )


def book(clerk: Clerk, line: str) -> Talk:
    """``book LINE``."""
    return booked(clerk, line, Given())


def walk_in(clerk: Clerk, line: str) -> Talk:
    """``here LINE``: somebody who is here now (S6)."""
    return booked(clerk, line, Given(walk_in=True))


def book_for(clerk: Clerk, text: str) -> Talk:
    """``for NUMBER LINE``: for somebody who was listed; ``for this LINE``: whose card was opened last."""
    number, _, line = text.partition(" ")
    person = clerk.listed.person("" if number.casefold() == "this" else number or "?")
    return booked(clerk, line, Given(person.id, person.name))


def take(clerk: Clerk, text: str) -> Talk:
    """``take NUMBER LINE``: a free time that was listed."""
    number, _, line = text.partition(" ")
    opening = clerk.listed[number]
    if not isinstance(opening, Opening):
        raise Refused(f"Number {number} is no free time.", "openings lists some.")
    return booked(clerk, line, Given(staff_id=opening.staff_id, held=opening.starts_at))


def booked(clerk: Clerk, line: str, given: Given) -> Talk:
    """Read the line, settle what is open, ask, and book. One request, however often it is answered."""
    clerk.require(Right.BOOK)
    if given.walk_in:
        given = replace(given, held=clerk.now // MINUTE * MINUTE)
    request, answers = new_request(), NO_ANSWERS
    while not line.strip():
        clerk.keep(FORM, given.draft(line))
        line = yield words(_asked(given), f"Type it. {SUCH_AS}", otherwise=NOTHING)
    names = clerk.fetch(catalogue)
    while True:
        clerk.keep(FORM, given.draft(line))
        proposal = _proposal(clerk, names, line, given)
        if proposal.details is None:
            line, given = yield from _settled(clerk, names, proposal, line, given)
            continue
        told = _understood(clerk, names, proposal, given)
        if proposal.clashes and answers == NO_ANSWERS:
            blocked = Blocked(proposal.clashes, proposal.offers, proposal.anyway)
        else:
            yield yes_or_no(f"Book {told.first}?", told.details, NOTHING)
            command = booking.BookAppointment(proposal.details, request, answers, arrived=given.walk_in)
            try:
                return Say(f"{clerk.carry_out(booking.book, command).says}.", details=("u takes it back.",))
            except Refused as error:
                blocked = Blocked.of(error, clerk.zone)
                if not blocked.has_ways:
                    raise
        way = yield from way_out(clerk, blocked, (f"Understood: {told.first}.",), NOTHING)
        answers = way.answers
        given = given if way.starts_at is None else replace(given, chosen_start=way.starts_at)


def _asked(given: Given) -> str:
    if given.customer:
        return f"For {given.customer}: when, how long, what?"
    return "Who, how long, with whom, what?" if given.held else "Who, when, how long, what?"


def _proposal(clerk: Clerk, names: Catalogue, line: str, given: Given) -> Proposal:
    """What the line would book. A time that it says goes before one that is known."""
    customer = (given.customer_id, given.customer) if given.customer_id is not None else None
    reading = Reader(clerk.spoken(names, customer)).read(line)
    held = given.held if reading.day is None and reading.time is None else None
    context = Context(
        clerk.zone, clerk.today, clerk.now,
        given.customer_id if given.chosen_customer is None else given.chosen_customer,
        given.staff_id, given.room_id, held if given.chosen_start is None else given.chosen_start,
        given.chosen_staff, clerk.order, clerk.session.key,
    )  # fmt: skip
    return clerk.fetch(propose, reading, names, context)


# --- what is open ------------------------------------------------------------------------------------


def _settled(
    clerk: Clerk, names: Catalogue, proposal: Proposal, line: str, given: Given
) -> Generator[Ask, str, tuple[str, Given]]:
    """Ask for the first thing that is missing; the line and what is known by then."""
    if proposal.people and proposal.person is None and given.chosen_customer is None:
        people = proposal.people
        rows = [Row(_person(one), f"number {one.number}") for one in people]
        taken = people[int((yield which("Which one?", rows, otherwise=NOTHING))) - 1]
        return line, replace(given, chosen_customer=taken.id, chosen_name=_person(taken))
    if proposal.clashes and proposal.offers:
        labels = [label for _, label in proposal.offers]
        taken_at = int((yield which(proposal.clashes[0], labels, otherwise=NOTHING)))
        return line, replace(given, chosen_start=proposal.offers[taken_at - 1][0])
    for open_ in proposal.asks:
        if open_.choices and open_.field in ("staff", "day", "time", "room", "type", "minutes"):
            return (yield from _chosen(clerk, names, proposal, open_, line, given))
        if open_.why == "missing" and open_.field in ("day", "time", "customer"):
            more = yield words(_missing(proposal), "Type what is missing.", otherwise=NOTHING)
            return f"{more} {line}", given
    told = [ask.message for ask in proposal.asks] or [*proposal.clashes, "Something is missing."]
    raise Refused(" ".join(told), f"{NOTHING} Say it again.")


def _missing(proposal: Proposal) -> str:
    """The questions for all that is missing, in one sentence after the other."""
    return " ".join(ask.message for ask in proposal.asks if ask.why == "missing" and not ask.choices)


def _chosen(
    clerk: Clerk, names: Catalogue, proposal: Proposal, open_: Open, line: str, given: Given
) -> Generator[Ask, str, tuple[str, Given]]:
    """One of several readings: what it stands for is known from then on, or said in the line."""
    question = "With whom?" if open_.field == "staff" else open_.message
    number = int((yield which(question, [one.label for one in open_.choices], otherwise=NOTHING)))
    choice = open_.choices[number - 1]
    if open_.field == "staff":
        return line, replace(given, chosen_staff=int(str(choice.value)))
    day, at = proposal.reading.day, proposal.reading.time
    day = choice.value if isinstance(choice.value, date) else day
    at = choice.value if isinstance(choice.value, time) else at
    if open_.field in ("day", "time") and day and at:
        starts_at, offers, problem = resolved(datetime.combine(day, at), clerk.zone)
        if starts_at is None:
            labels = [label for _, label in offers]
            starts_at = offers[int((yield which(problem, labels, otherwise=NOTHING))) - 1][0]
        return line, replace(given, chosen_start=starts_at)
    raise Refused(open_.message, f"{NOTHING} Say it again with only one of them.")


# --- what was understood -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Told:
    first: str
    details: tuple[str, ...]


def _understood(clerk: Clerk, names: Catalogue, proposal: Proposal, given: Given) -> _Told:
    """The reading in a sentence, with the customer found and the staff member taken."""
    details, zone = proposal.details, clerk.zone
    assert details is not None
    person = _person(proposal.person) if proposal.person else given.chosen_name or given.customer
    end = details.starts_at + details.minutes * MINUTE
    when = f"{day_label(day_of(details.starts_at, zone))} {span(details.starts_at, end, zone)}"
    kind = next((one.name for one in names.types if one.id == details.type_id), "")
    room = next((one.name for one in names.rooms if one.id == details.room_id), "")
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
