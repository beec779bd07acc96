"""What an appointment collides with, and where it would fit (T1, T2, T5-T9).

The one check behind every change that occupies time: booking, moving, stretching, taking a
cancelation back, series and sync. It is handed what is there and judges; reading it under the
write lock is the caller's part (T8). Instants are UTC seconds; minutes are elapsed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from heapq import merge
from itertools import islice
from typing import Literal

from ..errors import Forbidden, NeedsAnswer, Refused
from .intervals import Interval, crowded, subtract, union
from .moments import (
    FIRST_INSTANT,
    LAST_INSTANT,
    MINUTE,
    Zone,
    clock,
    day_bounds,
    day_label,
    day_of,
    span,
    utc_offset,
)
from .states import Status

ClashKind = Literal["staff", "room", "equipment", "customer", "same_day", "closed"]
"""What is taken; ``same_day`` is only told, and ``closed`` has no other appointment."""

STEP_MINUTES = 15
LONGEST = 31 * 24 * 60
"""Minutes; what lasts longer is no visit."""
OFFERS = 3
_NAMED = 3  # collisions written out in one refusal; the rest are counted
_ORDER: tuple[ClashKind, ...] = ("closed", "staff", "room", "equipment", "customer", "same_day")
OVERBOOKABLE: tuple[ClashKind, ...] = ("staff", "room", "equipment")
"""What may be taken once more by right (T9)."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A room, or equipment of one kind, that ``capacity`` appointments at a time may have (T7)."""

    kind: Literal["room", "equipment"]
    id: int
    name: str = ""
    capacity: int = 1


@dataclass(frozen=True, slots=True)
class Occupied:
    """An appointment that is already there.

    ``interval`` is the time it occupies, with its buffers (see :func:`occupied_interval`); ``shown``
    is the time drawn, without them. ``label`` tells what it is ("Jane Doe, Follow-up"), ``owner``
    whose it is ("Dr Lee"), ``room`` where. Ids of ``None`` collide with nothing.
    """

    id: int
    staff_id: int | None
    room_id: int | None
    customer_id: int | None
    interval: Interval
    shown: Interval
    label: str
    owner: str
    overbooked: bool = False
    room: str = ""
    equipment_ids: tuple[int, ...] = ()

    def has(self, thing: Thing) -> bool:
        """Whether it takes one place of that room, or one of that equipment."""
        return thing.id == self.room_id if thing.kind == "room" else thing.id in self.equipment_ids

    @property
    def attended(self) -> Interval:
        """The time it still takes of its customer: what is shown, less what a Missed one freed."""
        return self.shown.common(self.interval) or Interval(self.shown.start, self.shown.start)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An appointment somebody would like to have.

    ``shown`` is its time without buffers; ``buffer_before`` and ``buffer_after`` are minutes;
    ``ignore_id`` is the appointment that is being moved or changed, which is not in its own way.
    ``things`` tells names and places of its room and equipment; what it does not tell has one place.
    """

    staff_id: int | None
    room_id: int | None
    customer_id: int | None
    shown: Interval
    buffer_before: int = 0
    buffer_after: int = 0
    ignore_id: int | None = None
    equipment_ids: tuple[int, ...] = ()
    things: tuple[Thing, ...] = ()

    @property
    def wanted(self) -> tuple[Thing, ...]:
        """Its room and its equipment, with their places."""
        told = {(thing.kind, thing.id): thing for thing in self.things}
        rooms = (
            () if self.room_id is None else (told.get(("room", self.room_id), Thing("room", self.room_id)),)
        )
        return (
            *rooms,
            *(told.get(("equipment", id_), Thing("equipment", id_)) for id_ in self.equipment_ids),
        )

    @property
    def interval(self) -> Interval:
        """The time it would occupy, with its buffers (T6)."""
        return Interval(
            self.shown.start - self.buffer_before * MINUTE, self.shown.end + self.buffer_after * MINUTE
        )


@dataclass(frozen=True, slots=True)
class Clash:
    """One thing in the way. ``message`` is a sentence in local time; ``other`` is ``None`` when closed."""

    kind: ClashKind
    other: Occupied | None
    message: str

    @property
    def hard(self) -> bool:
        """Whether it is in the way, and not only good to know (T7)."""
        return self.kind != "same_day"


def occupied_interval(
    starts: int, ends: int, status: str, before: int, after: int, marked_at: int | None = None
) -> Interval | None:
    """The time an appointment takes from others, or ``None`` (T5, T6).

    ``before`` and ``after`` are its buffers in minutes. Canceled takes nothing. Missed keeps what had
    passed when it was marked, at ``marked_at``, and frees the rest: all of it where that time is unknown.
    """
    if status == Status.CANCELED:
        return None
    start, end = starts - before * MINUTE, ends + after * MINUTE
    if status == Status.MISSED:
        end = min(end, max(starts, marked_at or starts))
    return Interval(start, end) if start < end else None


def clashes(
    candidate: Candidate,
    existing: Sequence[Occupied],
    *,
    zone: Zone,
    open_: Sequence[Interval] | None = None,
    closed: str = "",
) -> tuple[Clash, ...]:
    """Everything in the way, hardest kind first and then by start (T1, T6, T7).

    One appointment may clash in several kinds. A room or a piece of equipment is in the way only while
    all its places are taken, and then all who take them are. ``open_`` are the working hours around the
    candidate, ``None`` where they are not kept; ``closed`` says why it lies outside them, where that is
    known. An overbooked appointment is in the way like any other.
    """
    found: list[Clash] = []
    if open_ is not None and not any(hours.contains(candidate.shown) for hours in union(open_)):
        found.append(Clash("closed", None, closed or _closed_text(candidate, open_, zone)))
    full = tuple(_full(candidate, existing))
    for other in existing:
        if other.id != candidate.ignore_id:
            found += (
                Clash(kind, other, _clash_text(kind, things, candidate, other, zone))
                for kind, things in _kinds(candidate, other, full, zone)
            )
    return tuple(sorted(found, key=_hardest_first))


def check_fit(
    candidate: Candidate,
    existing: Sequence[Occupied],
    *,
    zone: Zone,
    customer_confirmed: bool = False,
    overbook: bool = False,
    open_: Sequence[Interval] | None = None,
    closed: str = "",
    step_minutes: int = STEP_MINUTES,
    not_before: int | None = None,
    leaves: int | None = None,
) -> tuple[Clash, ...]:
    """Refuse what does not fit; return what should be told though it does (T7).

    ``existing`` must cover the candidate's local day (and ``open_``, from which the offers come).
    ``overbook`` passes staff, room and equipment, never closed time (T9; see :func:`check_overbooking`).
    ``customer_confirmed`` is the yes to a customer who is elsewhere at that time. ``leaves`` is the start
    that it is moved away from, which is no way out.
    Raises :class:`Refused` with ``offers``, the nearest times at which nothing is in the way, and
    :class:`NeedsAnswer` (``question="same_customer"``) when only the customer is.
    """
    check_length(candidate.shown)
    found = clashes(candidate, existing, zone=zone, open_=open_, closed=closed)
    passed: set[ClashKind] = {"same_day"}
    if overbook:
        passed |= set(OVERBOOKABLE)
    if customer_confirmed:
        passed.add("customer")
    if hard := [clash for clash in found if clash.kind not in passed]:
        offers = nearest_free(
            candidate,
            existing,
            open_=open_,
            step_minutes=step_minutes,
            around=candidate.shown.start,
            not_before=not_before,
            limit=OFFERS + 1,
            zone=zone,
        )
        offers = tuple(start for start in offers if start != leaves)[:OFFERS]
        raise _refusal(hard, offers, day_of(candidate.shown.start, zone), zone)
    return found


def check_length(shown: Interval) -> None:
    """Refuse what is no whole number of minutes long (T2), longer than any visit, or beyond the calendar."""
    if shown.seconds <= 0 or shown.seconds % MINUTE:
        raise Refused(
            "An appointment lasts one or more whole minutes.", "Give its length, such as 30m.", rule="T2"
        )
    if shown.seconds > LONGEST * MINUTE:
        raise Refused(
            f"No appointment lasts {shown.seconds // 86_400} days.",
            "Give its length, such as 30m.",
            rule="T2",
        )
    if shown.start < FIRST_INSTANT or shown.end > LAST_INSTANT:
        raise Refused("That is beyond the calendar.", "Use a date between the years 1 and 9999.", rule="T4")


def check_overbooking(
    *, already: int, cap: int, may_overbook: bool, may_exceed_cap: bool, reason: str
) -> None:
    """Refuse to overbook without the right, beyond the day's cap or without a reason (T9).

    ``already`` counts the staff member's overbooked appointments of that day, ``cap`` how many there
    may be. Raises :class:`Forbidden` where a right is missing, :class:`Refused` where the reason is.
    """
    if not may_overbook:
        raise Forbidden("You may not overbook.", "Take a free time, or ask somebody who may.", rule="T9")
    if already >= cap and not may_exceed_cap:
        raise Forbidden(
            f"Already overbooked {already} of {cap} times that day.",
            "Take another day, or ask somebody with the right to exceed the cap.",
            rule="T9",
        )
    if not reason.strip():
        raise Refused("Overbooking needs a reason.", "Type the reason.", rule="T9")


def nearest_free(
    candidate: Candidate,
    existing: Sequence[Occupied],
    *,
    open_: Sequence[Interval] | None,
    step_minutes: int,
    around: int,
    not_before: int | None,
    limit: int = OFFERS,
    zone: Zone = "UTC",
) -> tuple[int, ...]:
    """Starts at which :func:`clashes` finds nothing but ``same_day``, nearest to ``around`` first.

    They lie on the step's grid, counted from local midnight; of two equally near ones the later
    comes first. They come from ``open_``, or from the local day of ``around`` where that is
    ``None``, and ``existing`` must cover that time.
    """
    hours = [Interval(*day_bounds(day_of(around, zone), zone))] if open_ is None else open_
    free = possible_starts(candidate, existing, hours, not_before)
    step = step_minutes * MINUTE
    phase = -utc_offset(around, zone) % step
    later = (start for part in free for start in _grid(part, max(part.start, around), step, phase))
    earlier = (start for part in reversed(free) for start in _grid_back(part, around, step, phase))
    return tuple(islice(merge(later, earlier, key=lambda start: abs(start - around)), limit))


def possible_starts(
    candidate: Candidate,
    existing: Sequence[Occupied],
    hours: Iterable[Interval],
    not_before: int | None = None,
) -> list[Interval]:
    """Every instant, wherever ``shown`` is now, from which the candidate is in nobody's way (T6, T7).

    It lasts as long as it does and stays within one stretch of ``hours``, which ``existing`` must cover.
    """
    return subtract(_starts_within(hours, candidate, not_before), _starts_taken(candidate, existing))


def free_starts(
    free_ranges: Iterable[Interval],
    minutes: int,
    step: int,
    *,
    zone: Zone,
    not_before: int | None = None,
    packed: bool = False,
) -> tuple[int, ...]:
    """Back-to-back starts, ``step`` minutes apart, for a length of ``minutes`` inside free time.

    In each range the first start is moved up to the local clock (to the hour for a step of 60, to
    the quarter for 15 or 45, not at all for 8). ``packed`` lets it be any quarter or five minutes
    instead, where more then fit.
    """
    grids = (_clock_grid(step), 15, 5) if packed else (_clock_grid(step),)
    starts: list[int] = []
    for part in union(free_ranges):
        first = part.start if not_before is None else max(part.start, not_before)
        room = [
            range(_align(first, grid, zone), part.end - minutes * MINUTE + 1, step * MINUTE) for grid in grids
        ]
        fullest = max(room, key=len)  # the coarsest grid among equals
        starts.extend(fullest)
    return tuple(starts)


def _full(
    candidate: Candidate, existing: Iterable[Occupied]
) -> Iterator[tuple[Thing, list[Interval] | None]]:
    """Each thing the candidate wants, and when it has no place left; None where one alone fills it."""
    for thing in candidate.wanted:
        if thing.capacity == 1:
            yield thing, None
        else:
            taken = [one.interval for one in existing if one.id != candidate.ignore_id and one.has(thing)]
            yield thing, crowded(taken, thing.capacity)


def _kinds(
    candidate: Candidate,
    other: Occupied,
    full: Iterable[tuple[Thing, list[Interval] | None]],
    zone: Zone,
) -> Iterator[tuple[ClashKind, list[Thing]]]:
    """In how many ways one appointment is in the way of the candidate, and which things it takes."""
    if both := candidate.interval.common(other.interval):
        if _same(candidate.staff_id, other.staff_id):
            yield "staff", []
        taken = [
            thing
            for thing, when in full
            if other.has(thing) and (when is None or any(part.overlaps(both) for part in when))
        ]
        for kind in ("room", "equipment"):
            if things := [thing for thing in taken if thing.kind == kind]:
                yield things[0].kind, things
    if _same(candidate.customer_id, other.customer_id):
        # Buffers are for staff and room to get ready: a customer may go straight from one to the next.
        if candidate.shown.overlaps(other.attended):
            yield "customer", []
        elif day_of(candidate.shown.start, zone) == day_of(other.shown.start, zone):
            yield "same_day", []


def _same(one: int | None, other: int | None) -> bool:
    return one is not None and one == other


def _hardest_first(clash: Clash) -> tuple[int, int]:
    return _ORDER.index(clash.kind), clash.other.shown.start if clash.other else 0


def _starts_within(
    hours: Iterable[Interval], candidate: Candidate, not_before: int | None
) -> Iterator[Interval]:
    """The starts that keep the whole candidate inside one stretch of the hours."""
    length = candidate.shown.seconds
    for part in union(hours):
        start = part.start if not_before is None else max(part.start, not_before)
        if start + length <= part.end:
            yield Interval(start, part.end - length + 1)


def _starts_taken(candidate: Candidate, existing: Sequence[Occupied]) -> Iterator[Interval]:
    """The starts that would overlap something: as :func:`_kinds` sees it, turned round."""
    length, before = candidate.shown.seconds, candidate.buffer_before * MINUTE
    reach = length + candidate.buffer_after * MINUTE
    full = tuple(_full(candidate, existing))
    alone = [thing for thing, when in full if when is None]
    for other in existing:
        if other.id == candidate.ignore_id:
            continue
        taken, attended = other.interval, other.attended
        if taken and (_same(candidate.staff_id, other.staff_id) or any(map(other.has, alone))):
            yield Interval(taken.start - reach + 1, taken.end + before)
        if attended and _same(candidate.customer_id, other.customer_id):
            yield Interval(attended.start - length + 1, attended.end)
    for _, when in full:
        for part in when or ():
            yield Interval(part.start - reach + 1, part.end + before)


def _grid(part: Interval, start: int, step: int, phase: int) -> range:
    """The grid's instants in the part from ``start`` on."""
    return range(start + (phase - start) % step, part.end, step)


def _grid_back(part: Interval, before: int, step: int, phase: int) -> range:
    """The grid's instants in the part before ``before``, latest first."""
    last = min(part.end, before) - 1
    return range(last - (last - phase) % step, part.start - 1, -step)


def _clock_grid(step: int) -> int:
    """The coarsest division of an hour that a step keeps to: 45 keeps to quarters, 8 to none."""
    return next((grid for grid in (60, 30, 20, 15, 10, 5) if step % grid == 0), 1)


def _align(instant: int, grid_minutes: int, zone: Zone) -> int:
    """The next instant on a grid counted from the local hour."""
    return instant + -(instant + utc_offset(instant, zone)) % (grid_minutes * MINUTE)


def _refusal(hard: Sequence[Clash], offers: Sequence[int], day: date, zone: Zone) -> Refused:
    """One sentence for each appointment in the way, and what to do instead."""
    told: dict[int | None, str] = {}
    for clash in hard:
        told.setdefault(clash.other.id if clash.other else None, clash.message)
    sentences = list(told.values())
    message = " ".join(f"{sentence}." for sentence in sentences[:_NAMED])
    if len(sentences) > _NAMED:
        message += f" And {len(sentences) - _NAMED} more."
    hint = _offers_text(offers, day, zone)
    if hard[0].kind != "customer":
        rule = "T9" if hard[0].kind == "closed" else "T7"
        return Refused(message, hint, rule=rule, offers=offers)
    asked = NeedsAnswer(message, f"Book anyway? {hint}", question="same_customer", rule="T7")
    asked.offers = tuple(offers)
    return asked


def _offers_text(offers: Sequence[int], day: date, zone: Zone) -> str:
    if not offers:
        return "Nothing else is free that day; try another day, person or room."
    return f"Nearest free: {', '.join(_time_text(start, day, zone) for start in offers)}."


def _time_text(instant: int, day: date, zone: Zone) -> str:
    """A local time, with its date where that is not the expected one."""
    here = day_of(instant, zone)
    text = clock(instant, zone)
    return text if here == day else f"{day_label(here)} {text}"


def _clash_text(
    kind: ClashKind, things: Sequence[Thing], candidate: Candidate, other: Occupied, zone: Zone
) -> str:
    day = day_of(candidate.shown.start, zone)
    busy = other.attended or other.shown
    when = f"{_time_text(busy.start, day, zone)}-{clock(busy.end, zone)}"
    # Of the customer's own visits it is known whose they are.
    own = kind in ("same_day", "customer")
    label = other.label.rpartition(", ")[2] if own else other.label
    what = f"{label}, overbooked" if other.overbooked else label
    if kind == "same_day":
        return f"The customer also comes {when} that day ({what}, {other.owner})"
    if kind == "customer":
        return f"The customer is already booked {when} ({what}, {other.owner})"
    buffer = _buffer_text(candidate, other)
    if things:
        told = " and ".join(_thing_text(thing, other) for thing in things)
        return f"{told} {'is' if len(things) == 1 else 'are'} taken {when} ({what}, {other.owner}){buffer}"
    return f"{other.owner} is busy {when} ({what}){buffer}"


def _thing_text(thing: Thing, other: Occupied) -> str:
    """A room or equipment by name, with its places where it has several."""
    room = thing.kind == "room"
    name = thing.name or (other.room or "The room" if room else "The equipment")
    if thing.capacity == 1:
        return name
    return f"{name} ({thing.capacity} places)" if room else f"{name} (all {thing.capacity})"


def _buffer_text(candidate: Candidate, other: Occupied) -> str:
    """Why two that do not overlap on screen collide all the same (T6)."""
    if candidate.shown.overlaps(other.attended):
        return ""
    if candidate.shown.start >= other.attended.end:
        needed = other.interval.end - other.attended.end + candidate.buffer_before * MINUTE
    else:
        needed = other.shown.start - other.interval.start + candidate.buffer_after * MINUTE
    return f" and needs {-(-needed // MINUTE)} min between the two"


def _closed_text(candidate: Candidate, open_: Iterable[Interval], zone: Zone) -> str:
    day = day_of(candidate.shown.start, zone)
    asked = span(candidate.shown.start, candidate.shown.end, zone)
    today = Interval(*day_bounds(day, zone))
    hours = [span(part.start, part.end, zone) for part in union(open_) if part.overlaps(today)]
    if not hours:
        return f"{asked} is outside working hours: closed on {day_label(day)}"
    return f"{asked} is outside working hours ({', '.join(hours)})"
