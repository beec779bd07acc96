"""Finds who and where in a quick line: staff, room, appointment type and the way to meet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from ..dates import WEEKDAYS
from ..names import SPOKEN_TITLES
from .catalogue import Catalogue, People, Types
from .shapes import Ask, Choice, Field
from .words import Line, squash

_MODES = {
    "online": "virtual", "video": "virtual", "virtual": "virtual", "virtually": "virtual",
    "zoom": "virtual", "telehealth": "virtual", "by video": "virtual", "via video": "virtual",
    "by zoom": "virtual", "via zoom": "virtual", "on zoom": "virtual", "video call": "virtual",
    "phone": "phone", "telephone": "phone", "by phone": "phone", "by telephone": "phone",
    "via phone": "phone", "on the phone": "phone", "phone call": "phone",
    "in person": "in_person", "in-person": "in_person", "face to face": "in_person", "f2f": "in_person",
}  # fmt: skip
_ROOM = frozenset({"room", "rm"})
_NOT_NAMES = frozenset(WEEKDAYS) | {"noon", "midday", "midnight"}
_MOST_CHOICES = 9


@dataclass(slots=True)
class Found:
    """Ids in the order of the clinic's list; several when the line fits several."""

    staff: list[int] = field(default_factory=list)
    room: list[int] = field(default_factory=list)
    type: list[int] = field(default_factory=list)
    modes: list[str] = field(default_factory=list)
    asks: list[Ask] = field(default_factory=list)


def find_staff(line: Line, book: Catalogue, found: Found) -> None:
    """Take ``with dr lee`` and ``@lee``. A name nobody has is asked about, one word of it taken."""
    for place in list(line.open()):
        bare = line.bare(place)
        if bare == "with":
            _take_named(line, book.staff, found, "staff", place, place + 1, SPOKEN_TITLES)
        elif bare[:1] == "@" and bare[1:2].isalpha():
            _take_named(line, book.staff, found, "staff", place, place, SPOKEN_TITLES)


def find_doctor(line: Line, book: Catalogue, found: Found) -> None:
    """Take ``dr lee`` without "with", if a staff member is called so and none was given."""
    for place in list(line.open()):
        if not found.staff and line.bare(place) in ("dr", "doctor", "prof"):
            ids, used = book.staff.find(_keys(line, place + 1))
            if ids:
                found.staff.extend(ids)
                line.take("staff", place, place + 1 + used)


def find_name_alone(line: Line, book: Catalogue, found: Found, *, preset: bool) -> None:
    """Take ``lee`` alone, apart from the customer's name, which comes first: ``jane doe tue 9:00 lee``.

    Only whole words of a name count, and nothing may be left over beside them. ``preset`` says that the
    customer is chosen already.
    """
    if found.staff:
        return
    known = preset or any(piece.kind == "customer" for piece in line.pieces)
    for run in line.runs():
        words = [line.words[place] for place in run if line.bare(place) not in SPOKEN_TITLES]
        if not any(word.is_spelled or word.identifies for word in words):
            continue
        if known and (ids := book.staff.called([word.key for word in words])):
            found.staff.extend(ids)
            line.take("staff", run.start, run.stop)
            return
        known = True


def find_room(line: Line, book: Catalogue, found: Found) -> None:
    """Take ``in room 2``, ``in 2``, ``in lab`` and ``room 2``."""
    for place in list(line.open()):
        bare = line.bare(place)
        if bare == "in" or (bare in _ROOM and book.rooms.find(_keys(line, place + 1))[0]):
            _take_named(line, book.rooms, found, "room", place, place + (bare == "in"), _ROOM | {"the"})


def _take_named(
    line: Line,
    people: People,
    found: Found,
    kind: Literal["staff", "room"],
    first: int,
    start: int,
    skip: frozenset[str],
) -> None:
    """Take the name that begins at ``start``, after the words of ``skip``, and all from ``first``."""
    while line.bare(start) in skip:
        start += 1
    ids, used = people.find(_keys(line, start))
    called = "staff member" if kind == "staff" else "room"
    if ids:
        (found.staff if kind == "staff" else found.room).extend(ids)
        line.take(kind, first, start + used)
    elif line.free(start):
        shown = line.words[start].text
        found.asks.append(Ask(kind, f"There is no {called} “{shown}”.", why="unknown"))
        line.take("unknown", first, start + 1)
    else:
        found.asks.append(Ask(kind, f"Which {called}?"))
        line.take("unknown", first, start)


def find_types(line: Line, book: Catalogue, found: Found) -> None:
    """Take every whole name or alias of a type, the longest first, over hyphens and spaces."""
    longest = min(book.types.longest, len(line.words))
    for size in range(longest, 0, -1):
        for first in range(len(line.words) - size + 1):
            if line.free(first, first + size) and not line.words[first].quoted:
                key = "".join(word.key for word in line.words[first : first + size])
                if ids := book.types.whole(key):
                    found.type.extend(ids)
                    line.take("type", first, first + size)


def find_short_type(line: Line, types: Types, found: Found) -> None:
    """Take initials ("fu"), a first word or the beginning of a type, if no whole name was given."""
    if found.type:
        return
    for size in (3, 2, 1):
        for first in range(len(line.words) - size + 1):
            if not line.free(first, first + size) or line.bare(first) in _NOT_NAMES:
                continue
            ids = types.short("".join(word.key for word in line.words[first : first + size]))
            if ids and not line.words[first].quoted:
                found.type.extend(ids)
                line.take("type", first, first + size)
                return


def find_modes(line: Line, found: Found) -> None:
    """Take ``online``, ``by phone``, ``in person`` and their like."""
    for size in (3, 2, 1):
        for first in list(line.open()):
            if not line.free(first, first + size):
                continue
            mode = _MODES.get(" ".join(word.bare for word in line.words[first : first + size]))
            if mode:
                found.modes.append(mode)
                line.take("mode", first, first + size)


def settle(
    ids: Sequence[int], field_: Field, names: Callable[[int], str], asks: list[Ask]
) -> tuple[int, ...]:
    """The ids once each; more than one is asked about, with their names to choose from."""
    once = tuple(sorted(dict.fromkeys(ids), key=lambda one: (names(one).casefold(), one)))
    if len(once) > 1:
        choices = tuple(Choice(names(one), one) for one in once[:_MOST_CHOICES])
        shown = " or ".join(choice.label for choice in choices)
        more = " or another?" if len(once) > _MOST_CHOICES else "?"
        asks.append(Ask(field_, shown + more, choices, "ambiguous"))
    return once


def _keys(line: Line, first: int) -> list[str]:
    """Lookup keys of the free words from ``first`` on, up to the first that is taken."""
    keys: list[str] = []
    for place in range(first, min(first + 6, len(line.words))):
        if not line.free(place) or line.words[place].quoted:
            break
        word = line.words[place]
        keys.append(squash(word.text.lstrip("@")) if word.text[:1] == "@" else word.key)
    return keys
