"""The quick line: one line that books, with a live reading of what was understood."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, cast

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from ...domain.moments import clock, day_label, day_of, short_day, span, wall
from ...domain.quickline import Names, Reader, Start
from ...domain.rights import Right
from ...domain.visit import Details
from ...errors import PimError
from ...queries.catalogue import Catalogue, catalogue
from ...queries.customers import record
from ...queries.notkept import NotKept, not_kept
from ...queries.proposals import Context, Proposal, propose
from ...queries.search import Found
from ..base import PimDialog
from ..messages import Changed
from ..textsafe import show
from ..widgets.linetable import LineTable, TableColumn, TableRow
from .people import COLUMNS, NEWCOMER, NEWCOMER_ROW, row_of

LIMIT = 400
SUCH_AS = "jane doe 7d 10:30 30m follow-up - blood pressure review"
WALKED_IN = "jane doe 20m dr lee follow-up - sore throat"
WAYS = (TableColumn("Down and Enter take one", 40, rank=1, grow=1),)
_PEOPLE = ("customer", NEWCOMER)
"""Rows that are people."""
_NOBODY = "Enter twice enters somebody new."
_REASON = "A reason stands behind a dash: - sore throat."
_NAME = 2
"""Words of most names: what is longer and nobody's may be a reason without its dash."""


@dataclass(frozen=True, slots=True)
class Booking:
    """What the line returns; ``text`` gives the line back should the booking be refused."""

    details: Details
    text: str
    start: Start
    anyway: bool = False
    """Whether it was chosen in spite of what collides: the yes or the reason is asked next (T7, T9)."""


class QuickLine(PimDialog[Booking]):
    """Type, read the echo, Enter. Down goes into the list of people, free times or choices."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "dismiss_none", "Back"),
        ("down", "into_list", "Choose"),
    ]
    FORM = "quick"

    def __init__(self, start: Start, refusal: PimError | None = None) -> None:
        super().__init__()
        self._start = start
        self._refusal = refusal
        self._names: Catalogue | None = None
        self._reader: Reader | None = None
        self._given: Context | None = None
        self._proposal: Proposal | None = None
        self._chosen: tuple[str, int] | None = None
        """The words that could mean several, and who of them was chosen."""
        self._not_kept: dict[int, NotKept] = {}
        """By customer: read once for each, however long the line is typed on."""

    def compose(self) -> ComposeResult:
        """The line, what it means, what is in the way, what to choose from."""
        who = f" for {self._start.customer}" if self._start.customer else ""
        with Vertical(classes="panel"):
            yield Static(show(self._title(who)), classes="heading")
            yield Input(self._start.text, compact=True, max_length=LIMIT, select_on_focus=False)
            yield Static("", classes="reading", id="echo")
            yield Static("", classes="warning", id="warning")
            yield LineTable(COLUMNS)

    def _title(self, who: str) -> str:
        starts_at = self._start.starts_at
        at = "" if starts_at is None else f" {clock(starts_at, self.pim.desk.session.zone)}"
        if self._start.walk_in:
            return f"Here now, from{at}{who}: name, length, type - reason"
        held = f" at{at} (held)" if at else ""
        return f"Book{who}{held}: name, day, time, length, type - reason"

    async def on_mount(self) -> None:
        """Read the clinic's names, then the line."""
        self.pim.dress(self)
        self.query_one(LineTable).display = False
        self._names = await self.fetch(catalogue)
        self._reader = Reader(self._known(self._names))
        self._given = self._fresh_context()
        self._refused_line = self.query_one(Input).value
        await self._read(self._refused_line)

    def _known(self, names: Catalogue) -> Names:
        start = self._start
        customer = (start.customer_id, start.customer) if start.customer_id is not None else None
        starts = None if start.starts_at is None else wall(start.starts_at, self.pim.desk.session.zone)
        return replace(self.spoken(names, customer), starts=starts)

    def _fresh_context(self) -> Context:
        session, start = self.pim.desk.session, self._start
        return Context(
            session.zone,
            self.pim.today,
            self.pim.now,
            start.customer_id,
            start.staff_id,
            start.room_id,
            order=self.pim.order,
            session=session.key,
        )

    # --- reading ----------------------------------------------------------------------------------

    def on_input_changed(self, event: Input.Changed) -> None:
        """Read the line anew; what was chosen for an older line no longer counts, but for whoever is still
        named as they were then."""
        if self._reader is None:
            return
        self._given = self._fresh_context()
        self.pim.keep_draft(self.FORM, self._start.draft(event.value))
        self.load(self._read, event.value)

    def on_changed(self, event: Changed) -> None:
        """Another desk booked or moved something: what is in the way may be out of it, or the reverse."""
        if event.news and self._reader is not None and event.kind in ("", "appointment"):
            self.reload(self._read_again)

    async def _read_again(self) -> None:
        await self._read(self.query_one(Input).value)

    async def _read(self, line: str) -> None:
        assert self._reader is not None
        assert self._names is not None
        assert self._given is not None
        if not line.strip() and self._given.starts_at is None:
            self._show(None)
            return
        self._proposal = None  # Until this line is understood: were it not, an older one must not be booked.
        reading = self._reader.read(line)
        self.query_one("#echo", Static).update(show(reading.echo()))
        if self._chosen is not None and self._chosen[0] == reading.customer_words:
            self._given = replace(self._given, customer_id=self._chosen[1])
        given = self._given
        if given.starts_at is None and reading.day is None and reading.time is None:
            given = replace(given, starts_at=self._start.starts_at)
        proposal = await self.fetch(propose, reading, self._names, given)
        await self._know(_customer_id(proposal, given))
        self._show(proposal)
        if self._refusal and line == self._refused_line:
            self._warn(str(self._refusal))  # However often the line is read: until another is typed.

    async def _know(self, customer_id: int | None) -> None:
        """What the customer did not keep in the last year."""
        if customer_id is not None and customer_id not in self._not_kept:
            self._not_kept[customer_id] = await self.fetch(not_kept, customer_id, self.pim.now)

    def _show(self, proposal: Proposal | None) -> None:
        self._proposal = proposal
        table, echo = self.query_one(LineTable), self.query_one("#echo", Static)
        if proposal is None:
            echo.update(show(WALKED_IN if self._start.walk_in else SUCH_AS))
            table.display = False
            self._warn("")
            return
        echo.update(show(self._told(proposal)))
        rows = self._rows(proposal)
        asks = (ask.message for ask in proposal.asks[:2])
        over = (proposal.over,) if proposal.over else ()
        self._warn(" · ".join((*over, *proposal.clashes, *asks, *self._hints(proposal, rows))))
        people = any(isinstance(row.key, tuple) and row.key[0] in _PEOPLE for row in rows)
        table.display = bool(rows)
        table.show(rows, columns=COLUMNS if people else WAYS)
        if rows and not table.has_focus:
            table.go_to(rows[0].key)

    def _hints(self, proposal: Proposal, rows: Sequence[TableRow]) -> Iterator[str]:
        """What to do where nobody is found."""
        if rows and rows[0].key == (NEWCOMER, 0):
            yield _NOBODY
            if len(proposal.reading.customer_words.split()) > _NAME and not proposal.reading.reason:
                yield _REASON

    def _told(self, proposal: Proposal) -> str:
        """The reading, with the customer found and the staff member taken."""
        details, zone = proposal.details, self.pim.desk.session.zone
        given = self._given.customer_id if self._given else None
        known = self._not_kept.get(proposal.person.id if proposal.person else given or 0)
        missed = known.says if known else ""
        if details is None:
            return " · ".join(filter(None, (proposal.reading.echo(), missed)))
        person = _person(proposal.person) if proposal.person else self._start.customer or self._chosen_name
        end = details.starts_at + details.minutes * 60
        when = f"{day_label(day_of(details.starts_at, zone))} {span(details.starts_at, end, zone)}"
        kind = self._names.type_name(details.type_id) if self._names else ""
        parts = (person, when, kind, proposal.staff, details.mode.replace("_", " "), details.reason)
        notices = (*proposal.reading.notices, *proposal.told)
        return " · ".join(filter(None, (*parts, missed, *notices)))

    _chosen_name = ""
    _refused_line = ""

    def _rows(self, proposal: Proposal) -> list[TableRow]:
        if proposal.reading.customer_words and any(ask.field == "customer" for ask in proposal.asks):
            found = [replace(row_of(one), key=("customer", one.id)) for one in proposal.people]
            may = Right.CHANGE_CUSTOMER in self.pim.desk.session.rights
            return [*found, *([replace(NEWCOMER_ROW, key=(NEWCOMER, 0))] if may else [])]
        if proposal.offers or proposal.anyway:
            rows = [TableRow(("start", start), (f"Take {label}",)) for start, label in proposal.offers]
            if proposal.details is not None and not self._start.walk_in:
                rows.append(TableRow(("openings", 0), ("Look for the next openings",)))
            may = proposal.anyway == "yes" or Right.OVERBOOK in self.pim.desk.session.rights
            told = {"yes": "Book it all the same", "overbook": "Overbook, with a reason"}.get(proposal.anyway)
            return [*rows, TableRow(("anyway", 0), (told,))] if told and may else rows
        asked = next((ask for ask in proposal.asks if ask.choices), None)
        return [TableRow((asked.field, one.value), (one.label,)) for one in asked.choices] if asked else []

    def _warn(self, text: str) -> None:
        warning = self.query_one("#warning", Static)
        warning.update(show(text))
        warning.display = bool(text)

    # --- answering --------------------------------------------------------------------------------

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Book what the line says; if something is open, go to the list or say what."""
        proposal = self._proposal
        if not event.value.strip():
            return
        if proposal is None:
            self.load(self._read_and_book)
        elif proposal.details is not None and self._may_book(proposal):
            self.dismiss(Booking(proposal.details, event.value, self._start))
        elif self.query_one(LineTable).display:
            self.action_into_list()

    def _may_book(self, proposal: Proposal) -> bool:
        """Somebody who is here is booked even where that collides: then the ways out are offered."""
        return self._start.walk_in or not proposal.clashes

    def action_into_list(self) -> None:
        """Into the list under the line."""
        if self.query_one(LineTable).display:
            self.query_one(LineTable).focus()

    def on_key(self, event: events.Key) -> None:
        """Whoever types on in the list goes on with the line; so does Up on the first row."""
        table, line = self.query_one(LineTable), self.query_one(Input)
        if not table.has_focus:
            return
        if event.is_printable and event.character:
            line.focus()
            line.insert_text_at_cursor(event.character)
        elif event.key == "backspace":
            line.focus()
            line.action_delete_left()
        elif event.key == "up" and table.at_top:
            line.focus()
        else:
            return
        event.stop()

    def on_line_table_row_chosen(self, event: LineTable.RowChosen) -> None:
        """Take a person, a time or a choice; when that completes the line, book."""
        assert self._given is not None
        kind, value = cast("tuple[str, int]", event.key)
        if kind == NEWCOMER and self._proposal:
            self._enter(self._proposal.reading.customer_words)
            return
        if kind == "customer" and self._proposal:
            self._chosen = self._proposal.reading.customer_words, value
            self._chosen_name = next((_person(one) for one in self._proposal.people if one.id == value), "")
        if kind == "openings" and self._proposal and self._proposal.details:
            self._look(self._proposal.details)
            return
        if kind == "anyway" and self._proposal and self._proposal.details:
            line = self.query_one(Input).value
            self.dismiss(Booking(self._proposal.details, line, self._start, anyway=True))
            return
        field = {"customer": "customer_id", "staff": "staff_chosen", "start": "starts_at"}.get(kind)
        if field is None:
            self.query_one(Input).focus()
            return
        given: dict[str, Any] = {field: value}
        self._given = replace(self._given, **given)
        self.load(self._read_and_book)

    def _look(self, details: Details) -> None:
        """The next openings of what the line says, from its day on; the one that is taken is booked."""
        from .openings import Known, OpeningsDialog, Taken

        def taken(answer: Taken | None) -> None:
            if answer is not None and self._given is not None:
                found = answer.opening
                self._given = replace(self._given, starts_at=found.starts_at, staff_chosen=found.staff_id)
                self.load(self._read_and_book)

        known = Known(
            "",
            details.customer_id,
            details.staff_id,
            details.room_id,
            details.type_id,
            details.minutes,
            day_of(details.starts_at, self.pim.desk.session.zone),
            details.equipment_ids or None,
        )
        self.app.push_screen(OpeningsDialog(known), taken)

    def _enter(self, words: str) -> None:
        """Somebody new, named as typed; then the line is about them."""
        from ...domain.customer import named
        from .newcomer import Newcomer

        async def taken(customer_id: int) -> None:
            name = (await self.fetch(record, customer_id)).customer.name.full
            self._start = replace(self._start, customer_id=customer_id, customer=name)
            self._given = self._fresh_context()
            line = self.query_one(Input)
            self.pim.keep_draft(self.FORM, self._start.draft(line.value))
            line.focus()
            await self._read_and_book()

        self.query_one(Input).focus()  # Whoever leaves the form types on.
        Newcomer(self, lambda customer_id, says: self.load(taken, customer_id)).ask(named(words))

    async def _read_and_book(self) -> None:
        line = self.query_one(Input)
        await self._read(line.value)
        proposal = self._proposal
        if proposal and proposal.details is not None and self._may_book(proposal):
            self.dismiss(Booking(proposal.details, line.value, self._start))
        elif not self.query_one(LineTable).display:
            line.focus()


def _customer_id(proposal: Proposal, given: Context) -> int | None:
    """Whom the line is about, as far as that is settled."""
    return proposal.person.id if proposal.person else given.customer_id


def _person(found: Found) -> str:
    born = f", born {short_day(found.birth_date)}" if found.birth_date else ""
    return f"{found.full}{born}"
