"""A posted document in words and cells: its facts, lines, sums, what settles it, and its history.

The keys of the rows say what the cursor points at: ("posting", id), ("line", id), ("return", id),
("number", a key of :data:`~pim_tui.queries.explain.KINDS`), ("customer", id), ("event", place).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...domain.bills import BILLS, OWED, PostingKind
from ...domain.moments import Zone, clock, day_of, short_day
from ...domain.money import figures
from ...domain.pricing import PricedTax
from ...queries.bills import BillPage, CorrectionRow, Event, LineRow, PartRow, ReturnRow, SettledRow
from ..widgets.billview import Part
from ..widgets.linetable import TableColumn, TableRow
from .billfacts import amounts_of, copies_of, paying, status_of

_FACTS = (TableColumn("", 9, rank=9), TableColumn("", 40, rank=10, grow=1))
_SUMS = (TableColumn("", 20, rank=9, grow=1), TableColumn("", 14, "number", rank=10))
_LINES = (
    TableColumn("Qty", 4, "number", rank=8),
    TableColumn("Item", 20, rank=10, grow=1),
    TableColumn("Back", 4, "number", rank=4),
    TableColumn("Price", 10, "number", rank=7),
    TableColumn("Off", 9, "number", rank=5),
    TableColumn("Total", 11, "number", rank=9),
)
_HISTORY = (
    TableColumn("When", 17, rank=9),
    TableColumn("Who", 10, rank=7),
    TableColumn("What", 20, rank=10, grow=1),
    TableColumn("How much", 11, "number", rank=8),
)


def _columns(first: str, third: str) -> tuple[TableColumn, ...]:
    """What stands below the lines: a number or a state, a day, who and what, an amount."""
    return (
        TableColumn(first, 14, rank=9),
        TableColumn("Date", 11, "date", rank=7),
        TableColumn(third, 20, rank=8, grow=1),
        TableColumn("By", 10, rank=6),
        TableColumn("Amount", 11, "number", rank=10),
    )


def parts_of(page: BillPage, history: Sequence[Event], zone: Zone) -> list[Part]:
    """Everything but the history."""
    words = _Words(page, zone)
    rest = (
        Part(_columns("Paid by", "How"), words.settling(paying(page))),
        Part(_columns("Settles", "What"), words.settling(page.settles)),
        Part(_columns("Way", "Slip"), words.ways()),
        Part(_columns("Return", "Why"), words.returns()),
        Part(_columns("Correction", "Why"), words.corrections()),
    )
    parts = (Part(_FACTS, words.facts(history)), Part(_LINES, words.lines()), Part(_SUMS, words.sums()))
    return [part for part in (*parts, *rest) if part.rows]


def history_of(page: BillPage, history: Sequence[Event], zone: Zone) -> Part:
    """Everything that happened, the newest last."""
    words = _Words(page, zone)
    return Part(_HISTORY, tuple(words.event(at, one) for at, one in enumerate(history)))


class _Words:
    """Turns the rows of one page into cells."""

    def __init__(self, page: BillPage, zone: Zone) -> None:
        self._page, self._head, self._zone = page, page.header, zone

    def money(self, amount: int) -> str:
        return figures(amount, self._head.currency)

    def moment(self, instant: int) -> str:
        return f"{short_day(day_of(instant, self._zone))} {clock(instant, self._zone)}"

    # --- what it is -------------------------------------------------------------------------------

    def facts(self, history: Sequence[Event]) -> tuple[TableRow, ...]:
        head = self._head
        left = self._page.due + self._page.payer_due
        owed = f" · {self.money(left)} {head.currency} is owed" if head.kind in OWED and left > 0 else ""
        whom = f"{head.customer}, customer {head.customer_number}" if head.customer_id is not None else ""
        rows = (
            TableRow(head.void_id and ("posting", head.void_id), ("VOID", self._void(history)), "loud"),
            TableRow(None, ("", f"{status_of(self._page)}{owed}"), "strong"),
            TableRow(None, ("Posted", f"{self.moment(head.at)} by {head.staff}")),
            TableRow(head.customer_id and ("customer", head.customer_id), ("For", whom)),
            TableRow(None, ("Payer", head.payer)),
            TableRow(head.corrects_id and ("posting", head.corrects_id), ("Of", head.corrects)),
            TableRow(None, ("Reason", head.reason)),
            TableRow(None, ("Note", head.note)),
            TableRow(None, ("COPY", copies_of(history)), "loud"),
        )
        return tuple(row for row in rows if row.cells[1])

    def _void(self, history: Iterable[Event]) -> str:
        """Why it is void and who said so; empty while it stands."""
        if self._head.void_id is None:
            return ""
        told = next((one for one in history if one.other_id == self._head.void_id), None)
        return (
            f"by {self._head.void}, {self.moment(told.at)} {told.who}: {told.note}"
            if told
            else (f"by {self._head.void}")
        )

    # --- lines and sums ---------------------------------------------------------------------------

    def lines(self) -> tuple[TableRow, ...]:
        return tuple(row for line in self._page.lines for row in self._line(line))

    def _line(self, line: LineRow) -> list[TableRow]:
        off = line.discount + line.bill_discount
        overridden = "*" if line.list_price is not None else ""
        cells = (
            str(line.quantity),
            line.description,
            str(line.returned - line.waiting or ""),
            f"{self.money(line.unit_price)}{overridden}",
            f"-{self.money(off)}" if off else "",
            self.money(line.total),
        )
        rows = [TableRow(("line", line.id), cells)]
        if more := self._more(line):
            rows.append(TableRow(None, ("", more), "dim"))
        return rows

    def _more(self, line: LineRow) -> str:
        told = (
            line.serial or (f"lot {line.lot}" if line.lot else ""),
            f"{line.waiting} back when approved" if line.waiting else "",
            _lent(line),
            f"payer {self.money(line.payer_share)}" if line.payer_share else "",
            line.directions,
            f"other lot: {line.lot_reason}" if line.lot_reason else "",
        )
        return " · ".join(filter(None, told))

    def sums(self) -> tuple[TableRow, ...]:
        page, head = self._page, self._head
        rows: list[tuple[str, str, int | None, str]] = []
        if page.lines:
            rows += [("", "Discount", -page.discount or None, ""), ("", "Before tax", page.net, "")]
            rows += [("", self._tax(tax), tax.amount, "") for tax in page.taxes]
        rows.append(("total", f"{_total(head.kind)} {head.currency}", head.amount, "strong"))
        if page.payer_share:
            rows += [("", "Customer's share", page.customer_share, "")]
            rows += [("payer_share", f"Payer's share: {head.payer}", page.payer_share, "")]
        if head.kind in OWED:
            amounts = amounts_of(page)
            rows += [("paid", "Paid", amounts["paid"] or None, "")]
            rows += [("off", "Taken off", amounts["off"] or None, "")]
            rows += [("left", "Left to pay", page.due, "strong")]
            rows += [
                ("payer_left", "Owed by the payer", page.payer_due if page.payer_share else None, "strong")
            ]
        elif page.due or page.payer_due:
            key = "left" if page.due else "payer_left"
            rows.append((key, "Credit left", -page.due - page.payer_due, "strong"))
        return tuple(
            TableRow(("number", key) if key else None, (title, self.money(amount)), style)
            for key, title, amount, style in rows
            if amount is not None
        )

    def _tax(self, tax: PricedTax) -> str:
        rate = f"{tax.rate / 1000:g} %"
        return f"{tax.name} {rate} of {self.money(tax.base)}"

    # --- what settles it --------------------------------------------------------------------------

    def settling(self, rows: Iterable[SettledRow]) -> tuple[TableRow, ...]:
        return tuple(self._settling(row) for row in rows)

    def _settling(self, row: SettledRow) -> TableRow:
        payer = ", of the payer" if row.account == "payer" else ""
        whole = sum(amount for _, amount in row.by)
        by = ", ".join(f"{method} {self.money(amount)}" for method, amount in row.by)
        how = row.by[0][0] if len(row.by) == 1 and whole == row.amount else by
        part = f"a part of {by}" if row.by and whole != row.amount else how or row.kind.word.lower()
        return TableRow(
            ("posting", row.id, row.account),
            (row.code, short_day(row.day), f"{part}{payer}", row.staff, self.money(row.amount)),
        )

    def ways(self) -> tuple[TableRow, ...]:
        return tuple(self._way(part) for part in self._page.parts)

    def _way(self, part: PartRow) -> TableRow:
        given = f"{self.money(part.tendered)} given" if part.tendered is not None else ""
        slip = " · ".join(filter(None, (part.reference, given)))
        return TableRow(None, (part.method, "", slip, "", self.money(part.amount)))

    # --- what came after --------------------------------------------------------------------------

    def returns(self) -> tuple[TableRow, ...]:
        return tuple(self._return(row) for row in self._page.returns)

    def _return(self, row: ReturnRow) -> TableRow:
        day = short_day(day_of(row.requested_at, self._zone))
        waits = "warn" if row.state in ("requested", "approved") else ""
        cells = (row.state, day, row.reason, row.requested_by, self.money(row.value + row.payer_value))
        return TableRow(("return", row.id), cells, waits)

    def corrections(self) -> tuple[TableRow, ...]:
        return tuple(self._correction(row) for row in self._page.corrections)

    def _correction(self, row: CorrectionRow) -> TableRow:
        void = "VOID: " if row.voided else ""
        what = f"{void}{row.kind.word.lower()}: {row.reason}"
        cells = (row.code, short_day(row.day), what, row.staff, self.money(row.amount))
        return TableRow(("posting", row.id), cells, "dim" if row.voided else "")

    def event(self, at: int, one: Event) -> TableRow:
        told = ": ".join(filter(None, (" ".join(filter(None, (one.what, one.other))), one.note)))
        amount = "" if one.amount is None else self.money(one.amount)
        return TableRow(("event", at), (self.moment(one.at), one.who, told, amount))


def _total(kind: PostingKind) -> str:
    return "Total" if kind in BILLS else kind.word


def _lent(line: LineRow) -> str:
    """Until when what is still out is to be back; of what is lent and not out any more, that (K3)."""
    if line.due_now is None:
        return ""
    if not line.out:
        return "all returned or lost"
    some = f"{line.out} still out, " if line.out < line.quantity else ""
    return f"{some}back by {short_day(line.due_now)}"
