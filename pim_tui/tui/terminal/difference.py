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

from . import moves, scrolls
from .cells import Cell, Cells, Frame, Row
from .profile import Profile
from .writing import Hand, Writing, words

_NO_MARGINS: Final = "\x1b[r"
_CLEAR: Final = "\x1b[H\x1b[J"

_JUMP: Final = 4
"""Blank cells at the end of a row that are written rather than erased."""

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
    target = _writable(wanted, cells, profile)
    rows = shown.rows
    if rows is None or len(rows) != wanted.height or len(rows[0]) != wanted.width:
        _afresh(writing, target, cells)
    else:
        _changes(writing, rows, target, cells)
    if cursor is not None:
        writing.move(min(cursor[0], wanted.width - 1), min(cursor[1], wanted.height - 1))
    shown.rows, shown.hand = [row.copy() for row in target], writing.hand
    return "".join(writing.out)


def _changes(writing: Writing, rows: Sequence[Row], target: Sequence[Row], cells: Cells) -> None:
    """In the shortest way: patched as it is, with rows moved first, or written on an empty screen."""
    changed = sum(old != new for old, new in zip(rows, target, strict=True))
    if not changed:
        return
    ways = [partial(_rows, writing, rows, target, cells)]
    if writing.scrolls and (scroll := scrolls.find(rows, target)):
        ways += [partial(_scrolled, writing, rows, one, target, cells) for one in scroll.widened(len(rows))]
    if changed * 2 > len(rows):
        ways.append(partial(_afresh, writing, target, cells))
    writing.shortest(*ways)


def _rows(writing: Writing, rows: Sequence[Row], target: Sequence[Row], cells: Cells) -> None:
    """Row by row, what differs."""
    for y, (old, new) in enumerate(zip(rows, target, strict=True)):
        if old is not new and old != new:
            _row(writing, cells, y, old, new)


def _writable(wanted: Frame, cells: Cells, profile: Profile) -> Sequence[Row]:
    """The rows: where the last cell is not written, no wide character has room at the end of the last one."""
    last = wanted.rows[-1]
    if profile.last_cell or last[-1][0]:
        return wanted.rows
    blank = cells.cell(" ", last[-1][1])
    return [*wanted.rows[:-1], [*last[:-2], blank, blank]]


def _afresh(writing: Writing, target: Sequence[Row], cells: Cells) -> None:
    """On an empty screen, and with no margins of somebody else's where nothing is known."""
    if writing.hand.y is None and writing.scrolls:
        writing.out.append(_NO_MARGINS)
    writing.take_for_blanks(cells.pens.plain)
    writing.out.append(_CLEAR)
    writing.hand.x = writing.hand.y = 0
    _rows(writing, _blank(cells, len(target[0]), len(target)), target, cells)


def _scrolled(
    writing: Writing, rows: Sequence[Row], scroll: scrolls.Scroll, target: Sequence[Row], cells: Cells
) -> None:
    """Move rows between margins. Where the cursor is after setting those, terminals disagree."""
    writing.take_for_blanks(cells.pens.plain)
    writing.out.append(f"\x1b[{scroll.top + 1};{scroll.bottom + 1}r")
    writing.hand.y = None
    writing.move(0, scroll.bottom if scroll.by > 0 else scroll.top)
    writing.out.append("\n" * scroll.by if scroll.by > 0 else "\x1bM" * -scroll.by)
    writing.out.append(_NO_MARGINS)
    writing.hand.y = None
    _rows(writing, scroll.applied(rows, _blank(cells, len(rows[0]), 1)[0]), target, cells)


def _blank(cells: Cells, width: int, height: int) -> list[Row]:
    return [[cells.blank] * width] * height


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
    writing.erase(start, start, y, cells.pens.plain)
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
        writing.erase(tail, erasable[0], y, new[-1][1])
    for start, stop in _stretches(cells, new, written):
        writing.cells(new, y, start, stop)
    if erasable and not first:
        writing.erase(tail, erasable[0], y, new[-1][1])


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
    breaks = [(a, b) for a, b in pairwise(changed) if b - a > 1 and not _short(cells, row[a : b + 1])]
    starts = [changed[0], *(b for _, b in breaks)]
    stops = [*(a for a, _ in breaks), changed[-1]]
    return [_whole(row, start, stop + 1) for start, stop in zip(starts, stops, strict=True)]


def _short(cells: Cells, row: Sequence[Cell]) -> bool:
    """Whether the cells between the first and the last take no more than a jump over them; they are sure."""
    (_, pen), *inner, (_, last) = row
    jump = len(moves.way(0, 0, len(inner), 0)) + len(cells.pens.way(pen, last))
    through = 0
    for text, other in inner:
        if cells.is_doubtful(text):
            return False
        if other is not pen and (text != " " or pen.on_blanks is not other):
            through, pen = through + len(cells.pens.way(pen, other)), other
        through += len(text.encode())
        if through > jump:
            return False
    return through + len(cells.pens.way(pen, last)) <= jump


def _whole(row: Row, start: int, stop: int) -> tuple[int, int]:
    """The same stretch with no wide character parted."""
    if not row[start][0]:
        start -= 1
    if stop < len(row) and not row[stop][0]:
        stop += 1
    return start, stop
