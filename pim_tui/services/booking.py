"""Booking, moving, stretching, marking: everything that changes an appointment.

Each change that occupies time reads what is there and judges it inside the write lock (T8). The
tables refuse a double booking by themselves; what is here says whom it collides with and what is free.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from ..db.connection import select
from ..domain.intervals import Interval
from ..domain.moments import (
    MINUTE,
    clock,
    day_bounds,
    day_label,
    day_of,
    days_touched,
    moment_label,
    span,
    wall,
)
from ..domain.rights import Right
from ..domain.scheduling import (
    OVERBOOKABLE,
    Candidate,
    check_fit,
    check_length,
    clashes,
    occupied_interval,
)
from ..domain.states import STEPS, Status, check_changes, check_move, is_late_cancel
from ..domain.versions import meanwhile
from ..domain.visit import NO_ANSWERS, Answers, Details, check_day
from ..errors import Fault, Invalid, Refused, Stale
from ..models import Appointment
from ..models.calendar import MODES
from ..queries import calendar
from ..queries.fitting import candidate_of, ground, things_of
from ..queries.known import kept_for_linking
from ..queries.stood import stood_before
from . import hold_rows
from .appointment_rows import Rewrite, rewrite_all, stored, stored_all, write_visit
from .equipment_rows import take_equipment
from .overbooking import require_overbooking
from .usecase import use_case
from .waiting_rows import waits_again
from .work import Done, Work


@dataclass(frozen=True, slots=True)
class BookAppointment:
    """Book a new appointment. ``rebooked_from`` is what it follows from, ``wished`` the day asked for.

    A walk-in has ``arrived`` (S6).
    """

    details: Details
    request: str = ""
    answers: Answers = NO_ANSWERS
    rebooked_from: int | None = None
    wished: date | None = None
    arrived: bool = False


@dataclass(frozen=True, slots=True)
class ChangeAppointment:
    """Give appointment ``id`` new details; ``was`` is what the person saw, at ``version``.

    ``action`` is what the journal calls it: ``change``, ``move`` or ``stretch``.
    """

    id: int
    version: int
    was: Details
    details: Details
    request: str = ""
    answers: Answers = NO_ANSWERS
    action: str = "change"


@dataclass(frozen=True, slots=True)
class MarkAppointment:
    """Set the state of appointment ``id`` (S2, S3). ``cancelled_by`` is ``clinic`` or ``customer``."""

    id: int
    version: int
    status: Status
    reason: str = ""
    cancelled_by: str = ""
    request: str = ""
    answers: Answers = NO_ANSWERS


@use_case(Right.BOOK)
def book(work: Work, command: BookAppointment) -> Done:
    """Book; :class:`Refused` (T7) names what is in the way and offers the nearest free times."""
    return booked(work, command)


def booked(work: Work, command: BookAppointment) -> Done:
    """Book inside a use case; raises as :func:`book` does."""
    details = command.details
    check_sound(details)
    check_day(details.starts_at, work.now, work.session.zone, yes=command.answers.past)
    columns = _placed(work, details, command.answers, None)
    wished = command.wished.isoformat() if command.wished else None
    created = Appointment.insert(
        **columns,
        status="S",
        created_at=work.now,
        created_by_id=work.session.staff_id,
        rebooked_from_id=command.rebooked_from,
        wished_day=None if wished == columns["day"] else wished,
        arrived_at=work.now if command.arrived else None,
    )
    id_ = int(created.execute())
    take_equipment(id_, details.equipment_ids)
    hold_rows.booked_over(work, details.staff_id, Interval(details.starts_at, columns["ends_at"]))
    work.changed("book", "appointment", id_, None, stored(id_), command.answers.overbook)
    return done(work, id_, 1, "Here now" if command.arrived else "Booked")


@use_case(Right.CHANGE_APPOINTMENT)
def change(work: Work, command: ChangeAppointment) -> Done:
    """Change details; a stale version raises :class:`Stale` with both values, a clash :class:`Refused`."""
    return changed(work, command)


def changed(work: Work, command: ChangeAppointment) -> Done:
    """Change inside a use case; raises as :func:`change` does."""
    before = stored(command.id)
    _require_fresh(work, before, command)
    links = _links(before, command.details)
    if not links:
        check_changes(Status(before["status"]))
    check_sound(command.details)
    _check_moved_to(work, before, command.details, command.answers)
    columns = (
        {name: getattr(command.details, name) for name in _LINKED}
        if links
        else _placed(work, command.details, command.answers, before)
    )
    dirty = {name: value for name, value in columns.items() if before[name] != value}
    wanted = Details.of(before).equipment_ids if links else command.details.equipment_ids
    write_visit(command.id, command.version, dirty, wanted)
    work.changed(
        command.action, "appointment", command.id, before, stored(command.id), command.answers.overbook
    )
    if not links:
        ends = command.details.starts_at + command.details.minutes * MINUTE
        hold_rows.booked_over(work, command.details.staff_id, Interval(command.details.starts_at, ends))
    says = {"move": "Moved", "stretch": "Length changed"}.get(command.action, "Saved")
    return done(work, command.id, command.version + 1, says, before["day"])


@use_case(Right.MARK_APPOINTMENT)
def mark(work: Work, command: MarkAppointment) -> Done:
    """Complete, miss, cancel or reopen (S2, S3); reopening checks for clashes like a new booking."""
    work.session.needs(
        Right.CANCEL_APPOINTMENT if command.status == Status.CANCELED else Right.MARK_APPOINTMENT
    )
    return marked(work, command)


def marked(work: Work, command: MarkAppointment) -> Done:
    """Mark inside a use case; raises as :func:`mark` does."""
    before = stored(command.id)
    if before["version"] != command.version:
        raise _changed_meanwhile(before, command)
    _check_state(work, before, command)
    if command.status == Status.MISSED:
        _check_nobody_came(work, before)
    columns = _marking(work, before, command)
    write_visit(command.id, command.version, columns, before["equipment_ids"])
    verb = {"C": "complete", "M": "miss", "X": "cancel", "S": "reopen"}[command.status]
    work.changed(verb, "appointment", command.id, before, stored(command.id), command.reason)
    late = " late" if columns.get("late_cancel") else ""
    return done(work, command.id, command.version + 1, f"{command.status.word}{late}")


def _check_state(work: Work, before: Mapping[str, Any], command: MarkAppointment) -> None:
    """Refuse a change of state that the rules do not allow, or not to whoever works here (S2, S3)."""
    check_move(
        Status(before["status"]),
        command.status,
        now=work.now,
        starts_at=before["starts_at"],
        own_today=command.status == Status.SCHEDULED and _marked_today(work, command.id),
        may_reopen=Right.REOPEN_APPOINTMENT in work.session.rights,
        reason=command.reason,
        cancelled_by=command.cancelled_by,
    )


def _check_nobody_came(work: Work, before: Mapping[str, Any]) -> None:
    """Whoever is or was here has not missed the visit (S1)."""
    for step, key in (("arrived", "arrive"), ("seated", "seat"), ("left", "gone")):
        if before[f"{step}_at"] is not None:
            at = clock(before[f"{step}_at"], work.session.zone)
            raise Refused(
                f"{step.capitalize()} at {at}, so the visit is not Missed.",
                "Mark it Completed or cancel it; or take back first that they came.",
                rule="S1",
                step=f"calendar.{key}",
            )


def _marking(work: Work, before: Mapping[str, Any], command: MarkAppointment) -> dict[str, Any]:
    if command.status == Status.SCHEDULED:
        cleared = {"marked_at": None, "cancel_reason": "", "cancelled_by": ""}
        no_fee = {"late_cancel": False, "fee_waived": ""}
        return {
            **_placed(work, Details.of(before), command.answers, before),
            **cleared,
            **no_fee,
            "status": "S",
        }
    # As booked: the type's buffers may be others by now, and marking never takes more time.
    buffers = (
        (before["starts_at"] - before["occupied_from"]) // MINUTE,
        (before["occupied_to"] - before["ends_at"]) // MINUTE,
    )
    kept = occupied_interval(
        before["starts_at"], before["ends_at"], command.status, *buffers, marked_at=work.now
    )
    # Nobody came, whatever was keyed before: the times stay in the journal alone (S1).
    nobody_came = {} if command.status == Status.COMPLETED else dict.fromkeys(f"{one}_at" for one in STEPS)
    return {
        **nobody_came,
        "status": str(command.status),
        "marked_at": work.now,
        "occupied_from": kept.start if kept else None,
        "occupied_to": kept.end if kept else None,
        "cancel_reason": command.reason if command.status == Status.CANCELED else "",
        "cancelled_by": command.cancelled_by if command.status == Status.CANCELED else "",
        "late_cancel": command.status == Status.CANCELED
        and command.cancelled_by == "customer"
        and is_late_cancel(work.now, before["starts_at"], work.session.calendar.notice),
    }


def _check_moved_to(work: Work, before: Mapping[str, Any], details: Details, answers: Answers) -> None:
    """Ask before it moves to a day that is over."""
    zone, leaves = work.session.zone, before["starts_at"]
    check_day(details.starts_at, work.now, zone, leaves=leaves, yes=answers.past)


def put_down(work: Work, before: Mapping[str, Any], lifted: Mapping[str, Any], details: Details) -> None:
    """Give an appointment that was lifted the place that ``details`` ask for, if it fits there (T7, T8)."""
    _check_moved_to(work, before, details, NO_ANSWERS)
    columns = _placed(work, details, NO_ANSWERS, lifted)
    dirty = {name: value for name, value in columns.items() if lifted[name] != value}
    write_visit(lifted["id"], lifted["version"], dirty, details.equipment_ids)
    work.changed("move", "appointment", before["id"], before, stored(before["id"]))
    hold_rows.booked_over(work, details.staff_id, Interval(details.starts_at, columns["ends_at"]))


def restore(
    work: Work,
    current: Mapping[str, Any],
    earlier: Mapping[str, Any],
    line: int,
    lifted: Mapping[str, Any] | None = None,
) -> None:
    """Set an appointment back to ``earlier`` columns, if its time is still free.

    ``line`` is the number of the first journal line of what is taken back. Whatever stood beside it before
    that, and has not moved since, is not in its way: it comes back marked as overbooked (T9). ``lifted``
    are its columns where :func:`lift` took it out of the way of others.
    """
    here = lifted or current
    candidate = candidate_of(Details.of(earlier), current["id"], _buffers(earlier))
    if earlier["occupied_from"] is not None and _takes_more(candidate, here):
        taken = _checked_old_place(work, candidate, current, line, earlier["overbook_reason"])
        if taken and not earlier["overbooked_by_id"]:
            who = {"overbooked_by_id": work.session.staff_id, "overbook_reason": BESIDE}
            earlier = {**earlier, **who}
    kept = ("id", "version", "created_at", "created_by_id", "equipment_ids")
    dirty = {name: value for name, value in earlier.items() if name not in kept and here[name] != value}
    write_visit(current["id"], here["version"], dirty, Details.of(earlier).equipment_ids)
    work.changed("undo", "appointment", current["id"], current, stored(current["id"]), f"undo {line}")
    waits_again(work, current)


BESIDE = "taken back beside an overbooking"
"""Why an appointment is marked as overbooked that goes back to where another was overbooked on it."""


def _checked_old_place(
    work: Work, candidate: Candidate, current: Mapping[str, Any], line: int, reason: str
) -> bool:
    """Refuse an old place that somebody has taken since, or that lies in closed time by now (T7, T9).

    The answer is whether the place is taken all the same, as it was before; ``reason`` is why it was
    overbooked then, empty where it was not.
    """
    zone = work.session.zone
    existing, open_, closed = ground(candidate, zone, current, work.asker)
    found = clashes(candidate, existing, zone=zone, open_=open_, closed=closed)
    beside = [clash.other.id if clash.other else 0 for clash in found if clash.kind != "same_day"]
    if reason or not stood_before(beside, line).issuperset(beside):
        return _judged(work, candidate, Answers(True, reason), current)
    return any(clash.kind in OVERBOOKABLE for clash in found)


def _buffers(row: Mapping[str, Any]) -> tuple[int, int] | None:
    """The minutes that an appointment keeps free as it is stored; None where its time is gone."""
    if row["status"] not in (Status.SCHEDULED, Status.COMPLETED):
        return None
    before, after = row["starts_at"] - row["occupied_from"], row["occupied_to"] - row["ends_at"]
    return before // MINUTE, after // MINUTE


def check_sound(details: Details) -> None:
    """Refuse details that no appointment can have, whatever is booked; :class:`Invalid` with every fault."""
    faults = []
    for field, table in (("customer_id", "customer"), ("staff_id", "staff")):
        if not select(f"select 1 from {table} where id = ? and active = 1", [getattr(details, field)]):
            faults.append(Fault(field, f"this {table} does not exist or is no longer active"))
    if len(things_of(None, details.equipment_ids)) != len(details.equipment_ids):
        faults.append(Fault("equipment_ids", "some of this equipment does not exist"))
    if details.mode not in MODES:
        faults.append(Fault("mode", f"must be one of {', '.join(MODES)}"))
    if details.starts_at % MINUTE:
        faults.append(Fault("starts_at", "must be a whole minute"))
    if faults:
        raise Invalid(faults, "Choose again.")
    check_length(Interval(details.starts_at, details.starts_at + max(0, details.minutes) * MINUTE))


def _placed(
    work: Work, details: Details, answers: Answers, before: Mapping[str, Any] | None
) -> dict[str, Any]:
    """The columns of an appointment in its place, after the check that it fits there (T7, T9)."""
    if before and _holds(before) and _same_place(Details.of(before), details):
        # Words alone were changed: buffers that the type got meanwhile do not make it collide.
        return {name: getattr(details, name) for name in _COLUMNS}
    candidate = candidate_of(details, before["id"] if before else None)
    overbooking = _overbooking(work, candidate, answers, before)
    return {**columns_of(details, candidate, work.session.zone), **overbooking}


def columns_of(details: Details, candidate: Candidate, zone: str) -> dict[str, Any]:
    """The columns of an appointment in its place (T2, T6), but for whether it was overbooked."""
    occupied, starts = candidate.interval, wall(details.starts_at, zone)
    return {
        **{name: getattr(details, name) for name in _COLUMNS},
        "ends_at": candidate.shown.end,
        "day": starts.date().isoformat(),
        "wall": f"{starts:%H:%M}",
        "zone": zone,
        "crosses_midnight": candidate.shown.end > day_bounds(starts.date(), zone)[1],
        "occupied_from": occupied.start,
        "occupied_to": occupied.end,
    }


def _links(before: Mapping[str, Any], details: Details) -> bool:
    """Whether a visit kept for somebody unknown gets its customer, and nothing else but words.

    It holds its time already and may be over: neither is decided anew.
    """
    here = Details.of(before)
    changed = {name for name in Details.__slots__ if getattr(here, name) != getattr(details, name)}
    return (
        "customer_id" in changed and changed <= set(_LINKED) and before["customer_id"] == kept_for_linking()
    )


_LINKED = ("customer_id", "reason", "note")


def _same_place(one: Details, other: Details) -> bool:
    """Whether both ask for the same time of the same people, things and type."""
    return all(getattr(one, name) == getattr(other, name) for name in _PLACE)


def _holds(before: Mapping[str, Any]) -> bool:
    """Whether the appointment has its whole time; a missed one has given the rest of it away (T5)."""
    return before["occupied_from"] is not None and before["status"] != Status.MISSED


_PLACE = ("customer_id", "staff_id", "room_id", "type_id", "starts_at", "minutes", "equipment_ids")
_COLUMNS = tuple(name for name in Details.__slots__ if name != "equipment_ids")
"""The details that are columns of the appointment itself."""


def _overbooking(
    work: Work, candidate: Candidate, answers: Answers, before: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Check that the candidate fits, and tell who overbooked it and why, if anybody did (T7, T9)."""
    if before and not _takes_more(candidate, before):
        return {name: before[name] for name in ("overbooked_by_id", "overbook_reason")}
    overbooks = _judged(work, candidate, answers, before)
    return {
        "overbooked_by_id": work.session.staff_id if overbooks else None,
        "overbook_reason": answers.overbook if overbooks else "",
    }


def _judged(work: Work, candidate: Candidate, answers: Answers, before: Mapping[str, Any] | None) -> bool:
    """Whether the candidate takes what is taken; :class:`Refused` where it may not (T7, T9)."""
    existing, open_, closed = ground(candidate, work.session.zone, before, work.asker)
    judged = partial(
        check_fit,
        candidate,
        existing,
        zone=work.session.zone,
        customer_confirmed=answers.same_customer,
        open_=open_,
        closed=closed,
        not_before=work.now,
        leaves=_left(candidate, before),
    )
    found = judged(overbook=bool(answers.overbook))
    overbooks = any(clash.kind in OVERBOOKABLE for clash in found)
    if overbooks:
        require_overbooking(work, candidate, answers.overbook, judged)
    return overbooks


def _left(candidate: Candidate, before: Mapping[str, Any] | None) -> int | None:
    """The start that an appointment leaves where nothing else of it changes."""
    if before is None or not _of_the_same(candidate, before):
        return None
    as_long = before["ends_at"] - before["starts_at"] == candidate.shown.seconds
    return before["starts_at"] if as_long else None


def _of_the_same(candidate: Candidate, before: Mapping[str, Any]) -> bool:
    """Whether it is with the same people in the same room, with nothing besides what it had."""
    same = all(getattr(candidate, name) == before[name] for name in ("staff_id", "room_id", "customer_id"))
    return same and set(candidate.equipment_ids) <= set(before["equipment_ids"])


def _takes_more(candidate: Candidate, before: Mapping[str, Any]) -> bool:
    """Whether the candidate occupies anything that the appointment did not occupy already."""
    same = _of_the_same(candidate, before)
    held = before["occupied_from"] is not None and Interval(before["occupied_from"], before["occupied_to"])
    return not (same and held and held.contains(candidate.interval))


def _require_fresh(work: Work, before: Mapping[str, Any], command: ChangeAppointment) -> None:
    if before["version"] == command.version:
        return
    theirs, zone = Details.of(before), work.session.zone
    differences = meanwhile(
        command.was, theirs, command.details, lambda one, name: _told(name, getattr(one, name), zone)
    )
    raise Stale("This appointment", differences, before["version"])


def _changed_meanwhile(before: Mapping[str, Any], command: MarkAppointment) -> Refused:
    now_is = Status(before["status"]).word
    return Refused(
        f"Somebody else changed this appointment meanwhile; it is {now_is} now.",
        f"Look again; mark it {command.status.word} once more if that is still right.",
        rule="V1",
    )


def _told(name: str, value: object, zone: str) -> str:
    """A value as a person compares it."""
    if name == "starts_at" and isinstance(value, int):
        return moment_label(value, zone)
    if isinstance(value, tuple):
        return ", ".join(thing.name for thing in things_of(None, value))
    table = {"staff_id": "staff", "room_id": "room", "type_id": "appointment_type"}.get(name)
    if table and value is not None:
        return str(select(f"select name from {table} where id = ?", [value])[0][0])
    return "" if value is None else str(value)


def _marked_today(work: Work, id_: int) -> bool:
    """Whether the newest change of state was made by this person today (S3)."""
    rows = select(
        "select staff_id, at_ms from journal where kind = 'appointment' and row_id = ?"
        " and action in ('complete', 'miss', 'cancel') order by seq desc limit 1",
        [id_],
    )
    if not rows or rows[0][0] != work.session.staff_id:
        return False
    zone = work.session.zone
    return day_of(rows[0][1] // 1000, zone) == day_of(work.now, zone)


def done(work: Work, id_: int, version: int, says: str, *other_days: str) -> Done:
    """The answer about one appointment; ``other_days`` are the ISO days it has left."""
    row = calendar.visit(id_)
    zone = work.session.zone
    when = f"{day_label(row.day)} {span(row.starts_at, row.ends_at, zone)}"
    days = days_touched(row.starts_at, row.ends_at, zone)
    return Done(
        "appointment",
        (id_,),
        tuple(dict.fromkeys((*days, *other_days))),
        version,
        f"{says}: {row.customer}, {when}, {row.staff}",
    )


# --- many at once ----------------------------------------------------------------------------------


def check_overbookings(work: Work, details: Details, reason: str, id_: int | None = None) -> None:
    """Refuse to take a taken time without the right, beyond the day's cap or without a reason (T9).

    ``id_`` is the appointment itself where it is written already: the cap is for it and those beside it.
    """
    require_overbooking(work, candidate_of(details, id_), reason, tuple)


def cancel_all(work: Work, ids: Iterable[int], reason: str, cancelled_by: str) -> None:
    """Cancel several together; :class:`Refused` without a reason, or without who asked (S2)."""
    rewrites = []
    for id_, before in stored_all(ids).items():
        command = MarkAppointment(id_, before["version"], Status.CANCELED, reason, cancelled_by)
        _check_state(work, before, command)
        columns = _marking(work, before, command)
        rewrites.append(Rewrite("cancel", before, columns, before["equipment_ids"], reason))
    rewrite_all(work, rewrites)
