"""The command about free time: openings."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

from ..bootstrap import Clinic, office, opened
from ..domain.called import one_called
from ..domain.hours import read_minutes
from ..domain.moments import MINUTE, Zone, clock, day_label, day_of, span
from ..domain.openings import Opening, Wanted
from ..domain.quickline.wish import Wish, read_wish
from ..domain.rights import Right
from ..errors import Refused, UsageError
from ..queries.catalogue import Catalogue, catalogue
from ..queries.openings import Answer, How, find
from . import said, terminal


def openings(arguments: argparse.Namespace) -> int:
    """``pim-tui openings``: the first times that can be had; 1, and why, when there are none."""
    if arguments.limit < 1:
        raise UsageError("--limit must be 1 or more.", "Leave it out for 12.")
    with opened(office()) as clinic:
        clinic.session.needs(Right.BOOK)
        names = catalogue()
        wanted = _wanted(arguments, clinic, names)
        zone, step = clinic.session.zone, clinic.session.calendar.step
        each = None if len(wanted.staff_ids) == 1 else 2
        answer = find(wanted, zone, clinic.session.clock(), How(limit=arguments.limit, each=each, step=step))
    staff = {one.id: one.name for one in names.staff}
    if arguments.json:
        terminal.say_json(_as_json(answer, wanted, zone, staff))
    elif answer.openings:
        terminal.table(_lines(answer, wanted, zone, staff), ("Day", "Time", "With"))
    if not answer.openings and not arguments.json:
        raise Refused(answer.why, "Ask for other days, another length, or anybody.")
    return 0 if answer.openings else 1


def _wanted(arguments: argparse.Namespace, clinic: Clinic, names: Catalogue) -> Wanted:
    """What the options ask for; what they leave out is the usual type, its length, anybody and any day."""
    types = [(one.id, one.name) for one in names.types]
    type_id = one_called(arguments.type, types, "No type", "types") if arguments.type else None
    kind = next((one for one in names.types if one.id == type_id), names.default_type)
    minutes = read_minutes(arguments.minutes) if arguments.minutes else None
    if arguments.minutes and minutes is None:
        raise UsageError(f"{arguments.minutes} is no length.", "Such as: 45, 45m, 1h30.")
    days = _when(arguments.weekday, clinic, names, "--weekday", "mon,thu or mon-fri")
    part = _when(arguments.part, clinic, names, "--part", "morning or 9-12")
    return Wanted(
        minutes or (kind.minutes if kind else clinic.settings.default_minutes),
        tuple(said.staff_id(name) for name in arguments.staff or ()),
        kind.id if kind else None,
        equipment_ids=names.takes.get(kind.id, ()) if kind else (),
        weekdays=days.weekdays,
        from_minute=part.from_minute,
        to_minute=part.to_minute,
        first=said.day([arguments.since], clinic) if arguments.since else None,
    )


def _when(text: str | None, clinic: Clinic, names: Catalogue, option: str, such_as: str) -> Wish:
    """Weekdays or a part of the day, read as in the line on screen."""
    read = read_wish(text or "", said.names(clinic, names))
    if text and (read.problem or read == Wish()):
        raise UsageError(f"{option} {text} was not understood.", f"Such as: {such_as}.")
    return read


def _lines(answer: Answer, wanted: Wanted, zone: Zone, staff: dict[int, str]) -> Iterator[tuple[str, ...]]:
    for one in answer.openings:
        yield day_label(day_of(one.starts_at, zone)), span(*_times(one, wanted), zone), staff[one.staff_id]


def _times(one: Opening, wanted: Wanted) -> tuple[int, int]:
    return one.starts_at, one.starts_at + wanted.minutes * MINUTE


def _as_json(answer: Answer, wanted: Wanted, zone: Zone, staff: dict[int, str]) -> dict[str, Any]:
    found = [
        {
            "day": day_of(one.starts_at, zone).isoformat(),
            "starts": clock(one.starts_at, zone),
            "ends": clock(_times(one, wanted)[1], zone),
            "starts_at": one.starts_at,
            "staff": staff[one.staff_id],
        }
        for one in answer.openings
    ]
    return {"zone": zone, "minutes": wanted.minutes, "openings": found, "why": answer.why}
