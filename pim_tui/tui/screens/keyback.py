"""Keying back what was written by hand: a line for each entry, read while it is typed, Enter applies it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from textual.app import ComposeResult
from textual.widgets import Input, Static

from ...domain.moments import day_bounds, day_label
from ...domain.quickline import Reader
from ...domain.states import Status
from ...domain.visit import NO_ANSWERS, Answers
from ...errors import NeedsAnswer, PimError, Refused
from ...queries.calendar import visit
from ...queries.catalogue import Catalogue, catalogue
from ...queries.keyback import Desk, Meant, meant
from ...queries.proposals import Context
from ...services import booking
from ...services.notes import AddNote, add_note
from ...services.work import Done
from ..base import PimScreen
from ..dialogs.refused import Choose, Way
from ..messages import Changed
from ..requests import new_request
from ..stylesheets import sheet
from ..textsafe import show
from ..widgets.bars import KeyBar, TitleBar
from ..widgets.linetable import LineTable, TableColumn, TableRow

LIMIT = 400
EXAMPLES = "9:30 came · 10:00 missed · 11:20 jane doe walk-in 15m cough · 14:00 moved fri"
COLUMNS = (
    TableColumn("Written", 28, rank=9, grow=1),
    TableColumn("Kept", 30, rank=10, grow=2),
)
_MARKS = {"complete": Status.COMPLETED, "miss": Status.MISSED, "cancel": Status.CANCELED}


class KeybackScreen(PimScreen):
    """The line on top keeps the keys; below it what was understood, and all that was keyed in so far."""

    FORM = "keyback"
    scope = "keyback"
    CSS_PATH = sheet("keyback")

    def __init__(self, day: date, line: str = "") -> None:
        """``line`` is one that was typed and not applied."""
        super().__init__()
        self._day, self._line = day, line
        self._names: Catalogue | None = None
        self._desk: Desk | None = None
        self._kept: list[TableRow] = []

    def compose(self) -> ComposeResult:
        """Title, line, reading, list, keys."""
        desk = self.pim.desk
        yield TitleBar(desk.settings.clinic_name, desk.session.name)
        yield Input(self._line, placeholder=EXAMPLES, compact=True, max_length=LIMIT, select_on_focus=False)
        yield Static("", classes="reading")
        yield Static("", classes="warning")
        yield LineTable(COLUMNS)
        yield KeyBar(self.offered())

    def on_mount(self) -> None:
        """Read the clinic's names."""
        self.pim.dress(self)
        self.query_one(LineTable).show([], empty="Nothing keyed in yet. Enter applies the line.")
        self.query_one(Input).focus()
        self.load(self._begin, group="begin")

    async def _begin(self) -> None:
        self._names = await self.fetch(catalogue)
        await self._turn_to(self._day)

    def _desk_of(self, day: date, names: Catalogue) -> Desk:
        """What lines are read against: as if it were the morning of that day, so that no time has passed."""
        session, settings, order = self.pim.desk.session, self.pim.desk.settings, self.pim.order
        opens, closes = settings.opens_at, settings.closes_at
        morning = day_bounds(day, session.zone)[0]
        known = names.names(session.zone, morning, order, settings.default_minutes, opens, closes)
        context = Context(session.zone, day, morning, order=order)
        return Desk(day, names, Reader(known), context, opens, closes)

    # --- reading ----------------------------------------------------------------------------------

    def on_input_changed(self, event: Input.Changed) -> None:
        """Keep a draft and say what the line means."""
        if event.value.strip():
            self.pim.keep_draft(self.FORM, {"line": event.value}, self._day.isoformat())
        else:
            self.pim.drop_draft(self.FORM, self._day.isoformat())
        self.load(self._show, event.value)

    def on_changed(self, event: Changed) -> None:
        """Another desk changed something: the line may mean something else now."""
        if event.news and event.kind in ("", "appointment", "customer"):
            self.reload(self._read_again)

    async def _read_again(self) -> None:
        await self._show(self.query_one(Input).value)

    async def _show(self, line: str) -> None:
        await self._read(line)

    async def _read(self, line: str) -> Meant | None:
        found = await self.fetch(meant, line, self._desk) if self._desk and line.strip() else None
        self._say(found.says if found else "", found.problem if found else "")
        return found

    def _say(self, reading: str, warning: str) -> None:
        self.query_one(".reading", Static).update(show(reading))
        self.query_one(".warning", Static).update(show(warning))

    # --- applying ---------------------------------------------------------------------------------

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Apply the line as it is understood now."""
        self.action_apply()

    def action_apply(self) -> None:
        """The same, wherever the cursor is."""
        if (line := self.query_one(Input).value).strip():
            self.load(self._apply, line)

    async def _apply(self, line: str) -> None:
        found = await self._read(line)
        if found is not None and not found.problem:
            await self._carry_out(line, found, new_request())

    async def _carry_out(self, line: str, found: Meant, request: str, answers: Answers = NO_ANSWERS) -> None:
        """By the ordinary services: they check, and they refuse."""

        def refused(error: PimError) -> None:
            self._refused(line, found, answers, error)

        def done(answer: Done) -> None:
            self._keep(line, answer)

        block, submit = found.visit, self.pim.submit
        if found.details is not None:
            # It is the day that was chosen to be keyed in.
            book = booking.BookAppointment(found.details, request, replace(answers, past=True))
            submit(booking.book, book, lambda answer: self._booked(line, found, answer), refused)
        elif block is None or found.what is None:
            return
        elif found.what in _MARKS:
            status = _MARKS[found.what]
            mark = booking.MarkAppointment(block.id, block.version, status, found.text, found.by, request)
            submit(booking.mark, mark, done, refused)
        elif found.what == "note":
            note = AddNote(block.customer_id, found.text, request)
            submit(add_note, note, lambda answer: self._keep(line, answer, f"{block.customer}: "), refused)
        elif found.starts_at is not None:
            was = (await self.fetch(visit, block.id)).details
            to = replace(was, starts_at=found.starts_at)
            move = booking.ChangeAppointment(block.id, block.version, was, to, request, answers, "move")
            submit(booking.change, move, done, refused)

    def _booked(self, line: str, found: Meant, booked: Done) -> None:
        """A walk-in whose time is over has been here; one that is here now stays Scheduled."""
        details = found.details
        if details is None or details.starts_at + details.minutes * 60 > self.pim.now:
            self._keep(line, booked)
            return
        mark = booking.MarkAppointment(
            booked.ids[0], booked.version or 1, Status.COMPLETED, request=new_request()
        )
        self.pim.submit(booking.mark, mark, lambda _: self._keep(line, booked), self._tell)

    def _refused(self, line: str, found: Meant, answers: Answers, error: PimError) -> None:
        """The line stays as it was typed; where there are ways out, they are offered."""
        if not isinstance(error, Refused) or not (error.offers or isinstance(error, NeedsAnswer)):
            self._tell(error)
            return

        def taken(way: Way | None) -> None:
            if way is None:
                self._tell(error)
                return
            if way.start is not None:
                self.load(self._carry_out, line, _at(found, way.start), new_request())
            else:
                self.load(self._carry_out, line, found, new_request(), way.answers(answers))

        self.app.push_screen(Choose(error, self.pim.desk.session.zone), taken)

    def _tell(self, error: PimError) -> None:
        self.query_one(".warning", Static).update(show(str(error)))

    def _keep(self, line: str, done: Done, whose: str = "") -> None:
        """On the list, and on to the next line."""
        self._kept.insert(0, TableRow(len(self._kept), (line, f"{whose}{done.says}")))
        self.query_one(LineTable).show(self._kept)
        field = self.query_one(Input)
        if field.value == line:
            field.value = ""
        self.query_one(KeyBar).say(done.says)

    # --- which day --------------------------------------------------------------------------------

    async def _turn_to(self, day: date) -> None:
        if day != self._day:
            self.pim.drop_draft(self.FORM, self._day.isoformat())
        self._day = day
        self.query_one(TitleBar).show(f"Key back what was written by hand: {day_label(day)}")
        if self._names is not None:
            self._desk = self._desk_of(day, self._names)
        await self._read_again()

    def action_before(self) -> None:
        """The day before."""
        self.load(self._turn_to, self._day - timedelta(days=1))

    def action_after(self) -> None:
        """The day after."""
        self.load(self._turn_to, self._day + timedelta(days=1))

    def action_back(self) -> None:
        """Back to where one came from; a line that was not applied is given up."""
        self.pim.drop_draft(self.FORM, self._day.isoformat())
        self.app.pop_screen()


def _at(found: Meant, start: int) -> Meant:
    """The same at another time."""
    if found.details is not None:
        return replace(found, details=replace(found.details, starts_at=start))
    return replace(found, starts_at=start)
