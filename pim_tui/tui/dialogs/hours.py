"""The forms about working time, told as data: a week, leave, single days."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date

from ...domain.dates import Order, explain, read_day
from ...domain.moments import WEEKDAYS, day_label, short_day
from ...domain.worktext import SPELLINGS, read_first_and_last, read_stretches, unread
from ...domain.worktime import KINDS, Absence, Hours, Minutes, Special, Week, minutes_text, week_text
from ...errors import Fault, Invalid
from ...queries.hours import DayRow
from .fields import Field, FormSpec, Values

WEEK, LEAVE, DAYS = "working_hours", "leave", "special_hours"
"""What their drafts are called: the tables behind them."""

_WEEK_KEYS = tuple(day.casefold() for day in WEEKDAYS)
TITLES = {**dict(zip(_WEEK_KEYS, WEEKDAYS, strict=True)), "since": "From"}
DAY_TITLES = {"first": "First day", "last": "Last day", "hours": "Hours", "part": "Only"}


# --- the week ------------------------------------------------------------------------------------


def week_form(name: str, today: date, order: Order) -> FormSpec:
    """Seven days as typed, and from when on."""

    def reads(values: Values) -> tuple[str, Sequence[Fault]]:
        faults = unread([(key, str(values[key])) for key in _WEEK_KEYS])
        since = read_day(str(values["since"]), today, order)
        if since is None:
            faults.append(Fault("since", explain(str(values["since"]))))
        if faults:
            return _first(faults, TITLES), faults
        return f"From {day_label(since or today)}: {week_text(_week(values)) or 'does not work'}", faults

    lines = (
        *((Field(key, day, limit=120),) for key, day in zip(_WEEK_KEYS, WEEKDAYS, strict=True)),
        (Field("since", "From", limit=40),),
    )
    note = f"{SPELLINGS}. The week before ends the day before."
    return FormSpec(f"Week of {name}", lines, reads, TITLES, note)


def week_values(week: Week, since: date) -> dict[str, str]:
    """What fills the form."""
    texts = [minutes_text(minutes) or "closed" for minutes in week]
    return {**dict(zip(_WEEK_KEYS, texts, strict=True)), "since": short_day(since)}


def read_week(values: Values, today: date, order: Order) -> tuple[date, Week]:
    """The form as a command wants it; the form has refused what cannot be read."""
    return read_day(str(values["since"]), today, order) or today, _week(values)


def weeks_over(seen: Sequence[Hours]) -> str:
    """Every week that somebody had when the form was opened, as its draft keeps them."""
    return json.dumps(seen)


def over_weeks(text: str) -> tuple[Hours, ...]:
    """The inverse of :func:`weeks_over`."""
    return tuple(map(Hours._make, json.loads(text)))


def _week(values: Values) -> Week:
    return tuple(read_stretches(str(values[key])) or () for key in _WEEK_KEYS)


def _first(faults: Sequence[Fault], titles: Mapping[str, str]) -> str:
    """What is wrong first, as a form says it while one types."""
    return f"{titles[faults[0].field]}: {faults[0].message}"


# --- leave ---------------------------------------------------------------------------------------


def leave_form(title: str, today: date, order: Order) -> FormSpec:
    """From when to when, perhaps only a part of one day, and what for."""

    def reads(values: Values) -> tuple[str, Sequence[Fault]]:
        absence, faults = _absence(values, today, order)
        if absence is None or faults:
            return _first(faults, DAY_TITLES), faults
        days = (absence.last - absence.first).days + 1
        told = absence.told if days > 1 or absence.from_minute is not None else "all day"
        return f"{f'{days} days, from ' if days > 1 else ''}{day_label(absence.first)}: {told}", faults

    lines = (
        (Field("first", "First day", limit=40), Field("last", "Last day", limit=40)),
        (Field("part", "Only", limit=40),),
        (Field("kind", "Kind", tuple((kind, kind) for kind in KINDS)),),
        (Field("reason", "Note", limit=200),),
    )
    note = "A date, tue, next fri, +7d. One day: leave the last one empty; only a part of it: 10-12."
    return FormSpec(title, lines, reads, DAY_TITLES, note)


def leave_values(absence: Absence | None, reason: str, first: date) -> dict[str, str]:
    """What fills the form: a leave that is there, or the day a new one would begin."""
    if absence is None:
        return {"first": short_day(first), "last": "", "part": "", "kind": KINDS[0], "reason": ""}
    part = minutes_text(absence.minutes) if absence.from_minute is not None else ""
    return {
        "first": short_day(absence.first),
        "last": short_day(absence.last),
        "part": part,
        "kind": absence.kind,
        "reason": reason,
    }


def read_leave(values: Values, today: date, order: Order) -> tuple[Absence, str]:
    """The form as a command wants it. Raises Invalid."""
    absence, faults = _absence(values, today, order)
    if absence is None:
        raise Invalid(faults)
    return absence, str(values["reason"])


def _absence(values: Values, today: date, order: Order) -> tuple[Absence | None, list[Fault]]:
    faults = list[Fault]()
    days = read_first_and_last(str(values["first"]), str(values["last"]), today, order, faults)
    text = str(values["part"])
    part = read_stretches(text) if text.strip() else None
    if text.strip() and (part is None or len(part) != 1):
        faults.append(Fault("part", "is one stretch, such as 10-12"))
    if faults or days is None:
        return None, faults
    starts, ends = part[0] if part else (None, None)
    if part and days[0] != days[1]:
        faults.append(Fault("part", "is a part of one day: give one day"))
    return Absence(*days, starts, ends, str(values["kind"])), faults


# --- single days ---------------------------------------------------------------------------------


def days_form(whose: str, today: date, order: Order) -> FormSpec:
    """From when to when, and what is worked then."""

    def reads(values: Values) -> tuple[str, Sequence[Fault]]:
        faults = unread([("hours", str(values["hours"]))])
        days = read_first_and_last(str(values["first"]), str(values["last"]), today, order, faults)
        if days is None or faults:
            return _first(faults, DAY_TITLES), faults
        hours = minutes_text(read_stretches(str(values["hours"])) or ()) or "closed"
        to = f" to {day_label(days[1])}" if days[1] != days[0] else ""
        return f"{day_label(days[0])}{to}: {hours}", faults

    lines = (
        (Field("first", "First day", limit=40), Field("last", "Last day", limit=40)),
        (Field("hours", "Hours", limit=120),),
        (Field("name", "Why", limit=80),),
    )
    note = f"Hours: {SPELLINGS}. They replace the week and a public holiday."
    return FormSpec(f"Single days of {whose}", lines, reads, DAY_TITLES, note)


def days_values(day: date, minutes: Minutes = (), name: str = "") -> dict[str, str]:
    """What fills the form."""
    return {"first": short_day(day), "last": "", "hours": minutes_text(minutes) or "closed", "name": name}


def read_days(values: Values, today: date, order: Order) -> tuple[date, date, Minutes, str]:
    """The form as a command wants it. Raises Invalid."""
    faults = list[Fault]()
    days = read_first_and_last(str(values["first"]), str(values["last"]), today, order, faults)
    if days is None:
        raise Invalid(faults)
    return *days, read_stretches(str(values["hours"])) or (), str(values["name"])


def days_over(seen: Sequence[DayRow]) -> str:
    """What was said of single days when the form was opened, as its draft keeps it."""
    return json.dumps([(row.day.isoformat(), row.staff_id, row.special, row.ids) for row in seen])


def over_days(text: str) -> tuple[DayRow, ...]:
    """The inverse of :func:`days_over`."""
    return tuple(
        DayRow(
            date.fromisoformat(day), staff_id, Special(tuple((a, b) for a, b in minutes), name), tuple(ids)
        )
        for day, staff_id, (minutes, name), ids in json.loads(text)
    )


def of_draft(fields: Mapping[str, str], empty: Mapping[str, str]) -> dict[str, str]:
    """A form as it was typed; what a draft does not have is as in an empty one."""
    return {key: fields.get(key, value) for key, value in empty.items()}
