"""Somebody who is not in the book yet is entered at the line, after a yes."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from dataclasses import replace
from typing import NamedTuple

from ..domain.customer import FIELD_TITLES, CustomerFields, NewCustomer, newcomer, read_fields
from ..domain.moments import short_day
from ..domain.phones import e164
from ..domain.rights import Right
from ..errors import Fault, NeedsAnswer
from ..queries.customers import LookAlike, look_alikes
from ..services.customers import CreateCustomer, create_customer
from .answers import Ask, Besides, Row, Say, Talk, sentence, which, words, yes_or_no
from .clerk import LINE_FORM, Clerk
from .listed import Person
from .ways import said

NOBODY = "Nobody was entered."
_HOW = "Type the name, with birth date and telephone if you know them: jane doe 12.3.1980 030 5550101."
_OTHERS = 5
"""People who are told that may be the same."""


class Entered(NamedTuple):
    """Who is in the book now, and what is said of it."""

    person: Person
    says: str


def enter(clerk: Clerk, text: str) -> Talk:
    """``new jane doe 12.3.1980 030 5550101``: after a yes; who may be the same is told first (P3)."""
    request = clerk.request()

    def keep(line: str) -> None:
        about = {"what": f"new customer {line}", "line": f"new {line}".strip(), "request": request}
        clerk.keep(LINE_FORM, {**about, "id": "", "customer_id": "", "customer": ""}, "new")

    found = yield from entered(clerk, text, request, keep, NOBODY)
    clerk.listed.show([found.person])
    clerk.listed.here = found.person
    return Say(found.says, details=("for this, with a day and a time, books for them.",))


def entered(
    clerk: Clerk, text: str, request: str, keep: Callable[[str], None], otherwise: str
) -> Generator[Ask, str, Entered]:
    """Ask until it is known who it is and whether that is right, and enter them; ``keep`` keeps what was
    typed by then. Somebody who was in the book already may be the answer."""
    clerk.require(Right.CHANGE_CUSTOMER)
    fields = newcomer(text, clerk.today, clerk.order)
    while True:
        keep(_as_line(fields))
        customer, faults = read_fields(fields, today=clerk.today, order=clerk.order)
        more = Besides("a birth date or a telephone number", lambda line: _adds(clerk, line))
        if faults and customer.name.full:
            fields = _with(clerk, fields, (yield from said(_told(faults), more, (), otherwise)))
            continue
        if faults:
            told = "Who is new?" if not _as_line(fields) else _told(faults)
            fields = _with(clerk, fields, (yield words(told, f"{_HOW} Enter leaves.", otherwise=otherwise)))
            continue
        reply = yield yes_or_no(f"Enter {_described(customer)}, as somebody new?", (), otherwise, more)
        if reply != "yes":
            fields = _with(clerk, fields, reply)
            continue
        command = CreateCustomer(fields, False, clerk.order, request)
        try:
            done = clerk.carry_out(create_customer, command)
        except NeedsAnswer as error:
            if error.question != "duplicate":
                raise
            there = yield from _there_already(clerk, customer, otherwise)
            if there is not None:
                return Entered(there, f"{there.name} was in the book already.")
            done = clerk.carry_out(create_customer, replace(command, duplicates_seen=True))
        return Entered(Person(done.ids[0], customer.name.full), done.says)


def _there_already(clerk: Clerk, customer: NewCustomer, otherwise: str) -> Generator[Ask, str, Person | None]:
    """Which of those who may be the same it is; None for somebody else."""
    numbers = [number for _, phone in customer.phones if (number := e164(phone, clerk.session.country))]
    alike = clerk.fetch(look_alikes, customer, numbers)[:_OTHERS]
    rows = [Row(_alike(one), f"number {one.number}") for one in alike]
    told = f"{customer.name.full} may be in the book already. Which one is it?"
    taken = int((yield which(told, [*rows, "Somebody else: enter them"], otherwise=otherwise)))
    return Person(alike[taken - 1].id, alike[taken - 1].listed) if taken <= len(alike) else None


def _alike(one: LookAlike) -> str:
    born = f"born {short_day(one.birth_date)}" if one.birth_date else "birth date unknown"
    return f"{one.listed}, {born}, {one.why}"


def _with(clerk: Clerk, fields: CustomerFields, more: str) -> CustomerFields:
    """What was typed last goes before what was typed of the same earlier."""
    now = newcomer(more, clerk.today, clerk.order)
    named = now if now.first or now.last else fields
    return replace(named, birth_date=now.birth_date or fields.birth_date, phones=now.phones or fields.phones)


def _adds(clerk: Clerk, line: str) -> bool:
    """Whether a line gives a birth date or a telephone number and no name: a slip is not somebody's."""
    found = newcomer(line, clerk.today, clerk.order)
    return not (found.first or found.last) and bool(found.birth_date or found.phones)


def _described(customer: NewCustomer) -> str:
    born = f"born {short_day(customer.birth_date)}" if customer.birth_date else "birth date unknown"
    phones = ", ".join(f"telephone {number}" for _, number in customer.phones) or "no telephone"
    return f"{customer.name.full}, {born}, {phones}"


def _told(faults: Iterable[Fault]) -> str:
    titles = ((FIELD_TITLES.get(fault.field.split()[0], fault.field), fault.message) for fault in faults)
    return " ".join(sentence(f"{title[:1].upper()}{title[1:]}: {message}") for title, message in titles)


def _as_line(fields: CustomerFields) -> str:
    """The same typed in one line."""
    name = (fields.prefix, fields.first, fields.middle, fields.last, fields.suffix)
    return " ".join(filter(None, (*name, fields.birth_date, *(entry.number for entry in fields.phones))))
