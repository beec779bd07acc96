"""The booking form: everything about one appointment, in fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from ...domain import dates
from ...domain.dates import read_minutes, read_time
from ...domain.links import meeting
from ...domain.moments import clock, day_label, day_of, moment_label
from ...domain.visit import NO_ANSWERS, YES_QUESTIONS, Answers, Details, day_over
from ...errors import Fault, Invalid, NeedsAnswer, PimError, Refused
from ...queries.catalogue import Catalogue, catalogue
from ...queries.holds import Held, every_hold
from ...queries.links import join_link
from ...queries.notkept import not_kept
from ...queries.proposals import resolved
from ..base import RecordDialog
from ..textsafe import show
from ..widgets.choice import Choice
from ..widgets.linetable import LineTable, TableColumn, TableRow
from ..widgets.linkline import LinkLine
from .find import FindDialog, Person

MODES = (("in_person", "in person"), ("virtual", "virtual"), ("phone", "phone"))
OFFER_COLUMNS = (TableColumn("", 40, rank=1, grow=1),)


_TYPED = ("customer", "day", "time", "minutes", "equipment", "reason", "note", "overbook")
_CHOSEN = ("customer_id", "type_id", "staff_id", "room_id", "rebooked_from")


@dataclass(frozen=True, slots=True)
class FormText:
    """The form as typed: what is drawn, kept as a draft, and given back after a refusal.

    ``wished`` is the ISO day that was asked for before the openings were looked at; it is not drawn.
    """

    customer_id: int | None = None
    customer: str = ""
    day: str = ""
    time: str = ""
    minutes: str = ""
    type_id: int | None = None
    staff_id: int | None = None
    room_id: int | None = None
    mode: str = "in_person"
    reason: str = ""
    note: str = ""
    overbook: str = ""
    rebooked_from: int | None = None
    equipment: str = ""
    wished: str = ""

    @classmethod
    def of_draft(cls, fields: Mapping[str, str]) -> FormText:
        """The form as a draft kept it; the names are those of the fields."""
        kept: dict[str, Any] = {name: fields.get(name, "") for name in _TYPED}
        kept |= {name: int(fields[name]) for name in _CHOSEN if fields.get(name, "").isdigit()}
        mode, wished = fields.get("mode") or "in_person", fields.get("wished", "")
        return cls(**kept, mode=mode, wished=wished)

    @classmethod
    def of(cls, details: Details, customer: str, zone: str, equipment: str = "") -> FormText:
        """The form that shows existing details; ``equipment`` are the names of what they take."""
        day = day_label(day_of(details.starts_at, zone))
        return cls(
            details.customer_id, customer, day, clock(details.starts_at, zone), str(details.minutes),
            details.type_id, details.staff_id, details.room_id, details.mode, details.reason, details.note,
            equipment=equipment,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class FormAnswer:
    """What the form returns: the details, the answers to questions, and its text should it be refused."""

    details: Details
    answers: Answers
    text: FormText


class AppointmentForm(RecordDialog[FormAnswer]):
    """Tab goes from field to field, Ctrl+S saves from anywhere, Enter goes on and saves at the end."""

    BINDINGS: ClassVar[list[BindingType]] = [("ctrl+n", "openings", "Next opening")]
    FORM = "appointment"

    def __init__(
        self,
        title: str,
        text: FormText,
        refusal: PimError | None = None,
        *,
        record: str = "",
        version: int = 0,
        before: FormAnswer | None = None,
    ) -> None:
        """``before`` is what was refused: what was answered then holds for the same customer and time."""
        super().__init__()
        self._title, self._text, self._refusal, self._before = title, text, refusal, before
        self._record, self._version = record, version
        self._customer_id, self._customer = text.customer_id, text.customer
        self._starts_at: int | None = None
        self._wished = text.wished
        self._yes = NO_ANSWERS
        self._holds: tuple[Held, ...] = ()
        self._not_kept = ""

    def compose(self) -> ComposeResult:
        """One line per field, so that everything is in sight at 80x24."""
        text = self._text
        with Vertical(classes="panel"):
            yield self.headed(self._title, "Ctrl+S saves, Ctrl+N openings, Esc leaves")
            yield from _row("Customer", Input(text.customer, compact=True, id="customer", max_length=200))
            yield from _row("Day", Input(text.day, compact=True, id="day", max_length=40))
            yield from _row("Time", Input(text.time, compact=True, id="time", max_length=20))
            yield from _row("Minutes", Input(text.minutes, compact=True, id="minutes", max_length=10))
            for label, name in (("Type", "type"), ("Staff", "staff"), ("Room", "room")):
                yield from _row(label, Choice((), id=name))
            yield from _row("Equipment", Input(text.equipment, compact=True, id="equipment", max_length=400))
            yield from _row("Mode", Choice(MODES, text.mode, id="mode"))
            yield from _row("Link", LinkLine(opens=self.pim.opens_links))
            yield from _row("Reason", Input(text.reason, compact=True, id="reason", max_length=200))
            yield from _row("Notes", Input(text.note, compact=True, id="note", max_length=4000))
            yield from _row("Overbook", Input(text.overbook, compact=True, id="overbook", max_length=200))
            yield Static("", classes="reading")
            yield Static("", classes="warning")
            yield LineTable(OFFER_COLUMNS)

    async def on_mount(self) -> None:
        """Fill the choices."""
        self.pim.dress(self)
        table, warning = self.query_one(LineTable), self.query_one(".warning", Static)
        table.display = warning.display = False
        names = await self.fetch(catalogue)
        await self._show_link()
        self._holds = await self.fetch(every_hold, self.pim.now)
        await self._fill(names)
        await self._know()
        if self._refusal is not None:
            self._refused(self._refusal)
        else:
            self.query_one("#day" if self._customer_id else "#customer", Input).focus()

    async def _show_link(self) -> None:
        """How its video visit is joined, where it is one that has a link."""
        base = self.pim.desk.settings.video_base
        link = await self.fetch(join_link, int(self._record), base) if self._record else ""
        line = self.query_one(LinkLine)
        line.show(link, meeting(link))
        if line.parent is not None:
            line.parent.display = bool(link)

    async def _fill(self, names: Catalogue) -> None:
        text = self._text
        default = names.default_type
        for name, options, value in (
            (
                "type",
                [(None, "-"), *((one.id, one.name) for one in names.types)],
                text.type_id or (default.id if default and not text.minutes else None),
            ),
            ("staff", [(one.id, one.name) for one in names.staff], text.staff_id),
            ("room", [(None, "-"), *((one.id, one.name) for one in names.rooms)], text.room_id),
        ):
            self.query_one(f"#{name}", Choice).offer(options, value)
        self._lengths = {one.id: one.minutes for one in names.types}
        self._modes = {one.id: one.mode for one in names.types}
        self._names = names
        row = self.query_one("#equipment").parent
        if row is not None:
            row.display = bool(names.equipment or text.equipment)
        if not text.minutes:
            self._take_type()

    # --- while typing -----------------------------------------------------------------------------

    def on_input_changed(self, event: Input.Changed) -> None:
        """Keep a draft and say what the day and time mean."""
        if event.input.id == "customer" and event.value != self._customer:
            self._customer_id = None
        if event.input.id in ("day", "time"):
            self._starts_at = None
        self._keep()
        self._read()

    def on_choice_changed(self, event: Choice.Changed) -> None:
        """Another type brings its length, mode and equipment."""
        if event.choice.id == "type":
            self._take_type()
        self._keep()

    def _take_type(self) -> None:
        chosen = self.query_one("#type", Choice).value
        if isinstance(chosen, int):
            self.query_one("#minutes", Input).value = str(self._lengths[chosen])
            self.query_one("#mode", Choice).value = self._modes[chosen]
            takes = self._names.takes.get(chosen, ())
            self.query_one("#equipment", Input).value = self._names.equipment_called(takes)

    def _keep(self) -> None:
        fields = {name: self._value(name) for name in _TYPED}
        for name in ("type", "staff", "room"):
            fields[f"{name}_id"] = str(self.query_one(f"#{name}", Choice).value or "")
        fields["mode"] = str(self.query_one("#mode", Choice).value)
        fields["customer_id"] = str(self._customer_id or "")
        fields["rebooked_from"] = str(self._text.rebooked_from or "")
        fields["wished"] = self._wished
        self.pim.keep_draft(self.FORM, fields, self._record, self._version)

    def _read(self) -> None:
        faults: list[Fault] = []
        wall_time = self._wall(faults)
        told = (
            f"{day_label(wall_time.date())} {wall_time:%H:%M}{self._over(wall_time)}{self._held(wall_time)}"
            if wall_time
            else "; ".join(f.message for f in faults)
        )
        missed = self._not_kept if self._customer_id is not None else ""
        self.query_one(".reading", Static).update(show(" · ".join(filter(None, (told, missed)))))

    def _over(self, wall_time: datetime) -> str:
        """That the day is over, where another was typed than the form began with."""
        told = day_over(wall_time.date(), self.pim.today)
        return f" · {told}" if told and self._value("day") != self._text.day else ""

    async def _know(self) -> None:
        """What the customer did not keep in the last year."""
        if (customer_id := self._customer_id) is not None:
            self._not_kept = (await self.fetch(not_kept, customer_id, self.pim.now)).says
        self._read()

    def _held(self, wall_time: datetime) -> str:
        """Who holds that time of the staff member chosen, if anybody does."""
        session, staff = self.pim.desk.session, self.query_one("#staff", Choice).value
        starts, _, _ = resolved(wall_time, session.zone)
        for one in self._holds:
            if starts is not None and one.staff_id == staff and one.starts_at <= starts < one.ends_at:
                until = clock(one.expires_at, session.zone)
                mine = one.session == session.key
                return f" · held for you until {until}" if mine else f" · {one.says(session.zone)}"
        return ""

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes to the next field; in the customer's it finds the person first."""
        if event.input.id == "customer" and self._customer_id is None:
            self._find(event.value)
        elif event.input.id in ("reason", "note", "overbook"):
            self.action_save()
        else:
            self.focus_next()

    def on_choice_taken(self, event: Choice.Taken) -> None:
        """Enter in a choice goes on."""
        self.focus_next()

    def _find(self, words: str) -> None:
        def found(person: Person | None) -> None:
            if person is not None:
                self._customer_id, self._customer = person.id, person.name
                self.query_one("#customer", Input).value = self._customer
                self.load(self._know, group="customer")
                self.query_one("#day", Input).focus()

        self.app.push_screen(FindDialog(words), found)

    def action_openings(self) -> None:
        """Look for the next opening of what the fields say, and take its day, time and staff member."""
        from .openings import Known, OpeningsDialog, Taken

        day = dates.read_day(self._value("day"), self.pim.today, self.pim.order)
        known = Known(
            self._customer if self._customer_id else "",
            self._customer_id,
            self._chosen("staff"),
            self._chosen("room"),
            self._chosen("type"),
            read_minutes(self._value("minutes")),
            day,
        )

        def taken(answer: Taken | None) -> None:
            if answer is not None:
                self._wished = answer.wished.isoformat()
                self.query_one("#staff", Choice).value = answer.opening.staff_id
                self.query_one("#minutes", Input).value = str(answer.wanted.minutes)
                self._take_start(answer.opening.starts_at)

        self.app.push_screen(OpeningsDialog(known), taken)

    def _take_start(self, start: int) -> None:
        """The instant that was chosen from a list: its day and time are shown, and it is what counts."""
        zone = self.pim.desk.session.zone
        with self.prevent(Input.Changed):
            self.query_one("#day", Input).value = day_label(day_of(start, zone))
            self.query_one("#time", Input).value = clock(start, zone)
        self._starts_at = start
        self._keep()
        self._read()

    # --- answering --------------------------------------------------------------------------------

    def action_save(self) -> None:
        """Return the details, or show every fault at once."""
        try:
            self.dismiss(self._answer())
        except PimError as error:
            self._refused(error)

    def _answer(self) -> FormAnswer:
        faults: list[Fault] = []
        if self._customer_id is None:
            faults.append(Fault("customer", "find the customer: type part of the name and press Enter"))
        wall_time, minutes = self._wall(faults), self._minutes(faults)
        equipment = self._names.equipment_named(self._value("equipment"), faults)
        if faults or wall_time is None or minutes is None or self._customer_id is None:
            raise Invalid(faults)
        starts = self._starts_at if self._starts_at is not None else self._resolved(wall_time)
        staff = self.query_one("#staff", Choice).value
        details = Details(
            self._customer_id, int(str(staff)), starts, minutes, self._chosen("type"), self._chosen("room"),
            str(self.query_one("#mode", Choice).value), self._value("reason"), self._value("note"), equipment,
        )  # fmt: skip
        return FormAnswer(details, self._answers(details), self._as_text())

    def _answers(self, details: Details) -> Answers:
        """What was said about this customer at this time; overbooking is said in its field."""
        asked, said = self._before, NO_ANSWERS
        if asked is not None and _alike(asked.details, details):
            said = self._yes.besides(asked.answers)
        return replace(said, overbook=self._value("overbook"))

    def _resolved(self, wall_time: datetime) -> int:
        starts, offers, problem = resolved(wall_time, self.pim.desk.session.zone)
        if starts is None:
            raise Refused(problem, rule="T3", offers=[start for start, _ in offers])
        return starts

    def _wall(self, faults: list[Fault]) -> datetime | None:
        order = self.pim.order
        day = dates.read_day(self._value("day"), self.pim.today, order)
        times = read_time(self._value("time"))
        settings = self.pim.desk.settings
        inside = [
            one for one in times if settings.opens_at <= one.hour * 60 + one.minute < settings.closes_at
        ]
        if day is None:
            faults.append(Fault("day", dates.explain(self._value("day"))))
        if not times:
            faults.append(Fault("time", dates.explain(self._value("time"), "time")))
        return datetime.combine(day, (inside or list(times))[0]) if day and times else None

    def _minutes(self, faults: list[Fault]) -> int | None:
        minutes = read_minutes(self._value("minutes"))
        if minutes is None:
            faults.append(Fault("minutes", dates.explain(self._value("minutes"), "minutes")))
        return minutes

    def _refused(self, error: PimError) -> None:
        """Say what is wrong, put the cursor there, and list what would work."""
        faults = error.faults if isinstance(error, Invalid) else ()
        text = "\n".join(f"{fault.field.capitalize()}: {fault.message}" for fault in faults) or str(error)
        warning = self.query_one(".warning", Static)
        warning.display = True
        warning.update(show(text))
        self._offer(error)
        if faults and (field := self.query(f"#{faults[0].field}")):
            field.first().focus()

    def _offer(self, error: PimError) -> None:
        zone = self.pim.desk.session.zone
        rows = []
        if isinstance(error, NeedsAnswer) and error.question in YES_QUESTIONS:
            rows.append(TableRow(("yes", error.question), ("Do it all the same",)))
        elif isinstance(error, Refused):
            rows = [
                TableRow(("start", start), (f"Take {moment_label(start, zone)}",)) for start in error.offers
            ]
        table = self.query_one(LineTable)
        table.display = bool(rows)
        table.show(rows)
        if rows:
            table.focus()

    def on_line_table_row_chosen(self, event: LineTable.RowChosen) -> None:
        """Take an offered time, or say yes."""
        kind, value = cast("tuple[str, Any]", event.key)
        if kind == "yes":
            self._yes = Answers.yes(value)
        else:
            self._take_start(value)
        self.action_save()

    # --- fields -----------------------------------------------------------------------------------

    def _value(self, name: str) -> str:
        return self.query_one(f"#{name}", Input).value.strip()

    def _chosen(self, name: str) -> int | None:
        value = self.query_one(f"#{name}", Choice).value
        return value if isinstance(value, int) else None

    def _as_text(self) -> FormText:
        return FormText(
            self._customer_id, self._customer, self._value("day"), self._value("time"),
            self._value("minutes"), self._chosen("type"), self._chosen("staff"), self._chosen("room"),
            str(self.query_one("#mode", Choice).value), self._value("reason"), self._value("note"),
            self._value("overbook"), self._text.rebooked_from, self._value("equipment"),
            self._wished,
        )  # fmt: skip


def _alike(one: Details, other: Details) -> bool:
    """Whether both are of the same customer at the same time."""
    facts = ("customer_id", "starts_at", "minutes")
    return all(getattr(one, name) == getattr(other, name) for name in facts)


def _row(label: str, field: Input | Choice | LinkLine) -> ComposeResult:
    with Horizontal(classes="row links" if isinstance(field, LinkLine) else "row"):
        yield Static(show(label), classes="label")
        yield field
