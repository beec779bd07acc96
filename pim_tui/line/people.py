"""People: who is found, what their card says, their notes, and opening a closed record for a reason."""

from __future__ import annotations

from collections.abc import Iterator

from ..domain.glass import OPEN_FOR, SHORTEST_REASON, is_closed_to
from ..domain.moments import MINUTE, clock, day_label, short_day, span
from ..domain.money import shown
from ..domain.people import Sex
from ..domain.rights import TITLES, Right
from ..domain.states import Status
from ..errors import Forbidden, Refused
from ..queries.balances import balance
from ..queries.customers import AppointmentFilter, AppointmentRow, Profile, appointments_of, profile
from ..queries.glass import open_glass
from ..queries.notes import notes_of
from ..queries.search import Found
from ..queries.search import find as find_customers
from ..queries.urgent import urgent_of
from ..queries.waiting import waits_for
from ..services.glass import BreakGlass, break_glass
from ..services.notes import AddNote, add_note
from .answers import Row, Say, Talk, numbered, secret, sentence, words, yes_or_no
from .clerk import Clerk, new_request
from .listed import Booked, Person

FOUND = 40
"""People that one search lists."""
COMING, WERE = 20, 5
"""Visits that a card lists: those to come, and the last ones that took place."""
NOTES = 50


def find(clerk: Clerk, text: str) -> Say:
    """``find WORDS``: a numbered list; the number opens the card."""
    if not text:
        raise Refused("Find whom?", "Say a name, 3 digits of a telephone, a birth date or #number.")
    found = clerk.fetch(find_customers, text, today=clerk.today, limit=FOUND, order=clerk.order)
    if not found:
        new = ", or new and the name to enter them" if clerk.may(Right.CHANGE_CUSTOMER) else ""
        raise Refused(f"Nobody is found by {text}.", f"Try fewer letters{new}.")
    clerk.listed.show([Person(one.id, one.full) for one in found])
    many = f"{len(found)} people" if len(found) > 1 else "1 person"
    more = f" Only the first {FOUND} are listed." if len(found) == FOUND else ""
    twins = " Near twins: mind the birth dates." if any(one.twin for one in found) else ""
    return Say(f"{many}.{twins}", numbered(map(_found, found)), (f"A number opens the card.{more}",))


def _found(one: Found) -> Row:
    remark = "sounds alike" if one.sounds else f"formerly {one.former}" if one.former else ""
    born = f"born {short_day(one.birth_date)}" if one.birth_date else "birth date unknown"
    more = (
        f"telephone {one.phone}" if one.phone else "",
        f"last visit {short_day(one.last_visit)}" if one.last_visit else "",
        f"next visit {short_day(one.next_visit)}" if one.next_visit else "",
        f"number {one.number}",
    )
    return Row(", ".join(filter(None, (one.full, born, remark))), ", ".join(filter(None, more)))


# --- the card ----------------------------------------------------------------------------------------


def card(clerk: Clerk, text: str) -> Say:
    """``card NUMBER``, or the number alone: who it is, what to mind, and the visits, numbered."""
    return card_of(clerk, clerk.listed.person(text))


def card_of(clerk: Clerk, person: Person) -> Say:
    """What this person may see of the record; that it was looked at is noted as on the screens."""
    found = clerk.fetch(profile, person.id, clerk.today)
    clerk.views.opened(clerk.session, person.id)
    here = Person(person.id, found.name.full)
    clerk.listed.here = here
    visits = _visits(clerk, person.id)
    clerk.listed.show([_booked(clerk, here, row) for row in visits])
    age = f"{found.age} years" if found.age is not None else ""
    sex = Sex(found.sex).word if found.sex in tuple(Sex) else found.sex
    born = f"born {short_day(found.birth_date)}" if found.birth_date else "birth date unknown"
    first = ", ".join(filter(None, (here.name, f"number {found.number}", born, age, sex)))
    rows = [Row(told) for told in _to_mind(clerk, found)]
    rows += numbered(_visit(clerk, row) for row in visits)
    if not visits and clerk.may(Right.SEE_APPOINTMENT):
        rows.append(Row("No visits."))
    return Say(f"{first}.", tuple(rows), tuple(_more(clerk, found)))


def _to_mind(clerk: Clerk, found: Profile) -> Iterator[str]:
    """What is always said: alerts first, then how they are reached and what they owe."""
    if not found.active:
        yield "This record is no longer active."
    if found.death_date:
        yield f"Died {short_day(found.death_date)}."
    yield from (f"Alert: {alert}." for alert in found.alerts)
    yield from (f"Mind: {told}." for told in clerk.fetch(urgent_of, found.id, clerk.today))
    yield from (f"Telephone {entry.label} {entry.number}." for entry in found.phones)
    yield _owed(clerk, found.id)
    if clerk.may(Right.BREAK_GLASS) and is_closed_to(clerk.session.rights):
        glass = clerk.fetch(open_glass, clerk.session.staff_id, found.id, clerk.now)
        if glass is not None:
            yield f"OPENED until {clock(glass.until_at, clerk.zone)}: {glass.reason}."


def _owed(clerk: Clerk, customer_id: int) -> str:
    if not clerk.may(Right.SEE_BILL):
        return f"What is owed is closed to you: you may not {TITLES[Right.SEE_BILL]}."
    owed, currency = clerk.fetch(balance, customer_id), clerk.session.currency
    if not (owed.owed or owed.credit):
        return "Owes nothing."
    word = "Owes" if owed.balance > 0 else "Has to the credit"
    return f"{word} {shown(abs(owed.balance), currency)}."


def _more(clerk: Clerk, found: Profile) -> Iterator[str]:
    """What is said where more words are wanted."""
    yield from (f"Email {entry.label} {entry.address}." for entry in found.emails)
    if found.address_lines:
        yield f"Address: {', '.join(found.address_lines)}."
    yield from (f"Formerly {name}." for name in found.former_names)
    yield from (f"{told[:1].upper()}{told[1:]}." for told in clerk.fetch(waits_for, found.id, clerk.zone))
    if found.missed:
        yield f"Missed {found.missed} of {found.appointments}."
    if found.notes:
        yield f"{found.notes} {'note' if found.notes == 1 else 'notes'}: say notes."


def _visits(clerk: Clerk, customer_id: int) -> list[AppointmentRow]:
    """Those to come, the next first, then the last that took place."""
    if not clerk.may(Right.SEE_APPOINTMENT):
        return []
    ahead = AppointmentFilter(statuses=(Status.SCHEDULED,), first=clerk.today)
    were = AppointmentFilter(statuses=(Status.COMPLETED, Status.MISSED), last=clerk.today)
    coming = clerk.fetch(appointments_of, customer_id, ahead).rows
    past = clerk.fetch(appointments_of, customer_id, were, WERE).rows
    return [*coming[::-1][:COMING], *past]


def _visit(clerk: Clerk, row: AppointmentRow) -> Row:
    when = f"{day_label(row.day)} {span(row.starts_at, row.starts_at + row.minutes * MINUTE, clerk.zone)}"
    state = Status(row.status).word
    return Row(f"{when}, {state}", ", ".join(filter(None, (row.type_name, row.staff, row.room, row.reason))))


def _booked(clerk: Clerk, person: Person, row: AppointmentRow) -> Booked:
    label = f"{person.name}, {day_label(row.day)} {clock(row.starts_at, clerk.zone)}"
    return Booked(row.id, row.version, person, label)


# --- notes -------------------------------------------------------------------------------------------


def notes(clerk: Clerk, text: str) -> Say:
    """``notes NUMBER``, or of the card that was opened last: the newest first."""
    person = clerk.listed.person(text)
    try:
        page = clerk.fetch(notes_of, person.id, None, NOTES, zone=clerk.zone)
    except Forbidden as error:
        if not clerk.may(Right.BREAK_GLASS):
            raise
        minutes = OPEN_FOR // MINUTE
        hint = f"{error.hint} Or say glass: it opens this record to you for {minutes} minutes, for a reason."
        raise Refused(f"The notes of {person.name} are closed to you.", hint) from error
    rows = [Row(f"{day_label(row.day)}, {row.author}: {row.text}") for row in page.rows]
    many = f"{page.total} {'note' if page.total == 1 else 'notes'}" if page.total else "No notes"
    more = f"Only the newest {NOTES} are read." if page.total > NOTES else ""
    return Say(f"{many} about {person.name}.", tuple(rows), (more,))


def note(clerk: Clerk, text: str) -> Talk:
    """``note NUMBER TEXT``: write a note about somebody, after a yes."""
    clerk.require(Right.WRITE_NOTE)
    person, about = clerk.listed.whose(text)
    otherwise, request, label = "Nothing was written.", clerk.request(), f"note about {person.name}"
    clerk.keep_about(person, label, f"note 1 {about}", request)
    if not about:
        about = yield words(f"A {label}?", "Type it; Enter leaves.", otherwise=otherwise)
        clerk.keep_about(person, label, f"note 1 {about}", request)
    yield yes_or_no(f"Write about {person.name}: {sentence(about)} Is that right?", (), otherwise)
    done = clerk.carry_out(add_note, AddNote(person.id, about, request))
    return Say(done.says)


def glass(clerk: Clerk, text: str) -> Talk:
    """``glass``: open the closed record of the card that was opened last, with a reason and the own PIN."""
    person = clerk.listed.person(text)
    if not is_closed_to(clerk.session.rights):
        raise Refused("Nothing of this record is closed to you.", "Say notes.")
    clerk.require(Right.BREAK_GLASS)
    otherwise, request = "It stays closed.", new_request()
    told = f"Open the closed record of {person.name}: why?"
    about = "It is written down, told to who reviews it, and ends after half an hour."
    how = f"Type the reason, at least {SHORTEST_REASON} letters; Enter leaves it closed."
    reason = yield words(told, how, (about,), otherwise)
    pin = yield secret("Your PIN?", "Type it; Enter leaves it closed.", otherwise)
    done = clerk.carry_out(break_glass, BreakGlass(person.id, reason, pin, request))
    return Say(done.says, details=("Say notes.",))
