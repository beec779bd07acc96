"""The day by the hour: a gutter of times and one column per staff member or room.

Pure: a frozen scene and a viewport in, lines of styled text out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from ...domain import moments
from ...domain.agenda import HELD, Block, Column, Mark
from ...domain.layout import Counted, Layout, Page, Placed, Rows, lay_out, page_of, scrolled, spelled
from ...domain.states import Status, arrival_mark
from .cells import Glyphs, Line, Piece, fit, marked

NARROWEST = 18
"""Cells a column needs to be readable."""
CURSOR_CELLS = 8
"""How much of a row the cursor turns over: enough to be seen, little enough for a slow line."""
HEAD_ROWS = 2
WORTH_MARKS = 14
"""A block narrower than this keeps its cells for the name."""
MODE_MARKS = {"virtual": "v", "phone": "p"}
LIFTED = "^"
STATUS_STYLES = {"S": "scheduled", "C": "completed", "M": "missed", "X": "canceled", HELD: "held"}

Span = tuple[int, int]


class DayScene(NamedTuple):
    """Everything the day view draws.

    ``blocks``, ``open_hours`` and ``marks`` are keyed by column id; a column that ``open_hours`` does
    not name is open all day. ``labels`` has one clock time per row, ``note`` is what is said of the day.
    ``lifted`` are the ids of appointments that were picked up to be put down elsewhere.
    """

    day: date
    rows: Rows
    columns: tuple[Column, ...]
    blocks: Mapping[int, tuple[Block, ...]]
    open_hours: Mapping[int, tuple[Span, ...]]
    zone: str
    now: int | None
    labels: tuple[str, ...]
    marks: Mapping[int, tuple[Mark, ...]]
    note: str
    lifted: frozenset[int] = frozenset()

    def mark(self, column: int, row: int) -> Mark | None:
        """Why a row of the column at an index is closed, where there is more to it than the week."""
        start = self.rows.instant(row)
        marks = self.marks.get(self.columns[column].id, ())
        return next((one for one in marks if one.start < start + self.rows.slot and start < one.end), None)

    def layout(self, column: int, width: int) -> Layout:
        """The blocks of the column at an index, on ``width`` cells."""
        if not self.columns:
            return Layout((), ())
        return lay_out(self.blocks.get(self.columns[column].id, ()), self.rows, width)

    def is_open(self, column: int, row: int) -> bool:
        """Whether any part of a row lies in the working hours of the column at an index."""
        spans = self.open_hours.get(self.columns[column].id)
        start = self.rows.instant(row)
        return spans is None or any(a < start + self.rows.slot and start < b for a, b in spans)

    @property
    def gutter(self) -> int:
        """Cells of the column of times, with its separator."""
        return max(map(len, self.labels)) + 2

    @property
    def now_row(self) -> int | None:
        """The row of the present moment, when it lies in this day."""
        return self.rows.row_of(self.now) if self.now is not None and self.rows.holds(self.now) else None


class DayCursor(NamedTuple):
    """Where the reader is: a row, the index of a column, the block picked out of several."""

    row: int
    column: int
    block_id: int | None = None


class DayWindow(NamedTuple):
    """What part of the scene is on screen: the first row, how many, and the page of columns."""

    top: int
    shown: int
    page: Page


Stretch = tuple[int, int, list[Piece]]
"""What stands on a row of a column: from which cell, on how many, and what."""


class Drawn(NamedTuple):
    """One column without the cursor: where its blocks are, what stands on each row, and its lines."""

    layout: Layout
    stretches: Mapping[int, Sequence[Stretch]]
    lines: list[list[Piece]]


class DayPicture(NamedTuple):
    """A window of a scene without the cursor: made once for every place that the cursor takes in it."""

    scene: DayScene
    window: DayWindow
    width: int
    glyphs: Glyphs
    columns: tuple[Drawn, ...]
    lines: tuple[Line, ...]

    def shows(self, scene: DayScene, window: DayWindow, width: int, glyphs: Glyphs) -> bool:
        """Whether it is the picture of these."""
        return self.scene is scene and (self.window, self.width, self.glyphs) == (window, width, glyphs)


def row_labels(rows: Rows, zone: str) -> tuple[str, ...]:
    """The local clock at each row; where it comes twice, A and B tell the two apart (T3)."""
    plain = [moments.clock(rows.instant(row), zone) for row in range(rows.count)]
    twice = {label for label, times in Counter(plain).items() if times > 1}
    return tuple(
        label + "AB"[moments.fold_of(rows.instant(row), zone)] if label in twice else label
        for row, label in enumerate(plain)
    )


def window_of(
    scene: DayScene, old: DayWindow | None, cursor: DayCursor, width: int, height: int
) -> DayWindow:
    """The window nearest to the old one that holds the cursor."""
    shown = max(1, height - HEAD_ROWS)
    page = page_of(
        max(1, len(scene.columns)),
        max(1, width - scene.gutter),
        NARROWEST,
        old.page.first if old else cursor.column,
        cursor.column,
    )
    return DayWindow(
        scrolled(old.top if old else cursor.row, cursor.row, shown, scene.rows.count), shown, page
    )


def under(scene: DayScene, cursor: DayCursor) -> tuple[Block, ...]:
    """The blocks on the cursor's row and column, in the order in which they are visited.

    A time that is held is none of them: it can be booked by whoever holds it.
    """
    found = scene.layout(cursor.column, NARROWEST * 4).at(cursor.row, scene.rows)
    return tuple(block for block in found if block.status != HELD)


def picked(scene: DayScene, cursor: DayCursor) -> Block | None:
    """The block the cursor means: the one picked, else the first under it."""
    found = under(scene, cursor)
    return next((b for b in found if b.id == cursor.block_id), found[0] if found else None)


def picture_of(scene: DayScene, window: DayWindow, width: int, glyphs: Glyphs) -> DayPicture:
    """Title, column heads, then one line per row shown."""
    rows = range(window.top, min(window.top + window.shown, scene.rows.count))
    columns = tuple(
        _drawn(scene, index, rows, cells - 1, glyphs) for index, cells in _columns(scene, window.page)
    )
    lines = [_title(scene, window.page, width, glyphs), _heads(scene, window.page, glyphs)]
    lines += [_line(scene, row, [one.lines[n] for one in columns], glyphs) for n, row in enumerate(rows)]
    return DayPicture(scene, window, width, glyphs, columns, tuple(lines))


def with_cursor(picture: DayPicture, cursor: DayCursor) -> list[Line]:
    """Its lines with the cursor; all but one are the very lines of the picture."""
    scene, lines = picture.scene, list(picture.lines)
    at, place = cursor.row - picture.window.top, cursor.column - picture.window.page.first
    if 0 <= at < len(lines) - HEAD_ROWS and 0 <= place < len(picture.columns):
        parts = [one.lines[at] for one in picture.columns]
        width = picture.window.page.widths[place] - 1
        parts[place] = _with_cursor(
            scene, picture.columns[place], parts[place], cursor, width, picture.glyphs
        )
        lines[HEAD_ROWS + at] = _line(scene, cursor.row, parts, picture.glyphs)
    return lines


def _line(scene: DayScene, row: int, parts: Sequence[Sequence[Piece]], glyphs: Glyphs) -> Line:
    """The time, and a part for each column."""
    line: list[Piece] = [_label(scene, row, glyphs)]
    for part in parts:
        line += [(glyphs.bar, "line"), *part]
    return tuple(line) if parts else (*line, (glyphs.bar, "line"))


def _columns(scene: DayScene, page: Page) -> list[tuple[int, int]]:
    """Index and width of the columns shown. The last has no separator and keeps its cell."""
    if not scene.columns:
        return []
    return list(zip(range(page.first, page.last), page.widths, strict=True))


def _title(scene: DayScene, page: Page, width: int, glyphs: Glyphs) -> Line:
    hours = (scene.rows.end - scene.rows.start) // 3600
    left = moments.day_label(scene.day) + (f" ({hours}-hour day)" if hours in (23, 25) else "")
    left += f" · {scene.note}" if scene.note else ""
    right = f" {page.label}".rstrip()
    return (fit(left, width - len(right), glyphs), "title"), (right, "pager")


def _heads(scene: DayScene, page: Page, glyphs: Glyphs) -> Line:
    line: list[Piece] = [(" " * (scene.gutter - 1), "head"), (glyphs.bar, "line")]
    for at, (index, cells) in enumerate(_columns(scene, page)):
        line += [(glyphs.bar, "line")] if at else []
        line.append((fit(" " + scene.columns[index].name, cells - 1, glyphs), "head"))
    if not scene.columns:
        line.append((" Nobody to show: no staff or room matches the filter", "dim"))
    return tuple(line)


def _label(scene: DayScene, row: int, glyphs: Glyphs) -> Piece:
    width = scene.gutter - 1
    label = scene.labels[row]
    if row == scene.now_row and scene.now is not None:
        return fit(glyphs.pointer + moments.clock(scene.now, scene.zone), width, glyphs), "now"
    if row == 0 or _hour(label) != _hour(scene.labels[row - 1]):
        return fit(label, width, glyphs, right=True), "hour"
    return fit(label[label.index(":") :], width, glyphs, right=True), "minute"


def _hour(label: str) -> str:
    """``02A`` of ``02:15A``."""
    at = label.index(":")
    return label[:at] + label[at + 3 :]


def _drawn(scene: DayScene, index: int, rows: range, width: int, glyphs: Glyphs) -> Drawn:
    """The column at an index."""
    layout = scene.layout(index, width)
    stretches: dict[int, list[Stretch]] = {row: [] for row in rows}
    for place in layout.placed:
        text = _block_lines(place, scene, rows, glyphs)
        for row in range(max(place.top, rows.start), min(place.bottom, rows.stop)):
            stretches[row].append((place.x, place.width, text[row - max(place.top, rows.start)]))
    for heap in layout.counted:
        for row in range(max(heap.top, rows.start), min(heap.bottom, rows.stop)):
            first = row == max(heap.top, rows.start)
            stretches[row].append((heap.x, heap.width, _counted_line(heap, first, glyphs)))
    lines = [_row(scene, index, row, width, stretches[row], glyphs) for row in rows]
    _tell_marks(scene, index, rows, width, stretches, lines, glyphs)
    return Drawn(layout, stretches, lines)


def _row(
    scene: DayScene,
    index: int,
    row: int,
    width: int,
    stretches: Sequence[Stretch],
    glyphs: Glyphs,
) -> list[Piece]:
    pieces: list[Piece] = []
    x = 0
    for start, cells, inside in sorted(stretches, key=lambda s: s[0]):
        pieces += _ground(scene, index, row, start - x, glyphs)
        pieces += inside
        x = start + cells
    return pieces + _ground(scene, index, row, width - x, glyphs)


def _ground(scene: DayScene, index: int, row: int, width: int, glyphs: Glyphs) -> list[Piece]:
    """What is seen where no block is."""
    if width <= 0:
        return []
    if row == scene.now_row:
        return [(" " * width, "") if glyphs.spare else (glyphs.rule * width, "now")]
    if not scene.is_open(index, row):
        mark = scene.mark(index, row) if scene.marks else None
        if glyphs.spare:
            return [(fit(f" {mark.letter if mark else glyphs.closed}", width), "closed")]
        pattern = f"   {mark.letter}" if mark else f" {glyphs.closed}"
        return [((pattern * (width // len(pattern) + 1))[:width], "closed")]
    return [(" " * width, "")]


def _tell_marks(
    scene: DayScene,
    index: int,
    rows: range,
    width: int,
    stretches: Mapping[int, Sequence[Stretch]],
    lines: list[list[Piece]],
    glyphs: Glyphs,
) -> None:
    """Write why a stretch is closed into the first row of it that is seen and free."""
    told = set[Mark]()
    for row in rows if scene.marks else ():
        mark = scene.mark(index, row)
        if mark is None or mark in told or stretches[row] or scene.is_open(index, row):
            continue
        told.add(mark)
        lines[row - rows.start] = [(fit(f" {mark.text}", width, glyphs), "closed")]


def _with_cursor(
    scene: DayScene, column: Drawn, line: list[Piece], cursor: DayCursor, width: int, glyphs: Glyphs
) -> list[Piece]:
    block, stretches = picked(scene, cursor), column.stretches[cursor.row]
    if block is None and stretches:
        return marked(line, CURSOR_CELLS, "cursor")
    if block is None:
        label = fit(f" {scene.labels[cursor.row]}", min(CURSOR_CELLS, width), glyphs)
        return [(label, "cursor"), *_after(line, len(label))]
    place = next((p for p in column.layout.placed if p.block.id == block.id), None)
    if place is None:
        return [
            (
                fit(_summary(block, scene, glyphs, width), width, glyphs),
                f"{STATUS_STYLES[block.status]} cursor",
            )
        ]
    pieces: list[Piece] = []
    x = 0
    for start, cells, inside in sorted(stretches, key=lambda s: s[0]):
        pieces += _ground(scene, cursor.column, cursor.row, start - x, glyphs)
        # The edge stays as it is: it has a style of its own, and a style costs as much as the text.
        over = [inside[0], *marked(inside[1:], min(CURSOR_CELLS, cells - 1), "cursor")]
        pieces += over if start == place.x else inside
        x = start + cells
    return pieces + _ground(scene, cursor.column, cursor.row, width - x, glyphs)


def _after(line: Sequence[Piece], cells: int) -> list[Piece]:
    """The rest of an empty row behind its first ``cells`` cells."""
    return [(text[cells:], style) for text, style in line]


def _block_lines(place: Placed, scene: DayScene, rows: range, glyphs: Glyphs) -> list[list[Piece]]:
    """The visible rows of one block; the first of them names it, wherever the window begins."""
    block, width = place.block, place.width
    top, bottom = max(place.top, rows.start), min(place.bottom, rows.stop)
    style = STATUS_STYLES[block.status]
    lines = []
    for n, (text, strong) in enumerate(_texts(block, scene, bottom - top, width, glyphs)):
        edge = glyphs.edge
        if n == bottom - top - 1 and (place.bottom > rows.stop or place.after):
            edge = glyphs.down
        if n == 0 and (place.top < rows.start or place.before):
            edge = glyphs.up
        canceled = block.status == Status.CANCELED
        heading = f"{style} struck" if canceled else style if glyphs.spare else f"{style} strong"
        lines.append([(edge, style), (text, heading if strong else style)])
    return lines


def _texts(block: Block, scene: DayScene, height: int, width: int, glyphs: Glyphs) -> list[tuple[str, bool]]:
    """``height`` texts of ``width - 1`` cells, and whether each is the block's heading."""
    room = max(0, width - 1)
    if height == 1:
        return [(fit(_summary(block, scene, glyphs, room), room, glyphs), True)]
    marks = f" {_arrival(block, scene)}{_signs(block, scene)}".rstrip()
    if width < WORTH_MARKS:
        head = fit(_heading(block, scene, glyphs, room), room, glyphs)
    else:
        head = fit(f"{_state(block, glyphs)} {block.customer}", room - len(marks), glyphs) + marks
    length, purpose = spelled(block.minutes), _purpose(block)
    body = [f" {length} {purpose}"]
    if height > 2 and not glyphs.spare:
        times = moments.span(block.starts_at, block.ends_at, scene.zone)
        body = [f" {purpose}", f" {times} {length}" if len(times) + len(length) + 2 <= room else f" {length}"]
    body += [""] * (height - 1 - len(body))
    return [(head, True), *((fit(text, room, glyphs), False) for text in body)]


def _state(block: Block, glyphs: Glyphs) -> str:
    """Letter and shape, so that colour is never needed."""
    if block.status == HELD:
        return HELD + ("=" if glyphs.edge.isascii() else "‖")
    status = Status(block.status)
    return block.status + (status.shape if glyphs.edge.isascii() else status.glyph)


def _heading(block: Block, scene: DayScene, glyphs: Glyphs, room: int) -> str:
    """State, marks and name; where there is hardly room, the letter alone stands for the state."""
    arrival, signs = _arrival(block, scene), _signs(block, scene)
    if room < WORTH_MARKS:
        return f"{block.status}{arrival}{signs} {block.customer}"
    return " ".join(filter(None, (f"{_state(block, glyphs)}{signs}", arrival, block.customer)))


def _summary(block: Block, scene: DayScene, glyphs: Glyphs, room: int) -> str:
    """All of a block in one line."""
    return f"{_heading(block, scene, glyphs, room)} {spelled(block.minutes)} {_purpose(block)}"


def _purpose(block: Block) -> str:
    return " - ".join(part for part in (block.type_name, block.reason) if part)


def _arrival(block: Block, scene: DayScene) -> str:
    """Canceled late, or how far the visit is."""
    return " late" if block.late else arrival_mark(block.status, block.arrival, scene.now)


def _signs(block: Block, scene: DayScene) -> str:
    """Picked up, virtual or phone, overbooked."""
    lifted = LIFTED if block.id in scene.lifted else ""
    return lifted + MODE_MARKS.get(block.mode, "") + ("!" if block.overbooked else "")


def _counted_line(heap: Counted, first: bool, glyphs: Glyphs) -> list[Piece]:
    style = "canceled" if heap.canceled else "more"
    count, text = len(heap.blocks), ""
    if first and heap.canceled:
        text = "X" if count == 1 else f"X{count}"
    elif first:
        text = f"+{count} more" if heap.width > len(f"+{count} more") else f"+{count}"
    return [(fit(glyphs.edge + text, heap.width, glyphs), style)]
