"""The report of a dry run or an import: while it is under way, when it has ended, and long afterwards."""

from __future__ import annotations

from collections.abc import Hashable

from textual.app import ComposeResult
from textual.widgets import Static

from ...domain.text import fold
from ...imports.report import Refusal, Report, counts_of
from ...queries.imports import Imported, imported, report_of
from ...services.import_reports import KeepReport, keep_report
from ..base import PimScreen
from ..dialogs.pick import Pick
from ..longwork import Job, Moved
from ..messages import Changed
from ..requests import new_request
from ..stylesheets import sheet
from ..textsafe import show
from ..widgets.bars import KeyBar, TitleBar
from ..widgets.linetable import LineTable, TableColumn, TableRow
from ..widgets.listpane import Remark
from .handing import Exports
from .importwork import Attempt, ImportWork, Plan

ROWS = (
    TableColumn("Line", 7, "number", rank=4),
    TableColumn("What", 7, rank=3),
    TableColumn("Why", 40, rank=5, grow=4),
    TableColumn("File", 14, rank=1),
)
FILES = ((".csv", "a table of the rows for a spreadsheet (CSV)"), (".txt", "all of it as text"))


class ImportReportScreen(Exports, ImportWork, PimScreen):
    """Counts on top, then every row that was refused or that something was said about."""

    scope = "import_report"
    CSS_PATH = sheet("importreport")

    def __init__(self, *, job: Job | None = None, run: Imported | None = None) -> None:
        """The report of a ``job`` under way or ended, or of an import there has been."""
        super().__init__()
        self.job = job
        self._run = run
        self._report: Report | None = None
        self._rows: list[Refusal] = []

    def compose(self) -> ComposeResult:
        """Title, counts, rows, the row under the cursor in full, keys."""
        desk = self.pim.desk
        yield TitleBar(desk.settings.clinic_name, desk.session.name)
        yield Static("", classes="told")
        yield LineTable(ROWS)
        yield Remark(id="detail")
        yield KeyBar(self.offered())

    def on_mount(self) -> None:
        """Show what there is so far."""
        self.pim.dress(self)
        self.query_one(LineTable).focus()
        if self.job is not None:
            self._follow(self.job)
        else:
            self.load(self._read)

    def on_changed(self, event: Changed) -> None:
        """The import may have been taken back."""
        if self._run is not None:
            (self.reload if event.news else self.load)(self._read)

    async def _read(self) -> None:
        """An import there has been."""
        if self._run is not None:
            self._run = await self.fetch(imported, self._run.number, self.pim.desk.session.zone)
            raw = await self.fetch(report_of, self._run.number)
            self._show(Report.from_json(raw) if raw else None)

    def on_moved(self, event: Moved) -> None:
        """Further, or at the end."""
        super().on_moved(event)
        if event.job is self.job:
            self._follow(event.job)

    def _follow(self, job: Job) -> None:
        self._offer_keys(None)
        if not job.ended:
            self.query_one(TitleBar).show(job.title)
            self._tell("")
            self.query_one(LineTable).show([], empty="Under way. You may leave this screen; it goes on.")
            self.query_one(KeyBar).say(job.says)
            return
        job.seen = True
        if job.error is not None:
            self.query_one(TitleBar).show(f"{job.title}: it could not go on")
            self._tell(str(job.error))
            self.query_one(LineTable).show([], empty="There is no report.")
        else:
            self._show(job.result)
            dry = job.about.dry
            self.query_one(KeyBar).say("i imports the file." if dry else "It is kept among the imports.")

    def _show(self, report: Report | None) -> None:
        self._report = report
        self._offer_keys(report)
        self.query_one(TitleBar).show(self._title(report))
        if report is not None:
            lines = [report.earlier, *map(str, report.counts), _left_out(report)]
        else:
            lines = list(map(str, counts_of(self._run.counts))) if self._run else []
        lines.append(self._unfinished(report))
        self._tell("\n".join(filter(None, lines)))
        self._rows = [*report.refusals, *report.notices] if report else []
        refused = len(report.refusals) if report else 0
        rows = [_row(at, one, at < refused) for at, one in enumerate(self._rows)]
        columns = ROWS if len({one.file for one in self._rows}) > 1 else ROWS[:-1]
        empty = "No row was refused, and there is nothing to remark." if report else "There is no report."
        self.query_one(LineTable).show(rows, columns=columns, empty=empty)

    def _tell(self, text: str) -> None:
        told = self.query_one(".told", Static)
        told.display = bool(text)
        told.update(show(text))

    def _unfinished(self, report: Report | None) -> str:
        """Why it did not come to the end of the file, and what to do; empty when it did."""
        if self._run is not None and self._run.state == "running":
            return "It is under way at another desk, or it broke off. The same import again goes on."
        if (report is not None and not report.stopped) or (self._run is not None and not self._run.stands):
            return ""
        if report is not None and report.dry_run:
            return "It was stopped before the end of the file; this is what it had found so far."
        return "It ended before the end of the file. The same import again goes on."

    def _offer_keys(self, report: Report | None) -> None:
        """A dry run can be imported, an import taken back, what is under way only left or stopped."""
        works = {"back"}
        if report is not None:
            works |= {"export", "take" if report.dry_run else "take_back"}
        if self._run is not None:
            works = works - {"take_back"} | ({"take_back"} if self._run.stands else set())
        own = {f"{self.scope}.{action}" for action in works}
        # Its own key for exporting stands for the one that exports everywhere.
        keys = [key for key in self.offered() if key.id in own or key.scope == "app"]
        self.query_one(KeyBar).offer([key for key in keys if key.id != "app.export"])

    def _title(self, report: Report | None) -> str:
        if self._run is not None:
            run = self._run
            return f"Import {run.number} of {run.source}, {run.began} by {run.staff}: {run.word}"
        source = report.source if report else ""
        if report is not None and report.number is not None:
            return f"Import {report.number} of {source}"
        return f"Dry run of {source}: nothing was written"

    def on_line_table_row_highlighted(self, event: LineTable.RowHighlighted) -> None:
        """The row in full."""
        at = event.key
        one = self._rows[at] if isinstance(at, int) and at < len(self._rows) else None
        self.query_one("#detail", Remark).show(str(one) if one else "")

    # --- keys -------------------------------------------------------------------------------------

    def action_take(self) -> None:
        """Import what the dry run was about."""
        attempt = self.job.about if self.job else None
        if isinstance(attempt, Attempt) and attempt.dry and self._report is not None:
            self.load(self._take, attempt.plan, group="work")
        elif self.pim.work.running is None:
            self.query_one(KeyBar).refuse("This was imported; choose a file from the list to import another.")

    async def _take(self, plan: Plan) -> None:
        self.job = self.begin(plan, dry=False)
        self._report = None
        self._follow(self.job)

    def export(self) -> None:
        """What is shown here is the report."""
        self.action_export()

    def action_export(self) -> None:
        """Write the report to a file in the outbox."""
        report = self._report
        if report is None:
            self.query_one(KeyBar).refuse("There is no report yet.")
            return

        def answered(answer: tuple[Hashable] | None) -> None:
            if answer is not None:
                command = KeepReport(report, self._outbox_file(report, str(answer[0])), new_request())
                self.pim.submit(keep_report, command, self.pim.said, waits=False)

        self.app.push_screen(Pick("Write to the outbox", FILES), answered)

    def _outbox_file(self, report: Report, ending: str) -> str:
        name = "-".join(fold(report.source).split())[:60] or "file"
        which = "dry-run" if report.number is None else f"import-{report.number}"
        return self.pim.desk.outbox_file(f"{which}-{name}{ending}")

    def action_take_back(self) -> None:
        """Take the whole import back."""
        self.load(self._take_back, group="work")

    async def _take_back(self) -> None:
        number = self._report.number if self._report else None
        number = self._run.number if self._run else number
        if number is None:
            self.query_one(KeyBar).refuse("A dry run has written nothing that could be taken back.")
        else:
            self._run = await self.fetch(imported, number, self.pim.desk.session.zone)
            self.take_back(self._run)


def _row(at: int, one: Refusal, refused: bool) -> TableRow:
    what = "refused" if refused else "remark"
    return TableRow(
        at, (str(one.line), what, one.reason, one.file), cell_styles=("", "warn" if refused else "")
    )


def _left_out(report: Report) -> str:
    count = report.refusals_left_out + report.notices_left_out
    return f"{count} more rows were counted and are not listed." if count else ""
