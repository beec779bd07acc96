"""A person's card in lines for a small terminal: what the profile tells, as far as one may see it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...domain.moments import MINUTE, day_label, span
from ...domain.rights import Right
from ...domain.states import Status
from ...queries.balances import balance
from ...queries.customers import AppointmentFilter, AppointmentRow, appointments_of, profile
from ...queries.urgent import urgent_of
from ..widgets.cells import wrapped
from ..widgets.facts import JOINT, Fact
from .personfacts import facts_of, head_of, owed_of

if TYPE_CHECKING:
    from .lookup import LookUp

COMING, WERE = 5, 3
_CLOSED = Fact("closed to you", "Owes", "dim", rank=20)


async def card_lines(screen: LookUp, customer_id: int, width: int) -> tuple[str, list[tuple[str, str]]]:
    """The title, and the lines with their style: alerts first, then how they are reached, then the visits.

    That the record was looked at is noted as in the profile.
    """
    pim, today = screen.pim, screen.pim.today
    person = await screen.fetch(profile, customer_id, today)
    pim.views.opened(pim.desk.session, customer_id)
    urgent = await screen.fetch(urgent_of, customer_id, today)
    owed = [_CLOSED]
    if Right.SEE_BILL in pim.desk.session.rights:
        owed = owed_of(await screen.fetch(balance, customer_id), pim.desk.session.currency)
    facts = [
        *(Fact(f"! {told}", style="alert") for told in urgent),
        *head_of(person)[1:],
        *facts_of(person, today, pim.desk.session.zone, owed=owed),
        *[Fact(text, "", style) for text, style in await _visits(screen, customer_id)],
    ]
    title = f"{person.name.full} #{person.number}"
    return title, [line for fact in facts for line in _lines(fact, width)]


async def _visits(screen: LookUp, customer_id: int) -> list[tuple[str, str]]:
    """The next ones, then the last that took place or were missed."""
    today, zone = screen.pim.today, screen.pim.desk.session.zone
    if Right.SEE_APPOINTMENT not in screen.pim.desk.session.rights:
        return []
    ahead = AppointmentFilter(statuses=(Status.SCHEDULED,), first=today)
    were = AppointmentFilter(statuses=(Status.COMPLETED, Status.MISSED), last=today)
    coming = (await screen.fetch(appointments_of, customer_id, ahead)).rows[::-1][:COMING]
    past = (await screen.fetch(appointments_of, customer_id, were, WERE)).rows
    return [*((_told(row, zone), "") for row in coming), *((_told(row, zone), "dim") for row in past)]


def _told(row: AppointmentRow, zone: str) -> str:
    state = f"{Status(row.status).shape}{row.status}"
    times = span(row.starts_at, row.starts_at + row.minutes * MINUTE, zone)
    return f"{state} {day_label(row.day)} {times} {row.staff} {row.type_name}"


def _lines(fact: Fact, width: int) -> Iterator[tuple[str, str]]:
    text = f"{fact.label}: {fact.text}" if fact.label.strip() else fact.text
    style = {"alert": "warn", "owes": "warn", "name": "strong"}.get(fact.style, fact.style)
    for place, line in enumerate(wrapped(text, width - 1)):
        yield f"{' ' * bool(place)}{line.replace(JOINT, ' ')}", style
