"""What a quick line would book: the reading, completed from the book and held against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from ..domain.dates import Order
from ..domain.moments import Zone, clock, day_of, moment_label, offset_label, resolve
from ..domain.quickline import Ask, Choice, Reading
from ..domain.rights import Right
from ..domain.scheduling import OVERBOOKABLE, Clash
from ..domain.visit import Details, day_over
from ..errors import NeedsAnswer, Refused
from . import fitting, search
from .catalogue import Catalogue, usual_staff
from .gate import guarded
from .search import Found

SHOWN = 6
"""People listed to choose from."""


@dataclass(frozen=True, slots=True)
class Context:
    """What is known without being typed: the customer chosen before, the column under the cursor."""

    zone: Zone
    today: date
    now: int
    customer_id: int | None = None
    staff_id: int | None = None
    room_id: int | None = None
    starts_at: int | None = None
    staff_chosen: int | None = None
    order: Order = "dmy"
    session: str = ""
    """The key of who asks: a time held there is not in the way."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """``details`` when everything is known; else ``asks`` and ``people`` say what is missing.

    ``clashes`` are sentences; ``offers`` are starts that can be had instead, with labels. ``anyway`` says
    what books it in spite of them: a yes, an overbooking, or nothing, as in closed time (T9). ``over`` is
    what there is to say of a day that is over.
    """

    reading: Reading
    details: Details | None = None
    people: tuple[Found, ...] = ()
    person: Found | None = None
    staff: str = ""
    asks: tuple[Ask, ...] = ()
    clashes: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    offers: tuple[tuple[int, str], ...] = ()
    anyway: Literal["", "yes", "overbook"] = ""
    over: str = ""


@guarded(Right.SEE_APPOINTMENT)
def propose(reading: Reading, names: Catalogue, context: Context) -> Proposal:
    """Find the customer, take what was not said from the context, and look what is in the way."""
    person, people, asks = _customer(reading, context)
    staff_id = _staff(reading, names, context, person.id if person else context.customer_id)
    asks += [ask for ask in reading.asks if not _answered(ask, context)]
    if staff_id is None and not any(ask.field == "staff" for ask in asks):
        asks.append(Ask("staff", "With whom?", tuple(Choice(one.name, one.id) for one in names.staff)))
    starts, offers, problem = _starts(reading, context)
    clashes = (problem,) if problem else ()
    staff = names.staff_name(staff_id)
    customer_id = person.id if person else context.customer_id
    over = "" if starts is None else day_over(day_of(starts, context.zone), context.today)
    if customer_id is None or staff_id is None or starts is None or asks:
        return Proposal(reading, None, people, person, staff, tuple(asks), clashes, (), offers, over=over)
    details = _details(reading, names, customer_id, staff_id, starts, context)
    found, free = fitting.collisions(details, context.zone, context.now, session=context.session)
    hard = [clash for clash in found if clash.hard]
    told = tuple(clash.message for clash in found if not clash.hard)
    offers = tuple((start, _offer(start, starts, context.zone)) for start in free)
    says = tuple(clash.message for clash in hard)
    return Proposal(reading, details, people, person, staff, (), says, told, offers, _anyway(hard), over)


def _anyway(hard: Sequence[Clash]) -> Literal["", "yes", "overbook"]:
    """What passes all that is in the way: a taken customer is asked, what is closed or missing never is."""
    if not hard or not all(clash.other for clash in hard):
        return ""
    return "overbook" if any(clash.kind in OVERBOOKABLE for clash in hard) else "yes"


def _customer(reading: Reading, context: Context) -> tuple[Found | None, tuple[Found, ...], list[Ask]]:
    """Who is meant: the only hit, unless a near twin is about (P2), or somebody who must be picked."""
    if context.customer_id is not None or not reading.customer_words:
        return None, (), []
    people = search.find(reading.customer_words, today=context.today, limit=SHOWN, order=context.order)
    if not people:
        return None, (), [Ask("customer", reading.nobody, why="unknown")]
    if len(people) == 1 and not people[0].sounds and not people[0].twin:
        return people[0], people, []
    return None, people, [Ask("customer", "Which one?", why="ambiguous")]


def _answered(ask: Ask, context: Context) -> bool:
    """Whether what the line leaves open was answered by choosing."""
    return (
        (ask.field == "customer" and context.customer_id is not None)
        or (ask.field == "staff" and context.staff_chosen is not None)
        or (ask.field in ("day", "time") and context.starts_at is not None)
    )


def _staff(reading: Reading, names: Catalogue, context: Context, customer_id: int | None) -> int | None:
    """As chosen or said; else the column under the cursor, who saw the customer last, or the only one."""
    if context.staff_chosen is not None:
        return context.staff_chosen
    if reading.staff:
        return reading.staff[0] if len(reading.staff) == 1 else None
    if context.staff_id is not None:
        return context.staff_id
    usual = usual_staff(customer_id) if customer_id is not None else None
    return usual or (names.staff[0].id if len(names.staff) == 1 else None)


def _starts(reading: Reading, context: Context) -> tuple[int | None, tuple[tuple[int, str], ...], str]:
    """The instant, or what to choose from where the clock changes (T3), with the sentence why."""
    if context.starts_at is not None:
        return context.starts_at, (), ""
    if reading.starts is None:
        return None, (), ""
    return resolved(reading.starts, context.zone)


def resolved(wall: datetime, zone: Zone) -> tuple[int | None, tuple[tuple[int, str], ...], str]:
    """The instant of a wall time, or the instants to choose from and the sentence why (T3)."""
    try:
        return resolve(wall, zone), (), ""
    except NeedsAnswer as error:
        return None, _labelled(error, zone), error.message
    except Refused as error:
        return None, _labelled(error, zone), error.message


def _labelled(error: Refused, zone: Zone) -> tuple[tuple[int, str], ...]:
    return tuple((start, f"{clock(start, zone)} ({offset_label(start, zone)})") for start in error.offers)


def _offer(start: int, wanted: int, zone: Zone) -> str:
    same_day = day_of(start, zone) == day_of(wanted, zone)
    return clock(start, zone) if same_day else moment_label(start, zone)


def _details(
    reading: Reading, names: Catalogue, customer_id: int, staff_id: int, starts: int, context: Context
) -> Details:
    kind = next(
        (one for one in names.types if reading.type and one.id == reading.type[0]), names.default_type
    )
    minutes = reading.minutes if reading.minutes_typed or kind is None else kind.minutes
    room = reading.room[0] if len(reading.room) == 1 else context.room_id
    mode = reading.mode or (kind.mode if kind else "in_person")
    return Details(
        customer_id,
        staff_id,
        starts,
        minutes,
        kind.id if kind else None,
        room,
        mode,
        reading.reason,
        equipment_ids=names.takes.get(kind.id, ()) if kind else (),
    )
