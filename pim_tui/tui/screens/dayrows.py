"""The close of a day in words and cells: a section for each thing that is open, then the drawer and reports.

The keys of the rows say what the cursor points at: ("visit", id), ("unpaid", id), ("fee", id),
("refund", id), ("loan", id), ("glass", id), ("drawer", id or 0), ("report", ""), ("close", ""),
("tomorrow", ""), ("day", day).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from ...domain.agenda import Block
from ...domain.moments import Zone, clock, day_label, day_of, short_day
from ...domain.money import figures
from ...domain.states import Status
from ...queries.daywalk import DayWalk
from ...queries.drawers import DrawerRow
from ...queries.glass import GlassRow
from ...queries.loanlists import LoanRow
from ...queries.returns import RequestRow
from ...queries.visitlists import UnpaidRow
from ..widgets.billview import Part
from ..widgets.linetable import Kind, TableColumn, TableRow

DONE = (TableColumn("", 11, rank=9), TableColumn("", 40, rank=10, grow=1))
"""Columns of a section that tells one thing."""


def title_of(walk: DayWalk, today: date) -> str:
    """Which day it is, and whether it is closed."""
    day = "Today" if walk.day == today else day_label(walk.day)
    state = f"closed, Z {walk.number:06}" if walk.number else f"{left_open(walk)} open"
    return f"Day close · {day} · {state}"


def left_open(walk: DayWalk) -> int:
    """How many items wait to be dealt with."""
    return sum(map(len, (walk.visits, walk.unpaid, walk.fees, walk.refunds, walk.loans, walk.opened)))


def told_open(walk: DayWalk) -> str:
    """The same in words; empty where nothing is open."""
    counts = {
        "not marked": len(walk.visits),
        "not paid": len(walk.unpaid),
        "fees": len(walk.fees),
        "refunds": len(walk.refunds),
        "loans overdue": len(walk.loans),
        "opened records": len(walk.opened),
    }
    return ", ".join(f"{what} {count}" for what, count in counts.items() if count)


def parts_of(walk: DayWalk, zone: Zone, currency: str) -> list[Part]:
    """Every section in the order in which it is walked."""
    words = _Words(walk, zone, currency)
    return [
        *words.before(),
        words.section("Not marked", ("Customer", "Type", "Reason"), map(words.visit, walk.visits)),
        words.section("Not paid", ("Customer", "Type", "Left"), map(words.unpaid, walk.unpaid)),
        *words.fees(),
        words.section("Refund", ("For", "Bill", "Value"), map(words.refund, walk.refunds)),
        words.section("Overdue", ("Customer", "Item", "Out"), map(words.loan, walk.loans)),
        *words.opened(),
        Part(DONE, words.drawer()),
        Part(DONE, words.reports()),
    ]


_NOTHING = {
    "Not marked": "every appointment is marked",
    "Not paid": "every visit of the day is paid",
    "Refund": "none waits",
    "Overdue": "no loan is overdue",
}
"""What a section says that holds nothing."""
_CALLED = {"Not marked": "Visits", "Not paid": "Paid", "Refund": "Refunds", "Overdue": "Loans"}


class _Words:
    """Turns what is open into rows."""

    def __init__(self, walk: DayWalk, zone: Zone, currency: str) -> None:
        self._walk, self._zone, self._currency = walk, zone, currency

    def money(self, amount: int, currency: str = "") -> str:
        return figures(amount, currency or self._currency)

    def section(self, first: str, others: tuple[str, str, str], rows: Iterable[TableRow]) -> Part:
        """A section under its titles; one that holds nothing is a line that says so."""
        found = tuple(rows)
        if not found:
            return Part(DONE, (TableRow(None, (_CALLED[first], _NOTHING[first]), "dim"),))
        numbers = others[2] in ("Left", "Value", "Out")
        last: Kind = "number" if numbers else "text"
        columns = (
            TableColumn(f"{first} {len(found)}", 13, rank=10),
            TableColumn(others[0], 20, rank=9, grow=2),
            TableColumn(others[1], 14, rank=7, grow=1),
            TableColumn(others[2], 10 if numbers else 12, last, rank=8, grow=0 if numbers else 1),
        )
        return Part(columns, found)

    # --- items ------------------------------------------------------------------------------------

    def visit(self, row: Block) -> TableRow:
        day, at = day_of(row.starts_at, self._zone), clock(row.starts_at, self._zone)
        when = at if day == self._walk.day else f"{day.isoformat()[5:]} {at}"
        return TableRow(("visit", row.id), (when, row.customer, row.type_name, row.reason))

    def unpaid(self, row: UnpaidRow) -> TableRow:
        left = self.money(row.left, row.currency) if row.bill_id else "no bill"
        return TableRow(("unpaid", row.id), (row.wall, row.customer, row.type_name, left))

    def fees(self) -> Sequence[Part]:
        """Told only where there are some: most clinics charge none."""
        rows = tuple(map(self.fee, self._walk.fees))
        return [self.section("Fee", ("Customer", "For", "Left"), rows)] if rows else []

    def fee(self, row: UnpaidRow) -> TableRow:
        left = self.money(row.left, row.currency) if row.bill_id else "no bill"
        what = "missed" if row.status == Status.MISSED else "late cancel"
        return TableRow(("fee", row.id), (row.wall, row.customer, what, left))

    def refund(self, row: RequestRow) -> TableRow:
        value = self.money(row.value, row.currency)
        return TableRow(("refund", row.id), (row.next_step, row.whose, row.bill, value))

    def loan(self, row: LoanRow) -> TableRow:
        late = f"{row.late} day{'s' if row.late != 1 else ''}" if row.late else short_day(row.due_on)
        return TableRow(("loan", row.id), (late, row.customer, row.item, str(row.out)))

    def opened(self) -> Sequence[Part]:
        """Told only where there are some, to whoever may look into them."""
        rows = tuple(map(self.glass, self._walk.opened))
        return [self.section("Opened", ("Customer", "By", "Why"), rows)] if rows else []

    def glass(self, row: GlassRow) -> TableRow:
        day, at = day_of(row.began_at, self._zone), clock(row.began_at, self._zone)
        when = at if day == self._walk.day else f"{day.isoformat()[5:]} {at}"
        return TableRow(("glass", row.id), (when, row.customer, row.staff, row.reason))

    # --- the rest ---------------------------------------------------------------------------------

    def before(self) -> Sequence[Part]:
        """Days before this one that nobody has closed."""
        days = self._walk.not_closed
        rows = tuple(
            TableRow(("day", day), ("Not closed", f"{day_label(day)}: Enter goes there"), "warn")
            for day in days
        )
        return [Part(DONE, rows)] if rows else []

    def drawer(self) -> tuple[TableRow, ...]:
        drawers = self._walk.drawers
        if not drawers:
            return (TableRow(("drawer", 0), ("Drawer", "none was opened: f opens it with a float")),)
        return tuple(
            TableRow(("drawer", one.id), ("Drawer", self._drawer(one)), "warn" if self._below(one) else "")
            for one in drawers
        )

    def _below(self, one: DrawerRow) -> bool:
        """Whether by the book more went out than was in it; told once it is counted (M9)."""
        return self._walk.expected.get(one.id, 0) < 0

    def _drawer(self, one: DrawerRow) -> str:
        day = "" if one.day == self._walk.day else f"{short_day(one.day)} "
        since = f"{day}{clock(one.opened_at, self._zone)} {one.opened_by}, float {self.money(one.opening)}"
        if one.closed_at is None or one.counted is None:
            return f"open since {since}: b counts it"
        difference = self._walk.differences.get(one.id, 0)
        corrected = self._walk.expected[one.id] + difference - one.counted
        put_right = f", corrected by {self.money(corrected)}" if corrected else ""
        told = f"difference {self.money(difference)}" if difference else "no difference"
        told += f", expected {self.money(self._walk.expected[one.id])}" if self._below(one) else ""
        return f"counted {self.money(one.counted)} by {one.closed_by}{put_right}, {told}"

    def reports(self) -> tuple[TableRow, ...]:
        walk = self._walk
        if walk.number:
            at = clock(walk.closed_at, self._zone)
            report = TableRow(("report", ""), ("Z report", f"{walk.number:06} by {walk.closed_by}, {at}"))
            return (report, self._tomorrow())
        waits = told_open(walk) or "nothing is open"
        return (
            TableRow(("report", ""), ("X report", "what the day came to so far")),
            TableRow(("close", ""), ("Close", f"the Z report, once: {waits}"), "strong"),
            self._tomorrow(),
        )

    def _tomorrow(self) -> TableRow:
        day = date.fromordinal(self._walk.day.toordinal() + 1)
        return TableRow(("tomorrow", ""), ("Tomorrow", f"the sheet of {day_label(day)}: t prints it"))
