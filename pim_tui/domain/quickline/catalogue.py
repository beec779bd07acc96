"""Staff, rooms and appointment types by the words people type for them.

Built once for a clinic's names; every lookup is then a dictionary or one short list.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ..names import SPOKEN_TITLES
from .shapes import Named, TypeNamed
from .words import SMALL, squash

_GAP = re.compile(r"[\s\-/]+")
_PART_OF_WORD = 4
_WHOLE_WORD = 3


def keys(name: str) -> tuple[str, ...]:
    """The lookup words of a name, "Anna Smith-Lee" -> anna, smith, lee."""
    return tuple(key for part in _GAP.split(name) if (key := squash(part)))


@dataclass(frozen=True, slots=True)
class _Entry:
    id: int
    words: tuple[str, ...]


class People:
    """Names found by any of their words: staff, and rooms with ``noise`` such as "room" left out."""

    def __init__(self, named: Iterable[Named], noise: frozenset[str]) -> None:
        self.longest = 1
        self._whole: dict[str, list[int]] = defaultdict(list)
        self._initials: dict[str, list[int]] = defaultdict(list)
        self._entries: list[_Entry] = []
        self.names: dict[int, str] = {}
        for one in named:
            self._add(one, noise)

    def _add(self, one: Named, noise: frozenset[str]) -> None:
        words = keys(one.name)
        plain = tuple(word for word in words if word not in noise) or words
        joined = {squash(part) for part in one.name.split()} - set(words)
        self.names[one.id] = one.name
        self._entries.append(_Entry(one.id, plain + tuple(sorted(joined - {""}))))
        for whole in {"".join(words), "".join(plain), *map(squash, one.aliases)} - {""}:
            self._whole[whole].append(one.id)
        self._initials["".join(word[0] for word in plain)].append(one.id)
        self.longest = max(self.longest, len(words) + 1)

    def find(self, said: Sequence[str]) -> tuple[tuple[int, ...], int]:
        """(ids that fit, how many of the words ``said`` name them); ((), 0) when nobody fits.

        A whole name or alias wins over a word of the name, a word over the beginning of one, and
        that over initials. More words are used as long as somebody fits them whole, or, while
        several fit, with their beginning.
        """
        for count in range(min(len(said), self.longest), 0, -1):
            if whole := self._whole.get("".join(said[:count])):
                return tuple(whole), count
        if found := self._by_words(said):
            return found
        return (tuple(self._initials.get(said[0], ())), 1) if said and said[0] in self._initials else ((), 0)

    def called(self, said: Sequence[str]) -> tuple[int, ...]:
        """Who is called just so: by a whole name or alias, or by whole words of the name."""
        if whole := self._whole.get("".join(said)):
            return tuple(whole)
        return tuple(entry.id for entry in self._entries if said and set(said) <= set(entry.words))

    def _by_words(self, said: Sequence[str]) -> tuple[tuple[int, ...], int] | None:
        fits = [(entry.id, entry.words) for entry in self._entries]
        used = 0
        for word in said[: self.longest]:
            kept = _narrow(fits, word, whole_only=used > 0 and len(fits) == 1)
            if not kept:
                break
            fits, used = kept, used + 1
        return (tuple(dict.fromkeys(one for one, _ in fits)), used) if used else None


def _narrow(
    fits: list[tuple[int, tuple[str, ...]]], said: str, *, whole_only: bool
) -> list[tuple[int, tuple[str, ...]]]:
    """Those with an unused word equal to ``said``, else beginning with it, that word used up."""
    exact = [(one, _without(words, said)) for one, words in fits if said in words]
    if exact or whole_only or not said or said.isdigit():
        return exact
    begun = ((one, words, next((w for w in words if w.startswith(said)), "")) for one, words in fits)
    return [(one, _without(words, word)) for one, words, word in begun if word]


def _without(words: tuple[str, ...], used: str) -> tuple[str, ...]:
    place = words.index(used)
    return words[:place] + words[place + 1 :]


class Types:
    """Appointment types by name or alias, by initials, and by the beginning of the name."""

    def __init__(self, types: Iterable[TypeNamed]) -> None:
        self.by_id: dict[int, TypeNamed] = {}
        self.longest = 1
        self._whole: dict[str, list[int]] = defaultdict(list)
        self._short: dict[str, list[int]] = defaultdict(list)
        for one in types:
            self._add(one)
        self._sorted = sorted(self._whole)

    def _add(self, one: TypeNamed) -> None:
        self.by_id[one.id] = one
        for name in (one.name, *one.aliases):
            words = keys(name)
            if words and one.id not in self._whole["".join(words)]:
                self._whole["".join(words)].append(one.id)
            self.longest = max(self.longest, len(words))
        words = keys(one.name)
        shorts = {"".join(word[0] for word in words)} if len(words) > 1 else set()
        if words and len(words) > 1 and len(words[0]) >= _WHOLE_WORD:
            shorts.add(words[0])
        for short in shorts - SPOKEN_TITLES - SMALL:
            self._short[short].append(one.id)

    def whole(self, key: str) -> tuple[int, ...]:
        """The types called ``key``."""
        return tuple(self._whole.get(key, ()))

    def short(self, key: str) -> tuple[int, ...]:
        """The types with these initials, first word, or at least four letters of beginning."""
        if key in SPOKEN_TITLES or key in SMALL:
            return ()
        found = dict.fromkeys(self._short.get(key, ()))
        if len(key) >= _PART_OF_WORD and not found:
            for place in range(bisect_left(self._sorted, key), len(self._sorted)):
                if not self._sorted[place].startswith(key):
                    break
                found.update(dict.fromkeys(self._whole[self._sorted[place]]))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All that can be named in a line."""

    staff: People
    rooms: People
    types: Types


@lru_cache(maxsize=8)
def catalogue(staff: tuple[Named, ...], rooms: tuple[Named, ...], types: tuple[TypeNamed, ...]) -> Catalogue:
    """The lookup tables of a clinic; the same names give the same tables."""
    said_before_rooms = frozenset({"room", "rm", "the"})
    return Catalogue(People(staff, SPOKEN_TITLES), People(rooms, said_before_rooms), Types(types))
