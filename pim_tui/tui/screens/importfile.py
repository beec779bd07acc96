"""A file before it is imported: what it is taken for, what each column is read as, what is to be decided."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import Any, cast

from textual.app import ComposeResult
from textual.widgets import Static

from ...imports.mapping import ColumnMapping, Survey, told_facts, told_problems
from ...integrations.inbox import Inbox
from ...queries.catalogue import catalogue
from ...services.event_places import with_whom
from ...services.import_kinds import KINDS, survey_file
from ...services.incoming import Unknown
from ..base import PimScreen
from ..dialogs.pick import Pick
from ..stylesheets import sheet
from ..textsafe import show
from ..widgets.bars import KeyBar, TitleBar
from ..widgets.linetable import LineTable, TableColumn, TableRow
from .importreport import ImportReportScreen
from .importwork import ImportWork, Plan

MAPPED = (
    TableColumn("Column", 22, rank=3, grow=1),
    TableColumn("is read as", 20, rank=2),
    TableColumn("for example", 22, rank=1, grow=1),
)
FACTS = (TableColumn("About the file", 20, rank=2), TableColumn("", 40, rank=1, grow=1))
UNKNOWN = {
    "keep": "keep the visit, to be linked to somebody later",
    "create": "create them as customers",
    "refuse": "refuse the row",
}
"""What is done with people the book does not know, in words."""
NOT_READ = "not read"


class ImportFileScreen(ImportWork, PimScreen):
    """Enter on a column chooses what it is read as; T tells what would happen."""

    scope = "import_file"
    CSS_PATH = sheet("importfile")

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self._plan = plan
        self._survey: Survey | None = None
        self._staff: dict[int, str] = {}

    def compose(self) -> ComposeResult:
        """Title, facts, what is missing, columns, decisions, keys."""
        desk = self.pim.desk
        yield TitleBar(desk.settings.clinic_name, desk.session.name)
        yield Static("", classes="told")
        yield Static("", classes="warning")
        yield LineTable(MAPPED)
        yield Static("", classes="decided")
        yield KeyBar(())

    def on_mount(self) -> None:
        """Look at the file."""
        self.pim.dress(self)
        self.query_one(TitleBar).show(f"{KINDS[self._plan.kind].title} from {self._plan.shown}")
        self.query_one(LineTable).focus()
        self._draw()
        self.load(self._look)

    async def _look(self) -> None:
        plan, session = self._plan, self.pim.desk.session
        self._staff = {one.id: one.name for one in (await self.fetch(catalogue)).staff}
        self._tell_decisions()
        path = await self.pim.outside(Inbox(self.pim.desk.own.inbox).path, plan.name)
        self._survey = await self.fetch(survey_file, session, plan.kind, path, plan.options)
        self.query_one(KeyBar).clear_refusal()
        self._draw()

    def _draw(self) -> None:
        survey, table = self._survey, self.query_one(LineTable)
        warning = self.query_one(".warning", Static)
        warning.display = bool(survey and survey.problems)
        warning.update(show(told_problems(survey) if survey else ""))
        mapping = survey.mapping if survey else None
        facts = told_facts(survey) if survey else []
        told = self.query_one(".told", Static)
        told.display = mapping is not None
        if mapping is not None:
            # The table below tells which columns are not read.
            known = [f"{title}: {value}" for title, value in facts if title != "Not read"]
            told.update(show(" · ".join(known)))
            table.show(_columns(mapping), columns=MAPPED)
        else:
            table.show([TableRow(f"fact {n}", fact) for n, fact in enumerate(facts)], columns=FACTS)
        self._offer_keys(mapping is not None)
        self._tell_decisions()

    @property
    def _usual(self) -> int | None:
        """With whom a visit is that names nobody: who was chosen, or who is meant without a choice."""
        return with_whom(self._staff, self._plan.options.staff_id, self.pim.desk.session.staff_id)

    def _offer_keys(self, mapped: bool) -> None:
        """Only the keys that do something about this file."""
        works = {"try_out", "back", *KINDS[self._plan.kind].asks, *(["choose"] if mapped else ())}
        keys = self.offered()
        self.query_one(KeyBar).offer([key for key in keys if key.scope == "app" or key.action in works])

    def _tell_decisions(self) -> None:
        asks, options = KINDS[self._plan.kind].asks, self._plan.options
        lines = []
        if "staff" in asks:
            lines.append(f"With, where the file does not say: {self._staff.get(self._usual or 0, '-')}")
        if "unknown" in asks:
            lines.append(f"People who are not in the book: {UNKNOWN[options.unknown]}")
        if "all_day" in asks:
            lines.append(f"Entries without a time: {'taken' if options.all_day else 'left out'}")
        decided = self.query_one(".decided", Static)
        decided.display = bool(lines)
        decided.update(show("\n".join(lines)))

    # --- keys -------------------------------------------------------------------------------------

    def action_try_out(self) -> None:
        """The dry run; its report offers the import. A file that could not be read is looked at again."""
        if self._survey is None:
            self.load(self._look)
        elif self._survey.problems:
            self.query_one(KeyBar).refuse(told_problems(self._survey))
        else:
            self.load(self._try_out, group="work")

    async def _try_out(self) -> None:
        self.app.push_screen(ImportReportScreen(job=self.begin(self._plan, dry=True)))

    def action_choose(self) -> None:
        """What the column under the cursor is read as."""
        mapping = self._survey.mapping if self._survey else None
        at = self.query_one(LineTable).cursor_key
        if mapping is None or not isinstance(at, int):
            return
        column = mapping.columns[at]
        options: list[tuple[Hashable, str]] = [("", NOT_READ)]
        options += [(target.key, target.title) for target in mapping.targets]

        def answered(answer: tuple[Hashable] | None) -> None:
            if answer is not None and answer[0] != column.target:
                self._map(column.column, column.target, str(answer[0]))

        self.app.push_screen(Pick(f"{column.column} is read as", options, column.target), answered)

    def on_line_table_row_chosen(self, event: LineTable.RowChosen) -> None:
        """Enter in the table."""
        self.action_choose()

    def _map(self, column: str, before: str, target: str) -> None:
        choices = {key: name for key, name in self._plan.options.choices.items() if key != target}
        choices |= {target: column} if target else {before: ""}
        self._plan.options = replace(self._plan.options, choices=choices)
        self.load(self._look)

    def action_staff(self) -> None:
        """Whom appointments are with where the file does not say."""

        def answered(answer: tuple[Hashable] | None) -> None:
            if answer is not None:
                self._decide(staff_id=cast("int | None", answer[0]))

        options: list[tuple[Hashable, str]] = [*self._staff.items()]
        if self._usual is None:
            options.insert(0, (None, "-"))
        self._ask("staff", Pick("With, where the file does not say", options, self._usual), answered)

    def action_unknown(self) -> None:
        """What to do with people the book does not know."""

        def answered(answer: tuple[Hashable] | None) -> None:
            if answer is not None:
                self._decide(unknown=cast("Unknown", answer[0]))

        pick = Pick("People who are not in the book", list(UNKNOWN.items()), self._plan.options.unknown)
        self._ask("unknown", pick, answered)

    def action_all_day(self) -> None:
        """Take entries without a time, or leave them out."""
        if "all_day" in KINDS[self._plan.kind].asks:
            self._decide(all_day=not self._plan.options.all_day)

    def _ask(self, what: str, pick: Pick, answered: Callable[[tuple[Hashable] | None], None]) -> None:
        if what in KINDS[self._plan.kind].asks:
            self.app.push_screen(pick, answered)

    def _decide(self, **decided: Any) -> None:
        self._plan.options = replace(self._plan.options, **decided)
        self._tell_decisions()


def _columns(mapping: ColumnMapping) -> list[TableRow]:
    titles = {target.key: target.title for target in mapping.targets}
    return [
        TableRow(at, (one.column, titles.get(one.target, NOT_READ), one.example), "" if one.target else "dim")
        for at, one in enumerate(mapping.columns)
    ]
