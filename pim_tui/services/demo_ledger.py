"""Two years of bills for the large demo clinic: sold, paid, part paid, lent and dispensed.

Written in bulk, with every rule of the tables in force: what does not add up would be refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any, cast

from peewee import Field

from ..db.bulk import insert
from ..db.connection import current
from ..domain.moments import at_minute, day_of
from ..domain.product import sort_name
from ..domain.rounding import quotient
from ..domain.session import Session
from ..models import (
    Allocation,
    BillLine,
    Entry,
    LineTax,
    Loan,
    Lot,
    PaymentPart,
    Product,
    StockMovement,
    Tax,
    TaxClass,
)

BILLS_AT_ONCE = 4_000
GOODS = 200
RATE = 19_000
DAYS = 730
LONG_ACCOUNT = 5_000
"""Lines of the first customer: the longest account of the clinic, where it has that many."""
PLENTY = 10**9
_KINDS = ("sale",) * 10 + ("income",) * 6 + ("dispense",) * 3 + ("borrow",)
_METHODS = ("cash", "card", "card", "transfer")


@dataclass(frozen=True, slots=True)
class _Item:
    """Something that is sold: ``lot`` is None for a service; ``rate`` in thousandths of a percent."""

    id: int
    name: str
    price: int
    rate: int
    lot: int | None


@dataclass(slots=True)
class _Batch:
    """Rows of some bills and of their payments, to be written table by table."""

    lines: list[tuple[Any, ...]] = field(default_factory=list)
    taxes: list[tuple[Any, ...]] = field(default_factory=list)
    entries: list[tuple[Any, ...]] = field(default_factory=list)
    parts: list[tuple[Any, ...]] = field(default_factory=list)
    moves: list[tuple[Any, ...]] = field(default_factory=list)
    loans: list[tuple[Any, ...]] = field(default_factory=list)
    settled: list[tuple[Any, ...]] = field(default_factory=list)


class Ledger:
    """Fills the books of a clinic with ``count`` lines, inside the transaction that makes it."""

    def __init__(self, rng: Random, session: Session, customers: Sequence[int], count: int) -> None:
        self._rng, self._session, self._customers, self._count = rng, session, customers, count
        self._items: list[_Item] = []
        self._on_hand: dict[int, int] = {}
        self._last: dict[tuple[str, int], int] = {}
        self._posting = self._line = 0
        self._batch = _Batch()

    def fill(self, progress: Callable[[int], object]) -> None:
        """Write all of it, a batch at a time; ``progress`` is told the lines there are."""
        self._stock_up()
        first = 1
        for number, (day, size, customer) in enumerate(self._plan(), 1):
            self._bill(day, size, customer)
            if number % BILLS_AT_ONCE == 0:
                first = self._write(first)
                progress(self._line)
        self._write(first)
        progress(self._line)

    # --- what is sold -----------------------------------------------------------------------------

    def _stock_up(self) -> None:
        """Half services without tax, half goods with it; of goods there is plenty."""
        now, today = self._session.clock(), day_of(self._session.clock(), self._session.zone)
        TaxClass.insert(id=1, name="Standard", active=True).execute()
        Tax.insert(tax_class=1, position=1, name="VAT", rate=RATE).execute()
        for id_ in range(1, GOODS + 1):
            goods = id_ % 2 == 0
            name = f"{'Item' if goods else 'Service'} {id_:03}"
            price = self._rng.randint(100, 20_000)
            Product.insert(
                id=id_, code=f"P{id_:03}", name=name, sort_name=sort_name(name), price=price, active=True,
                kind="product" if goods else "service", currency=self._session.currency, created_at=now,
                tracked=goods, lendable=goods, tax_class=1 if goods else None,
            ).execute()  # fmt: skip
            lot = self._receive(id_, now, today) if goods else None
            self._items.append(_Item(id_, name, price, RATE if goods else 0, lot))

    def _receive(self, product: int, now: int, today: date) -> int:
        lot = int(Lot.insert(product=product, created_at=now).execute())
        self._on_hand[lot] = PLENTY
        StockMovement.insert(
            lot=lot,
            kind="receipt",
            quantity=PLENTY,
            on_hand=PLENTY,
            at=now,
            day=today,
            staff=self._session.staff_id,
        ).execute()
        return lot

    # --- bills ------------------------------------------------------------------------------------

    def _plan(self) -> Iterator[tuple[date, int, int]]:
        """(day, lines, customer) of every bill, in the order of time."""
        today = day_of(self._session.clock(), self._session.zone)
        long = min(LONG_ACCOUNT, self._count // 2)
        done = 0
        while done < self._count:
            size = min(self._rng.randint(1, 7), self._count - done)
            day = today - timedelta(days=DAYS - DAYS * done // self._count)
            his = self._rng.random() * self._count < long
            yield day, size, self._customers[0] if his else self._rng.choice(self._customers)
            done += size

    def _bill(self, day: date, size: int, customer: int) -> None:
        kind = self._rng.choice(_KINDS)
        pool = self._items[1::2] if kind in ("dispense", "borrow") else self._items
        at = at_minute(day, self._rng.randint(480, 1080), self._session.zone)
        chosen = [self._rng.choice(pool) for _ in range(size)]
        rows = [self._priced(one, kind) for one in chosen]
        total, tax = sum(row[1] for row in rows), sum(row[2] for row in rows)
        bill = self._begin(kind, at, day, customer, total)
        for position, (one, (quantity, amount, part)) in enumerate(zip(chosen, rows, strict=True), 1):
            self._add_line(bill, position, one, quantity, amount, part, kind, at, day, customer)
        self._enter(bill, day, customer, (("receivable", total), ("income", tax - total), ("tax", -tax)))
        if (paid := total * self._rng.choice((100, 100, 100, 100, 50, 0)) // 100) > 0:
            self._pay(bill, at, day, customer, paid)

    def _priced(self, one: _Item, kind: str) -> tuple[int, int, int]:
        """(quantity, total, tax in it); what is lent costs nothing."""
        quantity = self._rng.randint(1, 3)
        amount = 0 if kind == "borrow" else one.price * quantity
        return quantity, amount, quotient(amount * one.rate, 100_000 + one.rate)

    def _add_line(
        self,
        bill: int,
        position: int,
        one: _Item,
        quantity: int,
        amount: int,
        tax: int,
        kind: str,
        at: int,
        day: date,
        customer: int,
    ) -> None:
        self._line += 1
        batch, net, staff = self._batch, amount - tax, self._session.staff_id
        batch.lines.append(
            (self._line, bill, position, one.id, f"P{one.id:03}", one.name, "", quantity, amount // quantity,
             None, 0, 0, net, tax, amount, amount, 0, one.lot, "", "", None)
        )  # fmt: skip
        if one.rate:
            batch.taxes.append((self._line, 1, "VAT", one.rate, net, tax))
        if one.lot is not None and kind != "income":
            self._on_hand[one.lot] -= quantity
            batch.moves.append(
                (one.lot, "shelf", kind, -quantity, self._on_hand[one.lot], False, None, self._line, "", at,
                 day.isoformat(), staff, None)
            )  # fmt: skip
        if kind == "borrow":
            due = (day + timedelta(days=14)).isoformat()
            batch.loans.append((self._line, customer, quantity, due, "", at, staff))

    def _pay(self, bill: int, at: int, day: date, customer: int, amount: int) -> None:
        method = self._rng.choice(_METHODS)
        payment = self._begin("payment", at, day, customer, amount)
        self._batch.parts.append((payment, 1, method, amount, None, "", None, None))
        self._enter(payment, day, customer, ((method, amount), ("receivable", -amount)))
        self._batch.settled.append(
            (payment, bill, "receivable", amount, at, day.isoformat(), self._session.staff_id)
        )

    def _begin(self, kind: str, at: int, day: date, customer: int, amount: int) -> int:
        """The row of a posting with the next number of its series (M4); its id."""
        db, series = current().db, (kind, day.year)
        self._last[series] = number = self._last.get(series, 0) + 1
        self._posting += 1
        if number == 1:
            db.execute_sql("insert into number_series (kind, year, last) values (?, ?, 1)", series)
        else:
            db.execute_sql("update number_series set last = last + 1 where kind = ? and year = ?", series)
        db.execute_sql(
            _POSTING,
            (self._posting, kind, day.year, number, at, day.isoformat(), self._session.staff_id, customer,
             self._session.currency, amount),
        )  # fmt: skip
        return self._posting

    def _enter(self, posting: int, day: date, customer: int, sides: Sequence[tuple[str, int]]) -> None:
        self._batch.entries += [
            (posting, account, amount, customer if account == "receivable" else None, None, day.isoformat())
            for account, amount in sides
            if amount
        ]

    def _write(self, first: int) -> int:
        """Write the batch, whose first posting is ``first``, and post it; where the next one begins."""
        batch, self._batch = self._batch, _Batch()
        insert(_LINE, batch.lines, derived=True)
        insert(_TAX, batch.taxes, derived=True)
        insert(_PART, batch.parts, derived=True)
        insert(_ENTRY, batch.entries, derived=True)
        current().db.execute_sql("update posting set state = 'posted' where id >= ?", (first,))
        insert(_MOVE, batch.moves, derived=True)
        insert(_LOAN, batch.loans, derived=True)
        insert(_SETTLED, batch.settled, derived=True)
        return self._posting + 1


_POSTING = (
    "insert into posting (id, kind, year, number, state, at, day, staff_id, customer_id, currency, amount,"
    " inclusive, reason, note) values (?, ?, ?, ?, 'open', ?, ?, ?, ?, ?, ?, 1, '', '')"
)
_LINE: tuple[Field[Any], ...] = (
    cast("Field[Any]", BillLine.id), BillLine.bill, BillLine.position, BillLine.product, BillLine.code,
    BillLine.description, BillLine.unit, BillLine.quantity, BillLine.unit_price, BillLine.list_price,
    BillLine.discount, BillLine.bill_discount, BillLine.net, BillLine.tax, BillLine.total,
    BillLine.customer_share, BillLine.payer_share, BillLine.lot, BillLine.lot_reason, BillLine.directions,
    BillLine.returns,
)  # fmt: skip
_TAX = (LineTax.line, LineTax.position, LineTax.name, LineTax.rate, LineTax.base, LineTax.amount)
_PART = (
    PaymentPart.payment, PaymentPart.position, PaymentPart.method, PaymentPart.amount, PaymentPart.tendered,
    PaymentPart.reference, PaymentPart.drawer, PaymentPart.refunds,
)  # fmt: skip
_ENTRY = (Entry.posting, Entry.account, Entry.amount, Entry.customer, Entry.payer, Entry.day)
_MOVE = (
    StockMovement.lot, StockMovement.place, StockMovement.kind, StockMovement.quantity,
    StockMovement.on_hand, StockMovement.below_zero, StockMovement.cost, StockMovement.line,
    StockMovement.reason, StockMovement.at, StockMovement.day, StockMovement.staff, StockMovement.witness,
)  # fmt: skip
_LOAN = (Loan.line, Loan.customer, Loan.quantity, Loan.due_on, Loan.condition, Loan.at, Loan.staff)
_SETTLED = (
    Allocation.credit, Allocation.debit, Allocation.account, Allocation.amount, Allocation.at, Allocation.day,
    Allocation.staff,
)  # fmt: skip
