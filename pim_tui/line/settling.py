"""A line that books, as far as it is settled: what it leaves open is asked for, what is wrong mended."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from ..domain.quickline import Ask as Open
from ..domain.quickline import Reader
from ..domain.rights import Right
from ..errors import Refused
from ..queries.proposals import Proposal, resolved
from ..queries.search import Found, find
from .amending import amended
from .answers import Ask, Besides, Row, sentence, which
from .clerk import Clerk, new_request
from .readback import person
from .ways import said

NOTHING = "Nothing was booked."


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen of that which the line leaves open; it goes before what the line was opened with."""

    customer_id: int | None = None
    customer: str = ""
    staff_id: int | None = None
    starts_at: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """What was typed by now, and what was chosen besides."""

    text: str
    chosen: Chosen = Chosen()

    def taking(self, starts_at: int | None, reader: Reader, more: str) -> Line:
        """The same at this time, or with these words; as it is where neither is given."""
        if more:
            return self.amended(reader, more) or self
        at = self.chosen.starts_at if starts_at is None else starts_at
        return replace(self, chosen=replace(self.chosen, starts_at=at))

    def amended(self, reader: Reader, more: str, *, customer: bool = False) -> Line | None:
        """With other words for a part of it (:func:`~.amending.amended`): what was chosen of that is said
        anew."""
        text = amended(reader, self.text, more, customer=customer)
        if text is None:
            return None
        kinds = {span.kind for span in reader.read(more).spans}
        chosen = Chosen() if customer else self.chosen
        if kinds & {"day", "time"}:
            chosen = replace(chosen, starts_at=None)
        return Line(text, replace(chosen, staff_id=None) if "staff" in kinds else chosen)


def what_is_different(reader: Reader, line: Line, what: str) -> Besides:
    """Words that change the line, but for whom it is."""
    return Besides(what, lambda more: line.amended(reader, more) is not None)


def settled(clerk: Clerk, reader: Reader, proposal: Proposal, line: Line) -> Generator[Ask, str, Line]:
    """Ask for the first thing that is open; the line as it is then."""
    chosen = line.chosen
    if proposal.people and proposal.person is None and chosen.customer_id is None:
        people = proposal.people
        rows = [Row(_alike(one), f"number {one.number}") for one in people]
        name = _names(clerk, reader, line, "the name again")
        told = "Which one?"
        if people[0].sounds:
            told = f"{proposal.reading.nobody} Who is meant, of those that sound alike?"
        reply = yield which(told, rows, otherwise=NOTHING, besides=name)
        if _is_new(clerk, reply):
            return (yield from _entered(clerk, proposal, line))
        if not reply.isdigit():
            return line.amended(reader, reply, customer=True) or line
        taken = people[int(reply) - 1]
        return replace(line, chosen=replace(chosen, customer_id=taken.id, customer=person(taken)))
    if proposal.clashes and proposal.offers:
        labels = [label for _, label in proposal.offers]
        taken_at = int((yield which(proposal.clashes[0], labels, otherwise=NOTHING)))
        return line.taking(proposal.offers[taken_at - 1][0], reader, "")
    wrong = [ask for ask in proposal.asks if ask.why == "unknown"]
    if wrong:
        what = _INSTEAD.get(wrong[0].field, "it in other words")
        if wrong[0].field != "customer":
            return (yield from _said(reader, wrong, _changes(reader, line, what, wrong), line))
        # A weekday that was taken for a name may be why nobody is called so.
        why = [Open("customer", notice) for notice in proposal.reading.notices]
        more = yield from said(_told([*wrong, *why]), _names(clerk, reader, line, what), (), NOTHING)
        if _is_new(clerk, more):
            return (yield from _entered(clerk, proposal, line))
        return line.amended(reader, more, customer=True) or line
    first = proposal.asks[0]
    if first.choices:
        return (yield from _chosen(clerk, reader, proposal, first, line))
    missing = [ask for ask in proposal.asks if ask.why == "missing" and not ask.choices]
    return (yield from _said(reader, missing, _changes(reader, line, "what is missing", missing), line))


def _said(reader: Reader, asks: Sequence[Open], wanted: Besides, line: Line) -> Generator[Ask, str, Line]:
    """Ask in words for what is wrong, or for all that is missing."""
    more = yield from said(_told(asks), wanted, (), NOTHING)
    return line.amended(reader, more, customer=_are_about_the_customer(asks)) or line


def _told(asks: Sequence[Open]) -> str:
    return " ".join(sentence(ask.message) for ask in asks)


def _are_about_the_customer(asks: Sequence[Open]) -> bool:
    return any(ask.field == "customer" for ask in asks)


def _changes(reader: Reader, line: Line, what: str, asks: Sequence[Open]) -> Besides:
    """Words that change the line in what is asked."""
    customer = _are_about_the_customer(asks)
    return Besides(what, lambda more: line.amended(reader, more, customer=customer) is not None)


def _alike(one: Found) -> str:
    """Who it is, and whether the name only sounds so (P1)."""
    return f"{person(one)}, sounds alike" if one.sounds else person(one)


def _is_new(clerk: Clerk, reply: str) -> bool:
    """Whether it is somebody who has to be entered first, and may be."""
    return reply.casefold() == "new" and clerk.may(Right.CHANGE_CUSTOMER)


def _entered(clerk: Clerk, proposal: Proposal, line: Line) -> Generator[Ask, str, Line]:
    """Somebody new, called as the line says; the line is about them from then on."""
    from .newcomers import entered

    name = proposal.reading.customer_words
    found = yield from entered(clerk, name, new_request(), lambda line: None, NOTHING)
    return replace(line, chosen=replace(line.chosen, customer_id=found.person.id, customer=found.person.name))


def _names(clerk: Clerk, reader: Reader, line: Line, what: str) -> Besides:
    """Words that change the line, for whom it is as well: a name that finds nobody, such as a slip, does not
    take the place of the one that was given."""

    def takes(more: str) -> bool:
        if _is_new(clerk, more):
            return True
        put = line.amended(reader, more, customer=True)
        if put is None:
            return False
        before, after = reader.read(line.text).customer_words, reader.read(put.text).customer_words
        return after == before or bool(
            clerk.fetch(find, after, today=clerk.today, limit=1, order=clerk.order)
        )

    def but(more: str) -> str:
        understood = line.amended(reader, more, customer=True) is not None
        return "finds nobody either" if understood else "was not understood"

    new = ", or new to enter them" if clerk.may(Right.CHANGE_CUSTOMER) else ""
    return Besides(f"{what}{new}", takes, but)


_INSTEAD = {
    "customer": "the name again", "day": "another day", "time": "another time", "minutes": "one length",
    "staff": "another name, such as dr lee", "room": "another room", "type": "another type",
}  # fmt: skip


def _chosen(
    clerk: Clerk, reader: Reader, proposal: Proposal, open_: Open, line: Line
) -> Generator[Ask, str, Line]:
    """One of several readings: what it stands for is known from then on."""
    question = "With whom?" if open_.field == "staff" else open_.message
    number = int((yield which(question, [one.label for one in open_.choices], otherwise=NOTHING)))
    choice = open_.choices[number - 1]
    if open_.field == "staff":
        return replace(line, chosen=replace(line.chosen, staff_id=int(str(choice.value))))
    day, at = proposal.reading.day, proposal.reading.time
    day = choice.value if isinstance(choice.value, date) else day
    at = choice.value if isinstance(choice.value, time) else at
    if open_.field in ("day", "time") and day and at:
        starts_at, offers, problem = resolved(datetime.combine(day, at), clerk.zone)
        if starts_at is None:
            labels = [label for _, label in offers]
            starts_at = offers[int((yield which(problem, labels, otherwise=NOTHING))) - 1][0]
        return line.taking(starts_at, reader, "")
    said_again = line.amended(reader, choice.label)
    if said_again is None:
        raise Refused(open_.message, f"{NOTHING} Say it again with only one of them.")
    return said_again
