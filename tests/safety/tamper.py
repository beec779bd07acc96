"""Columns of money, stock, PINs and the journal changed behind the rules: ``python -m tests.safety.tamper``.

A clinic works at its till for a while. Then the rules of its tables are taken away, and of each table one
row and the last one are changed by hand column by column, taken away, and slipped in once more. Each time
``check`` must find it by itself. What it does not find is told with the reason; anything else is an error.

Besides, whole changes are taken back by hand as if they had never been: every row of every table is what it
was before, the lines of the journal are gone. That is found by where the journal ended, and by nothing else:
the control sets that back as well, and only a head kept elsewhere may find it then.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from pim_tui.config import Settings
from pim_tui.db.connection import Book, select
from pim_tui.domain.chain import Line, seal
from pim_tui.errors import PimError
from pim_tui.queries.checks import CHECKS
from pim_tui.queries.heads import CODE, departures, head
from pim_tui.queries.money_seals import CHANGING, COLUMNS
from pim_tui.services.day_close import CloseDay, close_day
from pim_tui.services.issuing import HandOut, hand_out
from pim_tui.services.pins import SetPin, set_pin
from pim_tui.services.stationery import stationery
from pim_tui.services.wanted import PostingPaper
from tests.safety.money import Till
from tests.safety.money_walk import STEPS

LOOKED_AT = frozenset(("C05", "C06", "C38", "C41", *(f"C{number}" for number in range(16, 31))))
"""The checks of the journal, of money and of stock."""
ENDS = "C41"
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
    till.at_drawer(10_000, "open")
    names, often = list(STEPS), [weight for weight, _ in STEPS.values()]
    for number in range(steps):
        name = one.choices(names, often)[0]
        getattr(till, name)(**STEPS[name][1](one))
        if number == steps // 2:
            if till.drawer is None:
                till.at_drawer(10_000, "open")
            till.at_drawer(-500, "move")
            till.at_drawer(1, "count")
            with suppress(PimError):
                close_day(session, CloseDay(till.today))
            clock[0] += 86_400
    ((bill,),) = select("select max(id) from posting where kind = 'sale'")
    hand_out(session, HandOut(PostingPaper(bill), stationery(Settings()), "file", "x"))
    return till


@contextmanager
def without_rules(book: Book) -> Iterator[None]:
    """The tables let everything be done to them; what is done is taken back at the end."""
    _drop_rules(book)
    for pragma in ("foreign_keys = 0", "ignore_check_constraints = 1"):
        book.db.execute_sql(f"pragma {pragma}")
    yield


def _drop_rules(book: Book) -> None:
    for (name,) in select("select name from sqlite_master where type = 'trigger'"):
        book.db.execute_sql(f"drop trigger {name}")


@dataclass(frozen=True, slots=True)
class Try:
    """Something done by hand: what it is called, and the statements with their parameters."""

    name: str
    steps: tuple[tuple[str, Sequence[object]], ...]


NEXT_LINE = "(select max(seq) + 1 from journal)"
SLIPPED_IN = {
    "journal": {"seq": NEXT_LINE, "request": "null", "hash": "hash || 'x'"},
    "journal_values": {"seq_id": NEXT_LINE},
    "number_series": {"year": "year + 100"},
    "line_tax": {"position": "position + 100"},
    "bill_line": {"position": "position + 100"},
    "payment_part": {"position": "position + 100"},
    "posting": {
        "number": "(select max(p.number) + 1 from posting p where p.kind = posting.kind"
        " and p.year = posting.year)",
        "corrects_id": "case kind when 'void' then (select max(p.id) from posting p where p.kind <> 'void'"
        " and p.id not in (select v.corrects_id from posting v where v.kind = 'void')) else corrects_id end",
    },
    "drawer": {"name": "name || 'x'"},
    "day_close": {"day": "'2099-01-01'", "number": "(select max(number) + 1 from day_close)"},
    "loan": {"line_id": "(select max(id) from bill_line where id not in (select line_id from loan))"},
    "return_request": {"credit_note_id": "null", "refund_id": "null"},
    "return_line": {
        "line_id": "(select max(id) from bill_line where id not in (select r.line_id from return_line r"
        " where r.request_id = return_line.request_id))"
    },
    "staff_pin": {"staff_id": "(select min(id) from staff where id not in (select staff_id from staff_pin))"},
}
"""What a row has to be told apart by to be in its table once more, besides its id."""


def tries() -> Iterator[Try]:
    """What is done, table by table; without a step where nothing is in the table."""
    for table in TABLES:
        names = [row[1] for row in select(f"pragma table_info({table})")]
        rows = select(f"select rowid, {', '.join(names)} from {table} order by rowid")
        if not rows:
            yield Try(f"{table}: nothing is in it", ())
            continue
        one, last = rows[len(rows) * 2 // 3], rows[-1]
        yield from _tries(table, names, one, "")
        if one != last:
            yield from _tries(table, names, last, " of the last")
    yield Try("journal goes on by hand", tuple(_next_line()))


def _tries(table: str, names: list[str], row: tuple[Any, ...], which: str) -> Iterator[Try]:
    rowid, *values = row
    for name, value in zip(names, values, strict=True):
        yield _one(
            f"{table}.{name}{which}",
            f"update {table} set {name} = ? where rowid = ?",
            other(name, value),
            rowid,
        )
    yield _one(f"{table} delete{which}", f"delete from {table} where rowid = ?", rowid)
    other_key = {"id": f"(select max(id) + 1 from {table})", **SLIPPED_IN.get(table, {})}
    copied = ", ".join(other_key.get(name, name) for name in names)
    yield _one(
        f"{table} insert{which}", f"insert into {table} select {copied} from {table} where rowid = ?", rowid
    )


def _one(name: str, statement: str, *params: object) -> Try:
    return Try(name, ((statement, params),))


def _next_line() -> Iterator[tuple[str, Sequence[object]]]:
    """A line that follows the last one as it must, seal and all, by somebody who knows how they are made."""
    ((seq, prev),) = select("select seq, hash from journal order by seq desc limit 1")
    line = Line(seq + 1, 0, 1, "x", "export", "customer", None, "", None, "", "")
    yield f"insert into journal values ({', '.join('?' * 13)})", (*line, prev, seal(prev, line))
    yield "insert into journal_values values (?, '', '', '')", (seq + 1,)


def other(name: str, value: Any) -> object:
    """Another value of the same kind."""
    if isinstance(value, int):
        return value + 1_000_000 if name in ("id", "number", "seq", "seq_id") else value + 1
    if isinstance(value, str) and name in ("day", "due_on", "expires_on"):
        return (date.fromisoformat(value) - timedelta(days=1)).isoformat()
    if value is None:
        return 1 if name.endswith(("_id", "_at", "cost", "price", "tendered", "counted", "expected")) else "x"
    return f"{value}x"


def is_found() -> str:
    """The code of the first check that finds something; empty where none does."""
    for check in CHECKS:
        if check.code in LOOKED_AT and next(check.look(), None):
            return check.code
    return ""


def outcome(book: Book, tried: Try) -> str:
    """What finds it; ``refused`` where even so the table does not take it."""
    with book.db.atomic() as done:
        try:
            for statement, params in tried.steps:
                book.db.execute_sql(statement, params)
            return is_found()
        except Exception as error:
            if "UNIQUE" in str(error) or "datatype" in str(error):
                return "refused"
            raise
        finally:
            done.rollback()


def taken_back(till: Till, one: Random, steps: int) -> Iterator[tuple[str, str, str]]:
    """Changes as if they had never been: what was done, what finds that it is gone, and what does when the
    journal's end is set back with it, with a head that was kept elsewhere after ``+``.
    """
    book = till.shop.store
    for name in one.choices(list(STEPS), k=steps):
        tables = [table for table in book.db.get_tables() if table != "schema_migration"]
        before = {table: select(f"select * from {table}") for table in tables}
        getattr(till, name)(**STEPS[name][1](one))
        if not (kept := head(0)).seq > before["journal"][-1][0]:
            continue
        book.db.execute_sql("pragma foreign_keys = 0")
        with book.undone():
            _drop_rules(book)
            for table in tables:
                if table != "journal_head":
                    _set(book, table, before[table])
            found = is_found()
            _set(book, "journal_head", before["journal_head"])
            yield name, found, f"{is_found()}+{CODE if next(departures([kept]), None) else ''}"
        book.db.execute_sql("pragma foreign_keys = 1")


def _set(book: Book, table: str, rows: list[tuple[Any, ...]]) -> None:
    """Make these the rows of a table."""
    book.db.execute_sql(f"delete from {table}")
    for row in rows:
        book.db.execute_sql(f"insert into {table} values ({', '.join('?' * len(row))})", row)


def main(arguments: list[str]) -> int:
    """Print a line for each try; 1 where something is not found without a reason."""
    seed = int(arguments[0]) if arguments else 7
    till, lost = worked(seed, 120), 0
    try:
        assert not is_found(), "the book was not sound before"
        for name, found, without in taken_back(till, Random(seed), 60):
            lost += (found, without) != (ENDS, f"+{CODE}")
            print(f"{name + ', taken back':40} {found or 'NOT FOUND'}, without the end {without}")
        with without_rules(till.shop.store):
            for tried in list(tries()):
                code = outcome(till.shop.store, tried) if tried.steps else "-"
                told = code or UNFOUND.get(tried.name.removesuffix(" of the last"), "NOT FOUND")
                lost += told in ("NOT FOUND", "-") or (told == "refused" and " insert" in tried.name)
                print(f"{tried.name:40} {told}")
    finally:
        till.teardown()
    print(f"{lost} not found" if lost else "everything is found, or told why not")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
