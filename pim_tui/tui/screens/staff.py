"""The staff list: who works here, as what, and who has a PIN."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult

from ...domain.moments import day_of, short_day
from ...domain.rights import Right
from ...domain.stafflist import TITLES, StaffFields
from ...errors import PimError, Stale
from ...queries.staff import StaffRow, staff_list, staff_record
from ...services.pins import SetPin, set_pin
from ...services.staff import AddStaff, ChangeStaff, add_staff, change_staff
from ...services.usecase import Done
from ..base import PimScreen
from ..dialogs.pin import NewPin, NewPinDialog
from ..dialogs.staff import StaffForm
from ..dialogs.stale import Kept, StaleDialog, merged
from ..messages import Changed
from ..requests import new_request
from ..stylesheets import sheet
from ..widgets.bars import KeyBar, TitleBar
from ..widgets.linetable import LineTable, TableColumn, TableRow

COLUMNS = (
    TableColumn("Name", 20, rank=10, grow=2),
    TableColumn("Initials", 8, rank=4),
    TableColumn("Speciality", 10, rank=3, grow=1),
    TableColumn("Login", 10, rank=8),
    TableColumn("Role", 9, rank=6),
    TableColumn("Books", 5, rank=5),
    TableColumn("PIN set", 11, "date", rank=9),
    TableColumn("", 4, rank=7),
)


class StaffScreen(PimScreen):
    """Everybody on one list, those who left at its end."""

    scope = "staff"
    CSS_PATH = sheet("refunds")

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[int, StaffRow] = {}

    def compose(self) -> ComposeResult:
        """Title, list, keys."""
        desk = self.pim.desk
        yield TitleBar(f"{desk.settings.clinic_name} · {desk.session.name}")
        yield LineTable(COLUMNS)
        yield KeyBar(self.offered())

    def on_mount(self) -> None:
        """Read and show."""
        self.pim.dress(self)
        self.query_one(TitleBar).show("Staff")
        self.query_one(LineTable).focus()
        self.load(self._read)

    def on_changed(self, event: Changed) -> None:
        """Somebody changed the list."""
        if event.kind in ("", "staff", "staff_pin"):
            (self.reload if event.news else self.load)(self._read)
            self.tell_news(event.news)

    async def _read(self) -> None:
        rows = await self.fetch(staff_list)
        self._rows = {row.id: row for row in rows}
        zone = self.pim.desk.session.zone
        self.query_one(LineTable).show([_row(row, zone) for row in rows], empty="Nobody works here.")

    def _here(self) -> StaffRow | None:
        key = self.query_one(LineTable).cursor_key
        return self._rows.get(key) if isinstance(key, int) else None

    def _may(self) -> bool:
        """Whether the list may be changed here; else the footer says so."""
        if Right.CHANGE_STAFF in self.pim.desk.session.rights:
            return True
        self.query_one(KeyBar).say("You do not have the right to change the staff list.")
        return False

    # --- adding and changing ----------------------------------------------------------------------

    def action_add(self) -> None:
        """Somebody begins to work here."""
        if self._may():
            self._add(StaffFields(""), new_request())

    def _add(self, typed: StaffFields, request: str, refusal: PimError | None = None) -> None:
        def answered(fields: StaffFields | None) -> None:
            if fields is None:
                self.pim.drop_draft(StaffForm.FORM)
                return
            command = AddStaff(fields, request)
            self.pim.submit(
                add_staff, command, self._saved(), lambda error: self._add(fields, request, error)
            )

        self.app.push_screen(StaffForm("Somebody new", typed, refusal), answered)

    def on_line_table_row_chosen(self, event: LineTable.RowChosen) -> None:
        """Enter on a row."""
        self.action_change()

    def action_change(self) -> None:
        """Change the one under the cursor."""
        if (row := self._here()) is not None and self._may():
            self._change(row, row.fields)

    def _change(self, seen: StaffRow, typed: StaffFields, refusal: PimError | None = None) -> None:
        def answered(fields: StaffFields | None) -> None:
            if fields is None:
                self.pim.drop_draft(StaffForm.FORM, str(seen.id))
            else:
                self._save(seen, fields)

        form = StaffForm(f"Change {seen.name}", typed, refusal, record=str(seen.id), version=seen.version)
        self.app.push_screen(form, answered)

    def _save(self, seen: StaffRow, fields: StaffFields) -> None:
        def refused(error: PimError) -> None:
            if isinstance(error, Stale):
                self._compare(seen, fields, error)
            else:
                self._change(seen, fields, error)

        command = ChangeStaff(seen.id, seen.version, seen.fields, fields, new_request())
        self.pim.submit(change_staff, command, self._saved(str(seen.id)), refused)

    def _compare(self, seen: StaffRow, fields: StaffFields, error: Stale) -> None:
        """Both values of what somebody else changed; what is kept is saved over the list as it is now."""

        def kept(choice: Kept | None) -> None:
            if choice is None:
                self._change(seen, fields)
            else:
                self.load(again, choice, group="record")

        async def again(choice: Kept) -> None:
            now = await self.fetch(staff_record, seen.id)
            if now.version == error.version:
                self._save(now, merged(fields, now.fields, choice))
            else:
                self._save(seen, fields)

        self.app.push_screen(StaleDialog(error, TITLES), kept)

    def _saved(self, record: str = "") -> Callable[[Done], None]:
        def saved(done: Done) -> None:
            self.pim.drop_draft(StaffForm.FORM, record)
            self.pim.say(done.says)

        return saved

    # --- PINs -------------------------------------------------------------------------------------

    def action_pin(self) -> None:
        """Set the PIN of the one under the cursor: with the old one, or by right."""
        if (row := self._here()) is not None:
            self._set_pin(row, new_request())

    def _set_pin(self, row: StaffRow, request: str, refusal: PimError | None = None) -> None:
        by_right = Right.CHANGE_STAFF in self.pim.desk.session.rights

        def answered(answer: NewPin | None) -> None:
            if answer is not None:
                command = SetPin(row.id, answer.pin, answer.old, request)
                self.pim.submit(
                    set_pin, command, lambda done: self.pim.say(done.says),
                    lambda error: self._set_pin(row, request, error),
                )  # fmt: skip

        old = row.pin_set_at is not None and not by_right
        self.app.push_screen(NewPinDialog(row.name, old=old, refusal=refusal), answered)

    def action_roles(self) -> None:
        """Roles, and what each may do."""
        self.pim.action_roles()

    def action_back(self) -> None:
        """Back to where one came from."""
        self.app.pop_screen()


def _row(row: StaffRow, zone: str) -> TableRow:
    pin = short_day(day_of(row.pin_set_at, zone)) if row.pin_set_at is not None else ""
    cells = (
        row.name, row.initials, row.speciality, row.login, row.role, "yes" if row.books else "",
        pin, "" if row.active else "left",
    )  # fmt: skip
    return TableRow(row.id, cells, "" if row.active else "dim")
