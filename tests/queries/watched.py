"""What a question asks of a book: statements, rows, work, and the plans behind them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from pim_tui.db.connection import Book

STEP = 20
"""Instructions of the database's machine between two looks at its counter."""

LARGE = frozenset({
    "allocation", "appointment", "attachment", "bill_line", "consent", "customer", "email", "entry",
    "inbound_text", "journal", "loan", "loan_event", "note", "outbox", "payment_part", "phone", "posting",
    "search_digits", "search_sound", "search_word", "stock_movement", "stored_file", "waiting_entry",
})  # fmt: skip
"""Tables that grow with the years of a clinic."""


@dataclass
class Watched:
    """``asked`` are (statement, parameters), ``rows`` how many came back, ``steps`` instructions of SQLite's
    machine: the same question to the same book always takes as many, whatever else the computer does.
    """

    asked: list[tuple[str, Sequence[object]]] = field(default_factory=list)
    rows: int = 0
    steps: int = 0


@contextmanager
def watched(book: Book) -> Iterator[Watched]:
    """Whatever is asked of ``book`` meanwhile, on whatever thread."""
    seen, select = Watched(), book.select

    def step() -> None:
        seen.steps += STEP

    def asking(sql: str, params: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        # A server counts nothing of the kind.
        count = getattr(book.db.connection(), "set_progress_handler", lambda *_: None)
        count(step, STEP)
        found = select(sql, params)
        count(None, 0)
        seen.asked.append((sql, params))
        seen.rows += len(found)
        return found

    book.select = asking  # type: ignore[method-assign]
    try:
        yield seen
    finally:
        del book.select  # type: ignore[method-assign]


@dataclass(frozen=True)
class Plan:
    """``indexes`` that are used, ``scans``: large tables that are read from end to end, in no order."""

    indexes: frozenset[str]
    scans: frozenset[str]


def plan_of(book: Book, sql: str, params: Sequence[object]) -> Plan:
    """How the engine goes about a statement."""
    if book.file is None:
        lines = [row[0] for row in book.select(f"explain {sql}", params)]
        used = re.findall(r"Index(?: Only)? Scan(?: Backward)? (?:using|on) (\w+)", "\n".join(lines))
        return Plan(frozenset(used), LARGE & set(re.findall(r"Seq Scan on (\w+)", "\n".join(lines))))
    rows = book.select(f"explain query plan {sql}", params)
    used = [found[1] for row in rows if (found := re.search(r"USING (?:COVERING )?INDEX (\w+)", row[3]))]
    return Plan(frozenset(used), frozenset(_scanned(sql, rows)))


def _scanned(sql: str, rows: Sequence[tuple[Any, ...]]) -> Iterator[str]:
    """Large tables without an index; what is told of a subquery's rows is no table."""
    made = {(parent, words[1]) for _, parent, _, told in rows if (words := told.split())[0] in _MADE}
    for _, parent, _, told in rows:
        if (found := re.fullmatch(r"SCAN (\w+)", told)) and (parent, found[1]) not in made:
            named = found[1]
            yield from (
                table for table in LARGE if table == named or re.search(rf"\b{table}(?: as)? {named}\b", sql)
            )


_MADE = ("CO-ROUTINE", "MATERIALIZE")
