"""Which of many visits want a room or equipment that has no place left for them (T7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from ..domain.intervals import Interval, crowded
from ..queries import known
from ..queries.resources import equipment_by_type

_Thing = tuple[Literal["room", "equipment"], int, int]
"""A room or equipment by id, and its places."""


def without_place(rows: Sequence[Mapping[str, Any]], several: Mapping[int, int]) -> set[int]:
    """The places in ``rows`` of those that find none: by what is here, or by those before them.

    ``rows`` are columns of appointments and take what their types take. ``several`` are the rooms of
    several places, by id, with their places; rooms of one are judged with the staff members.
    """
    by_type = equipment_by_type()
    if not several and not by_type:
        return set()
    places, found = known.equipment_places(), set[int]()
    before: dict[_Thing, list[Interval]] = {}
    for at, values in enumerate(rows):
        if values["occupied_from"] is None:
            continue
        span = Interval(values["occupied_from"], values["occupied_to"])
        for thing in _wanted(values, several, by_type, places):
            there = before.setdefault(thing, [])
            if _is_full(thing, span, there):
                found.add(at)
            there.append(span)
    return found


def _wanted(
    values: Mapping[str, Any],
    several: Mapping[int, int],
    by_type: Mapping[int | None, tuple[int, ...]],
    places: Mapping[int, int],
) -> Iterator[_Thing]:
    room = values["room_id"]
    if room in several:
        yield "room", room, several[room]
    for equipment_id in by_type.get(values["type_id"], ()):
        yield "equipment", equipment_id, places[equipment_id]


def _is_full(thing: _Thing, span: Interval, before: Sequence[Interval]) -> bool:
    what, id_, places = thing
    there = known.taking(what, id_, span) + [one for one in before if one.overlaps(span)]
    return any(part.overlaps(span) for part in crowded(there, places))
