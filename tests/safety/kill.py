"""Writers that are killed at any moment, and what the book then holds."""

from __future__ import annotations

import os
import signal
import struct
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from peewee import SqliteDatabase

from pim_tui.db.connection import Book, open_book
from pim_tui.domain.visit import Answers, Details
from pim_tui.services.booking import BookAppointment, book
from tests.safety.race import DAY
from tests.services.clinic import LEE, SATO, at, broken_line, overlaps, practice

_ACK = struct.Struct("<q")


def _start(act: Callable[[Callable[[int], object]], None]) -> tuple[int, int]:
    """Fork a writer that tells each number it has been promised; its process and where it tells."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        try:
            act(lambda number: os.write(writer, _ACK.pack(number)))
        finally:
            os._exit(1)
    os.close(writer)
    return child, reader


def _killed(child: int, reader: int, after: int, delay: int) -> list[int]:
    """Kill it after so many promises and a little more; every promise it made until then."""
    told = _told(reader, after)
    for _ in range(delay):
        os.sched_yield()
    os.kill(child, signal.SIGKILL)
    told += _told(reader)
    os.close(reader)
    os.waitpid(child, 0)
    return told


def _told(reader: int, most: int | None = None) -> list[int]:
    """The next promises of a writer, ``most`` or all until it ends."""
    told = b""
    while (most is None or len(told) < most * _ACK.size) and (more := os.read(reader, _ACK.size)):
        told += more
    return [number for (number,) in _ACK.iter_unpack(told)]


def rounds(folder: str, count: int, seed: int) -> dict[str, Any]:
    """Two writers book side by side and die at once, ``count`` times over one book."""
    made, rng = practice(Path(folder)), Random(seed)
    made.open_always()
    made.store.close()
    file, promised, faults = str(made.store.file), 0, list[str]()
    for number in range(count):
        writers = [_start(partial(_write, file, made, staff, number)) for staff in (LEE, SATO)]
        told = [id_ for writer in writers for id_ in _killed(*writer, rng.randint(1, 6), rng.randint(0, 400))]
        promised += len(told)
        store = open_book(file)
        faults += [f"round {number}: {fault}" for fault in faults_of(store, told)]
        store.close()
    return {"promised": promised, "faults": faults}


def _write(file: str, made: Any, staff: int, number: int, told: Callable[[int], object]) -> None:
    open_book(file)
    session = replace(made.session, key=f"desk-{staff}")
    for slot in range(48):
        start = at("2026-11-24 00:00") + number * DAY + slot * 1800
        told(book(session, BookAppointment(Details(staff, staff, start, 30), "", Answers(True))).ids[0])


def faults_of(store: Book, promised: list[int]) -> list[str]:
    """What is missing, half or broken in a book."""
    there = {row[0] for row in store.select("select id from appointment")}
    written = [
        row[0] for row in store.select("select row_id from journal where action = 'book' order by row_id")
    ]
    values = store.select("select count(*) from journal j join journal_values v on v.seq_id = j.seq")[0][0]
    found = []
    if lost := set(promised) - there:
        found.append(f"lost {sorted(lost)}")
    if written != sorted(there) or values != len(written):
        found.append("half a transaction")
    if broken := broken_line(store):
        found.append(f"journal: {broken[1]}")
    if overlaps(store):
        found.append("double booking")
    if (verdict := store.select("pragma integrity_check")[0][0]) != "ok":
        found.append(f"integrity: {verdict}")
    return found


def careless_rounds(folder: str, count: int) -> int:
    """A writer that promises first and writes two rows one by one: in how many rounds that goes wrong."""
    file, wrong = str(Path(folder) / "careless.db"), 0
    with SqliteDatabase(file, pragmas={"journal_mode": "wal", "synchronous": "off"}) as made:
        made.execute_sql("create table visit (id integer primary key)")
        made.execute_sql("create table line (id integer primary key)")

    def write(told: Callable[[int], object]) -> None:
        own = SqliteDatabase(file)
        own.connect()
        last = own.execute_sql("select coalesce(max(id), 0) from visit").fetchone()[0]
        for id_ in range(last + 1, last + 1000):
            told(id_)
            own.execute_sql("insert into visit values (?)", (id_,))
            own.execute_sql("insert into line values (?)", (id_,))

    for number in range(count):
        told = _killed(*_start(write), 1 + number % 3, number % 7)
        with SqliteDatabase(file) as seen:
            visits, lines = (
                {row[0] for row in seen.execute_sql(f"select id from {table}").fetchall()}
                for table in ("visit", "line")
            )
            wrong += bool(set(told) - visits or visits != lines)
            seen.execute_sql("delete from visit")
            seen.execute_sql("delete from line")
    return wrong
