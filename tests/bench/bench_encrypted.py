"""What encryption costs: an encrypted book beside a plain one with the same made-up clinic in it."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from pim_tui.bootstrap import clock
from pim_tui.db.connection import Book, open_book
from pim_tui.db.newfile import new_book
from pim_tui.services.demo_large import Size, furnish_large
from tests.bench.figures import Figure

KEY = "5a" * 32
SIZE = Size(2_000, 20_000)
ROUNDS = 15
_SCAN = "select count(*), sum(minutes), max(day) from appointment"
_ONE = "select * from customer where id = ?"


def figures() -> Iterator[Figure]:
    """Opening, reading a table that is not in memory, reading single rows that are, and writing."""
    os.umask(0o077)
    with tempfile.TemporaryDirectory() as name:
        files = {key: Path(name) / f"clinic{len(key)}.db" for key in ("", KEY)}
        for key, file in files.items():
            new_book(str(file), lambda book: furnish_large(book, SIZE, "UTC", clock, "bench", "US"), key)
        for what, act, unit in (
            ("opened", _opened, "ms"), ("a table read", _scanned, "ms"), ("rows read by number", _rows, "ms"),
            ("a change written", _written, "ms"),
        ):  # fmt: skip
            plain, sealed = _in_turns(files, act)
            yield Figure(f"encrypted book, {what}", sealed, unit, plain)
        plain_size, sealed_size = (file.stat().st_size / 1e6 for file in files.values())
        yield Figure("encrypted book, size of the file", sealed_size, "MB", plain_size)


def _in_turns(files: dict[str, Path], act: Callable[[Path, str], float]) -> tuple[float, float]:
    """Milliseconds of the plain and of the encrypted one, each the median of rounds taken in turns."""
    took: dict[str, list[float]] = {key: [] for key in files}
    for _ in range(ROUNDS):
        for key, file in files.items():
            took[key].append(act(file, key) * 1000)
    return median(took[""]), median(took[KEY])


def _cpu(act: Callable[[], object]) -> float:
    began = time.process_time()
    act()
    return time.process_time() - began


def _opened(file: Path, key: str) -> float:
    return _cpu(lambda: open_book(str(file), key=key).close())


def _scanned(file: Path, key: str) -> float:
    book = open_book(str(file), key=key)
    took = _cpu(lambda: book.select(_SCAN))
    book.close()
    return took


def _rows(file: Path, key: str) -> float:
    book = open_book(str(file), key=key)

    def read(book: Book = book) -> None:
        for number in range(1, 301):
            book.select(_ONE, [number])

    read()
    took = _cpu(read)
    book.close()
    return took


def _written(file: Path, key: str) -> float:
    book = open_book(str(file), key=key)

    def write() -> None:
        for number in range(20):
            with book.write_tx():
                book.db.execute_sql("update clinic set name = ? where id = 1", (f"Clinic {number}",))

    took = _cpu(write) / 20
    book.close()
    return took
