"""From the picture that a terminal shows to the one that is wanted, in as few bytes as it takes.

Pure: two pictures, what is known of the terminal, and out comes what to send. Where terminals differ, the
sure way is taken: nothing is expected of the last column, of colours under erased cells, or of characters
whose width is disputed, but what all of them do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from typing import Final

from . import scrolls
from .cells import Cell, Cells, Frame, Row
from .profile import Profile
from .writing import Hand, Writing, words

_NO_MARGINS: Final = "\x1b[r"
_CLEAR: Final = "\x1b[H\x1b[J"

_JUMP: Final = 4
"""Bytes that going around some cells takes."""

_WORTH_ERASING: Final = 8
"""Cells that became blank, from which on a row may be shorter to erase and write than to patch."""


@dataclass(slots=True)
class Shown:
    """What is known of the terminal: its cells, None where nothing is known, and its pen and cursor."""

    rows: list[Row] | None = None
    hand: Hand = field(default_factory=Hand)

    def forget(self) -> None:
        """Somebody else may have written: the next picture is sent whole."""
        self.rows, self.hand = None, Hand()


def between(
    shown: Shown, wanted: Frame, profile: Profile, cells: Cells, cursor: tuple[int, int] | None = None
) -> str:
    """What to send so that ``wanted`` is shown, with the cursor at ``cursor``; `Shown` is kept right.

    ``cursor`` None: it is not looked at, and stays wherever it is.
    """
    writing = Writing(shown.hand, cells, profile, wanted.width, wanted.height)
    blank = [cells.blank] * wanted.width
    rows = shown.rows
    if rows is None or len(rows) != wanted.height or len(rows[0]) != wanted.width:
        rows = _cleared(writing, wanted, cells, blank, profile)
    elif profile.scroll_region and (scroll := scrolls.find(rows, wanted.rows)):
        rows = _scrolled(writing, rows, scroll, cells, blank)
    for y, (old, new) in enumerate(zip(rows, _writable(wanted, cells, profile), strict=True)):
        if old != new:
            _row(writing, cells, y, old, new)
            rows[y] = new.copy()
    if cursor is not None:
        writing.move(min(cursor[0], wanted.width - 1), min(cursor[1], wanted.height - 1))
    shown.rows, shown.hand = rows, writing.hand
    return "".join(writing.out)


def _writable(wanted: Frame, cells: Cells, profile: Profile) -> Sequence[Row]:
    """The rows: where the last cell is not written, no wide character has room at the end of the last one."""
    last = wanted.rows[-1]
    if profile.last_cell or last[-1][0]:
        return wanted.rows
    blank = cells.cell(" ", last[-1][1])
    return [*wanted.rows[:-1], [*last[:-2], blank, blank]]


def _cleared(writing: Writing, wanted: Frame, cells: Cells, blank: Row, profile: Profile) -> list[Row]:
    """Begin with an empty screen, and no margins of somebody else's."""
    writing.take(cells.pens.plain)
    writing.out.append(_NO_MARGINS + _CLEAR if profile.scroll_region else _CLEAR)
    writing.hand.x = writing.hand.y = 0
    return [blank.copy() for _ in range(wanted.height)]


def _scrolled(
    writing: Writing, rows: list[Row], scroll: scrolls.Scroll, cells: Cells, blank: Row
) -> list[Row]:
    """Move rows between margins. Where the cursor is after setting those, terminals disagree."""
    writing.take(cells.pens.plain)
    writing.out.append(f"\x1b[{scroll.top + 1};{scroll.bottom + 1}r")
    writing.hand.y = None
    writing.move(0, scroll.bottom if scroll.by > 0 else scroll.top)
    writing.out.append("\n" * scroll.by if scroll.by > 0 else "\x1bM" * -scroll.by)
    writing.out.append(_NO_MARGINS)
    writing.hand.y = None
    return scroll.applied(rows, blank)


def _row(writing: Writing, cells: Cells, y: int, old: Row, new: Row) -> None:
    """Write what differs in one row: patched, or erased from the first difference on and written."""
    changed = _changed(old, new)
    if cells.doubts:
        changed = _with_doubtful(cells, old, new, changed)
    if sum(new[x] is cells.blank for x in changed) < _WORTH_ERASING:
        _patched(writing, cells, y, new, changed)
        return
    start = _whole(new, changed[0], changed[0] + 1)[0]
    while start and new[start - 1] is cells.blank:  # a way to the left end is shorter
        start -= 1
    patched = partial(_patched, writing, cells, y, new, changed)
    writing.shortest(patched, partial(_erased, writing, cells, y, new, start))


def _with_doubtful(cells: Cells, old: Row, new: Row, changed: Sequence[int]) -> list[int]:
    """The changed cells, and all of those words with a changed cell that may stand elsewhere than thought,
    before or now: nothing of them is left, and what they may cover is written behind them."""
    places = set(changed)
    spans = [*_doubtful(cells, old), *_doubtful(cells, new)]
    for _ in spans:
        for span in spans:
            if not places.isdisjoint(span):
                places.update(span)
    return sorted(places)


def _doubtful(cells: Cells, row: Row) -> Iterator[range]:
    """Where words are whose cells terminals count otherwise, with what they cover at most."""
    behind = 0
    for x, (text, _) in enumerate(row):
        if x >= behind and cells.is_doubtful(text):
            end, behind = words(row, x, len(row))
            most = sum(_most_cells(text) for text, _ in row[x:end])
            yield range(x, behind if x + most <= behind else len(row))


def _most_cells(text: str) -> int:
    """How many cells any terminal takes for a character: a mark may take one, a sign two, and so each of a
    joined sign."""
    return len(text) * 2 if text >= "\u2190" else len(text)


def _erased(writing: Writing, cells: Cells, y: int, new: Row, start: int) -> None:
    """Write a row from column ``start`` on, after erasing it from there on."""
    writing.erase(start, y, cells.pens.plain)
    blank = [*new[:start], *[cells.blank] * (len(new) - start)]
    _patched(writing, cells, y, new, _changed(blank, new))


def _patched(writing: Writing, cells: Cells, y: int, new: Row, changed: Sequence[int]) -> None:
    """Write the changed cells, a blank end of the row by erasing it: before doubtful words are written, which
    may reach into it."""
    tail = _blank_tail(writing, new)
    erasable = [x for x in changed if x >= tail]
    if len(erasable) <= _JUMP:
        erasable = []
    written = changed[: len(changed) - len(erasable)]
    first = bool(erasable) and any(cells.is_doubtful(new[x][0]) for x in written)
    if first:
        writing.erase(erasable[0], y, new[-1][1])
    for start, stop in _stretches(cells, new, written):
        writing.cells(new, y, start, stop)
    if erasable and not first:
        writing.erase(erasable[0], y, new[-1][1])


def _changed(old: Row, new: Row) -> list[int]:
    return [x for x, (a, b) in enumerate(zip(old, new, strict=True)) if a is not b and a != b]


def _blank_tail(writing: Writing, row: Row) -> int:
    """From which column on erasing would do."""
    text, pen = last = row[-1]
    start = len(row)
    if text == " " and writing.erases(pen):
        while start and row[start - 1] is last:
            start -= 1
    return start


def _stretches(cells: Cells, row: Row, changed: Sequence[int]) -> list[tuple[int, int]]:
    """What to write, half open: changed cells, joined where what lies between them is short to write."""
    if not changed:
        return []
    breaks = [(a, b) for a, b in pairwise(changed) if b - a > 1 and not _short(cells, row[a:b])]
    starts = [changed[0], *(b for _, b in breaks)]
    stops = [*(a for a, _ in breaks), changed[-1]]
    return [_whole(row, start, stop + 1) for start, stop in zip(starts, stops, strict=True)]


def _short(cells: Cells, row: Sequence[Cell]) -> bool:
    """Whether the cells behind the first cost no more than a jump over them: few, sure, and of its pen."""
    (_, pen), *inner = row
    return sum(len(text.encode()) for text, _ in inner) <= _JUMP and all(
        (other is pen or (text == " " and pen.on_blanks is other)) and not cells.is_doubtful(text)
        for text, other in inner
    )


def _whole(row: Row, start: int, stop: int) -> tuple[int, int]:
    """The same stretch with no wide character parted."""
    if not row[start][0]:
        start -= 1
    if stop < len(row) and not row[stop][0]:
        stop += 1
    return start, stop
