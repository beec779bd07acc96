"""What a typed filter line means for a list: ``missed this month knee``.

Words are held against everything the list can be filtered by; what is nothing of that is looked for
as text. A pure reading: nothing is asked of the database.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..domain.dates import Order, Prefer, read_day, read_end
from ..domain.moments import short_day
from ..domain.text import fold
from .periods import custom, periods
from .spec import Choice, Filter

LONGEST = 500
"""Characters of a line; what stands behind them is not read."""
_SHORTEST = 3
"""Letters that are enough to mean a choice."""
_PHRASE = 4
"""The most words that are one value."""
_FROM, _TO = ("from", "since", "after"), ("to", "until", "till", "before")


@dataclass(frozen=True, slots=True)
class Narrowed:
    """``chosen`` as the list's query takes it; ``told`` says each part in words."""

    chosen: Mapping[str, Any]
    told: tuple[str, ...]


def read_filter(
    line: str,
    filters: Sequence[Filter],
    choices: Mapping[str, Sequence[Choice]],
    *,
    today: date,
    order: Order = "dmy",
) -> Narrowed:
    """The reading of ``line``. ``choices`` are those the clinic makes itself, by filter key; ``order`` is
    that of a date's figures."""
    reader = _Reader(filters, choices, today, order)
    reader.read(line[:LONGEST].split())
    return reader.narrowed()


class _Reader:
    def __init__(
        self,
        filters: Sequence[Filter],
        choices: Mapping[str, Sequence[Choice]],
        today: date,
        order: Order,
    ) -> None:
        self._filters, self._choices, self._today, self._order = filters, choices, today, order
        self._picked: dict[str, list[Choice]] = {}
        self._period: Any = None
        self._first: date | None = None
        self._last: date | None = None
        self._yes: list[Filter] = []
        self._text: list[str] = []

    def read(self, words: Sequence[str]) -> None:
        at = 0
        while at < len(words):
            at += next(self._taken(words[at : at + _PHRASE]), 0) or self._as_text(words[at])

    def _taken(self, words: Sequence[str]) -> Iterator[int]:
        """How many words of the front were understood, the longest reading first."""
        for count in range(len(words), 0, -1):
            phrase = " ".join(words[:count])
            if self._is_days(phrase) or self._is_choice(phrase) or self._is_yes(phrase):
                yield count

    def _as_text(self, word: str) -> int:
        self._text.append(word)
        return 1

    def _is_days(self, phrase: str) -> bool:
        days = next((one for one in self._filters if one.kind == "days"), None)
        if days is None:
            return False
        for period in periods(self._today):
            if fold(period.title) == fold(phrase):
                self._period = period
                return True
        word, _, rest = phrase.partition(" ")
        day = self._end(fold(word), rest, days.prefer) if rest else None
        if day is None:
            return False
        if fold(word) in _FROM:
            self._first = day
        else:
            self._last = day
        return True

    def _end(self, word: str, text: str, prefer: Prefer) -> date | None:
        """The day at one end of a span, for a word that begins one."""
        if word in _FROM:
            return read_day(text, self._today, self._order, prefer=prefer)
        return read_end(text, self._first, self._today, self._order, prefer=prefer) if word in _TO else None

    def _is_choice(self, phrase: str) -> bool:
        typed = fold(phrase)
        for one in self._filters:
            for choice in (*one.choices, *self._choices.get(one.key, ())) if one.kind == "choice" else ():
                title = fold(choice.title)
                if typed == title or (len(typed) >= _SHORTEST and title.startswith(typed)):
                    self._picked.setdefault(one.key, []).append(choice)
                    return True
        return self._is_named(typed)

    def _is_named(self, typed: str) -> bool:
        """Whether every word begins a word of some choices, as in ``dr lee``; all of them are meant.

        One word alone is looked for as text, where there is text to look in.
        """
        begun = typed.split()
        if len(typed) < _SHORTEST or (len(begun) == 1 and any(one.kind == "text" for one in self._filters)):
            return False
        for one in self._filters:
            choices = (*one.choices, *self._choices.get(one.key, ())) if one.kind == "choice" else ()
            meant = [choice for choice in choices if _begin(begun, fold(choice.title).split())]
            if meant:
                self._picked.setdefault(one.key, []).extend(meant)
                return True
        return False

    def _is_yes(self, phrase: str) -> bool:
        typed = fold(phrase)
        for one in self._filters:
            if one.kind == "yes" and len(typed) >= _SHORTEST and fold(one.title).startswith(typed):
                self._yes.append(one)
                return True
        return False

    def narrowed(self) -> Narrowed:
        """What was read, in the order of the list's filters."""
        chosen: dict[str, Any] = {}
        told: list[str] = []
        for one in self._filters:
            if one.kind == "choice" and one.key in self._picked:
                picked = list(dict.fromkeys(self._picked[one.key]))
                chosen[one.key] = tuple(choice.value for choice in picked)
                told.append(f"{one.title}: {', '.join(choice.title for choice in picked)}")
            elif one.kind == "days" and (self._period or self._first or self._last):
                self._add_days(one, chosen, told)
            elif one.kind == "yes" and one in self._yes:
                chosen[one.key] = True
                told.append(one.title)
            elif one.kind == "text" and self._text:
                chosen[one.key] = " ".join(self._text)
                told.append(f"{one.title}: {' '.join(self._text)}")
        if self._text and not any(one.kind == "text" for one in self._filters):
            told.append(f"not understood: {' '.join(self._text)}")
        return Narrowed(chosen, tuple(told))

    def _add_days(self, one: Filter, chosen: dict[str, Any], told: list[str]) -> None:
        if self._first or self._last:
            span = custom(self._first, self._last)
            ends = (
                f"from {short_day(span.first)}" if span.first else "",
                f"to {short_day(span.last)}" if span.last else "",
            )
            chosen[one.key] = span
            told.append(f"{one.title}: {' '.join(filter(None, ends))}")
        else:
            chosen[one.key] = self._period
            told.append(f"{one.title}: {self._period.title}")


def _begin(typed: Sequence[str], words: Sequence[str]) -> bool:
    """Whether the typed words begin words of a title, in the title's order."""
    left = iter(words)
    return all(any(word.startswith(one) for word in left) for one in typed)
