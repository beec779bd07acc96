"""Every visit of a series with what it collides with and what is done about it, before it is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from ...domain import dates
from ...domain.moments import moment_label, resolve, wall
from ...domain.scheduling import OVERBOOKABLE
from ...domain.seriesplan import Choice, Planned, told
from ...domain.visit import Answers
from ...errors import PimError, Refused
from ...queries.holds import Asker
from ...queries.series_plan import Preview, nearest
from ..base import PimDialog
from ..messages import Changed
from ..textsafe import show
from ..widgets.linetable import LineTable, TableColumn, TableRow
from .prompt import Prompt

Look = Callable[[Asker, Mapping[int, Choice]], Preview]
"""Reads the preview: for whom, and with what was decided so far."""
COLUMNS = (
    TableColumn("Visit", 22, rank=3),
    TableColumn("Decided", 16, rank=2),
    TableColumn("In the way", 30, rank=1, grow=1),
)
KEYS = "s skip · m nearest free · t time · o overbook · d as planned · S M O D all"


class Decided(NamedTuple):
    """What was decided, visit by visit; ``preview`` is the last one that was seen."""

    choices: dict[int, Choice]
    preview: Preview


class SeriesPreview(PimDialog[Decided]):
    """Ctrl+S writes the series once nothing is left to decide; Esc stops it for all.

    Esc in the line of the reason goes back to the list: what was decided stays.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "stop", "Stop"),
        ("ctrl+s,f9", "save", "Write"),
        *((key, f"decide('{name}', False)", name) for key, name in (("s", "skip"), ("m", "move"))),
        *((key, f"decide('{name}', True)", name) for key, name in (("S", "skip"), ("M", "move"))),
        ("t", "type", "Time"),
        ("o", "overbook(False)", "Overbook"),
        ("O", "overbook(True)", "Overbook"),
        ("delete,d", "plan(False)", "As planned"),
        ("D", "plan(True)", "As planned"),
    ]

    def __init__(
        self, title: str, look: Look, choices: Mapping[int, Choice] | None = None, refusal: str = ""
    ) -> None:
        """``choices`` are those of a preview that comes back, ``refusal`` is why it does."""
        super().__init__()
        self._title, self._look, self._refusal = title, look, refusal
        self._choices = dict(choices or {})
        self._preview: Preview | None = None
        self._for: tuple[Planned, ...] = ()

    def compose(self) -> ComposeResult:
        """Heading, the list, the reason for overbooking, the keys."""
        with Vertical(classes="panel tall"):
            yield Static(show(self._title), classes="heading")
            yield Static("", classes="warning")
            yield LineTable(COLUMNS)
            yield Input(placeholder="reason for overbooking", compact=True, max_length=200)
            yield Static("", classes="reading", id="why")
            yield Static(show(KEYS), classes="reading")

    def on_mount(self) -> None:
        """Read it."""
        self.pim.dress(self)
        self.query_one(Input).display = False
        self.warn(self._refusal)
        self.query_one(LineTable).focus()
        self.load(self._read)

    def on_changed(self, event: Changed) -> None:
        """Another desk took or freed a time."""
        if event.news and self._preview is not None:
            self.reload(self._read)

    async def _read(self, then: str = "") -> None:
        try:
            found = await self.fetch(self._look, self.asker, self._choices)
        except PimError as error:
            self.warn(str(error))
            return
        first = self._preview is None
        self._preview = found
        table = self.query_one(LineTable)
        table.show(self._rows(found))
        if first and found.open_:
            table.go_to(found.open_[0].key)
        table.post_message(LineTable.RowHighlighted(table, table.cursor_key))
        self.query_one(".heading", Static).update(show(self._heading(found)))
        if then:
            self.warn(then)

    def _heading(self, found: Preview) -> str:
        made = sum(not one.skipped for one in found.visits)
        left = f"{len(found.open_)} to decide" if found.open_ else self.keyed("", "Ctrl+S writes")
        return f"{left} · {made} visit{'' if made == 1 else 's'} · {self._title}: {found.words}"

    def _rows(self, found: Preview) -> list[TableRow]:
        zone = found.course.zone
        rows = [_row(one, zone) for one in found.visits]
        rows += [
            TableRow(
                ("dropped", one.id),
                (moment_label(one.details.starts_at, zone), "canceled", "no place in the new rule"),
                "dim",
            )
            for one in found.dropped
        ]
        return rows

    def on_line_table_row_highlighted(self, event: LineTable.RowHighlighted) -> None:
        """The whole of what is in the way of the visit under the cursor, for which a row has no room."""
        meant = self._meant(False)
        says = "; ".join(filter(None, (told(meant[0]) if meant else "", self._says)))
        self.query_one("#why", Static).update(show(says))

    @property
    def _says(self) -> str:
        return self._preview.says if self._preview else ""

    # --- deciding ---------------------------------------------------------------------------------

    def _meant(self, everyone: bool) -> tuple[Planned, ...]:
        """The visit under the cursor, or all that still have to be decided."""
        if self._preview is None:
            return ()
        if everyone:
            return self._preview.open_
        key = self.query_one(LineTable).cursor_key
        return tuple(one for one in self._preview.visits if one.key == key)

    def _decide(self, choices: Mapping[int, Choice], then: str = "") -> None:
        self._choices |= choices
        self.warn("")
        self.load(self._read, then)

    def action_decide(self, kind: str, everyone: bool) -> None:
        """Leave visits out, or move each to the nearest time at which nothing is in its way."""
        meant = self._meant(everyone)
        if kind == "skip":
            self._decide({one.key: Choice("skip") for one in meant})
        elif meant and all(one.choice is None and not (one.hard or one.missing) for one in meant):
            self.warn("Nothing is in the way of this visit; t moves it to a time of your own.")
        else:
            self.load(self._move, meant, group="move")

    async def _move(self, meant: Sequence[Planned]) -> None:
        zone = self.pim.desk.session.zone
        free = await self.fetch(nearest, meant, zone, self.asker)
        without = [one for one in meant if one.key not in free]
        days = ", ".join(moment_label(one.key, zone)[:-6] for one in without[:3])
        says = f"Nothing is free in the week from {days}: skip, or type a time with t." if without else ""
        self._decide({key: Choice("move", at) for key, at in free.items()}, says)

    def action_type(self) -> None:
        """Move the visit to a time that is typed."""
        meant, zone = self._meant(False), self.pim.desk.session.zone
        if not meant:
            return
        current = wall(meant[0].details.starts_at, zone)

        def read(text: str) -> int:
            starts = dates.read_start(text, self.pim.today, current, self.pim.order)
            if starts is None:
                raise Refused(dates.explain(text))
            return resolve(starts, zone)

        def answered(text: str | None) -> None:
            if text is not None:
                self._decide({meant[0].key: Choice("move", read(text))})

        told = f"Move the visit of {moment_label(meant[0].details.starts_at, zone)} to"
        prompt = Prompt(told, lambda text: moment_label(read(text), zone), hint="+1d · 11:15 · thu 9:30")
        self.app.push_screen(prompt, answered)

    def action_overbook(self, everyone: bool) -> None:
        """Book over what is in the way, with a reason; where only the customer is, that is a yes."""
        meant = [one for one in self._meant(everyone) if one.hard and not one.missing]
        self._for = tuple(one for one in meant if all(clash.other for clash in one.hard))
        if len(self._for) < len(meant):
            self.warn("Closed time is never booked over (T9): skip those, or move them.")
        if any(clash.kind in OVERBOOKABLE for one in self._for for clash in one.hard):
            self.query_one(Input).display = True
            self.query_one(Input).focus()
        elif self._for:
            self._book_over("")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """A reason makes them overbookings (T9)."""
        if event.value.strip():
            self._book_over(event.value.strip())

    def _book_over(self, reason: str) -> None:
        self.query_one(Input).display = False
        self.query_one(LineTable).focus()
        self._decide({one.key: _over(one, reason) for one in self._for})

    def action_stop(self) -> None:
        """From the reason to the list, else stop it all."""
        line = self.query_one(Input)
        if line.has_focus:
            line.display = False
            self.query_one(LineTable).focus()
        else:
            self.dismiss(None)

    def action_plan(self, everyone: bool) -> None:
        """Take a decision back."""
        meant = self._preview.visits if everyone and self._preview else self._meant(False)
        for one in meant:
            self._choices.pop(one.key, None)
        self._decide({})

    def action_save(self) -> None:
        """Return what was decided, if nothing is left."""
        found = self._preview
        if found is None:
            return
        if found.open_:
            self.query_one(LineTable).go_to(found.open_[0].key)
            still = "1 still collides" if len(found.open_) == 1 else f"{len(found.open_)} still collide"
            self.warn(f"{still}: skip, move or overbook; Esc stops it all.")
        else:
            self.dismiss(Decided(self._choices, found))


def _over(visit: Planned, reason: str) -> Choice:
    """Book it all the same, in sight of what is in the way now; a time that was chosen stays."""
    against = frozenset(clash.other.id for clash in visit.hard if clash.other)
    at = visit.choice.at if visit.choice is not None and visit.choice.kind == "move" else 0
    return Choice("move" if at else "book", at, Answers(True, reason), against)


def _row(visit: Planned, zone: str) -> TableRow:
    says = told(visit)
    if visit.skipped:
        return TableRow(visit.key, (moment_label(visit.key, zone), "skipped", ""), "dim")
    if visit.open_:
        return TableRow(visit.key, (moment_label(visit.details.starts_at, zone), "decide", says), "warn")
    state = "overbooked" if visit.overbooks else ""
    if visit.choice is not None and visit.choice.kind == "move":
        state = " ".join(filter(None, (state, "moved")))
        says = "; ".join(filter(None, (f"instead of {moment_label(visit.key, zone)}", says)))
    return TableRow(visit.key, (moment_label(visit.details.starts_at, zone), state, says))
