"""The appointment book: day, week, month and list, and everything one does to an appointment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from textual.app import ComposeResult

from ...domain.agenda import Block, Column
from ...domain.layout import month_days
from ...domain.moments import at_minute, day_label
from ...domain.news import News
from ...domain.rights import Right
from ...errors import Forbidden, PimError, Refused
from ...queries import boards
from ...queries import calendar as book
from ..base import PimScreen
from ..messages import Changed
from ..requests import new_request
from ..widgets.bars import KeyBar, TitleBar
from ..widgets.grid import CalendarGrid
from .arrivalkeys import ArrivalKeys
from .backupnews import backup_news
from .clinickeys import ClinicKeys
from .handing import Exports
from .holdkeys import HoldKeys
from .hourkeys import HOURS_KINDS, HourKeys
from .minutes import CountsMinutes
from .papers import PrintKeys
from .pinboardkeys import PinboardKeys

if TYPE_CHECKING:
    from ...services.wanted import Wanted as Paper
    from ...services.work import Done
    from ..dialogs.printing import Wanted
    from ..widgets.linetable import LineTable
    from .daylist import DayList

View = Literal["day", "week", "month", "list"]
LIST_DAYS = 7
EVERYBODY = Column(0, "All", "All")


class CalendarScreen(
    PinboardKeys,
    HoldKeys,
    ArrivalKeys,
    CountsMinutes,
    ClinicKeys,
    HourKeys,
    Exports,
    PrintKeys,
    PimScreen,
):
    """The grid with its keys. What it shows is read again whenever somebody changes one of its days."""

    scope = "calendar"
    CSS_PATH = None

    def __init__(self, day: date | None = None) -> None:
        super().__init__()
        self._view: View = "day"
        self._day = day or self.pim.today
        self._by_room = False
        self._filter = book.EVERYTHING
        self._blocks: dict[int, Block] = {}
        self._counted = 0
        self._was: Block | None = None
        self._heard: list[News] = []
        self._aim: dict[str, int] = {}
        self._names: dict[int, str] = {}
        """Staff by id, as far as a board has told."""
        self._table: DayList | None = None

    def compose(self) -> ComposeResult:
        """Grid and keys; the list and its title come when they are first wanted."""
        desk = self.pim.desk
        yield CalendarGrid(desk.session.zone, slot_minutes=desk.settings.slot_minutes)
        yield KeyBar(self.offered())

    def on_mount(self) -> None:
        """Show today. It is read here, so that the first picture the terminal gets is a full one."""
        self.pim.dress(self)
        self.grid.side = self._side
        self.grid.focus()
        try:
            self._require_right()
            self._draw_day(self.pim.fetch_at_once(boards.day_board, self._day, self._zone, now=self.pim.now))
        except Forbidden as error:
            self._draw_closed()
            self.pim.tell(error)
        except PimError as error:
            self.pim.tell(error)
        self.call_after_refresh(self.count_to_move)
        self.call_after_refresh(self._tell_of_backups)

    async def _tell_of_backups(self) -> None:
        if says := await backup_news(self):
            self.pim.say(f"{says} pim-tui backup makes one.")

    # --- what is shown ----------------------------------------------------------------------------

    @property
    def grid(self) -> CalendarGrid:
        """The calendar grid."""
        return self.query_one(CalendarGrid)

    @property
    def table(self) -> DayList:
        """The list view, made when first asked for."""
        if self._table is None:
            from .daylist import DayList

            self.pim.read_sheets()
            self._table = DayList()
            self.mount(TitleBar(*self._side), self._table, after=self.grid)
            self.pim.dress(self)
        return self._table

    def show(self, day: date | None = None, view: View | None = None) -> None:
        """Read and draw ``day`` in ``view``; either stays as it is when not given."""
        self._day = day or self._day
        self.query_one(KeyBar).clear_refusal()
        if view is not None and view != self._view:
            self._turn_to(view)
        self.load(self._show_view)

    async def _show_view(self) -> None:
        views = {
            "day": self._show_day,
            "week": self._show_week,
            "month": self._show_month,
            "list": self._show_list,
        }
        try:
            self._require_right()
            await views[self._view]()
        except Forbidden:
            self._turn_to("day")
            self._draw_closed()
            raise

    def _require_right(self) -> None:
        """Whoever has none to see appointments asks for none: that the calendar lies below everything is no
        attempt of theirs, and nothing for the journal. Raises Forbidden."""
        self.pim.desk.session.needs(Right.SEE_APPOINTMENT)

    def _turn_to(self, view: View) -> None:
        """The list takes the place of the grid, or gives it back."""
        if "list" in (view, self._view):
            listed = view == "list"
            self.grid.display, self.table.display = not listed, listed
            self.query_one(TitleBar).display = listed
            (self.table if listed else self.grid).focus()
        self._view = view

    async def _show_day(self) -> None:
        self._draw_day(
            await self.fetch(
                boards.day_board, self._day, self._zone, self._by_room, self._filter, self.pim.now
            )
        )

    def _draw_day(self, board: boards.DayBoard) -> None:
        self._keep(board.blocks)
        if not self._by_room:
            self._names |= {column.id: column.name for column in board.columns}
        self.grid.remark = self._remark(self._count_of(board.blocks))
        self.grid.show_day(
            board.day,
            board.columns or (EVERYBODY,),
            (*board.blocks, *self.held_blocks(board.holds)),
            open_hours=board.open_hours or (self._clinic_hours(board.day),),
            marks=board.marks,
            note=board.note,
            now=self.pim.now,
            by_room=self._by_room,
        )
        self.count_minutes(board.blocks)
        if self._aim:
            self.grid.go_to(**self._aim)
            self._aim = {}

    def _draw_closed(self) -> None:
        """A day with nothing on it, for whoever may not see appointments."""
        self._keep(())
        self.grid.remark = "Appointments: not yours to see"
        hours = (self._clinic_hours(self._day),)
        self.grid.show_day(self._day, (EVERYBODY,), (), open_hours=hours, now=self.pim.now)

    async def _show_week(self) -> None:
        monday = self._day - timedelta(days=self._day.weekday())
        board = await self.fetch(boards.week_board, monday, self._by_room, self._filter)
        self.grid.remark = self._remark(sum(load.count for load in board.loads))
        if not self._by_room:
            self._names |= {column.id: column.name for column in board.columns}
        self.grid.show_week(board.days, board.columns, board.loads, today=self.pim.today)

    async def _show_month(self) -> None:
        month = self._day.replace(day=1)
        per_day = max(0, self.grid.size.height // 6 - 2)
        board = await self.fetch(boards.month_board, month_days(month, 0), per_day, self._filter)
        self._keep(board.entries)
        count = sum(load.count for load in board.loads if load.day.month == month.month)
        self.grid.remark = self._remark(count)
        self.grid.show_month(month, board.loads, entries=board.entries, today=self.pim.today)

    async def _show_list(self) -> None:
        last = self._day + timedelta(days=LIST_DAYS - 1)
        board = await self.fetch(boards.list_board, self._day, last, self._zone, self._filter)
        self._keep(board.blocks)
        self._names |= board.staff
        self.table.show_board(board, self._zone, self.pim.now, self.pim.pinboard)
        if self._aim:
            self.table.point_at(**self._aim)
            self._aim = {}
        self.count_minutes(board.blocks)
        remark = self._remark(self._count_of(board.blocks))
        self.query_one(TitleBar).show(f"{day_label(self._day)} and {LIST_DAYS - 1} days on · {remark}")

    def draw_minutes(self) -> None:
        """The minutes of those who wait, and the line of the present."""
        if self._view == "day":
            self.grid.set_now(self.pim.now)
        elif self._view == "list":
            self.table.draw_again(self.pim.now, self.pim.pinboard)
        self.count_minutes(self._blocks.values() if self._view in ("day", "list") else ())

    def show_lifted(self) -> None:
        """What was picked up, on the grid and in the list."""
        self.grid.lift(self.pim.pinboard)
        if self._view == "list":
            self.table.draw_again(self.pim.now, self.pim.pinboard)

    def _keep(self, blocks: Sequence[Block]) -> None:
        self._was = self.chosen
        self._blocks = {block.id: block for block in blocks}

    def tell_to_move(self) -> None:
        """Nothing that was read depends on it: of the grid the first line alone is another."""
        if self._view == "list":
            self.reload(self._show_view)
        else:
            self.grid.remark = self._remark(self._counted)
            self.grid.redraw()

    def _count_of(self, blocks: Sequence[Block]) -> int:
        """How many appointments that is, as the week and the month count them."""
        return sum(self._filter.counts(block.status) for block in blocks)

    def _remark(self, count: int) -> str:
        """How many appointments, how many need moving, whether some are left out."""
        self._counted = count
        appointments = "1 appointment" if count == 1 else f"{count} appointments"
        filtered = "filtered" if self._filter != book.EVERYTHING else ""
        return " · ".join(filter(None, (appointments, self.to_move_text, filtered)))

    @property
    def _side(self) -> tuple[str, str]:
        """Whose book it is and who works in it: the clinic gives way where the line is narrow."""
        return self.pim.desk.settings.clinic_name, self.pim.desk.session.name

    def _clinic_hours(self, day: date) -> tuple[int, int]:
        settings = self.pim.desk.settings
        return at_minute(day, settings.opens_at, self._zone), at_minute(day, settings.closes_at, self._zone)

    # --- where the cursor is ----------------------------------------------------------------------

    @property
    def chosen(self) -> Block | None:
        """The appointment under the cursor."""
        if self._view == "list":
            key = self.table.cursor_key
            return self._blocks.get(key) if isinstance(key, int) else None
        return self.grid.cursor_block

    @property
    def slot(self) -> tuple[int, int | None, int | None]:
        """The start under the cursor, UTC seconds, with the staff member and room of its column."""
        if self._view != "day":
            return at_minute(self._day, self.pim.desk.settings.opens_at, self._zone), None, None
        column = self.grid.cursor_column or None
        return (
            self.grid.cursor_instant,
            (None if self._by_room else column),
            (column if self._by_room else None),
        )

    def target(self, block: Block) -> tuple[int, int, int | None] | None:
        """The time under the cursor and its column; what the column does not say stays as it is."""
        if self._view != "day":
            return None
        column, at = self.grid.cursor_column, self.grid.cursor_instant
        if self._by_room:
            return at, block.staff_id, column or None
        return at, column or block.staff_id, block.room_id

    @property
    def _zone(self) -> str:
        return self.pim.desk.session.zone

    # --- what happens -----------------------------------------------------------------------------

    def on_changed(self, event: Changed) -> None:
        """Somebody changed appointments: read again if they are on screen."""
        self.follow_to_move(event)
        self.refresh_pins(event)
        if not event.news:
            self.show()
        elif self._concerns(event):
            self._heard += event.news
            self.reload(self._show_again)

    def hold_ended(self) -> None:
        """Draw without what is held no more."""
        if self.is_attached and self._view == "day":
            self.reload(self._show_view)

    def _concerns(self, event: Changed) -> bool:
        """Whether something that is shown may look different now."""
        if event.kind == "customer":
            return any(block.customer_id in event.ids for block in self._blocks.values())
        first, last = self._days_shown
        on_screen = any(first <= day <= last for day in event.days)
        return event.kind != "note" and (on_screen or not event.days)

    async def _show_again(self) -> None:
        """Draw what others changed; the cursor stays where it is in time, and their deeds are told."""
        heard, self._heard = self._heard, []
        before = self._blocks
        await self._show_view()
        self.changed_under_cursor(self._was)
        self.tell_news(one for one in heard if self._saw(one, {**before, **self._blocks}))

    def _saw(self, one: News, blocks: Mapping[int, Block]) -> bool:
        """Whether it is about something that was or is on screen."""
        if one.kind == "customer":
            return any(block.customer_id == one.id for block in blocks.values())
        if one.kind == "appointment" and self._view in ("day", "list"):
            return one.id in blocks
        first, last = self._days_shown
        return not one.kind or one.kind in HOURS_KINDS or any(first <= day <= last for day in one.days)

    @property
    def _days_shown(self) -> tuple[str, str]:
        """The first and the last ISO day on screen."""
        if self._view == "month":
            days = month_days(self._day.replace(day=1), 0)
            return days[0].isoformat(), days[-1].isoformat()
        back = self._day.weekday() if self._view == "week" else 0
        length = {"day": 1, "week": 7, "list": LIST_DAYS}[self._view]
        first = self._day - timedelta(days=back)
        return first.isoformat(), (first + timedelta(days=length - 1)).isoformat()

    def landed(self, done: Done) -> None:
        """The cursor follows an appointment that stays on the day shown."""
        if self._view == "day" and self._day.isoformat() in done.days:
            self._aim = {"block_id": done.ids[0]}
            self.show()

    def taken_back(self, done: Done) -> None:
        """The cursor goes to the appointment that is back where it was."""
        if done.kind == "appointment" and len(done.ids) == 1:
            self.landed(done)

    def on_calendar_grid_slot_chosen(self, event: CalendarGrid.SlotChosen) -> None:
        """Enter on free time books there."""
        self.action_add_form()

    def on_calendar_grid_block_chosen(self, event: CalendarGrid.BlockChosen) -> None:
        """Enter on an appointment opens it."""
        self.action_edit()

    def on_line_table_row_chosen(self, event: LineTable.RowChosen) -> None:
        """Enter in the list opens the appointment."""
        self.action_edit()

    def on_calendar_grid_day_chosen(self, event: CalendarGrid.DayChosen) -> None:
        """Enter on a day of the week or month shows it."""
        self._aim = {"column_id": event.column_id} if event.column_id else {}
        self.show(event.day, "day")

    def on_calendar_grid_page_wanted(self, event: CalendarGrid.PageWanted) -> None:
        """The cursor went over the edge."""
        self.show(event.day)

    def on_calendar_grid_cursor_moved(self, event: CalendarGrid.CursorMoved) -> None:
        """Follow the cursor's day in the week and the month."""
        if self._view != "day" and self.grid.cursor_day:
            self._day = self.grid.cursor_day

    # --- keys: where to look ----------------------------------------------------------------------

    def action_day(self) -> None:
        """Day view."""
        self.show(view="day")

    def action_week(self) -> None:
        """Week view."""
        self.show(view="week")

    def action_month(self) -> None:
        """Month view."""
        self.show(view="month")

    def action_list(self) -> None:
        """List view, with the cursor on what it was on."""
        if self._view != "list":
            block = self.chosen
            self._aim = {"instant": self.slot[0]} if block is None else {"block_id": block.id}
        self.show(view="list")

    def action_before(self) -> None:
        """One day, week or month back."""
        self._page(-1)

    def action_after(self) -> None:
        """One day, week or month on."""
        self._page(1)

    def _page(self, direction: int) -> None:
        if self._view == "month":
            from ...domain import dates

            self.show(dates.add_months(self._day, direction))
        else:
            step = {"day": 1, "week": 7, "list": LIST_DAYS}[self._view]
            self.show(self._day + timedelta(days=direction * step))

    def action_today(self) -> None:
        """Today, with the cursor at the present."""
        self._aim = {"instant": self.pim.now}
        self.show(self.pim.today)

    def action_waiting_room(self) -> None:
        """Who is here and who is expected."""
        from .waitingroom import WaitingRoomScreen

        self.app.push_screen(WaitingRoomScreen())

    def action_columns(self) -> None:
        """Columns by staff member or by room."""
        self._by_room = not self._by_room
        self.show()
        if self._view in ("month", "list"):  # which show no columns
            one = "room" if self._by_room else "staff member"
            self.pim.say(f"Day and week have a column for each {one} now.")

    def action_goto(self) -> None:
        """Go to a date that is typed."""
        from ...domain import dates
        from ..dialogs.prompt import Prompt

        def read(text: str) -> date:
            order = self.pim.order
            day = dates.read_day(text, self.pim.today, order, prefer="nearest")
            if day is None:
                raise Refused(dates.explain(text))
            return day

        def told(text: str) -> str:
            return day_label(read(text))

        def gone(text: str | None) -> None:
            if text is not None:
                self.show(read(text))

        self.app.push_screen(Prompt("Go to", told, hint="+7d · next tue · 14 dec · 2026-12-14"), gone)

    def action_filter(self) -> None:
        """Show only some staff, rooms, types or states."""
        from ..dialogs.choose import ChooseFilter

        def filtered(wanted: book.Filter | None) -> None:
            if wanted is not None:
                self._filter = wanted
                self.show()

        self.app.push_screen(ChooseFilter(self._filter), filtered)

    def action_print(self) -> None:
        """Print the sheet of the day shown."""
        from ..dialogs.printing import PrintDaySheet

        staff = self._staff_at_cursor
        day = self._day

        def answered(wanted: Wanted | None) -> None:
            if wanted is not None:
                self._print(day, wanted)

        self.app.push_screen(PrintDaySheet(day_label(day), staff, self.pim.printing.usual_place()), answered)

    def _print(self, day: date, wanted: Wanted) -> None:
        from ...services.printing import stationery
        from ...services.wanted import DayPaper

        paper = DayPaper(day, wanted.staff_id, wanted.each)
        self.send_paper(paper, stationery(self.pim.desk.settings), wanted.kind)

    def papers(self) -> Sequence[tuple[str, Paper]]:
        """What is on screen comes first, then the other papers of its day, then those of one person."""
        from ...services import wanted as papers

        day, shown = self._day, self._filter
        last = day + timedelta(days=LIST_DAYS - 1)
        offered: dict[str, tuple[str, Paper]] = {
            "day": (f"day sheet of {day_label(day)}", papers.DayPaper(day)),
            "week": ("week, the whole team", papers.WeekPaper(day, shown=shown)),
            "month": ("month, the whole team", papers.MonthPaper(day, shown=shown)),
            "list": (
                f"list of {LIST_DAYS} days, the whole team",
                papers.SchedulePaper(day, last, shown=shown),
            ),
        }
        first = offered.pop("week" if self._view == "day" else self._view)
        down = max(day, self.pim.today + timedelta(days=1))
        pack = (f"downtime pack of {day_label(down)}", papers.DowntimePaper(down))
        return [first, *offered.values(), *self._personal_papers(last), pack]

    def _personal_papers(self, last: date) -> list[tuple[str, Paper]]:
        """Papers of the staff member and of the customer under the cursor."""
        from ...services import wanted as papers

        block, staff = self.chosen, self._staff_at_cursor
        offered: list[tuple[str, Paper]] = []
        if staff is not None:
            id_, name = staff
            offered = [
                (f"week of {name}", papers.WeekPaper(self._day, id_)),
                (f"{LIST_DAYS} days of {name}", papers.SchedulePaper(self._day, last, id_)),
            ]
        if block is not None:
            offered.append((f"appointment card of {block.customer}", papers.CardPaper(block.customer_id)))
        return offered

    @property
    def _staff_at_cursor(self) -> tuple[int, str] | None:
        """Id and name of the column's staff member, or of the chosen appointment's."""
        block = self.chosen
        id_ = self.grid.cursor_column if self._view in ("day", "week") and not self._by_room else None
        if block is not None and block.staff_id:
            id_ = block.staff_id
        name = self._names.get(id_ or 0)
        return (id_, name) if id_ and name else None

    # --- keys: what leaves ------------------------------------------------------------------------

    def export(self) -> None:
        """Export the appointments of the days shown, as they are filtered."""
        from ...domain.handout import VisitsWanted
        from ...services import exporting

        first, last = self._days_to_export()
        shown = self._filter
        wanted = VisitsWanted(
            staff_ids=shown.staff_ids,
            room_ids=shown.room_ids,
            type_ids=shown.type_ids,
            statuses=shown.statuses,
            first=first,
            last=last,
        )
        days = day_label(first) if first == last else f"{day_label(first)} to {day_label(last)}"
        self.hand_out(
            f"the appointments of {days}",
            f"appointments-{first.isoformat()}",
            exporting.VISIT_KINDS,
            exporting.export_appointments,
            lambda form: exporting.ExportAppointments(wanted, form, days, new_request()),
        )

    def _days_to_export(self) -> tuple[date, date]:
        """The first and the last day that is shown; of a month its own days."""
        if self._view == "month":
            first = self._day.replace(day=1)
            return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        first = self._day - timedelta(days=self._day.weekday()) if self._view == "week" else self._day
        return first, first + timedelta(days={"day": 1, "week": 7, "list": LIST_DAYS}[self._view] - 1)
