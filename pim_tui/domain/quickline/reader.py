"""Reads a quick line; the rules are in the package's docstring."""

from __future__ import annotations

import re
from dataclasses import replace

from ..names import SPOKEN_TITLES
from .catalogue import catalogue
from .customer import Left, read_rest
from .echo import sentence
from .moments import find_days, find_in_weeks, find_minutes, find_times, find_words
from .places import (
    Found,
    find_doctor,
    find_modes,
    find_name_alone,
    find_room,
    find_short_type,
    find_staff,
    find_types,
    settle,
)
from .settled import Said, settle_day, settle_minutes, settle_time
from .shapes import Ask, Field, Names, Reading, Span
from .words import Line, split_reason, split_words

_NUMBER = re.compile(r"#\d+")
_ASK_ORDER: tuple[Field, ...] = ("customer", "day", "time", "minutes", "staff", "room", "type", "line")


def read(line: str, names: Names) -> Reading:
    """What ``line`` says. Never raises; keep a :class:`Reader` to read on every key."""
    return Reader(names).read(line)


class Reader:
    """Reads lines for one set of names; building it is cheap when the names were seen before."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self._book = catalogue(names.staff, names.rooms, names.types)

    def read(self, line: str) -> Reading:
        """What ``line`` says; under a millisecond for any clinic. Never raises."""
        head, reason, reason_span = split_reason(line)
        words, beyond = split_words(head)
        cut = Line(words)
        said, found = Said(), Found()
        self._take(cut, said, found)
        rest = read_rest(head, cut, preset=self.names.customer is not None)
        rest = Left(
            rest.customer,
            " - ".join(part for part in (rest.reason, reason) if part),
            (*rest.unknown, beyond.strip()) if beyond.strip() else rest.unknown,
        )
        return self._settle(said, found, rest, cut.spans([reason_span] if reason_span else []))

    def means_staff(self, text: str) -> bool:
        """Whether it is the name of somebody on the staff, in whole words, and nothing else."""
        words, beyond = split_words(text)
        said = [word.key for word in words if word.bare not in SPOKEN_TITLES]
        return not beyond and bool(self._book.staff.called(said))

    def _take(self, line: Line, said: Said, found: Found) -> None:
        """Who may take words first; everything later sees only what is left."""
        for place in list(line.open()):
            if line.words[place].quoted or _NUMBER.fullmatch(line.bare(place)):
                line.take("customer", place, place + 1)
        find_staff(line, self._book, found)
        find_types(line, self._book, found)
        find_modes(line, found)
        find_in_weeks(line, self.names, said)
        find_room(line, self._book, found)
        find_days(line, self.names, said)
        find_minutes(line, said)
        find_times(line, self.names, said)
        find_doctor(line, self._book, found)
        find_words(line, self.names, said)
        find_short_type(line, self._book.types, found)
        find_name_alone(line, self._book, found, preset=self.names.customer is not None)

    def _settle(self, said: Said, found: Found, rest: Left, spans: tuple[Span, ...]) -> Reading:
        names, book = self.names, self._book
        asks = [*found.asks, *_ask_left(rest, preset=names.customer is not None)]
        types = settle(found.type, "type", lambda one: book.types.by_id[one].name, asks)
        kind = book.types.by_id[types[0]] if len(types) == 1 else None
        at, times = settle_time(said, names)
        day, days = settle_day(said, at, names)
        minutes, typed = settle_minutes(said, at, (kind and kind.minutes) or names.default_minutes)
        modes = sorted(set(found.modes))
        reading = Reading(
            customer=names.customer,
            customer_words=rest.customer,
            day=day,
            days=days,
            time=at,
            times=times,
            minutes=minutes,
            minutes_typed=typed,
            staff=settle(found.staff, "staff", lambda one: book.staff.names[one], asks),
            room=settle(found.room, "room", lambda one: book.rooms.names[one], asks),
            type=types,
            mode=modes[0] if len(modes) == 1 else (kind.mode or None) if kind else None,
            reason=rest.reason,
            spans=spans,
            asks=tuple(sorted((*asks, *said.asks), key=lambda ask: _ASK_ORDER.index(ask.field))),
            notices=tuple(dict.fromkeys(said.notices)),
        )
        return replace(reading, sentence=sentence(reading, names, book))


def _ask_left(rest: Left, *, preset: bool) -> list[Ask]:
    """Asks for a customer who is missing and for numbers nothing was made of."""
    asks = [] if preset or rest.customer else [Ask("customer", "For which customer?")]
    for text in rest.unknown:
        if any(char.isalnum() for char in text):
            asks.append(Ask("line", f"“{text[:30]}” was not understood.", why="unknown"))
    return asks
