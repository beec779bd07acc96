"""The calendar: one widget, drawn line by line, for the day, the week and the month.

The screen gives it frozen rows and hears where the reader went; the grid keeps the cursor in time,
so that it stays where it was when other data, another day or another width arrives.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import ClassVar, Literal

from textual.binding import Binding, BindingType
from textual.message import Message

from ...domain import moments
from ...domain.agenda import Block, Column, DayLoad, Mark
from ...domain.layout import Rows, month_days, page_of
from ...domain.states import Status
from . import dayview, monthview, weekview
from .cells import Line, remarked
from .dayview import DayCursor, DayPicture, DayScene, DayWindow, Span
from .linedrawn import LineDrawn
from .monthview import MonthScene
from .weekview import WeekScene, WeekWindow

Mode = Literal["day", "week", "month"]
OpenHours = Mapping[int, Sequence[Span]] | Sequence[Span]
"""Working hours as instants: per column id, or the same for all."""


class CalendarGrid(LineDrawn):
    """The day by the hour, the team's week, the month's load, with a cursor in time."""

    STYLE_PREFIX = "grid--"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"grid--{name}"
        for name in (
            *("title", "pager", "head", "line", "hour", "minute", "dim", "strong", "today", "closed", "now"),
            *("scheduled", "completed", "missed", "canceled", "held", "struck", "more"),
            *("load", "rest", "full", "cursor"),
        )
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "step(-1, 0)", "Earlier", show=False, id="grid.up"),
        Binding("down", "step(1, 0)", "Later", show=False, id="grid.down"),
        Binding("left", "step(0, -1)", "Left", show=False, id="grid.left"),
        Binding("right", "step(0, 1)", "Right", show=False, id="grid.right"),
        Binding("pageup,ctrl+b", "page(-1)", "Page up", show=False, id="grid.page_up"),
        Binding("pagedown,ctrl+f", "page(1)", "Page down", show=False, id="grid.page_down"),
        Binding("home,ctrl+a", "edge(-1)", "First", show=False, id="grid.home"),
        Binding("end,ctrl+e", "edge(1)", "Last", show=False, id="grid.end"),
        Binding("tab", "cycle(1)", "Next here", show=False, id="grid.next_block"),
        Binding("shift+tab,backspace", "cycle(-1)", "Previous here", show=False, id="grid.previous_block"),
        Binding("enter", "choose", "Open", show=False, id="grid.choose"),
    ]

    class CursorMoved(Message):
        """The cursor is somewhere else: an instant (UTC seconds), a column, the block under it."""

        def __init__(self, grid: CalendarGrid, instant: int, column_id: int, block_id: int | None) -> None:
            super().__init__()
            self.grid, self.instant, self.column_id, self.block_id = grid, instant, column_id, block_id

        @property
        def control(self) -> CalendarGrid:
            """The grid that sent it."""
            return self.grid

    class SlotChosen(Message):
        """Enter on free time."""

        def __init__(self, grid: CalendarGrid, instant: int, column_id: int) -> None:
            super().__init__()
            self.grid, self.instant, self.column_id = grid, instant, column_id

        @property
        def control(self) -> CalendarGrid:
            """The grid that sent it."""
            return self.grid

    class BlockChosen(Message):
        """Enter on an appointment."""

        def __init__(self, grid: CalendarGrid, block_id: int) -> None:
            super().__init__()
            self.grid, self.block_id = grid, block_id

        @property
        def control(self) -> CalendarGrid:
            """The grid that sent it."""
            return self.grid

    class DayChosen(Message):
        """Enter on a day of the week or the month; ``column_id`` is 0 in the month."""

        def __init__(self, grid: CalendarGrid, day: date, column_id: int) -> None:
            super().__init__()
            self.grid, self.day, self.column_id = grid, day, column_id

        @property
        def control(self) -> CalendarGrid:
            """The grid that sent it."""
            return self.grid

    class PageWanted(Message):
        """The cursor left the period shown: -1 for the one before, 1 for the one after.

        ``day`` is the date the reader is going to; the grid puts the cursor there when it is shown.
        """

        def __init__(self, grid: CalendarGrid, direction: int, mode: Mode, day: date) -> None:
            super().__init__()
            self.grid, self.direction, self.mode, self.day = grid, direction, mode, day

        @property
        def control(self) -> CalendarGrid:
            """The grid that sent it."""
            return self.grid

    def __init__(
        self,
        zone: str,
        *,
        slot_minutes: int = 15,
        show_canceled: bool = True,
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """An empty grid. ``zone`` is the clinic's IANA zone, ``slot_minutes`` the height of a row."""
        super().__init__(name=name, id=id, classes=classes)
        self.zone = zone
        self.slot_minutes = slot_minutes
        self.show_canceled = show_canceled
        self.remark = ""
        """What else the first line tells, behind the period; drawn with the next picture."""
        self.side: tuple[str, ...] = ()
        """What it tells behind that as far as there is room, the last of it first."""
        self._lifted: frozenset[int] = frozenset()
        self._scene: DayScene | WeekScene | MonthScene | None = None
        self._day: date | None = None
        self._wall_minutes: int | None = None
        self._column_id: int | None = None
        self._row = 0
        self._column = 0
        self._block_id: int | None = None
        self._wanted: tuple[date, int | None] | None = None
        self._day_window: DayWindow | None = None
        self._day_picture: DayPicture | None = None
        self._week_window: WeekWindow | None = None

    # What is shown

    def show_day(
        self,
        day: date,
        columns: Sequence[Column],
        blocks: Sequence[Block],
        *,
        open_hours: OpenHours | None = None,
        marks: Mapping[int, tuple[Mark, ...]] | None = None,
        note: str = "",
        now: int | None = None,
        by_room: bool = False,
    ) -> None:
        """Show one local day. ``marks`` are, by column, what is closed and why; ``note`` is of the day.

        A block belongs to the column of its staff member, or of its room (0 for none) with
        ``by_room``. ``open_hours`` and ``now`` are UTC seconds. The cursor keeps its time of day and
        its column; the first time it starts at ``now`` if that is an open hour, else at the first one.
        """
        rows = Rows(*moments.day_bounds(day, self.zone), self.slot_minutes * 60)
        keyed: dict[int, list[Block]] = defaultdict(list)
        for block in blocks:
            if self.show_canceled or block.status != Status.CANCELED:
                keyed[(block.room_id or 0) if by_room else block.staff_id].append(block)
        scene = DayScene(
            day,
            rows,
            tuple(columns),
            {column: tuple(found) for column, found in keyed.items()},
            _open_by_column(open_hours, columns),
            self.zone,
            now,
            dayview.row_labels(rows, self.zone),
            marks or {},
            note,
            self._lifted,
        )
        fresh = self._wall_minutes is None
        self._scene, self._day = scene, day
        wanted = self._take_wanted((day,))
        if wanted is not None and wanted[1] is not None:
            self._wall_minutes = wanted[1]
        self._find_column(scene.columns)
        self._row = self._first_row(scene) if fresh else self._row_at_wall(scene)
        if fresh or self._day_window is None:
            self._day_window = self._opening_window(scene)
        self._settle()

    def show_week(
        self,
        days: Sequence[date],
        columns: Sequence[Column],
        loads: Sequence[DayLoad],
        *,
        today: date | None = None,
    ) -> None:
        """Show the load of each column on each of some days, mostly seven.

        A single column may stand for the whole team: loads are found by (day, column id).
        """
        keyed = {(load.day, load.column_id): load for load in loads}
        self._scene = WeekScene(tuple(days), tuple(columns), keyed, today)
        wanted = self._take_wanted(days)
        if wanted is not None:
            self._day = wanted[0]
        elif self._day not in days:
            self._day = days[0]
        self._find_column(columns)
        self._settle()

    def show_month(
        self,
        month: date,
        loads: Sequence[DayLoad],
        *,
        entries: Sequence[Block] = (),
        today: date | None = None,
        first_weekday: int = 0,
    ) -> None:
        """Show six weeks around a month. ``entries`` are the first blocks of each day, where there is room.

        Loads of one day are expected once (the whole team, any column id).
        """
        keyed: dict[date, list[Block]] = defaultdict(list)
        for block in entries:
            if self.show_canceled or block.status != Status.CANCELED:
                keyed[moments.day_of(block.starts_at, self.zone)].append(block)
        days = month_days(month, first_weekday)
        self._scene = MonthScene(
            month.replace(day=1),
            days,
            {load.day: load for load in loads},
            {day: tuple(found) for day, found in keyed.items()},
            self.zone,
            today,
        )
        wanted = self._take_wanted(days)
        if wanted is not None:
            self._day = wanted[0]
        elif self._day is None or self._day not in days:
            self._day = today if today in days and today is not None else month
        self._settle()

    def set_now(self, now: int) -> None:
        """Move the "now" line. Sends nothing while it stays on its row and minute."""
        if isinstance(self._scene, DayScene):
            self._scene = self._scene._replace(now=now)
            self.redraw()

    def lift(self, ids: Collection[int]) -> None:
        """Draw these appointments of the day as picked up."""
        self._lifted = frozenset(ids)
        if isinstance(self._scene, DayScene):
            self._scene = self._scene._replace(lifted=self._lifted)
            self.redraw()

    # Where the cursor is

    @property
    def mode(self) -> Mode | None:
        """What is shown; None before anything was."""
        kinds: dict[type, Mode] = {DayScene: "day", WeekScene: "week", MonthScene: "month"}
        return kinds.get(type(self._scene))

    @property
    def cursor_day(self) -> date | None:
        """The local date under the cursor."""
        return self._day

    @property
    def cursor_instant(self) -> int:
        """UTC seconds: the slot's start in the day view, the day's first instant in the others."""
        if isinstance(self._scene, DayScene):
            return self._scene.rows.instant(self._row)
        return moments.day_bounds(self._day, self.zone)[0] if self._day else 0

    @property
    def cursor_column(self) -> int:
        """The id of the staff member or room under the cursor; 0 when there is none."""
        columns = () if self._scene is None or isinstance(self._scene, MonthScene) else self._scene.columns
        return columns[self._column].id if columns else 0

    @property
    def cursor_block(self) -> Block | None:
        """The appointment under the cursor; of several, the one picked with tab."""
        if isinstance(self._scene, DayScene):
            return dayview.picked(self._scene, self._day_cursor)
        return None

    @property
    def cursor_blocks(self) -> tuple[Block, ...]:
        """All appointments under the cursor."""
        return dayview.under(self._scene, self._day_cursor) if isinstance(self._scene, DayScene) else ()

    def go_to(
        self, *, instant: int | None = None, column_id: int | None = None, block_id: int | None = None
    ) -> None:
        """Put the cursor on a time, a column or a block of what is shown; pass over what is not there."""
        scene = self._scene
        if isinstance(scene, DayScene):
            block = next((b for found in scene.blocks.values() for b in found if b.id == block_id), None)
            if block is not None:
                instant = block.starts_at if instant is None else instant
                home = next(c for c, found in scene.blocks.items() if block in found)
                column_id = home if column_id is None else column_id
            if instant is not None and scene.rows.start <= instant < scene.rows.end:
                self._row = scene.rows.row_of(instant)
                self._remember_wall(scene)
            self._block_id = block_id
        elif instant is not None:
            self._day = moments.day_of(instant, self.zone)
        if column_id is not None and scene is not None and not isinstance(scene, MonthScene):
            self._column_id = column_id
            self._find_column(scene.columns)
        self._settle()

    # Keys

    def action_step(self, down: int, right: int) -> None:
        """One slot, day, week or column on."""
        if isinstance(self._scene, DayScene):
            self._step_in_day(self._scene, down, right)
        elif isinstance(self._scene, WeekScene):
            self._step_in_week(self._scene, down, right)
        elif self._day is not None:
            self._go_to_day(self._day + timedelta(days=7 * down + right), down or right)

    def action_page(self, direction: int) -> None:
        """A screenful of the day; another week or month."""
        scene = self._scene
        if isinstance(scene, DayScene):
            step = max(1, (self._day_window.shown if self._day_window else 1) - 1)
            last = scene.rows.count - 1
            target = min(max(0, self._row + direction * step), last)
            if target == self._row:
                self._want(direction, scene.day + timedelta(days=direction))
            else:
                self._move_to(target, self._column)
        elif isinstance(scene, WeekScene) and self._day is not None:
            self._want(direction, self._day + timedelta(days=direction * len(scene.days)))
        elif isinstance(scene, MonthScene) and self._day is not None:
            self._want(direction, _month_on(self._day, direction))

    def action_edge(self, direction: int) -> None:
        """The first or last open slot of the day; the first or last day of the week or month."""
        scene = self._scene
        if isinstance(scene, DayScene):
            rows = self._open_rows(scene)
            self._move_to(rows[0] if direction < 0 else rows[1], self._column)
        elif isinstance(scene, WeekScene):
            self._go_to_day(scene.days[0 if direction < 0 else -1], 0)
        elif isinstance(scene, MonthScene):
            after = _month_on(scene.month, 1)
            self._go_to_day(scene.month if direction < 0 else after - timedelta(days=1), 0)

    def action_cycle(self, direction: int) -> None:
        """The next of several blocks under the cursor; behind the last one, the next widget."""
        found = self.cursor_blocks
        at = next((i for i, b in enumerate(found) if b == self.cursor_block), 0) + direction
        if not 0 <= at < len(found):
            self._block_id = None
            self.redraw()
            self.screen.focus_next() if direction > 0 else self.screen.focus_previous()
            return
        self._block_id = found[at].id
        self._settle()

    def action_choose(self) -> None:
        """Open what is under the cursor."""
        if self._scene is None or self._day is None:
            return
        block = self.cursor_block
        if block is not None:
            self.post_message(self.BlockChosen(self, block.id))
        elif isinstance(self._scene, DayScene):
            self.post_message(self.SlotChosen(self, self.cursor_instant, self.cursor_column))
        else:
            self.post_message(self.DayChosen(self, self._day, self.cursor_column))

    # Drawing

    def paint(self, width: int, height: int) -> Sequence[Line]:
        """The lines of the period shown; the first one tells the remark as well."""
        lines = list(self._picture(width, height))
        if lines and (self.remark or self.side):
            lines[0] = remarked(lines[0], self.remark, self.side, width, self.glyphs)
        return lines

    def _picture(self, width: int, height: int) -> Sequence[Line]:
        scene = self._scene
        if isinstance(scene, DayScene):
            cursor = self._day_cursor
            self._day_window = dayview.window_of(scene, self._day_window, cursor, width, height)
            asked = scene, self._day_window, width, self.glyphs
            if self._day_picture is None or not self._day_picture.shows(*asked):
                self._day_picture = dayview.picture_of(*asked)
            return dayview.with_cursor(self._day_picture, cursor)
        if isinstance(scene, WeekScene) and self._day is not None:
            self._week_window = weekview.window_of(scene, self._week_window, self._column, height)
            place = (self._column, scene.days.index(self._day))
            return weekview.paint_week(scene, self._week_window, place, width, self.glyphs)
        if isinstance(scene, MonthScene) and self._day is not None:
            return monthview.paint_month(scene, self._day, width, height, self.glyphs)
        return []

    @property
    def _day_cursor(self) -> DayCursor:
        return DayCursor(self._row, self._column, self._block_id)

    def _settle(self) -> None:
        """Draw, and tell where the cursor is now."""
        self.redraw()
        block = self.cursor_block
        self.post_message(
            self.CursorMoved(self, self.cursor_instant, self.cursor_column, block.id if block else None)
        )

    def _step_in_day(self, scene: DayScene, down: int, right: int) -> None:
        row, column = self._row + down, self._column + right
        if not 0 <= row < scene.rows.count:
            self._want(down, scene.day + timedelta(days=down), 24 * 60 if down < 0 else 0)
        elif not 0 <= column < max(1, len(scene.columns)):
            self._want(right, scene.day + timedelta(days=right))
        else:
            self._move_to(row, column)

    def _step_in_week(self, scene: WeekScene, down: int, right: int) -> None:
        row = self._column + down
        if right and self._day is not None:
            self._go_to_day(self._day + timedelta(days=right), right)
        elif 0 <= row < len(scene.columns):
            self._column = row
            self._column_id = scene.columns[row].id
            self._settle()

    def _move_to(self, row: int, column: int) -> None:
        scene = self._scene
        if not isinstance(scene, DayScene) or (row, column) == (self._row, self._column):
            return
        if column != self._column:
            self._block_id = None
            self._column_id = scene.columns[column].id
        self._row, self._column = row, column
        self._remember_wall(scene)
        self._settle()

    def _go_to_day(self, day: date, direction: int) -> None:
        days = self._scene.days if isinstance(self._scene, WeekScene | MonthScene) else ()
        if day not in days:
            self._want(direction, day)
            return
        self._day = day
        self._settle()

    def _want(self, direction: int, day: date, wall_minutes: int | None = None) -> None:
        """Ask for another period; until it is shown, the cursor stays visible where it is."""
        mode = self.mode
        if mode is not None:
            self._wanted = (day, wall_minutes)
            self.post_message(self.PageWanted(self, direction, mode, day))

    def _take_wanted(self, days: Sequence[date]) -> tuple[date, int | None] | None:
        """Where the reader was going, once it is shown."""
        if self._wanted is None or self._wanted[0] not in days:
            return None
        wanted, self._wanted = self._wanted, None
        return wanted

    def _find_column(self, columns: Sequence[Column]) -> None:
        """The index of the remembered column; the nearest one when it is gone."""
        ids = [column.id for column in columns]
        if self._column_id in ids:
            self._column = ids.index(self._column_id)
            return
        self._column = max(0, min(self._column, len(ids) - 1))
        if self._column_id is None and ids:
            self._column_id = ids[self._column]

    def _remember_wall(self, scene: DayScene) -> None:
        at = moments.wall(scene.rows.instant(self._row), self.zone)
        self._wall_minutes = at.hour * 60 + at.minute

    def _row_at_wall(self, scene: DayScene) -> int:
        """The row with the remembered time of day, or the first one after it (T4)."""
        if scene.rows.instant(self._row) < scene.rows.end:
            at = moments.wall(scene.rows.instant(self._row), self.zone)
            if at.hour * 60 + at.minute == self._wall_minutes:
                return self._row
        for row in range(scene.rows.count):
            at = moments.wall(scene.rows.instant(row), self.zone)
            if at.hour * 60 + at.minute >= (self._wall_minutes or 0):
                return row
        return scene.rows.count - 1

    def _first_row(self, scene: DayScene) -> int:
        now_row, (first, last) = scene.now_row, self._open_rows(scene)
        row = now_row if now_row is not None and first <= now_row <= last else first
        self._row = row
        self._remember_wall(scene)
        return row

    def _open_rows(self, scene: DayScene) -> tuple[int, int]:
        """First and last row in anybody's working hours; the whole day when nobody has any."""
        spans = [span for hours in scene.open_hours.values() for span in hours]
        if not spans:
            return 0, scene.rows.count - 1
        return (
            scene.rows.row_of(min(start for start, _ in spans)),
            scene.rows.row_of(max(end for _, end in spans) - 1),
        )

    def _opening_window(self, scene: DayScene) -> DayWindow | None:
        """Begin at the first open hour, so that the morning is seen when it fits."""
        width, height = self.size
        if not width or not height:
            top = self._open_rows(scene)[0]
            return DayWindow(top, 1, page_of(max(1, len(scene.columns)), 1, 1, 0, 0))
        start = DayCursor(self._open_rows(scene)[0], self._column)
        return dayview.window_of(scene, None, start, width, height)


def _open_by_column(open_hours: OpenHours | None, columns: Sequence[Column]) -> dict[int, tuple[Span, ...]]:
    if open_hours is None:
        return {}
    if isinstance(open_hours, Mapping):
        return {column: tuple(spans) for column, spans in open_hours.items()}
    return {column.id: tuple(open_hours) for column in columns}


def _month_on(day: date, months: int) -> date:
    """The same day of another month, or its last one (T12 is about series, not cursors)."""
    number = day.year * 12 + day.month - 1 + months
    first = date(number // 12, number % 12 + 1, 1)
    after = date((number + 1) // 12, (number + 1) % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), after - timedelta(days=1))
