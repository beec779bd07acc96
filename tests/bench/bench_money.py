"""Two years of a large till: a long account on the screen, the lists of the clinic, and the whole check.

The check is held against plain sums of the same tables, in a process of its own each, so that their
memory can be told as well.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from statistics import median

from pim_tui.db.connection import select
from pim_tui.lists.bills import SALE, clinic_wide
from pim_tui.lists.periods import Period
from pim_tui.lists.spec import Scope
from pim_tui.queries.balances import balance
from pim_tui.queries.ledger import ledger_of
from pim_tui.queries.money_checks import LOOKS
from tests.bench.clinics import MONEY, ROOT, ZONE, opened
from tests.bench.figures import Figure, cpu_ms
from tests.bench.terminal import app, step
from tests.tui.ptyterm import PtyTerm

SHORT = 20
"""Lines of the account that the long one is held against."""
SUMMED = {
    "posting": "amount",
    "bill_line": "total + net + tax + customer_share + payer_share",
    "line_tax": "amount",
    "payment_part": "amount",
    "entry": "amount",
    "allocation": "amount",
    "stock_movement": "quantity + on_hand",
}
"""The tables that the check adds up, and what a plain sum of each reads."""
GROUPED = {
    "bill_line": "bill_id", "line_tax": "line_id", "payment_part": "payment_id", "entry": "posting_id",
    "allocation": "debit_id", "stock_movement": "lot_id, place",
}  # fmt: skip
"""By what they are added up: one sum for each document, line or lot."""
TURNS = 3


def figures() -> Iterator[Figure]:
    """Screen, queries, check."""
    book, _ = opened(MONEY)
    long, short = _accounts()
    yield from _queries(long[0], short[0])
    book.close()
    yield from _on_screen(long[1], short[1])
    yield from _check()


def _accounts() -> tuple[tuple[int, int], tuple[int, int]]:
    """(id, number) of the customer with the longest account, and of one with about :data:`SHORT` lines."""
    counted = (
        "select p.customer_id, c.number, count(*) as lines from posting p"
        " join bill_line l on l.bill_id = p.id join customer c on c.id = p.customer_id"
        " group by p.customer_id order by"
    )
    ((long, number, lines),) = select(f"{counted} lines desc limit 1")
    ((short, other, few),) = select(f"{counted} abs(lines - {SHORT}), p.customer_id limit 1")
    print(f"  accounts of {lines} and {few} lines", file=sys.stderr)
    return (long, number), (short, other)


def _queries(long: int, short: int) -> Iterator[Figure]:
    """What a tab, a balance, a ledger and a list of the clinic read."""

    def tab(customer: int) -> None:
        SALE.query(Scope(customer, ZONE), {}, SALE.page_size, 0)

    value, baseline = cpu_ms(lambda: tab(long), lambda: tab(short))
    yield Figure("tab of a customer, long account against short", value, "ms", baseline)
    value, baseline = cpu_ms(lambda: balance(long), lambda: balance(short))
    yield Figure("balance of a customer, long against short", value, "ms", baseline)
    yield Figure("ledger of the long account, first page", cpu_ms(lambda: ledger_of(long))[0], "ms")
    wide, scope = clinic_wide(SALE), Scope(None, ZONE)
    ((last,),) = select("select max(day) from posting where kind = 'sale'")
    day = date.fromisoformat(last)
    month = {"days": Period("month", "this month", day.replace(day=1), day)}
    yield Figure("sales of the clinic this month", cpu_ms(lambda: wide.query(scope, month, 50, 0))[0], "ms")


def _on_screen(long: int, short: int) -> Iterator[Figure]:
    """Opening a profile and going to its bills, in CPU of the real program."""
    taken: dict[int, list[tuple[float, float]]] = {long: [], short: []}
    for _ in range(TURNS):
        for number in (long, short):
            with app(MONEY) as term:
                taken[number].append(_opened(term, number))
    for place, name in ((0, "open a profile"), (1, "go to its sales")):
        value, baseline = (median(one[place] for one in taken[number]) for number in (long, short))
        yield Figure(f"{name}, CPU, 5 000 lines against {SHORT}", value, "ms", baseline, 1.5)


def _opened(term: PtyTerm, number: int) -> tuple[float, float]:
    step(term, "\x1bOR")
    for sign in str(number):
        step(term, sign)
    profile = step(term, "\r")[0]
    return profile, sum(step(term, "\x1b[Z")[0] for _ in range(4))


def _check() -> Iterator[Figure]:
    """The check of money against plain sums of its tables; both in CPU, and the memory of the check."""
    ours, plain, grouped = _alone("check"), _alone("sums"), _alone("grouped")
    yield Figure("check of 2 000 000 lines, CPU, against one sum per table", ours[0], "ms", plain[0], 3.0)
    yield Figure("the same against one sum per document", ours[0], "ms", grouped[0])
    yield Figure("memory of the check, against plain sums", ours[1], "MB", plain[1], 1.5)


def _alone(what: str) -> tuple[float, float]:
    """(milliseconds of CPU, MB at most) of one part in a process of its own; the best of some."""
    runs = []
    for _ in range(TURNS):
        argv = [sys.executable, "-m", "tests.bench.bench_money", what]
        told = subprocess.run(argv, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
        runs.append((float(told[0]), float(told[1])))
    return min(run[0] for run in runs), min(run[1] for run in runs)


def _part(what: str) -> None:
    opened(MONEY)
    begun = time.process_time()
    if what == "check":
        assert [found for _, _, look in LOOKS for found in look()] == []
    elif what == "grouped":
        for table, by in GROUPED.items():
            select(f"select count(*) from (select sum({SUMMED[table]}) from {table} group by {by})")
    else:
        for table, columns in SUMMED.items():
            select(f"select sum({columns}) from {table}")
    taken = (time.process_time() - begun) * 1000
    print(taken, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


if __name__ == "__main__":
    _part(sys.argv[1])
