"""What can be taken over and what was: the files in the inbox, and the imports there have been."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.widgets import Static

from ...domain.filekinds import size_words
from ...domain.moments import day_of, short_day
from ...integrations.inbox import Inbox, InboxFile
from ...queries.imports import Imported, imports
from ...services.import_kinds import KINDS
from ...services.incoming import options_of
from ..base import PimScreen
from ..dialogs.pick import Pick
from ..messages import Changed
from ..stylesheets import sheet
from ..textsafe import show
from ..widgets.bars import KeyBar, TitleBar
from ..widgets.linetable import LineTable, TableColumn, TableRow
from .importfile import ImportFileScreen
from .importreport import ImportReportScreen
from .importwork import Attempt, ImportWork, Plan

if TYPE_CHECKING:
    from ..app import PimApp

FILES = (
    TableColumn("File in the inbox", 29, "file", rank=4, grow=1),
    TableColumn("Size", 9, "number", rank=2),
    TableColumn("Of", 11, "date", rank=1),
    TableColumn("May hold", 23, rank=3),
)
RUNS = (
    TableColumn("No.", 4, "number", rank=8),
    TableColumn("Imported", 17, "date", rank=5),
    TableColumn("By", 7, rank=3, grow=1),
    TableColumn("File", 14, "file", rank=7, grow=1),
    TableColumn("Added", 6, "number", rank=4),
    TableColumn("Refused", 7, "number", rank=2),
    TableColumn("State", 12, rank=6),
)
_BY, _STATE = 2, 6
"""Where these stand in :data:`RUNS`."""
ENDINGS = tuple(dict.fromkeys(ending for kind in KINDS.values() for ending in kind.endings))
EMPTY = "There is nothing that can be imported. Put a file there, then press r."
NONE_YET = "Nothing was imported so far."


class ImportsScreen(ImportWork, PimScreen):
    """Enter on a file begins; Enter on an import opens its report."""

    scope = "imports"
    CSS_PATH = sheet("imports")

    def __init__(self) -> None:
        super().__init__()
        self._runs: dict[int, Imported] = {}

    def compose(self) -> ComposeResult:
        """Title, where files go, the files, the imports, keys."""
        desk = self.pim.desk
        yield TitleBar(desk.settings.clinic_name, desk.session.name)
        yield Static("", classes="told")
        yield LineTable(FILES, quiet=True, id="files")
        yield LineTable(RUNS, empty=NONE_YET, quiet=True, id="runs")
        yield KeyBar(self.offered())

    def on_mount(self) -> None:
        """Say where files go, and look into the inbox."""
        self.pim.dress(self)
        self.query_one(TitleBar).show("Imports")
        folder = self.pim.desk.own.inbox
        self.query_one(".told", Static).update(show(f"Put files into {folder}"))
        self._files.focus()
        self.load(self._read)

    def on_screen_resume(self) -> None:
        """Look again when one comes back; the first time there is nothing to show it on yet."""
        if self.query("#files"):
            self.load(self._read)

    def on_changed(self, event: Changed) -> None:
        """Something was imported or taken back, here or at another desk."""
        (self.reload if event.news else self.load)(self._read)

    @property
    def _files(self) -> LineTable:
        return self.query_one("#files", LineTable)

    async def _read(self) -> None:
        zone = self.pim.desk.session.zone
        runs = await self.fetch(imports, zone)
        files = await self.pim.outside(Inbox(self.pim.desk.own.inbox).files, *ENDINGS)
        self._runs = {run.number: run for run in runs}
        self._files.show([_file_row(file, zone) for file in files], empty=EMPTY)
        rows = [_run_row(run) for run in runs]
        self.query_one("#runs", LineTable).show(rows, columns=_shared(rows))

    # --- keys -------------------------------------------------------------------------------------

    def action_open(self) -> None:
        """Choose the row under the cursor."""
        if isinstance(self.focused, LineTable):
            self.focused.action_choose()

    def action_other(self) -> None:
        """The other one of the two lists."""
        (self.query_one("#runs") if self._files.has_focus else self._files).focus()

    def action_reread(self) -> None:
        """Look into the inbox again."""
        self.load(self._read)

    def action_take_back(self) -> None:
        """Take back the import under the cursor."""
        runs = self.query_one("#runs", LineTable)
        run = self._runs.get(runs.cursor_key) if isinstance(runs.cursor_key, int) else None
        if run is None:
            self.query_one(KeyBar).refuse(NONE_YET)
        elif self._files.has_focus:
            self.query_one(KeyBar).refuse("Tab goes to the imports; choose the one to take back there.")
        else:
            self.take_back(run)

    def on_line_table_row_chosen(self, event: LineTable.RowChosen) -> None:
        """Begin with a file, or open a report."""
        if isinstance(event.key, int):
            self.app.push_screen(ImportReportScreen(run=self._runs[event.key]))
        elif isinstance(event.key, str):
            self._begin_with(event.key)

    def _begin_with(self, name: str) -> None:
        """Ask what the file holds where its name leaves that open."""
        keys = _may_hold(name)

        def answered(answer: tuple[object] | None) -> None:
            if answer is not None:
                self.app.push_screen(ImportFileScreen(self._plan(str(answer[0]), name)))

        if len(keys) == 1:
            answered((keys[0],))
        else:
            options = [(key, KINDS[key].title) for key in keys]
            self.app.push_screen(Pick("What does the file hold?", options), answered)

    def _plan(self, kind: str, name: str) -> Plan:
        """What was decided about the file before, while the program runs."""
        return self.pim.plans.setdefault((kind, name), Plan(kind, name, options_of(self.pim.desk.settings)))


def open_imports(pim: PimApp) -> None:
    """The lists, and over them what is under way or was not looked at yet."""
    if any(isinstance(screen, ImportsScreen) for screen in pim.screen_stack):
        while not isinstance(pim.screen, ImportWork):
            pim.pop_screen()
    else:
        pim.push_screen(ImportsScreen())
    job = pim.work.job
    if job is None or job.seen or not isinstance(job.about, Attempt):
        return
    if not any(isinstance(screen, ImportReportScreen) and screen.job is job for screen in pim.screen_stack):
        pim.push_screen(ImportReportScreen(job=job))


def _may_hold(name: str) -> list[str]:
    return [key for key, kind in KINDS.items() if name.lower().endswith(kind.endings) and kind.endings]


def _file_row(file: InboxFile, zone: str) -> TableRow:
    size, modified = size_words(file.size), short_day(day_of(file.modified, zone))
    keys = _may_hold(file.name)
    holds = KINDS[keys[0]].title.lower() if len(keys) == 1 else "a table: Enter asks"
    return TableRow(file.name, (file.shown, size, modified, holds))


def _shared(rows: Sequence[TableRow]) -> tuple[TableColumn, ...]:
    """The columns of these imports; what short states leave is for who it was."""
    by, state = (max((cell_len(row.cells[at]) for row in rows), default=0) for at in (_BY, _STATE))
    short = max(cell_len(RUNS[_STATE].title), min(state, RUNS[_STATE].width))
    room = RUNS[_BY].width + RUNS[_STATE].width - short
    wide = max(RUNS[_BY].width, min(by, room))
    return tuple(
        replace(column, width={_BY: wide, _STATE: short}.get(at, column.width))
        for at, column in enumerate(RUNS)
    )


def _run_row(run: Imported) -> TableRow:
    cells = (
        str(run.number),
        run.began,
        run.staff,
        run.source,
        str(run.added),
        str(run.refused),
        run.word,
    )
    return TableRow(run.number, cells, "" if run.state == "done" else "dim" if not run.stands else "warn")
