"""What an incoming event says, as an appointment keeps it: its state, its reason and its note."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import NamedTuple

from ..domain.moments import MINUTE
from ..domain.states import CANCELERS, Status
from ..domain.text import fold, tidy
from ..imports.events import EventRow, Who
from ..imports.ical.values import link_in
from ..models.calendar import MODES
from .event_people import Found
from .visit_rows import KnownType

NO_REASON = "canceled where it came from"
_STATES = {
    "scheduled": "S", "completed": "C", "missed": "M", "canceled": "X", "cancelled": "X",
    "s": "S", "c": "C", "m": "M", "x": "X",
}  # fmt: skip
_REASON, _NOTE = 200, 4_000


class State(NamedTuple):
    """The state an event comes in with, and what there is to say about it."""

    status: Status
    says: str = ""


def state_of(row: EventRow, minutes: int, now: int) -> State:
    """What is over is Completed, the rest Scheduled, unless the event knows better (S1, S2)."""
    told = _STATES.get(row.own.get("status", "").strip().casefold(), "")
    ends = row.starts_at + minutes * MINUTE
    if row.canceled or told == Status.CANCELED:
        return State(Status.CANCELED)
    wanted = Status.MISSED if row.missed else Status(told) if told in ("S", "C", "M") else None
    if wanted in (Status.COMPLETED, Status.MISSED) and row.starts_at > now:
        return State(Status.SCHEDULED, f"said to be {wanted.word.lower()}, but it has not begun")
    return State(wanted or (Status.COMPLETED if ends <= now else Status.SCHEDULED))


def cancelation_of(row: EventRow) -> tuple[str, str]:
    """Why it was canceled, and who asked: the clinic where nothing else is said (S2)."""
    by = row.own.get("canceled-by", row.own.get("cancelled-by", ""))
    reason = row.cancel_reason or row.own.get("cancel-reason", "")
    return tidy(reason, limit=_REASON) or NO_REASON, by if by in CANCELERS else "clinic"


def mode_of(row: EventRow, type_: KnownType | None) -> str:
    """As the event says, else virtual with a link to a video meeting, else as the type is."""
    told = row.own.get("mode", "").strip().replace(" ", "_")
    if told in MODES:
        return told
    return "virtual" if link_in(row.link) else type_.mode if type_ else "in_person"


def reason_of(row: EventRow, found: Found, type_: KnownType | None, types: Container[str]) -> str:
    """Why they come: the reason given, the title beside the name, and words meant as a type that is none.

    ``types`` are the folded names of types, which say nothing more.
    """
    if "customer" in row.own:
        return tidy(row.own.get("reason", ""), limit=_REASON)
    if "reason" in row.own:
        told = [row.own["reason"]]
        if not found.kept and found.rest and type_ is None and not row.kind:
            told.append(found.rest)
    else:
        told = [found.rest]
    if type_ is None and row.kind:
        told.insert(0, row.kind)
    kept = {fold(word): tidy(word, limit=_REASON) for word in told if fold(word) and fold(word) not in types}
    return tidy(" - ".join(kept.values()), limit=_REASON)


def note_of(row: EventRow, found: Found, staff_name: str, *, room: bool) -> str:
    """Everything else: the description, the place, the link, and the people who are not known here."""
    return "\n".join(_note_lines(row, found, staff_name, room=room))[:_NOTE]


def _note_lines(row: EventRow, found: Found, staff_name: str, *, room: bool) -> Iterator[str]:
    if told := row.own.get("note") or row.description.strip():
        yield told
    if row.location and not room:
        yield f"Place: {tidy(row.location, limit=300)}"
    if row.link and row.link != row.location and row.link not in told:
        yield f"Link: {tidy(row.link, limit=500)}"
    if staff_name:
        yield f"With: {staff_name}"
    if found.kept:
        for who in filter(None, (row.customer, *row.attendees[:5])):
            yield f"Customer: {_told(who)}"


def _told(who: Who) -> str:
    number = f"#{who.number}" if who.number else ""
    return ", ".join(tidy(part, limit=120) for part in (who.name, who.email, who.phone, number) if part)
