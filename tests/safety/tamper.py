"""Columns of money, stock, PINs and the journal changed behind the rules: ``python -m tests.safety.tamper``.

A clinic works at its till for a while. Then the rules of its tables are taken away, and of each table each
column of one row is changed by hand, a row is taken away, the last one is, and one is slipped in. Each time
``check`` must find it, by itself or, for the end of the journal, by a head of it that was kept elsewhere.
What it does not find is told with the reason; anything else ends in an error.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from random import Random
from typing import Any

from pim_tui.config import Settings
from pim_tui.db.connection import Book, select
from pim_tui.domain.heads import Head
from pim_tui.errors import PimError
from pim_tui.queries.checks import CHECKS
from pim_tui.queries.heads import CODE, departures, head
from pim_tui.queries.money_seals import CHANGING, COLUMNS
from pim_tui.services.day_close import CloseDay, close_day
from pim_tui.services.drawer import (
    CloseDrawer,
    CorrectCount,
    MoveCash,
    OpenDrawer,
    close_drawer,
    correct_count,
    move_cash,
    open_drawer,
)
from pim_tui.services.issuing import HandOut, hand_out
from pim_tui.services.pins import SetPin, set_pin
from pim_tui.services.stationery import stationery
from pim_tui.services.wanted import PostingPaper
from tests.safety.money import Till
from tests.safety.money_walk import STEPS

LOOKED_AT = frozenset(("C05", "C06", "C38", *(f"C{number}" for number in range(16, 31))))
"""The checks of the journal, of money and of stock."""
TABLES = ("journal", "journal_values", "number_series", *COLUMNS, *CHANGING)
UNFOUND = {
    "journal_values.answer": "what a request was answered, so that it is done once; no figure comes from it",
    "paper.customer_id": "goes along when two records become one; the file and what it is of are sealed",
    "return_request.customer_id": "the same; the refund itself is a document, whose customer is told",
    "staff_pin.failures": "counts wrong tries, each of which is a line of the journal",
    "staff_pin.wait_until": "the same",
}
"""What no check finds, and why that does no harm."""


def worked(seed: int, steps: int) -> Till:
    """A till at which much has happened: a drawer was counted, a day closed, a paper issued."""
    one, till = Random(seed), Till()
    till.open(currency="EUR", inclusive=True, step=1, per="line", below=False)
    session, clock = till.shop.session, till.shop.clock
    set_pin(session, SetPin(session.staff_id, "heron on 1 leg", forgotten=True))
    drawer = open_drawer(session, OpenDrawer(10_000)).ids[0]
    names, often = list(STEPS), [weight for weight, _ in STEPS.values()]
    for number in range(steps):
        name = one.choices(names, often)[0]
        getattr(till, name)(**STEPS[name][1](one))
        if number == steps // 2:
            move_cash(session, MoveCash("out", 500, "stamps"))
            close_drawer(session, CloseDrawer(drawer, 1, 9_400))
            correct_count(session, CorrectCount(drawer, 100, "a coin under the tray"))
            with suppress(PimError):
                close_day(session, CloseDay(till.today))
            clock[0] += 86_400
    ((bill,),) = select("select max(id) from posting where kind = 'sale'")
    hand_out(session, HandOut(PostingPaper(bill), stationery(Settings()), "file", "x"))
    return till


@contextmanager
def without_rules(book: Book) -> Iterator[None]:
    """The tables let everything be done to them; what is done is taken back at the end."""
    for (name,) in select("select name from sqlite_master where type = 'trigger'"):
        book.db.execute_sql(f"drop trigger {name}")
    for pragma in ("foreign_keys = 0", "ignore_check_constraints = 1"):
        book.db.execute_sql(f"pragma {pragma}")
    yield


def tries() -> Iterator[tuple[str, str, list[object]]]:
    """What is done: its name, a statement, and its parameters."""
    for table in TABLES:
        names = [row[1] for row in select(f"pragma table_info({table})")]
        rows = select(f"select rowid, {', '.join(names)} from {table} order by rowid")
        if not rows:
            yield f"{table}: nothing is in it", "", []
            continue
        rowid, *values = rows[len(rows) * 2 // 3]
        for name, value in zip(names, values, strict=True):
            where = "where rowid = ?"
            yield f"{table}.{name}", f"update {table} set {name} = ? {where}", [other(name, value), rowid]
        yield f"{table} delete", f"delete from {table} where rowid = ?", [rowid]
        yield f"{table} delete the last", f"delete from {table} where rowid = ?", [rows[-1][0]]
        if "id" in names and table not in CHANGING:
            copied = ", ".join(
                f"(select max(id) + 1 from {table})" if name == "id" else name for name in names
            )
            yield (
                f"{table} insert",
                f"insert into {table} select {copied} from {table} where rowid = ?",
                [rowid],
            )


def other(name: str, value: Any) -> object:
    """Another value of the same kind."""
    if isinstance(value, int):
        return value + 1_000_000 if name in ("id", "number", "seq", "seq_id") else value + 1
    if isinstance(value, str) and name in ("day", "due_on", "expires_on"):
        return (date.fromisoformat(value) - timedelta(days=1)).isoformat()
    if value is None:
        return 1 if name.endswith(("_id", "_at", "cost", "price", "tendered")) else "x"
    return f"{value}x"


def is_found() -> str:
    """The code of the first check that finds something; empty where none does."""
    for check in CHECKS:
        if check.code in LOOKED_AT and next(check.look(), None):
            return check.code
    return ""


def outcome(book: Book, name: str, statement: str, params: list[object], kept: tuple[Head, ...] = ()) -> str:
    """What finds it, with the heads ``kept``; ``refused`` where even so the table does not take it."""
    with book.db.atomic() as tried:
        try:
            book.db.execute_sql(statement, params)
            return is_found() or (CODE if next(departures(kept), None) else "")
        except Exception as error:
            if "UNIQUE" in str(error) or "datatype" in str(error):
                return "refused"
            raise
        finally:
            tried.rollback()


def main(arguments: list[str]) -> int:
    """Print a line for each try; 1 where something is not found without a reason."""
    till, lost = worked(int(arguments[0]) if arguments else 7, 120), 0
    try:
        assert not is_found(), "the book was not sound before"
        kept = (head(till.shop.session.clock()),)
        with without_rules(till.shop.store):
            for name, statement, params in list(tries()):
                code = outcome(till.shop.store, name, statement, params, kept) if statement else "-"
                told = code or UNFOUND.get(name, "NOT FOUND")
                lost += told in ("NOT FOUND", "-")
                print(f"{name:40} {told}")
    finally:
        till.teardown()
    print(f"{lost} not found" if lost else "everything is found, or told why not")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
