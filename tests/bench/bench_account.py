"""The account of one customer with ten thousand lines: on the screen, explained, on paper, exported.

It is held against an account of a tenth: what shows a screenful must cost the same, what tells of every line
ten times as much and not a hundred times.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from pim_tui.db.connection import Book, go_back_to
from pim_tui.documents.blocks import Letterhead
from pim_tui.documents.fonts import Fonts, SystemFonts
from pim_tui.domain.rights import rights_of
from pim_tui.domain.session import Session
from pim_tui.lists.ledger import LEDGER
from pim_tui.lists.spec import AFTER, Scope
from pim_tui.queries.balances import balance
from pim_tui.queries.explain import balance_behind, explain
from pim_tui.queries.ledger import ageing_of, first_day, ledger_of
from pim_tui.services.account_papers import statement_paper
from pim_tui.services.exporting import ExportList, export_list
from pim_tui.services.leaving import Form
from pim_tui.services.printing import Stationery
from pim_tui.services.wanted import StatementPaper
from tests.bench.figures import Figure, cpu_ms
from tests.db.book import new_book
from tests.queries import grown

PRINTED = datetime(2026, 11, 23, 16, 2, tzinfo=UTC)
LONG, SHORT = 10_000, 1_000
SCREENFUL = {"first page": 2.5, "a page in the middle": 2.5}
"""What shows a screenful, and how many times as much it may cost; the balance is a sum of all the same."""


def figures() -> Iterator[Figure]:
    """Each in turns with the same on the shorter account."""
    with tempfile.TemporaryDirectory() as name:
        books = [_book(Path(name) / str(lines), lines) for lines in (LONG, SHORT)]
        long, short = (
            _acts(book, lines, Path(name)) for book, lines in zip(books, (LONG, SHORT), strict=True)
        )
        for what, act in long.items():
            value, baseline = cpu_ms(act, short[what], rounds=5)
            yield Figure(
                f"account of {LONG:,} lines, {what}", value, "ms", baseline, SCREENFUL.get(what, 13.0)
            )
        for book in books:
            book.close()


def _book(folder: Path, lines: int) -> Book:
    """One in which customer 1 has so many lines."""
    folder.mkdir()
    book = new_book(folder, grown.furnish)
    with book.write_tx():
        grown.fill(book, 40)
        grown.account(book, lines)
    return book


def _acts(book: Book, lines: int, folder: Path) -> dict[str, Callable[[], object]]:
    session = Session(
        1, "Bench", grown.ZONE, lambda: grown.NOW, rights_of("owner"), "bench", "DE", currency="EUR"
    )
    scope, today = Scope(1, grown.ZONE, grown.TODAY, "EUR"), grown.TODAY
    go_back_to(book)
    first = first_day(1) or today
    middle = ledger_of(1, limit=1, offset=lines // 2).rows[0].id
    clinic, numbers = Letterhead("Bench"), iter(range(10**6))

    def export() -> object:
        form = Form("csv", str(folder / f"{lines}-{next(numbers)}.csv"), Stationery(clinic))
        return export_list(session, ExportList(LEDGER, scope, {}, form))

    acts: dict[str, Callable[[], object]] = {
        "first page": lambda: LEDGER.query(scope, {}, LEDGER.page_size, 0),
        "a page in the middle": lambda: LEDGER.query(scope, {AFTER: middle}, LEDGER.page_size, 0),
        "its sums": lambda: LEDGER.query(scope, {}, 0, 0).totals,
        "balance and ages": lambda: (balance(1), ageing_of(1, today)),
        "the balance explained": lambda: explain("balance", 1),
        "a balance in the middle explained": lambda: balance_behind(1, middle),
        "as a statement": lambda: (
            statement_paper(session, StatementPaper(1, first, today), clinic)
            .document.pdf(PRINTED, size="A4", fonts=Fonts(SystemFonts(())))
        ),
        "as a table": export,
    }  # fmt: skip

    def on_it(act: Callable[[], object]) -> Callable[[], object]:
        def ask() -> object:
            go_back_to(book)
            return act()

        return ask

    return {name: on_it(act) for name, act in acts.items()}
