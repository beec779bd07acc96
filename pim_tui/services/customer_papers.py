"""Papers put together from the book: a customer's appointment card, and every list."""

from __future__ import annotations

from datetime import date
from typing import Any

from ..documents.blocks import Letterhead
from ..documents.card import MOST, Card, CardVisit
from ..documents.listreport import ListReport
from ..domain.layout import MONTHS
from ..domain.moments import DAY_NAMES, clock, day_of, moment_label
from ..domain.rights import Right
from ..domain.session import Session
from ..errors import NotFound
from ..lists.known import KNOWN
from ..lists.narrowed import narrowed
from ..lists.spec import Chosen, ListSpec, Scope
from ..lists.stock import register
from ..queries.customers import record
from ..queries.daysheets import coming
from ..queries.product_records import product_record
from . import paper_words as words
from .wanted import CardPaper, ListPaper, Made, RegisterPaper

MOST_ROWS = 5_000
"""Of a list; a longer one is narrowed, or exported."""


def card_paper(session: Session, wanted: CardPaper, clinic: Letterhead) -> Made:
    """The card with the next visits of a customer; says nothing of why."""
    session.needs(Right.PRINT)
    session.needs(Right.SEE_CUSTOMER)
    session.needs(Right.SEE_APPOINTMENT)
    customer = record(wanted.customer_id).customer
    visits, total = coming(wanted.customer_id, session.clock(), MOST)
    zone = session.zone
    listed = tuple(
        CardVisit(
            _in_full(day_of(one.starts_at, zone)),
            clock(one.starts_at, zone),
            one.minutes,
            one.staff,
            words.where(one.room, one.mode),
        )
        for one in visits
    )
    card = Card(
        clinic,
        customer.name.full,
        moment_label(session.clock(), session.zone),
        zone,
        listed,
        total - len(visits),
    )
    return Made(card, f"The appointment card of {customer.name.full}", "card", wanted.customer_id)


def _in_full(day: date) -> str:
    return f"{DAY_NAMES[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"


def list_paper(session: Session, wanted: ListPaper, clinic: Letterhead) -> Made:
    """A list as it is narrowed."""
    session.needs(Right.PRINT)
    session.needs(Right.SEE_CUSTOMER)
    spec = KNOWN.get(wanted.key)
    if spec is None:
        raise NotFound(f"There is no list {wanted.key}.", f"Choose from {', '.join(KNOWN)}.")
    whose = wanted.customer_id
    name = record(whose).customer.name.full if whose is not None else ""
    report = _report(session, spec, whose, wanted.chosen, name, clinic)
    told = " of ".join(filter(None, (f"The list of {spec.title.lower()}", name)))
    return Made(report, told, "list", whose)


def register_paper(session: Session, wanted: RegisterPaper, clinic: Letterhead) -> Made:
    """Everything that was moved of one product, with its running balance (K5)."""
    session.needs(Right.PRINT)
    session.needs(Right.SEE_PRODUCT)
    name = product_record(wanted.product_id).fields.name
    report = _report(session, register(wanted.product_id), None, wanted.chosen, name, clinic)
    return Made(report, f"The register of {name}", "product", wanted.product_id)


def _report(
    session: Session, spec: ListSpec[Any], whose: int | None, chosen: Chosen, name: str, clinic: Letterhead
) -> ListReport:
    rules = session.calendar.unknown, session.house.notice_days
    scope = Scope(whose, session.zone, day_of(session.clock(), session.zone), session.currency, *rules)
    page = spec.query(scope, chosen, MOST_ROWS, 0)
    return ListReport(
        clinic,
        spec.table(page, session.zone),
        moment_label(session.clock(), session.zone),
        session.zone,
        name,
        narrowed(spec, chosen),
        page.total - len(page.rows),
    )
