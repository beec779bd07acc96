"""Posting a sale beside the bare inserts of the same rows, each in one transaction of the same book."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from pim_tui.db.connection import Book
from pim_tui.domain.basket import Basket
from pim_tui.models import Product
from pim_tui.queries.balances import balance
from pim_tui.queries.bills import bill_page
from pim_tui.services.till import PostBill, post_bill
from tests.bench.figures import Figure, cpu_ms
from tests.services.clinic import ANNA, JANE, NOW
from tests.services.shop import Shop, cash, line, shop

LINES = 20
DAY = "2026-11-23"
NETS = [1000 + 100 * number for number in range(LINES)]
"""What the lines cost without their tax of 19 %."""
PRICES = [net * 119 // 100 for net in NETS]
TOTAL = sum(PRICES)


def figures() -> Iterator[Figure]:
    """A sale of 20 lines that is paid in cash; then the reads of a customer with 5 000 lines."""
    with TemporaryDirectory() as folder:
        made = shop(Path(folder))
        first = _stocked(made)
        command, bare = PostBill(_basket(first), (cash(TOTAL),)), _bare(made.store, first)

        def sale() -> None:
            post_bill(made.session, command)

        value, baseline = cpu_ms(sale, bare)
        yield Figure(f"post a sale of {LINES} lines, CPU", value, "ms", baseline, 2.0)
        walls = [_wall(act) for act in (sale, bare)]
        yield Figure(f"post a sale of {LINES} lines, with the disk", walls[0], "ms", walls[1])
        yield from _reads(made)
        made.store.close()


def _stocked(made: Shop) -> int:
    """So many products with a stock that lasts; the id of the first."""
    with made.store.write_tx():
        for number in range(LINES):
            id_ = Product.insert(
                code=f"P{number}", name=f"Product {number}", sort_name=f"product {number}", kind="product",
                price=PRICES[number], currency="EUR", created_at=NOW, active=True, tracked=True,
            ).execute()  # fmt: skip
            made.store.db.execute_sql(
                "insert into lot (product_id, code, serial, note, created_at, version)"
                " values (?, '', '', '', ?, 1)",
                (id_, NOW),
            )
            made.store.db.execute_sql(
                "insert into stock_movement (lot_id, place, kind, quantity, on_hand, below_zero, reason, at,"
                " day, staff_id)"
                " select max(id), 'shelf', 'receipt', 1000000, 1000000, 0, '', ?, ?, ? from lot",
                (NOW, DAY, ANNA),
            )
    return int(id_) - LINES + 1


def _basket(first: int) -> Basket:
    lines = tuple(
        replace(
            line(None), product_id=first + number, unit_price=PRICES[number], description=f"Product {number}"
        )
        for number in range(LINES)
    )
    return Basket("sale", lines, customer_id=JANE)


def _bare(store: Book, first: int) -> Callable[[], None]:
    """The rows of such a sale without working anything out."""
    lots = [row[0] for row in store.select("select id from lot where product_id >= ? order by id", [first])]
    fresh = count()

    def act() -> None:
        with store.write_tx():
            _inserts(store.db.cursor(), first, lots, f"{next(fresh):064}")

    return act


def _inserts(db: Any, first: int, lots: list[int], seal: str) -> None:
    bill = _posting(db, "sale", TOTAL)
    last = db.execute("select coalesce(max(id), 0) from bill_line").fetchone()[0]
    ids = range(last + 1, last + 1 + LINES)
    db.executemany(
        "insert into bill_line (id, bill_id, position, product_id, code, description, unit, quantity,"
        " unit_price, discount, bill_discount, net, tax, total, customer_share, payer_share, lot_id,"
        " lot_reason, directions)"
        " values (?, ?, ?, ?, '', ?, '', 1, ?, 0, 0, ?, ?, ?, ?, 0, ?, '', '')",
        [
            (
                id_,
                bill,
                n,
                first + n,
                f"Product {n}",
                PRICES[n],
                NETS[n],
                PRICES[n] - NETS[n],
                PRICES[n],
                PRICES[n],
                lots[n],
            )
            for n, id_ in enumerate(ids)
        ],
    )
    db.executemany(
        "insert into line_tax values (?, 1, 'VAT', 19000, ?, ?)",
        [(id_, net, price - net) for id_, net, price in zip(ids, NETS, PRICES, strict=True)],
    )
    db.executemany(
        "insert into stock_movement (lot_id, place, kind, quantity, on_hand, below_zero, line_id, reason, at,"
        " day, staff_id) select ?, 'shelf', 'sale', -1, on_hand - 1, 0, ?, '', ?, ?, ? from stock_movement"
        " where lot_id = ? and place = 'shelf' order by id desc limit 1",
        [(lot, id_, NOW, DAY, ANNA, lot) for lot, id_ in zip(lots, ids, strict=True)],
    )
    _enter(db, bill, ("receivable", TOTAL), ("income", -sum(NETS)), ("tax", sum(NETS) - TOTAL))
    payment = _posting(db, "payment", TOTAL)
    db.execute(
        "insert into payment_part (payment_id, position, method, amount, tendered, reference)"
        " values (?, 1, 'cash', ?, ?, '')",
        (payment, TOTAL, TOTAL),
    )
    _enter(db, payment, ("cash", TOTAL), ("receivable", -TOTAL))
    db.execute(
        "insert into allocation (credit_id, debit_id, account, amount, at, day, staff_id)"
        " values (?, ?, 'receivable', ?, ?, ?, ?)",
        (payment, bill, TOTAL, NOW, DAY, ANNA),
    )
    seq, prev = db.execute("select seq, hash from journal order by seq desc limit 1").fetchone()
    told = '{"amount":23800,"code":"S-2026-000001","currency":"EUR","customer_id":1,"kind":"sale"}'
    for step, row in enumerate((bill, payment), 1):
        sealed = f"{step}{seal[1:]}"
        db.execute(
            "insert into journal (seq, at_ms, staff_id, session, action, kind, row_id, reason, before_hash,"
            " after_hash, prev, hash) values (?, ?, ?, 'desk', 'post', 'posting', ?, '', ?, ?, ?, ?)",
            (seq + step, NOW * 1000, ANNA, row, seal, seal, prev, sealed),
        )
        prev = sealed
        db.execute(
            "insert into journal_values (seq_id, before, after, answer) values (?, '', ?, '')",
            (seq + step, told),
        )


def _posting(db: Any, kind: str, amount: int) -> int:
    db.execute("update number_series set last = last + 1 where kind = ? and year = 2026", (kind,))
    db.execute(
        "insert into posting (kind, year, number, state, at, day, staff_id, customer_id, currency, amount,"
        " inclusive, reason, note) select ?, 2026, last, 'open', ?, ?, ?, ?, 'EUR', ?, 1, '', ''"
        " from number_series where kind = ? and year = 2026",
        (kind, NOW, DAY, ANNA, JANE, amount, kind),
    )
    return int(db.lastrowid)


def _enter(db: Any, posting: int, *sides: tuple[str, int]) -> None:
    db.executemany(
        "insert into entry (posting_id, account, amount, customer_id, day) values (?, ?, ?, ?, ?)",
        [
            (posting, account, amount, JANE if account == "receivable" else None, DAY)
            for account, amount in sides
        ],
    )
    db.execute("update posting set state = 'posted' where id = ?", (posting,))


def _wall(act: Callable[[], None], rounds: int = 40) -> float:
    """Milliseconds that pass, with what waits for the disk."""
    found = []
    for _ in range(rounds):
        begun = time.perf_counter()
        act()
        found.append((time.perf_counter() - begun) * 1000)
    return median(found)


def _reads(made: Shop) -> Iterator[Figure]:
    """A customer with many lines beside one with few."""
    few = post_bill(
        made.session, PostBill(Basket("sale", (line(),), customer_id=JANE + 1), (cash(8000),))
    ).ids[0]
    ((lines,),) = made.store.select(
        "select count(*) from bill_line l join posting p on p.id = l.bill_id where p.customer_id = ?", [JANE]
    )
    ((newest,),) = made.store.select(
        "select max(id) from posting where customer_id = ? and kind = 'sale'", [JANE]
    )
    value, baseline = cpu_ms(lambda: bill_page(newest), lambda: bill_page(few))
    yield Figure(f"page of a bill, customer with {lines:,} lines", value, "ms", baseline)
    value, baseline = cpu_ms(lambda: balance(JANE), lambda: balance(JANE + 1))
    yield Figure(f"balance, customer with {lines:,} lines", value, "ms", baseline)
