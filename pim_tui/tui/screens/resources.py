"""Rooms, equipment and appointment types: three short lists, one at a time."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import get_args

from textual.app import ComposeResult

from ...db.drafts import Draft
from ...domain.resourcefields import MODES, TITLES, Fields, Kind, ThingFields
from ...domain.rights import Right
from ...errors import PimError
from ...queries.equipment import equipment
from ...queries.resources import ResourceRow, resource, resource_list
from ...services.resources import AddResource, ChangeResource, add_resource, change_resource
from ...services.work import Done
from ..base import PimScreen
from ..dialogs.fields import Answer, DraftName, FieldForm, fields_of_draft
from ..dialogs.resources import empty, fields_of, resource_form, values_of
from ..dialogs.stale import merged
from ..messages import Changed
from ..requests import new_request
from ..stylesheets import sheet
from ..widgets.bars import KeyBar, TitleBar
from ..widgets.linetable import LineTable, TableColumn, TableRow
from .comparing import refused_over, take_up
from .formkeys import ask

KINDS: tuple[Kind, ...] = get_args(Kind)
LISTS = {"room": "Rooms", "equipment": "Equipment", "appointment_type": "Appointment types"}
_THING = (
    TableColumn("Name", 24, rank=10, grow=1),
    TableColumn("Initials", 8, rank=8),
    TableColumn("Places", 8, "number", rank=9),
    TableColumn("", 10, rank=7),
)
COLUMNS = {
    "room": _THING,
    "equipment": _THING,
    "appointment_type": (
        TableColumn("Name", 18, rank=10, grow=2),
        TableColumn("Alias", 6, rank=6),
        TableColumn("Min", 4, "number", rank=9),
        TableColumn("Free before", 11, "number", rank=4),
        TableColumn("after", 5, "number", rank=5),
        TableColumn("Colour", 7, rank=2),
        TableColumn("Mode", 9, rank=3),
        TableColumn("Equipment", 12, rank=7, grow=1),
        TableColumn("", 10, rank=8),
    ),
}


class ResourcesScreen(PimScreen, inherit_bindings=False):
    """Tab goes from list to list; Enter changes what is under the cursor."""

    scope = "resources"
    CSS_PATH = sheet("refunds")

    def __init__(self, draft: Draft | None = None) -> None:
        """``draft`` is a form to go on with."""
        super().__init__()
        self._kind: Kind = "room"
        self._rows: dict[Hashable, ResourceRow] = {}
        self._things: dict[int, str] = {}
        self._draft = draft
        self._aim: Hashable = None

    def compose(self) -> ComposeResult:
        """Title, list, keys."""
        desk = self.pim.desk
        yield TitleBar(desk.settings.clinic_name, desk.session.name)
        yield LineTable(COLUMNS["room"])
        yield KeyBar(self.offered())

    def on_mount(self) -> None:
        """The rooms first, or the form that was not saved."""
        self.pim.dress(self)
        self.query_one(LineTable).focus()
        self.load(self._go_on if self._draft else self._read)

    def on_changed(self, event: Changed) -> None:
        """Somebody changed one of the lists."""
        if event.kind in ("", *KINDS):
            (self.reload if event.news else self.load)(self._read)
            self.tell_news(event.news)

    async def _read(self) -> None:
        rows = await self.fetch(resource_list, self._kind)
        self._rows = {(row.kind, row.id): row for row in rows}
        self._things = {one.id: one.name for one in await self.fetch(equipment)}
        names = " · ".join(f"[{LISTS[kind]}]" if kind == self._kind else LISTS[kind] for kind in KINDS)
        self.query_one(TitleBar).show(names)
        table = self.query_one(LineTable)
        table.show([_row(row) for row in rows], columns=COLUMNS[self._kind], empty="None yet: a adds one.")
        if self._aim is not None:
            table.go_to(self._aim)
            self._aim = None

    def action_section(self) -> None:
        """The next list."""
        self._turn(1)

    def action_section_before(self) -> None:
        """The list before."""
        self._turn(-1)

    def _turn(self, step: int) -> None:
        self._kind = KINDS[(KINDS.index(self._kind) + step) % len(KINDS)]
        self.load(self._read)

    # --- adding and changing ----------------------------------------------------------------------

    def _may(self) -> bool:
        """Whether the lists may be changed here; else the footer says so."""
        return self.allowed(Right.CHANGE_RESOURCES)

    def action_add(self) -> None:
        """Add one to this list."""
        if self._may():
            self._add(self._kind, empty(self._kind), new_request())

    def _add(self, kind: Kind, typed: Fields, request: str, refusal: PimError | None = None) -> None:
        def add(answer: Answer) -> None:
            fields = fields_of(kind, answer)
            self.pim.submit(
                add_resource,
                AddResource(kind, fields, request),
                self._saved(kind),
                lambda error: self._add(kind, fields, request, error),
            )

        form = FieldForm(resource_form(kind, "", self._things), values_of(typed), refusal, DraftName(kind))
        ask(self, form, add)

    def on_line_table_row_chosen(self, event: LineTable.RowChosen) -> None:
        """Enter on a row."""
        self.action_change()

    def action_change(self) -> None:
        """Change the one under the cursor, or take it out of use."""
        row = self._rows.get(self.query_one(LineTable).cursor_key)
        if row is not None and self._may():
            self._change(row, row.fields)

    def _change(self, seen: ResourceRow, typed: Fields, refusal: PimError | None = None) -> None:
        spec = resource_form(seen.kind, seen.name, self._things)
        draft = DraftName(seen.kind, str(seen.id), seen.version)
        form = FieldForm(spec, values_of(typed), refusal, draft)
        ask(self, form, lambda answer: self._save(seen, fields_of(seen.kind, answer)))

    def _save(self, seen: ResourceRow, fields: Fields) -> None:
        refused = refused_over(
            self,
            TITLES,
            lambda: self.fetch(resource, seen.kind, seen.id),
            save=lambda now, choice: self._save(now, merged(fields, now.fields, choice)),
            anew=lambda: self._save(seen, fields),
            back=lambda error: self._change(seen, fields, error),
        )
        command = ChangeResource(seen.kind, seen.id, seen.version, seen.fields, fields, new_request())
        self.pim.submit(change_resource, command, self._saved(seen.kind, str(seen.id)), refused)

    def _saved(self, kind: Kind, record: str = "") -> Callable[[Done], None]:
        def saved(done: Done) -> None:
            self.pim.drop_draft(kind, record)
            self._aim = (kind, done.ids[0])
            self.load(self._read)
            self.pim.say(done.says)

        return saved

    # --- drafts -----------------------------------------------------------------------------------

    async def _go_on(self) -> None:
        """Open the form that a draft was typed in, as it was."""
        draft = self._draft
        self._kind = kind = next((one for one in KINDS if draft and one == draft.form), self._kind)
        await self._read()
        if draft is None:
            return
        if draft.record:
            self._change_again(await self.fetch(resource, kind, int(draft.record)), draft)
        else:
            self._add(kind, fields_of_draft(draft.fields, empty(kind)), new_request())

    def _change_again(self, now: ResourceRow, draft: Draft) -> None:
        typed = fields_of_draft(draft.fields, now.fields)
        versions = draft.version, now.version
        take_up(self, now.name, versions, now.fields, typed, TITLES, lambda kept: self._change(now, kept))


def _row(row: ResourceRow) -> TableRow:
    key, fields, use = (row.kind, row.id), row.fields, "" if row.fields.active else "not in use"
    if isinstance(fields, ThingFields):
        return TableRow(key, (fields.name, fields.initials, fields.capacity, use))
    mode = dict(MODES).get(fields.mode, fields.mode)
    told = use or ("usual" if fields.usual else "")
    return TableRow(key, (
        fields.name, fields.alias, fields.minutes, fields.before, fields.after, fields.colour, mode,
        fields.equipment, told,
    ))  # fmt: skip
