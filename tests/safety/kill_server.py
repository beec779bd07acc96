"""Writers on a PostgreSQL server that are killed at any moment, and the server itself; what it then holds.

``python -m tests.safety.kill_server [WRITERS] [SERVERS]`` kills so many writers (400) and so often the whole
server (40), which then recovers as after a crash of its own. What a writer was promised has to be there, no
use case half, no number of a bill left out, the journal whole and every check of the book passed.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from pim_tui.db.connection import Book, open_book
from pim_tui.domain.visit import Answers, Details
from pim_tui.errors import StoreError
from pim_tui.queries.checks import faults
from pim_tui.services.booking import BookAppointment, book
from tests.peers import postgres
from tests.safety.kill import _killed, _start, _told
from tests.safety.race import DAY
from tests.services.clinic import LEE, SATO, at, broken_line, overlaps
from tests.services.shop import Shop, line, shop

_GAPS = "select kind, year from posting group by kind, year having count(*) <> max(number) - min(number) + 1"

_SEARCH = ("C11", "C12")


def rounds(server: str, count: int, seed: int) -> dict[str, Any]:
    """Two writers book and sell side by side and die at once, ``count`` of them in all, over one book."""
    with _clinic(server) as (made, url):
        rng, promised, found = Random(seed), 0, list[str]()
        for number in range(count // 2):
            begun = partial(_write, url, made, number=number)
            writers = [_start(partial(begun, staff)) for staff in (LEE, SATO)]
            told = [
                id_ for writer in writers for id_ in _killed(*writer, rng.randint(1, 8), rng.randint(0, 400))
            ]
            promised += len(told)
            found += [f"round {number}: {fault}" for fault in _after(url, told)]
        return {"points": count, "promised": promised, "faults": found + _checked(url)}


def crashes(count: int, seed: int, careless: bool = False) -> dict[str, Any]:
    """The server itself dies ``count`` times under two writers, with all its processes, and recovers.

    The machine lives on: what it was given to write arrives, waited for or not. The ``careless`` let it
    promise what it has not given yet, and have to lose.
    """
    with postgres.engine() as engine, _clinic(engine.url) as (made, url):
        rng, promised, found, longest = Random(seed), 0, list[str](), 0.0
        for number in range(count):
            begun = partial(_write, url, made, number=number, careless=careless)
            writers = [_start(partial(begun, staff)) for staff in (LEE, SATO)]
            told = [id_ for _, reader in writers for id_ in _told(reader, rng.randint(1, 8))]
            time.sleep(rng.random() / 20)
            engine.kill()
            for child, reader in writers:
                told += _told(reader)
                os.close(reader)
                os.waitpid(child, 0)
            began = time.monotonic()
            engine.start()
            longest = max(longest, time.monotonic() - began)
            promised += len(told)
            found += [f"crash {number}: {fault}" for fault in _after(url, told)]
        found += _checked(url)
        return {"points": count, "promised": promised, "faults": found, "longest": round(longest, 2)}


@contextmanager
def _clinic(server: str) -> Iterator[tuple[Shop, str]]:
    """A clinic that sells, on the server, open at any hour."""
    os.environ[postgres.VARIABLE] = server
    with tempfile.TemporaryDirectory() as folder:
        made = shop(Path(folder))
        made.open_always()
        url = str(made.store.db.database)
        made.store.close()
        yield made, url
        postgres.drop_database(url)


def _write(
    url: str, made: Shop, staff: int, told: Callable[[int], object], number: int, careless: bool = False
) -> None:
    """Book, sell, and so on; ids of bills are told below 0. Quiet when the server goes."""
    store = open_book(url, beside=made.store.place.parent)
    if careless:
        store.db.execute_sql("set synchronous_commit = off")
    desk = replace(made, session=replace(made.session, key=f"desk-{staff}"))
    try:
        for slot in range(48):
            start = at("2026-11-24 00:00") + number * DAY + slot * 1800
            visit = BookAppointment(Details(staff, staff, start, 30), "", Answers(True))
            told(book(desk.session, visit).ids[0])
            told(-desk.post(line()).ids[0])
    except StoreError:
        os._exit(0)


def _after(url: str, promised: list[int]) -> list[str]:
    """What is missing, half or broken."""
    store = open_book(url, beside=Path(tempfile.gettempdir()))
    try:
        return [*_lost(store, promised), *_half(store)]
    finally:
        store.close()


def _lost(store: Book, promised: list[int]) -> Iterator[str]:
    visits, bills = (
        {row[0] for row in store.select(f"select id from {table}")} for table in ("appointment", "posting")
    )
    if lost := {id_ for id_ in promised if id_ > 0} - visits:
        yield f"lost visits {sorted(lost)}"
    if lost := {-id_ for id_ in promised if id_ < 0} - bills:
        yield f"lost bills {sorted(lost)}"


def _half(store: Book) -> Iterator[str]:
    booked = store.select("select row_id from journal where action = 'book' order by row_id")
    if booked != store.select("select id from appointment order by id"):
        yield "half a booking"
    if uneven := store.select("select posting_id from entry group by posting_id having sum(amount) <> 0"):
        yield f"bills out of balance: {uneven}"
    if gaps := store.select(_GAPS):
        yield f"numbers left out: {gaps}"
    if broken := broken_line(store):
        yield f"journal: {broken[1]}"
    if overlaps(store):
        yield "double booking"


def _checked(url: str) -> list[str]:
    """What the checks of the book itself find; that nobody of this clinic can be searched for is known."""
    store = open_book(url, beside=Path(tempfile.gettempdir()))
    try:
        return [str(fault) for fault in faults() if fault.code not in _SEARCH]
    finally:
        store.close()


def main(writers: int = 400, servers: int = 40) -> int:
    """Exit code 1 where anything was lost, half or broken."""
    with postgres.server() as url:
        writing = rounds(url, writers, 1)
    crashing = crashes(servers, 1)
    if not crashes(10, 1, careless=True)["faults"]:
        print("The control passed: these crashes would not see a loss.")
        return 1
    for what, found in (("writers", writing), ("servers", crashing)):
        wrong = len(found["faults"])
        print(f"{found['points']} {what} killed, {found['promised']} promises, {wrong} faults.")
        print("\n".join(found["faults"][:20]))
    return int(bool(writing["faults"] or crashing["faults"]))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3])))
