"""Working time: staff and clinic on the left, what is said of the one under the cursor on the right."""

from __future__ import annotations

from datetime import date
from operator import itemgetter
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal

from ...db.drafts import Draft
from ...domain.moments import WEEKDAYS, day_label
from ...domain.rights import Right
from ...domain.worktime import Week, minutes_text, week_of, week_text
from ...queries.hours import DayRow, LeaveRow, holidays, hours_of, leaves_of, special_days
from ...queries.staff import StaffRow, staff_list
from ..base import PimScreen
from ..messages import Changed
from ..stylesheets import sheet
from ..widgets.bars import KeyBar, TitleBar
from ..widgets.linetable import LineTable, TableColumn, TableRow
from .hourforms import CLINIC, HourForms
from .hourkeys import HOURS_KINDS

if TYPE_CHECKING:
    from ..app import PimApp

PEOPLE = (TableColumn("Whose", 16, rank=1, grow=1),)
SAID = (TableColumn("What", 10, rank=2), TableColumn("When", 30, rank=3, grow=1))

Row = tuple[TableRow, LeaveRow | DayRow | None]
"""A row of the right side, and what stands behind it when it can be changed there."""


class HoursScreen(HourForms, PimScreen):
    """Tab goes from one side to the other."""

    scope = "hours"
    CSS_PATH = sheet("hours")

    def __init__(self) -> None:
        super().__init__()
        self._year = self.pim.today.year
        self._people: dict[int, StaffRow] = {}
        self._said: dict[object, LeaveRow | DayRow | None] = {}
        self._left, self._right = LineTable(PEOPLE), LineTable(SAID)

    def compose(self) -> ComposeResult:
        """Title, the two sides, keys."""
        desk = self.pim.desk
        yield TitleBar(desk.settings.clinic_name, desk.session.name)
        yield Horizontal(self._left, self._right)
        yield KeyBar(self.offered())

    def on_mount(self) -> None:
        """Read and show."""
        self.pim.dress(self)
        self._left.focus()
        self.load(self._read)

    def on_changed(self, event: Changed) -> None:
        """Somebody changed hours, leave, days or the staff list."""
        if event.kind in ("", "staff") or event.kind in HOURS_KINDS:
            (self.reload if event.news else self.load)(self._read)
            self.tell_news(event.news)

    # --- what is shown ----------------------------------------------------------------------------

    async def _read(self) -> None:
        people = [one for one in await self.fetch(staff_list) if one.active]
        self._people = {one.id: one for one in people}
        rows = [TableRow(CLINIC, ("The whole clinic",), "strong")]
        self._left.show([*rows, *(TableRow(one.id, (one.name,)) for one in people)])
        await self._read_said()

    async def _read_said(self) -> None:
        id_ = self.whose
        name = self._people[id_].name if id_ in self._people else f"The whole clinic, {self._year}"
        self.query_one(TitleBar).show(f"Working time · {name}")
        rows = await self._of_clinic() if id_ == CLINIC else await self._of_staff(id_)
        self._said = {row.key: behind for row, behind in rows}
        empty = "Nothing is said of a day yet: d closes some."
        self._right.show([row for row, _ in rows], empty=empty)

    async def _of_staff(self, staff_id: int) -> list[Row]:
        today = self.pim.today
        hours = await self.fetch(hours_of, staff_id)
        turns = sorted({row.since for row in hours if row.since and row.since > today.isoformat()})
        rows = _week_rows(week_of(hours, today), kept=bool(hours))
        for since in turns:
            rows += _turn_rows(since, week_of(hours, date.fromisoformat(since)))
        rows += [_leave_row(row) for row in await self.fetch(leaves_of, staff_id, today)]
        return rows + [_day_row(row) for row in await self.fetch(special_days, staff_id, today)]

    async def _of_clinic(self) -> list[Row]:
        first, last = date(self._year, 1, 1), date(self._year, 12, 31)
        days = [row for row in await self.fetch(special_days, None, first) if row.day <= last]
        told = [(row.day, _day_row(row)) for row in days]
        for one in await self.fetch(holidays, first, last):
            says = f"{day_label(one.day)}{'' if one.closes else ', open'}: {one.name}"
            key = ("holiday", one.day, one.place)
            told.append((one.day, (TableRow(key, ("holiday", says), "" if one.closes else "dim"), None)))
        return [row for _, row in sorted(told, key=itemgetter(0))]

    def on_line_table_row_highlighted(self, event: LineTable.RowHighlighted) -> None:
        """The right side follows the left one."""
        if event.table is self._left:
            self.load(self._read_said)

    def on_line_table_row_chosen(self, event: LineTable.RowChosen) -> None:
        """Enter goes to the right side, and there opens what is under the cursor."""
        if event.table is self._left:
            self._right.focus()
        else:
            self.action_change()

    # --- where the cursor is ----------------------------------------------------------------------

    @property
    def whose(self) -> int:
        """The staff member under the cursor; :data:`CLINIC` for everybody."""
        key = self._left.cursor_key
        return key if isinstance(key, int) else CLINIC

    @property
    def whose_name(self) -> str:
        """Their name."""
        return self._people[self.whose].name if self.whose in self._people else "the clinic"

    @property
    def behind(self) -> LeaveRow | DayRow | None:
        """What stands behind the row under the cursor, when it can be changed or taken back."""
        return self._said.get(self._right.cursor_key)

    @property
    def holiday_here(self) -> date | None:
        """The public holiday under the cursor of the right side."""
        match self._right.cursor_key:
            case ("holiday", date() as day, _) if self._right.has_focus:
                return day
        return None

    # --- keys -------------------------------------------------------------------------------------

    def may(self) -> bool:
        """Whether hours may be changed here; else the footer says so."""
        return self.allowed(Right.CHANGE_HOURS)

    def action_before(self) -> None:
        """The year before."""
        self._turn(-1)

    def action_after(self) -> None:
        """The year after."""
        self._turn(1)

    def _turn(self, years: int) -> None:
        self._year = min(9998, max(2, self._year + years))
        self._left.go_to(CLINIC)
        self.load(self._read_said)

    def action_moving(self) -> None:
        """What lies in leave or outside working time."""
        self.open_moving()


def _week_rows(week: Week, *, kept: bool) -> list[Row]:
    """A row for each weekday of the week in force, or one that says that there is none."""
    if not kept:
        return [(TableRow(("week", 0), ("week", "works at any time; w sets hours")), None)]
    return [
        (TableRow(("week", n), (day, minutes_text(minutes) or "-"), "" if minutes else "dim"), None)
        for n, (day, minutes) in enumerate(zip(WEEKDAYS, week, strict=True))
    ]


def _turn_rows(since: str, week: Week) -> list[Row]:
    """Another week that is planned: from when on, and under it its days."""
    day = day_label(date.fromisoformat(since))
    said = week_text(week).split(" · ") if any(week) else ["does not work"]
    first = TableRow(("from", since), ("from", day), "strong")
    parts = [TableRow(("from", since, n), ("", part)) for n, part in enumerate(said)]
    return [(row, None) for row in (first, *parts)]


def _leave_row(row: LeaveRow) -> Row:
    absence = row.absence
    days = day_label(absence.first)
    if absence.last != absence.first:
        days += f" to {day_label(absence.last)}"
    if absence.from_minute is not None:
        days += f", {minutes_text(absence.minutes)}"
    told = f"{days}{f': {row.reason}' if row.reason else ''}"
    return TableRow(("leave", row.id), (absence.kind, told)), row


def _day_row(row: DayRow) -> Row:
    hours = minutes_text(row.special.minutes)
    told = ": ".join(filter(None, (day_label(row.day), hours, row.special.name)))
    return TableRow(("day", row.day, ""), ("hours" if hours else "closed", told)), row


def reopen_hours(pim: PimApp, draft: Draft) -> None:
    """Show the screen that a draft about working time belongs to, and open its form there."""
    screen = HoursScreen()
    pim.push_then(screen, lambda: screen.restore_draft(draft))
