"""Roles and rights in one table: rights by what they are about as rows, roles as columns."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult

from ...db.drafts import Draft
from ...domain.rights import TITLES, Right
from ...domain.roles import RoleFields, differences, kept, matrix
from ...errors import PimError
from ...queries.roles import RoleRow, roles
from ...services.roles import AddRole, ChangeRole, MoveRole, add_role, change_role, move_role
from ...services.work import Done
from ..base import PimScreen
from ..dialogs.role import RoleForm, fields_of_draft
from ..dialogs.stale import Kept
from ..messages import Changed
from ..requests import new_request
from ..stepping import submit_with_pin
from ..stylesheets import sheet
from ..widgets.bars import KeyBar, TitleBar
from ..widgets.linetable import LineTable, TableColumn, TableRow
from ..widgets.listpane import Remark
from .comparing import ask_which_stays, refused_over

RIGHT = TableColumn("This role may", 36, rank=10, grow=1)
FIELD_TITLES = {"name": "name", **{right.value: title for right, title in TITLES.items()}}
WIDTH, GAP = 6, 2
"""Cells of a role's column, and between two."""


class RolesScreen(PimScreen):
    """Left and Right choose a role, Enter changes it; Up and Down go through the rights."""

    scope = "roles"
    CSS_PATH = sheet("roles")

    def __init__(self, draft: Draft | None = None) -> None:
        """``draft`` is a form to go on with."""
        super().__init__()
        self._roles: tuple[RoleRow, ...] = ()
        self._at = self._first = 0
        self._draft, self._aim = draft, 0

    def compose(self) -> ComposeResult:
        """Title, table, the right under the cursor in full, keys."""
        desk = self.pim.desk
        yield TitleBar(desk.settings.clinic_name, desk.session.name)
        yield LineTable((RIGHT,))
        yield Remark(id="detail")
        yield KeyBar(self.offered())

    def on_mount(self) -> None:
        """The table, and the form that was not saved."""
        self.pim.dress(self)
        self.query_one(LineTable).focus()
        self.load(self._go_on if self._draft else self._read)

    def on_changed(self, event: Changed) -> None:
        """Somebody changed roles, or who has them."""
        if event.kind in ("", "role", "staff"):
            (self.reload if event.news else self.load)(self._read)
            self.tell_news(event.news)

    def on_resize(self) -> None:
        """Other columns fit."""
        self.call_after_refresh(self._draw)

    async def _read(self) -> None:
        self._roles = await self.fetch(roles)
        if self._aim:
            self._at = next((at for at, one in enumerate(self._roles) if one.id == self._aim), self._at)
            self._aim = 0
        self._at = min(self._at, max(0, len(self._roles) - 1))
        self._draw()

    # --- drawing ----------------------------------------------------------------------------------

    def _draw(self) -> None:
        shown = self._window()
        heads = [TableColumn(self._head(one), WIDTH, rank=9) for one in shown]
        rows = [
            TableRow(right or title, (title if right else f"{title}:", *cells), "" if right else "strong")
            for title, right, cells in matrix([RoleFields(one.name, one.rights) for one in shown])
        ]
        self.query_one(LineTable).show(rows, columns=(RIGHT, *heads))
        if (role := self._here()) is not None:
            people = "1 person" if role.people == 1 else f"{role.people} people"
            told = f"{role.name}: {len(role.rights)} of {len(Right)} rights, {people}"
            self.query_one(TitleBar).show(f"Roles · {told} · {self._at + 1} of {len(self._roles)}")
        self._tell()

    def _window(self) -> tuple[RoleRow, ...]:
        """The roles whose columns fit, the chosen one among them."""
        width = self.query_one(LineTable).size.width
        room = max(1, (width - RIGHT.width - 1) // (WIDTH + GAP))
        self._first = max(min(self._first, self._at), self._at - room + 1, 0)
        return self._roles[self._first : self._first + room]

    def _head(self, role: RoleRow) -> str:
        return f">{role.name}" if role is self._here() else role.name

    def on_line_table_row_highlighted(self, event: LineTable.RowHighlighted) -> None:
        """Another right."""
        self._tell()

    def _tell(self) -> None:
        """The right under the cursor, with the names of all roles that have it."""
        right = self.query_one(LineTable).cursor_key
        told = ""
        if isinstance(right, Right):
            may = ", ".join(role.name for role in self._roles if right in role.rights) or "nobody"
            told = f"{right.value}: {TITLES[right]} · {may}"
        self.query_one("#detail", Remark).show(told)

    def _here(self) -> RoleRow | None:
        return self._roles[self._at] if self._roles else None

    # --- choosing and ordering --------------------------------------------------------------------

    def action_left(self) -> None:
        """The role before."""
        self._go(-1)

    def action_right(self) -> None:
        """The next role."""
        self._go(1)

    def _go(self, step: int) -> None:
        self._at = max(0, min(self._at + step, len(self._roles) - 1))
        self._draw()

    def action_before(self) -> None:
        """Put the role before the one before it."""
        self._move(-1)

    def action_after(self) -> None:
        """Put the role behind the next one."""
        self._move(1)

    def _move(self, by: int) -> None:
        if (role := self._here()) is not None:
            self._aim = role.id
            self.pim.submit(move_role, MoveRole(role.id, by, new_request()), self.pim.said)

    # --- adding and changing ----------------------------------------------------------------------

    def action_add(self) -> None:
        """A role that may nothing yet."""
        self._add(RoleFields())

    def action_copy(self) -> None:
        """A new role that may what the chosen one may."""
        if (role := self._here()) is not None:
            self._add(RoleFields("", role.rights))

    def _add(self, typed: RoleFields, refusal: PimError | None = None) -> None:
        def answered(fields: RoleFields | None) -> None:
            if fields is None:
                self.pim.drop_draft(RoleForm.FORM)
                return
            submit_with_pin(
                self.pim,
                add_role,
                AddRole(fields, new_request()),
                self._saved(),
                lambda error: self._add(fields, error),
                lambda: self._add(fields),
            )

        self.app.push_screen(RoleForm("A new role", typed, refusal), answered)

    def on_line_table_row_chosen(self, event: LineTable.RowChosen) -> None:
        """Enter on a row changes the chosen role."""
        if not self.lacks("change", self.scope):
            self.action_change()

    def action_change(self) -> None:
        """Change the chosen role."""
        if (role := self._here()) is not None:
            self._change(role, RoleFields(role.name, role.rights))

    def _change(self, seen: RoleRow, typed: RoleFields, refusal: PimError | None = None) -> None:
        def answered(fields: RoleFields | None) -> None:
            if fields is None:
                self.pim.drop_draft(RoleForm.FORM, str(seen.id))
            else:
                self._save(seen, fields)

        here = self.query_one(LineTable).cursor_key
        form = RoleForm(
            f"The role {seen.name}",
            typed,
            refusal,
            record=str(seen.id),
            version=seen.version,
            at=here if isinstance(here, Right) else None,
        )
        self.app.push_screen(form, answered)

    def _save(self, seen: RoleRow, fields: RoleFields) -> None:
        async def read() -> RoleRow:
            return next((one for one in await self.fetch(roles) if one.id == seen.id), seen)

        def save(now: RoleRow, choice: Kept) -> None:
            self._save(now, kept(fields, RoleFields(now.name, now.rights), choice.theirs))

        was = RoleFields(seen.name, seen.rights)
        command = ChangeRole(seen.id, seen.version, was, fields, new_request())
        submit_with_pin(
            self.pim,
            change_role,
            command,
            self._saved(str(seen.id)),
            refused_over(
                self,
                FIELD_TITLES,
                read,
                save=save,
                anew=lambda: self._save(seen, fields),
                back=lambda error: self._change(seen, fields, error),
            ),
            lambda: self._change(seen, fields),
        )

    def _saved(self, record: str = "") -> Callable[[Done], None]:
        def saved(done: Done) -> None:
            self.pim.drop_draft(RoleForm.FORM, record)
            self._aim = done.ids[0]
            self.load(self._read)
            self.pim.say(done.says)

        return saved

    # --- drafts -----------------------------------------------------------------------------------

    async def _go_on(self) -> None:
        """Open the form that a draft was typed in, as it was."""
        draft = self._draft
        await self._read()
        if draft is None:
            return
        typed = fields_of_draft(draft.fields)
        now = next((one for one in self._roles if str(one.id) == draft.record), None)
        if now is None:
            self._add(typed)
        elif now.version == draft.version:
            self._change(now, typed)
        else:
            stored = RoleFields(now.name, now.rights)
            ask_which_stays(
                self,
                f"The role {now.name}",
                now.version,
                differences(typed, stored, typed),
                FIELD_TITLES,
                lambda choice: self._change(now, kept(typed, stored, choice.theirs)),
            )
