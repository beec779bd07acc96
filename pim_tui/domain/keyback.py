"""What was written on paper while the program could not be used, read line by line (X4).

A line is ``TIME WHO WHAT REST``: ``10:30 came``, ``11:00 missed``, ``11:20 doe jane walk-in 15m cough``,
``14:00 roe moved thu 9:30``, ``15:00 canceled ill``. The time or the name may be left out where the
other one says which appointment is meant.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from typing import Literal

from .dates import read_minutes, read_time
from .names import SPOKEN_TITLES
from .text import fold

What = Literal["complete", "miss", "cancel", "move", "walk_in", "note"]

SAID: dict[str, What] = {
    **dict.fromkeys(("came", "completed", "done", "seen", "c"), "complete"),
    **dict.fromkeys(("missed", "noshow", "absent", "n"), "miss"),
    **dict.fromkeys(("canceled", "cancelled", "cancel", "x"), "cancel"),
    **dict.fromkeys(("moved", "move"), "move"),
    **dict.fromkeys(("walkin", "booked"), "walk_in"),
    **dict.fromkeys(("note", "notes"), "note"),
}
"""The words for what happened, folded and without hyphens."""

_TWO_WORDS = {("walk", "in"): "walk-in", ("no", "show"): "no-show"}
LONGEST = 2_000
"""Characters of a line; what stands behind them is not read."""
BY_CLINIC = ("by us", "by clinic", "by the clinic")


@dataclass(frozen=True, slots=True)
class KeyedLine:
    """One line as said. ``times`` are the readings of its time, ``who`` and ``rest`` as typed.

    ``what`` is None while the line does not say what happened.
    """

    times: tuple[time, ...] = ()
    who: str = ""
    what: What | None = None
    rest: str = ""


def read_line(text: str) -> KeyedLine:
    """Read one line; it never raises."""
    words = _joined(text[:LONGEST].split())
    times = read_time(words[0]) if words else ()
    words = words[1:] if times else words
    said = [_plain(word) for word in words]
    # A single letter may be an initial: a whole word says better what happened.
    places = sorted(
        (place for place, word in enumerate(said) if word in SAID), key=lambda n: len(said[n]) == 1
    )
    if not places:
        return KeyedLine(times, " ".join(words))
    at = places[0]
    return KeyedLine(times, " ".join(words[:at]), SAID[said[at]], " ".join(words[at + 1 :]))


def _plain(word: str) -> str:
    return fold(word).replace("-", "").replace(" ", "").rstrip(":,.")


def _joined(words: Sequence[str]) -> list[str]:
    """The words with "walk in" and "no show" as one each."""
    found: list[str] = []
    for word in words:
        pair = _TWO_WORDS.get((fold(found[-1]), fold(word))) if found else None
        if pair:
            found[-1] = pair
        else:
            found.append(word)
    return found


def fits(who: str, names: Sequence[str]) -> bool:
    """Whether each word said, titles aside, begins a word of the names: ``doe ja`` of "Jane Doe"."""
    known = [word for name in names for word in fold(name).split()]
    said = [word.strip(",.") for word in fold(who).split()]
    return all(
        any(word.startswith(part) for word in known) for part in said if part and part not in SPOKEN_TITLES
    )


def who_canceled(rest: str) -> tuple[str, str]:
    """The reason of a cancelation, and ``clinic`` or ``customer``: ``by us`` before it is the clinic."""
    for start in BY_CLINIC:
        if fold(rest).startswith(start):
            return rest[len(start) :].strip(" ,:"), "clinic"
    return rest, "customer"


def walk_in_line(line: KeyedLine, day: str, at: time, types: Sequence[str]) -> str:
    """The quick line that books a walk-in: its length and type where they come first, then the reason.

    ``day`` is an ISO date, ``types`` the folded names and aliases of the appointment types.
    """
    words = line.rest.split()
    facts: list[str] = []
    while words and (read_minutes(words[0]) or fold(words[0]) in types):
        facts.append(words.pop(0))
    reason = " ".join(words).removeprefix("- ")
    start = " ".join((line.who, day, f"{at:%H:%M}", *facts))
    return f"{start} - {reason}" if reason else start
