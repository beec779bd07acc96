"""The staff list: who works here, as what, who has a PIN, and who is at work."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

from textual.app import ComposeResult

from ...db.drafts import Draft
from ...domain.moments import clock, day_of, short_day
from ...domain.rights import Right
from ...domain.stafflist import TITLES, StaffFields
from ...errors import PimError
from ...queries.desk_sessions import OpenSession, open_sessions
from ...queries.roles import role_names
from ...queries.staff import StaffRow, staff_list, staff_record
from ...services.desk_sessions import EndSession, end_session
from ...services.pins import SetPin, set_pin
from ...services.staff import AddStaff, ChangeStaff, add_staff, change_staff
from ...services.work import Done
from ..base import PimScreen
from ..dialogs.fields import fields_of_draft
from ..dialogs.pick import Pick
from ..dialogs.pin import NewPin, NewPinDialog
from ..dialogs.prompt import Prompt
from ..dialogs.staff import StaffForm
from ..dialogs.stale import merged
from ..messages import Changed
from ..requests import new_request
from ..stylesheets import sheet
from ..widgets.bars import KeyBar, TitleBar
from ..widgets.linetable import LineTable, TableColumn, TableRow
from .comparing import refused_over, take_up

COLUMNS = (
    TableColumn("Name", 20, rank=10, grow=2),
    TableColumn("Initials", 8, rank=3),
    TableColumn("Speciality", 10, rank=2, grow=1),
    TableColumn("Login", 9, rank=6),
    TableColumn("Role", 13, rank=7),
    TableColumn("Books", 5, rank=4),
    TableColumn("At work", 8, rank=5),
    TableColumn("PIN", 11, "date", rank=9),
    TableColumn("", 4, rank=8),
)
GIVEN = "given"
"""Instead of the day: a PIN that somebody else has set, and that its owner has not replaced yet."""


class StaffScreen(PimScreen):
    """Everybody on one list, those who left at its end."""

    scope = "staff"
    CSS_PATH = sheet("refunds")

    def __init__(self, draft: Draft | None = None) -> None:
        """``draft`` is a form to go on with."""
        super().__init__()
        self._rows: dict[int, StaffRow] = {}
        self._roles: tuple[str, ...] = ()
        self._draft, self._aim = draft, 0

    def compose(self) -> ComposeResult:
        """Title, list, keys."""
        desk = self.pim.desk
        yield TitleBar(desk.settings.clinic_name, desk.session.name)
        yield LineTable(COLUMNS)
        yield KeyBar(self.offered())

    def on_mount(self) -> None:
        """The list, and the form that was not saved."""
        self.pim.dress(self)
        self.query_one(TitleBar).show("Staff")
        self.query_one(LineTable).focus()
        self.load(self._go_on if self._draft else self._read)

    def on_changed(self, event: Changed) -> None:
        """Somebody changed the list."""
        if event.kind in ("", "staff", "staff_pin", "desk_session", "role"):
            (self.reload if event.news else self.load)(self._read)
            self.tell_news(event.news)

    async def _read(self) -> None:
        rows, open_ = await self.fetch(staff_list), await self.fetch(open_sessions)
        self._rows = {row.id: row for row in rows}
        self._roles = await self.fetch(role_names)
        zone = self.pim.desk.session.zone
        shown = [_row(row, [one for one in open_ if one.staff_id == row.id], zone) for row in rows]
        table = self.query_one(LineTable)
        table.show(shown, empty="Nobody works here.")
        if self._aim in self._rows:
            table.go_to(self._aim)
            self._aim = 0

    def _here(self) -> StaffRow | None:
        key = self.query_one(LineTable).cursor_key
        return self._rows.get(key) if isinstance(key, int) else None

    def _may(self) -> bool:
        """Whether the list may be changed here; else the footer says so."""
        return self.allowed(Right.CHANGE_STAFF)

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

        self.app.push_screen(StaffForm("Somebody new", self._roles, typed, refusal), answered)

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

        form = StaffForm(
            f"Change {seen.name}", self._roles, typed, refusal, record=str(seen.id), version=seen.version
        )
        self.app.push_screen(form, answered)

    def _save(self, seen: StaffRow, fields: StaffFields) -> None:
        refused = refused_over(
            self,
            TITLES,
            lambda: self.fetch(staff_record, seen.id),
            save=lambda now, choice: self._save(now, merged(fields, now.fields, choice)),
            anew=lambda: self._save(seen, fields),
            back=lambda error: self._change(seen, fields, error),
        )
        command = ChangeStaff(seen.id, seen.version, seen.fields, fields, new_request())
        self.pim.submit(change_staff, command, self._saved(str(seen.id)), refused)

    def _saved(self, record: str = "") -> Callable[[Done], None]:
        def saved(done: Done) -> None:
            self.pim.drop_draft(StaffForm.FORM, record)
            self._aim = done.ids[0]
            self.load(self._read)
            self.pim.say(
                done.says if record else f"{done.says} {self._pin_key} gives them a PIN to come in with."
            )

        return saved

    @property
    def _pin_key(self) -> str:
        return next(key.shown for key in self.pim.keys.of(self.scope) if key.action == "pin")

    # --- PINs -------------------------------------------------------------------------------------

    def action_pin(self) -> None:
        """Set the PIN of the one under the cursor: one's own with the old one, somebody else's by right."""
        if (row := self._here()) is not None and (self._is_own(row) or self._may()):
            self._set_pin(row, new_request())

    def action_own_pin(self) -> None:
        """Change one's own PIN."""
        if (row := self._rows.get(self.pim.desk.session.staff_id)) is not None:
            self._set_pin(row, new_request())

    def _is_own(self, row: StaffRow) -> bool:
        return row.id == self.pim.desk.session.staff_id

    def _set_pin(self, row: StaffRow, request: str, refusal: PimError | None = None) -> None:
        def answered(answer: NewPin | None) -> None:
            if answer is not None:
                command = SetPin(row.id, answer.pin, answer.old, request)
                self.pim.submit(
                    set_pin,
                    command,
                    self.pim.said,
                    lambda error: self._set_pin(row, request, error),
                )

        old = self._is_own(row) and row.pin_set_at is not None
        called = (row.name, row.login)
        self.app.push_screen(NewPinDialog(row.name, old=old, called=called, refusal=refusal), answered)

    # --- who is at work ---------------------------------------------------------------------------

    def action_sessions(self) -> None:
        """Who is at work; Enter on one ends it, for a reason."""
        self.load(self._show_sessions, group="record")

    async def _show_sessions(self) -> None:
        found = {one.id: one for one in await self.fetch(open_sessions)}
        if not found:
            self.pim.say("Nobody has signed in.")
            return
        zone = self.pim.desk.session.zone

        def chosen(answer: tuple[Hashable] | None) -> None:
            if answer is not None and isinstance(answer[0], int):
                self._end(found[answer[0]])

        options = [(id_, _told(one, zone)) for id_, one in found.items()]
        told = "Enter ends a session; what is typed in it is kept as a draft."
        self.app.push_screen(Pick("At work", options, told=told), chosen)

    def _end(self, seen: OpenSession) -> None:
        if not self.allowed(Right.END_SESSION):
            return

        def answered(reason: str | None) -> None:
            if reason is not None:
                self.pim.submit(
                    end_session,
                    EndSession(seen.id, reason, new_request()),
                    self.pim.said,
                )

        title, hint = f"End the session of {seen.name}", "Type why; Enter ends it."
        self.app.push_screen(Prompt(title, lambda text: hint, hint=hint), answered)

    # --- drafts -----------------------------------------------------------------------------------

    async def _go_on(self) -> None:
        """Open the form that a draft was typed in, as it was."""
        draft = self._draft
        await self._read()
        if draft is None:
            return
        if not draft.record:
            self._add(fields_of_draft(draft.fields, StaffFields("")), new_request())
            return
        now = await self.fetch(staff_record, int(draft.record))
        typed = fields_of_draft(draft.fields, now.fields)
        versions = draft.version, now.version
        take_up(self, now.name, versions, now.fields, typed, TITLES, lambda kept: self._change(now, kept))

    # --- going on ---------------------------------------------------------------------------------

    def action_roles(self) -> None:
        """Roles, and what each may do."""
        self.pim.action_roles()


def _row(row: StaffRow, at_work: Sequence[OpenSession], zone: str) -> TableRow:
    cells = (
        row.name,
        row.initials,
        row.speciality,
        row.login,
        row.role,
        "yes" if row.books else "",
        _since(at_work, zone),
        _pin(row, zone),
        "" if row.active else "left",
    )
    return TableRow(row.id, cells, "" if row.active else "dim")


def _pin(row: StaffRow, zone: str) -> str:
    if row.pin_set_at is None:
        return ""
    return GIVEN if row.pin_given else short_day(day_of(row.pin_set_at, zone))


def _since(at_work: Sequence[OpenSession], zone: str) -> str:
    """When the first session began, and how many there are besides it."""
    if not at_work:
        return ""
    more = f" +{len(at_work) - 1}" if len(at_work) > 1 else ""
    return f"{clock(at_work[0].began_at, zone)}{more}"


def _told(one: OpenSession, zone: str) -> str:
    since = f"since {short_day(day_of(one.began_at, zone))} {clock(one.began_at, zone)}"
    asked = f" · {one.asked_by} wants it ended" if one.asked_by else ""
    return f"{one.name} · {since} · {one.origin}{asked}"
