"""The waiting list: who waits, who is offered a time that has become free, and what they answer (A15)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..db.connection import select
from ..domain.moments import MIDNIGHT
from ..domain.rights import Right
from ..domain.text import tidy
from ..domain.waiting import URGENCIES, Wish
from ..errors import Difference, Fault, Invalid, NotFound, Refused, Stale
from ..models import WaitingEntry
from ..queries.waiting import entry
from . import offer_rows
from .reasons import typed_reason
from .usecase import use_case
from .waiting_rows import closed, open_entry, stored, updated
from .work import Done, Work

NOTE = 200


@dataclass(frozen=True, slots=True)
class AddWaiting:
    """Put a customer on the list; ``appointment_id`` is the later visit that they have already."""

    customer_id: int
    wish: Wish
    note: str = ""
    appointment_id: int | None = None
    request: str = ""


@dataclass(frozen=True, slots=True)
class ChangeWaiting:
    """Change what entry ``id`` wishes; ``was`` is the line that was seen at ``version``."""

    id: int
    version: int
    was: str
    wish: Wish
    note: str = ""
    request: str = ""


@dataclass(frozen=True, slots=True)
class WithdrawWaiting:
    """Take entry ``id`` off the list, with a reason."""

    id: int
    version: int
    reason: str
    request: str = ""


@use_case(Right.WAITING_LIST)
def add_waiting(work: Work, command: AddWaiting) -> Done:
    """Put somebody on the list. Raises Invalid, NotFound, or Refused for a wish that is there already."""
    if not select("select 1 from customer where id = ? and active = 1", [command.customer_id]):
        raise NotFound("That customer does not exist or is no longer active.", "Search again.")
    columns = {**_columns(command.wish, command.note), "appointment_id": command.appointment_id}
    _check_appointment(command.customer_id, command.appointment_id)
    if select(
        "select 1 from waiting_entry where customer_id = ? and state = 'waiting'"
        " and coalesce(type_id, 0) = ? and coalesce(staff_id, 0) = ?",
        [command.customer_id, command.wish.type_id or 0, command.wish.staff_id or 0],
    ):
        raise Refused("The customer waits for that already.", "Change the entry on the waiting list instead.")
    id_ = WaitingEntry.insert(
        customer=command.customer_id, **columns, created_at=work.now, created_by=work.session.staff_id
    ).execute()
    work.changed("create", "waiting_entry", int(id_), None, stored(int(id_)))
    return _done(work, int(id_), "On the waiting list")


@use_case(Right.WAITING_LIST)
def change_waiting(work: Work, command: ChangeWaiting) -> Done:
    """Change the wishes. Raises Invalid, NotFound, Stale with both values, Refused."""
    found = open_entry(work, command.id)
    if found.version != command.version:
        wishes = Difference("wishes", command.was, found.line, "")
        raise Stale(found.customer, [wishes] if found.line != command.was else [], found.version)
    before, columns = stored(command.id), _columns(command.wish, command.note)
    dirty = {name: value for name, value in columns.items() if _same(before[name]) != _same(value)}
    if not dirty:
        raise Refused("Nothing was changed.", "Change something, or press Escape.")
    updated(found, dirty)
    work.changed("change", "waiting_entry", found.id, before, stored(found.id))
    return _done(work, found.id, "Changed")


@use_case(Right.WAITING_LIST)
def withdraw_waiting(work: Work, command: WithdrawWaiting) -> Done:
    """Take somebody off the list; an open offer lapses. Raises Invalid, NotFound, Stale, Refused."""
    found = open_entry(work, command.id)
    if found.version != command.version:
        raise Stale(found.customer, (), found.version)
    reason = typed_reason(command.reason, limit=NOTE)
    if found.offer_id is not None:
        offer_rows.lapsed(work, found.offer_id)
    closed(work, found, "withdraw", state="withdrawn", closed_reason=reason)
    return _done(work, found.id, "Off the waiting list")


def _check_appointment(customer_id: int, appointment_id: int | None) -> None:
    if appointment_id is not None and not select(
        "select 1 from appointment where id = ? and customer_id = ? and status = 'S'",
        [appointment_id, customer_id],
    ):
        raise Refused("That is no visit of the customer's that could come earlier.", "Choose again.")


def _columns(wish: Wish, note: str) -> dict[str, Any]:
    faults = []
    if not 1 <= wish.minutes <= 24 * 60:
        faults.append(Fault("minutes", "must be from 1 minute to a day"))
    if not 0 <= wish.urgency < len(URGENCIES):
        faults.append(Fault("urgency", f"must be one of {', '.join(URGENCIES)}"))
    if wish.first_day is not None and wish.last_day is not None and wish.last_day < wish.first_day:
        faults.append(Fault("last_day", "is before the first day"))
    if not set(wish.weekdays) <= set("0123456") or len(set(wish.weekdays)) < len(wish.weekdays):
        faults.append(Fault("weekdays", "must be days of the week, each once"))
    until = MIDNIGHT if wish.to_minute is None else wish.to_minute
    if not 0 <= (wish.from_minute or 0) < until <= MIDNIGHT:
        faults.append(Fault("to_minute", "must be a time of the day after the one it is from"))
    for field, table, id_ in (
        ("type_id", "appointment_type", wish.type_id),
        ("staff_id", "staff", wish.staff_id),
    ):
        if id_ is not None and not select(f"select 1 from {table} where id = ? and active = 1", [id_]):
            faults.append(Fault(field, f"this {table.replace('_', ' ')} is not in use"))
    if faults:
        raise Invalid(faults, "Nothing was saved.")
    return {**{name: getattr(wish, name) for name in Wish.__slots__}, "note": tidy(note, limit=NOTE)}


def _same(value: object) -> str:
    return "" if value is None else str(value)


def _done(work: Work, id_: int, says: str) -> Done:
    found = entry(id_, work.session.zone)
    return Done("waiting_entry", (id_,), (), found.version, f"{says}: {found.customer}, {found.line}")
