"""Reports: figures of a period in a table and a chart, and the visits behind each number."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from textual.app import ComposeResult

from ...domain import dates
from ...domain.reports import REPORTS, Asked, By, Figure, Figures, Line, report_kind
from ...errors import PimError, UsageError
from ...lists.filterline import Narrowed, read_filter
from ...lists.periods import Period, periods
from ...lists.reports import BY_WORDS, behind_list, narrowed_text, span_text
from ...lists.reportviews import (
    FILTERS,
    Series,
    chart_of,
    first_charted,
    line_at,
    narrowed_choices,
    shown_cells,
    told_of_cell,
)  # fmt: skip
from ...lists.spec import Choice
from ...queries.reports import Watched
from ...services.exporting_reports import KINDS, ExportReport, export_report
from ...services.report_papers import make_report
from ...services.wanted import ReportPaper, report_stem
from ..base import PimScreen
from ..dialogs.pick import Pick
from ..dialogs.prompt import Prompt
from ..longwork import Job, Moved, Progress, Stop
from ..requests import new_request
from ..stylesheets import sheet
from ..widgets import plotted
from ..widgets.bars import KeyBar, TitleBar
from ..widgets.figuretable import Chart, FigureRow, FigureTable
from ..widgets.listpane import Remark
from .behind import BehindScreen
from .handing import Exports
from .papers import PrintKeys

if TYPE_CHECKING:
    from ...services.wanted import Wanted

_SHORT = 1.0
"""Seconds for which keys wait for a report; then it tells how far it is, and Esc stops it."""
_NOTHING = "Nothing was counted."
_OFFERED = ("month", "last_month", "quarter", "year")


class ReportsScreen(Exports, PrintKeys, PimScreen, inherit_bindings=False):
    """One report at a time. The cursor is on a number; Enter opens the visits it counts."""

    scope = "reports"
    CSS_PATH = sheet("reports")
    VERTICAL_BREAKPOINTS = [(0, "-low"), (34, "-tall")]  # noqa: RUF012 - as Textual declares it

    def __init__(self) -> None:
        super().__init__()
        month = next(one for one in periods(self.pim.today) if one.key == "month")
        self._asked = _over(Asked("no-shows", self.pim.today, self.pim.today, "staff"), month)
        self._found: Figures | None = None
        self._job: Job | None = None
        self._progress = ""

    def compose(self) -> ComposeResult:
        """Title, what is asked for, figures, chart, what the number is, keys."""
        desk = self.pim.desk
        yield TitleBar(f"{desk.settings.clinic_name} · {desk.session.name}")
        yield Remark(id="asked")
        yield FigureTable()
        yield Remark(id="cell")
        yield Chart()
        yield Remark(id="notes")
        yield KeyBar(self.offered())

    def on_mount(self) -> None:
        """Count the first report."""
        self.pim.dress(self)
        self.table.focus()
        self._ask(self._asked)

    @property
    def table(self) -> FigureTable:
        """The figures."""
        return self.query_one(FigureTable)

    # --- counting ---------------------------------------------------------------------------------

    def _ask(self, asked: Asked) -> None:
        """Count another report; what was being counted is given up."""
        self._asked = asked
        self.query_one(KeyBar).clear_refusal()
        self.load(self._count, asked, group="report")

    async def _count(self, asked: Asked) -> None:
        title = f"{asked.title} · report {self._place + 1} of {len(REPORTS)}"
        self.query_one(TitleBar).show(title)
        by, only = BY_WORDS.get(asked.by, asked.by), await self.fetch(narrowed_text, asked)
        told = filter(None, (span_text(asked), f"by {by}", only))
        self.query_one("#asked", Remark).show(" · ".join(told))
        if self._job is not None and not self._job.ended:
            self._job.stopping.set()
            await self.pim.work.ended()
        self._show(None, _NOTHING)
        self._job = self._begun(asked)
        self._show(None)
        try:
            await asyncio.wait_for(asyncio.shield(self.pim.work.ended()), _SHORT)
        except TimeoutError:
            self._tell_progress(self._job)

    def _begun(self, asked: Asked) -> Job:
        """The report under way; :class:`Refused` while other long work is."""
        session = self.pim.desk.session

        def act(progress: Progress, stop: Stop) -> Figures:
            found = make_report(session, asked, Watched(progress, stop))
            plotted.load()
            return found

        job = Job(f"Counting {asked.title.lower()}", act, asked)
        self.pim.work.start(job, self._ended)
        return job

    def _ended(self, job: Job) -> None:
        """Show what came of it, if it is still what is asked for and somebody looks."""
        job.seen = True
        if job.about is not self._asked or not self.is_attached:
            return
        self.query_one(KeyBar).unsay(self._progress)
        if job.error is not None:
            self._show(None, _NOTHING)
            self.pim.tell(job.error)
        else:
            self._show(job.result)

    def on_moved(self, event: Moved) -> None:
        """How far it is, once it takes long."""
        if event.job is self._job and self._progress and not event.job.ended:
            self._tell_progress(event.job)

    def _tell_progress(self, job: Job) -> None:
        self._progress = job.says
        self.query_one(KeyBar).say(job.says)

    # --- showing ----------------------------------------------------------------------------------

    def _show(self, found: Figures | None, instead: str = "Counting …") -> None:
        """Figures, or without them a word ``instead``."""
        self._found = found
        self._progress = ""
        if found is None:
            self.table.show("", (), (), total=False, empty=instead)
            notes = ""
        else:
            titles, rows = shown_cells(found)
            shown = [FigureRow(*row) for row in rows]
            by_week = found.asked.by == "cell"
            empty = "Nothing was booked in this time. d chooses another."
            heading, column = ("", 0) if by_week else (found.heading, first_charted(found))
            self.table.show(heading, titles, shown, total=not by_week, column=column, empty=empty)
            notes = " · ".join(found.notes)
        self.query_one("#notes", Remark).show(notes)

    def on_figure_table_moved(self) -> None:
        """Tell of the number, and draw the chart of its column."""
        told, at = "", 0
        labels: tuple[str, ...] = ()
        series: Series = ()
        if self._found is not None and self.table.at is not None:
            told = told_of_cell(self._found, *self.table.at)
            labels, series, at = chart_of(self._found, *self.table.at)
        self.query_one("#cell", Remark).show(told)
        self.query_one(Chart).show(labels, series, at)

    def action_chart(self) -> None:
        """More room for the figures, or the chart again."""
        self.toggle_class("-plain")

    # --- what is asked for ------------------------------------------------------------------------

    @property
    def _place(self) -> int:
        return [one.name for one in REPORTS].index(self._asked.name)

    def action_menu(self) -> None:
        """Choose another report."""

        def chosen(answer: tuple[object] | None) -> None:
            if answer is not None:
                self._turn_to(str(answer[0]))

        options = [(one.name, one.title) for one in REPORTS]
        self.app.push_screen(Pick("Which report?", options, self._asked.name), chosen)

    def action_next_report(self) -> None:
        """The next one, round and round."""
        self._turn_to(REPORTS[(self._place + 1) % len(REPORTS)].name)

    def action_previous_report(self) -> None:
        """The one before."""
        self._turn_to(REPORTS[self._place - 1].name)

    def _turn_to(self, name: str) -> None:
        self._ask(replace(self._asked, name=name, by=report_kind(name).by[0]))

    def action_divide(self) -> None:
        """The next way to divide it."""
        ways = report_kind(self._asked.name).by
        by: By = ways[(ways.index(self._asked.by) + 1) % len(ways)]
        if by == self._asked.by:
            self.pim.say("This report is divided in one way only.")
        else:
            self._ask(replace(self._asked, by=by))

    def action_period(self) -> None:
        """Another period."""

        def chosen(answer: tuple[object] | None) -> None:
            if answer is not None:
                self._ask(_over(self._asked, offered[str(answer[0])]))

        offered = {one.key: one for one in periods(self.pim.today) if one.key in _OFFERED}
        options = [(key, one.title) for key, one in offered.items()]
        told = "f takes any other: from 1 oct to 15 oct."
        self.app.push_screen(Pick("Which period?", options, told=told), chosen)

    def action_filter(self) -> None:
        """Dates, staff, types and rooms, as typed."""
        self.load(self._open_filter, group="filter")

    async def _open_filter(self) -> None:
        choices = await self.fetch(narrowed_choices)

        def told(text: str) -> str:
            found = self._read(text, choices)
            return "; ".join(found.told)

        def answered(text: str | None) -> None:
            if text is not None:
                self._narrow(self._read(text, choices))

        hint = "last month, from 1 oct to 15 oct, dr lee, follow-up, room 2; any time: nothing narrowed"
        self.app.push_screen(Prompt("Which days, staff, types, rooms?", told, hint=hint), answered)

    def _read(self, text: str, choices: dict[str, Sequence[Choice]]) -> Narrowed:
        """What was typed; :class:`UsageError` for what is not understood."""
        found = read_filter(text, FILTERS, choices, today=self.pim.today, read_day=self._read_day)
        if found.told and found.told[-1].startswith("not understood"):
            raise UsageError(f"{found.told[-1].capitalize()}.", "Type dates, or names of the clinic.")
        return found

    def _narrow(self, found: Narrowed) -> None:
        ids = {key: tuple(map(int, found.chosen.get(key, ()))) for key in ("staff", "type", "room")}
        asked = replace(self._asked, staff_ids=ids["staff"], type_ids=ids["type"], room_ids=ids["room"])
        try:
            self._ask(_over(asked, found.chosen.get("days")))
        except PimError as error:
            self.pim.tell(error)

    def _read_day(self, text: str) -> date | None:
        return dates.read_day(text, self.pim.today, self.pim.desk.settings.date_order, prefer="nearest")  # type: ignore[arg-type]

    # --- what is behind it ------------------------------------------------------------------------

    def action_open(self) -> None:
        """The visits behind the number."""
        line, figure = self._under_cursor()
        if line is None or figure is None:
            self.pim.say("There is nothing behind this.")
        elif not figure.opens:
            self.pim.say(f"{figure.title} is not made of visits: there is no list behind it.")
        else:
            self.app.push_screen(BehindScreen(behind_list(self._asked, line, figure)))

    def _under_cursor(self) -> tuple[Line | None, Figure | None]:
        if self._found is None or self.table.at is None:
            return None, None
        return line_at(self._found, *self.table.at)

    def export(self) -> None:
        """Export the report."""
        asked = self._asked
        self.hand_out(
            f"report {asked.title.lower()}", report_stem(asked), KINDS, export_report,
            lambda form: ExportReport(asked, form, new_request()),
        )  # fmt: skip

    def papers(self) -> Sequence[tuple[str, Wanted]]:
        """The report as it is asked for."""
        return [(self._asked.title.lower(), ReportPaper(self._asked))]

    def action_back(self) -> None:
        """Stop what is being counted; else back to where one came from."""
        if self._job is not None and not self._job.ended:
            self._job.stopping.set()
            self._tell_progress(self._job)
        else:
            self.app.pop_screen()


def _over(asked: Asked, period: Period | None) -> Asked:
    """The same over another period; what is open on one side goes to the end of its month, or today."""
    if period is None or (period.first is None and period.last is None):
        return asked
    first = period.first or period.last.replace(day=1)  # type: ignore[union-attr]
    return replace(asked, first=first, last=period.last or max(asked.last, first))
