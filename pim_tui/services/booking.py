"""Booking, moving, stretching, marking: everything that changes an appointment.

Each change that occupies time reads what is there and judges it inside the write lock (T8). The
tables refuse a double booking by themselves; what is here says whom it collides with and what is free.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from ..db.connection import select
from ..domain.intervals import Interval
from ..domain.moments import MINUTE, clock, day_bounds, day_label, day_of, days_touched, span, wall
from ..domain.rights import Right
from ..domain.scheduling import (
    Candidate,
    check_fit,
    check_length,
    occupied_interval,
)
from ..domain.states import Status, check_move, is_late_cancel
from ..domain.visit import NO_ANSWERS, Answers, Details
from ..errors import Difference, Fault, Invalid, NotFound, Refused, Stale
from ..models import Appointment
from ..models.calendar import MODES
from ..queries import calendar
from ..queries.fitting import candidate_of, ground, things_of
from ..queries.holds import Asker
from ..queries.known import kept_for_linking
from . import holds
from .equipment_rows import equipment_of, equipment_of_all, leave_equipment, take_equipment
from .overbooking import require_overbooking
from .usecase import Done, Work, use_case
from .waiting_rows import waits_again


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
    """Give appointment ``id`` new details; ``was`` is what the person saw, at ``version``."""

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


def details_of(row: Mapping[str, Any]) -> Details:
    """The details as they stand in a row of :func:`stored`."""
    return Details.of(row)


@use_case(Right.BOOK)
def book(work: Work, command: BookAppointment) -> Done:
    """Book; :class:`Refused` (T7) names what is in the way and offers the nearest free times."""
    return booked(work, command)


def booked(work: Work, command: BookAppointment) -> Done:
    """Book inside a use case; raises as :func:`book` does."""
    details = command.details
    _check_details(details)
    columns = _placed(work, details, command.answers, None)
    wished = command.wished.isoformat() if command.wished else None
    created = Appointment.insert(
        **columns, status="S", created_at=work.now, created_by_id=work.session.staff_id,
        rebooked_from_id=command.rebooked_from, wished_day=None if wished == columns["day"] else wished,
        arrived_at=work.now if command.arrived else None,
    )  # fmt: skip
    id_ = int(created.execute())
    take_equipment(id_, details.equipment_ids)
    holds.booked_over(work, details.staff_id, Interval(details.starts_at, columns["ends_at"]))
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
    if before["status"] != Status.SCHEDULED and not links:
        word = Status(before["status"]).word
        raise Refused(f"It is {word} and no longer changes.", "Set it back to Scheduled first.", rule="S2")
    _check_details(command.details)
    columns = (
        {name: getattr(command.details, name) for name in _LINKED}
        if links
        else _placed(work, command.details, command.answers, before)
    )
    dirty = {name: value for name, value in columns.items() if before[name] != value}
    wanted = details_of(before).equipment_ids if links else command.details.equipment_ids
    _update(command.id, command.version, dirty, wanted)
    work.changed(
        command.action, "appointment", command.id, before, stored(command.id), command.answers.overbook
    )
    if not links:
        ends = command.details.starts_at + command.details.minutes * MINUTE
        holds.booked_over(work, command.details.staff_id, Interval(command.details.starts_at, ends))
    says = {"move": "Moved", "stretch": "Length changed"}.get(command.action, "Saved")
    return done(work, command.id, command.version + 1, says, before["day"])


@use_case(Right.MARK_APPOINTMENT)
def mark(work: Work, command: MarkAppointment) -> Done:
    """Complete, miss, cancel or reopen (S2, S3); reopening checks for clashes like a new booking."""
    work.session.needs(
        Right.CANCEL_APPOINTMENT if command.status == Status.CANCELED else Right.MARK_APPOINTMENT
    )
    before = stored(command.id)
    if before["version"] != command.version:
        raise _changed_meanwhile(before, command)
    own, same_day = _last_marking(work, command.id)
    check_move(
        Status(before["status"]), command.status, now=work.now, starts_at=before["starts_at"],
        own_change=own, same_day=same_day, may_reopen=Right.REOPEN_APPOINTMENT in work.session.rights,
        reason=command.reason, cancelled_by=command.cancelled_by,
    )  # fmt: skip
    columns = _marking(work, before, command)
    _update(command.id, command.version, columns, before["equipment_ids"])
    verb = {"C": "complete", "M": "miss", "X": "cancel", "S": "reopen"}[command.status]
    work.changed(verb, "appointment", command.id, before, stored(command.id), command.reason)
    late = " late" if columns.get("late_cancel") else ""
    return done(work, command.id, command.version + 1, f"{command.status.word}{late}")


def _marking(work: Work, before: Mapping[str, Any], command: MarkAppointment) -> dict[str, Any]:
    if command.status == Status.SCHEDULED:
        cleared = {"marked_at": None, "cancel_reason": "", "cancelled_by": ""}
        no_fee = {"late_cancel": False, "fee_waived": ""}
        return {
            **_placed(work, details_of(before), command.answers, before),
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
    return {
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


def set_columns(work: Work, action: str, before: Mapping[str, Any], columns: Mapping[str, Any]) -> None:
    """Write columns that take no time from anybody, and note the change."""
    rewrite_all(work, [Rewrite(action, before, columns, before["equipment_ids"])])


def lift(before: Mapping[str, Any], place: int) -> dict[str, Any]:
    """Take an appointment out of the way of others that change places with it, within one transaction.

    It waits ages ago, each ``place`` (0, 1 ...) apart from the others, where nobody ever sees it. Its
    columns as they are then come back.
    """
    instants = ("starts_at", "ends_at", "occupied_from", "occupied_to")
    away = {name: before[name] - (place + 1) * _AGES for name in instants}
    _write(before["id"], before["version"], away)
    return {**before, **away, "version": before["version"] + 1}


def put_down(work: Work, before: Mapping[str, Any], lifted: Mapping[str, Any], details: Details) -> None:
    """Give an appointment that was lifted the place that ``details`` ask for, if it fits there (T7, T8)."""
    columns = _placed(work, details, NO_ANSWERS, lifted)
    dirty = {name: value for name, value in columns.items() if lifted[name] != value}
    _update(lifted["id"], lifted["version"], dirty, details.equipment_ids)
    work.changed("move", "appointment", before["id"], before, stored(before["id"]))


_AGES = 146_097 * 86_400
"""Seconds of 400 years, after which the calendar repeats: no appointment lasts as long, or is as old."""


def restore(
    work: Work,
    current: Mapping[str, Any],
    earlier: Mapping[str, Any],
    reason: str,
    lifted: Mapping[str, Any] | None = None,
) -> None:
    """Set an appointment back to ``earlier`` columns, if its time is still free.

    ``lifted`` are its columns where :func:`lift` took it out of the way of others.
    """
    here = lifted or current
    candidate = candidate_of(details_of(earlier), current["id"], _buffers(earlier))
    occupies = earlier["occupied_from"] is not None and not earlier["overbooked_by_id"]
    if occupies and _takes_more(candidate, here):
        existing, open_, closed = ground(candidate, work.session.zone, current, _asker(work))
        check_fit(
            candidate,
            existing,
            zone=work.session.zone,
            customer_confirmed=True,
            open_=open_,
            closed=closed,
            not_before=work.now,
        )
    kept = ("id", "version", "created_at", "created_by_id", "equipment_ids")
    dirty = {name: value for name, value in earlier.items() if name not in kept and here[name] != value}
    _update(current["id"], here["version"], dirty, details_of(earlier).equipment_ids)
    work.changed("undo", "appointment", current["id"], current, stored(current["id"]), reason)
    waits_again(work, current)


def _buffers(row: Mapping[str, Any]) -> tuple[int, int] | None:
    """The minutes that an appointment keeps free as it is stored; None where its time is gone."""
    if row["status"] not in (Status.SCHEDULED, Status.COMPLETED):
        return None
    before, after = row["starts_at"] - row["occupied_from"], row["occupied_to"] - row["ends_at"]
    return before // MINUTE, after // MINUTE


def stored(appointment_id: int) -> dict[str, Any]:
    """Every column of one appointment, days as ISO text, and its ``equipment_ids`` as a sorted list.

    That is what the journal keeps before and after, and the same as comes back from its JSON.
    """
    query = Appointment.select().where(Appointment.id == appointment_id).dicts()
    row: dict[str, Any] | None = query.first()
    if row is None:
        raise NotFound("That appointment does not exist.", "Go back to the calendar and choose another.")
    return _kept(row, equipment_of(appointment_id))


def _kept(row: Mapping[str, Any], equipment_ids: list[int]) -> dict[str, Any]:
    by_column = {Appointment._meta.fields[name].column_name: value for name, value in row.items()}
    columns = {
        name: value.isoformat() if isinstance(value, date) else value for name, value in by_column.items()
    }
    return {**columns, "equipment_ids": equipment_ids}


def _check_details(details: Details) -> None:
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
    if before and _holds(before) and _same_place(details_of(before), details):
        # Words alone were changed: buffers that the type got meanwhile do not make it collide.
        return {name: getattr(details, name) for name in _COLUMNS}
    zone = work.session.zone
    candidate = candidate_of(details, before["id"] if before else None)
    occupied, starts = candidate.interval, wall(details.starts_at, zone)
    overbooking = _overbooking(work, candidate, answers, before)
    return {
        **{name: getattr(details, name) for name in _COLUMNS},
        "ends_at": candidate.shown.end,
        "day": starts.date().isoformat(),
        "wall": f"{starts:%H:%M}",
        "zone": zone,
        "crosses_midnight": candidate.shown.end > day_bounds(starts.date(), zone)[1],
        "occupied_from": occupied.start,
        "occupied_to": occupied.end,
        **overbooking,
    }


def _links(before: Mapping[str, Any], details: Details) -> bool:
    """Whether a visit kept for somebody unknown gets its customer, and nothing else but words.

    It holds its time already and may be over: neither is decided anew.
    """
    here = details_of(before)
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
    existing, open_, closed = ground(candidate, work.session.zone, before, _asker(work))
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
    overbooks = any(clash.kind in ("staff", "room", "equipment") for clash in found)
    if overbooks:
        require_overbooking(work, candidate, answers.overbook, judged)
    return {
        "overbooked_by_id": work.session.staff_id if overbooks else None,
        "overbook_reason": answers.overbook if overbooks else "",
    }


def _left(candidate: Candidate, before: Mapping[str, Any] | None) -> int | None:
    """The start that an appointment leaves where nothing else of it changes."""
    if before is None or before["staff_id"] != candidate.staff_id:
        return None
    as_long = before["ends_at"] - before["starts_at"] == candidate.shown.seconds
    return before["starts_at"] if as_long else None


def _asker(work: Work) -> Asker:
    """Whoever carries this out: what this session holds is not in its way (T8)."""
    return Asker(work.session.key, work.now, work.session.zone)


def _takes_more(candidate: Candidate, before: Mapping[str, Any]) -> bool:
    """Whether the candidate occupies anything that the appointment did not occupy already."""
    same = all(getattr(candidate, name) == before[name] for name in ("staff_id", "room_id", "customer_id"))
    same = same and set(candidate.equipment_ids) <= set(before["equipment_ids"])
    held = before["occupied_from"] is not None and Interval(before["occupied_from"], before["occupied_to"])
    return not (same and held and held.contains(candidate.interval))


def _update(id_: int, version: int, dirty: Mapping[str, Any], equipment_ids: Sequence[int]) -> None:
    """Write only what changed, only if nobody was quicker; the equipment it has from now on with it.

    What it gives up goes before its time changes and what is new comes after it: neither is judged at
    a time that it is not wanted for.
    """
    leave_equipment(id_, equipment_ids)
    _write(id_, version, dirty)
    take_equipment(id_, equipment_ids)


def _write(id_: int, version: int, dirty: Mapping[str, Any]) -> None:
    """Write columns, if nobody was quicker."""
    fields = {Appointment._meta.columns[name]: value for name, value in dirty.items()}
    query = Appointment.update({**fields, Appointment.version: version + 1})
    if query.where(Appointment.id == id_, Appointment.version == version).execute() != 1:
        raise Refused(
            "Somebody else changed this appointment meanwhile.", "Look again and repeat it.", rule="V1"
        )


def _require_fresh(work: Work, before: Mapping[str, Any], command: ChangeAppointment) -> None:
    if before["version"] == command.version:
        return
    theirs, zone = details_of(before), work.session.zone
    differences = [
        Difference(
            name, *(_told(name, getattr(one, name), zone) for one in (command.was, theirs, command.details))
        )
        for name in Details.__slots__
        if getattr(command.was, name) != getattr(theirs, name)
    ]
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
        return f"{day_label(day_of(value, zone))} {clock(value, zone)}"
    if isinstance(value, tuple):
        return ", ".join(thing.name for thing in things_of(None, value))
    table = {"staff_id": "staff", "room_id": "room", "type_id": "appointment_type"}.get(name)
    if table and value is not None:
        return str(select(f"select name from {table} where id = ?", [value])[0][0])
    return "" if value is None else str(value)


def _last_marking(work: Work, id_: int) -> tuple[bool, bool]:
    """Whether the newest change of state was made by this person, and today (S3)."""
    rows = select(
        "select staff_id, at_ms from journal where kind = 'appointment' and row_id = ?"
        " and action in ('complete', 'miss', 'cancel') order by seq desc limit 1",
        [id_],
    )
    if not rows:
        return False, False
    today = day_of(work.now, work.session.zone)
    return rows[0][0] == work.session.staff_id, day_of(rows[0][1] // 1000, work.session.zone) == today


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


def check_sound(details: Details) -> None:
    """Refuse details that no appointment can have, whatever is booked; :class:`Invalid` with every fault."""
    _check_details(details)


def check_overbookings(work: Work, details: Details, reason: str, id_: int | None = None) -> None:
    """Refuse to take a taken time without the right, beyond the day's cap or without a reason (T9).

    ``id_`` is the appointment itself where it is written already: the cap is for it and those beside it.
    """
    require_overbooking(work, candidate_of(details, id_), reason, tuple)


@dataclass(frozen=True, slots=True)
class Rewrite:
    """One of several appointments that are changed together: columns whose place was judged already."""

    action: str
    before: Mapping[str, Any]
    columns: Mapping[str, Any]
    equipment_ids: Sequence[int]
    reason: str = ""

    def takes_from(self, other: Rewrite) -> bool:
        """Whether it gets time that the other one has so far."""
        to, from_ = self.columns.get("occupied_to"), self.columns.get("occupied_from")
        until, since = other.before["occupied_to"], other.before["occupied_from"]
        return other is not self and None not in (to, since) and from_ < until and since < to


def rewrite_all(work: Work, rewrites: Sequence[Rewrite]) -> None:
    """Write them and note each change.

    Where one gets time that another of them has, all are taken out of each other's way first.
    """
    crossing = any(one.takes_from(other) for one in rewrites for other in rewrites)
    lifted = [lift(one.before, place) if crossing else one.before for place, one in enumerate(rewrites)]
    for one, here in zip(rewrites, lifted, strict=True):
        id_, version = here["id"], here["version"]
        dirty = {name: value for name, value in one.columns.items() if here[name] != value}
        if list(one.equipment_ids) == list(one.before["equipment_ids"]):
            _write(id_, version, dirty)
        else:
            _update(id_, version, dirty, one.equipment_ids)
    after = stored_all(one.before["id"] for one in rewrites)
    for one in rewrites:
        id_ = one.before["id"]
        work.changed(one.action, "appointment", id_, one.before, after[id_], one.reason)


def cancel_all(work: Work, ids: Iterable[int], reason: str, cancelled_by: str) -> None:
    """Cancel several together (S2)."""
    rewrites = []
    for id_, before in stored_all(ids).items():
        command = MarkAppointment(id_, before["version"], Status.CANCELED, reason, cancelled_by)
        columns = _marking(work, before, command)
        rewrites.append(Rewrite("cancel", before, columns, before["equipment_ids"], reason))
    rewrite_all(work, rewrites)


def stored_all(ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """As :func:`stored`, of many that are there, by id and in the order of ``ids``. Indexes: primary keys."""
    wanted, found = list(ids), dict[int, dict[str, Any]]()
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        having = equipment_of_all(some)
        rows: Any = Appointment.select().where(Appointment._meta.fields["id"].in_(some)).dicts()
        for row in rows:
            found[row["id"]] = _kept(row, having.get(row["id"], []))
    return {id_: found[id_] for id_ in wanted}


_AT_ONCE = 500
"""Ids that stand in one select."""
