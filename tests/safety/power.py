"""A disk that forgets: SQLite on a file system whose power can be cut, or which fails at the nth write.

Each write is remembered until it is synced; at the cut every 512-byte sector that was not is kept or
lost by chance. The program's own booking and till run on it, over Peewee's driver for apsw.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import apsw
from playhouse.apsw_ext import APSWDatabase

from pim_tui.db import connection
from pim_tui.db.connection import PRAGMAS, Book, open_book
from pim_tui.domain.visit import Answers, Details
from pim_tui.errors import PimError
from pim_tui.services.booking import BookAppointment, book
from pim_tui.services.receiving import Received, ReceiveStock, receive_stock
from tests.safety.deskwork import wrong_in
from tests.services.clinic import JANE, LEE, at
from tests.services.shop import BANDAGE, CONSULTATION, Shop, line, shop

SECTOR = 512
SAME = Answers(same_customer=True)


class Disk:
    """The bytes that would survive, and the writes that might."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """As new."""
        self.safe: dict[str, bytearray] = {}
        self.pending: dict[str, list[tuple[int, bytes | None]]] = {}
        self.fail_at = 0
        self.writes = 0
        self.failure: type[apsw.Error] = apsw.FullError

    def note(self, name: str, offset: int, data: bytes | None) -> None:
        """Remember a write, or with None that the file ends at ``offset``."""
        self.pending.setdefault(name, []).append((offset, data))

    def count(self) -> None:
        """One more write or sync; the nth one fails, and all after it."""
        self.writes += 1
        if self.fail_at and self.writes >= self.fail_at:
            raise self.failure(_WORDS[self.failure])

    def sync(self, name: str) -> None:
        """All of one file is safe."""
        image = self.safe.setdefault(name, bytearray())
        for offset, data in self.pending.pop(name, []):
            _apply(image, offset, data)

    def cut(self, into: Path, rng: Random) -> None:
        """Write what survives into a folder."""
        for name in {*self.safe, *self.pending}:
            image = bytearray(self.safe.get(name, b""))
            for offset, data in self.pending.get(name, []):
                for part in _sectors(offset, data):
                    if rng.random() < 0.5:
                        _apply(image, *part)
            if not name.endswith("-shm"):
                (into / name).touch(0o600)
                (into / name).write_bytes(image)


def _sectors(offset: int, data: bytes | None) -> list[tuple[int, bytes | None]]:
    if data is None:
        return [(offset, None)]
    return [(offset + at_, data[at_ : at_ + SECTOR]) for at_ in range(0, len(data), SECTOR)]


def _apply(image: bytearray, offset: int, data: bytes | None) -> None:
    if data is None:
        del image[offset:]
        return
    image.extend(bytes(max(0, offset + len(data) - len(image))))
    image[offset : offset + len(data)] = data


_WORDS = {apsw.FullError: "database or disk is full", apsw.IOError: "disk I/O error"}
"""What SQLite says itself; apsw would pass on whatever is said here."""

DISK = Disk()


class _File(apsw.VFSFile):
    def __init__(self, name: Any, flags: list[int]) -> None:
        super().__init__("", name, flags)
        self.name = os.path.basename(name.filename() if isinstance(name, apsw.URIFilename) else name or "")

    def xWrite(self, data: Any, offset: int) -> None:
        DISK.count()
        super().xWrite(data, offset)
        DISK.note(self.name, offset, bytes(data))

    def xTruncate(self, newsize: int) -> None:
        DISK.count()
        super().xTruncate(newsize)
        DISK.note(self.name, newsize, None)

    def xSync(self, flags: int) -> None:
        DISK.count()
        super().xSync(flags)
        DISK.sync(self.name)


class _System(apsw.VFS):
    def __init__(self) -> None:
        super().__init__("forgetful", "")

    def xOpen(self, name: Any, flags: list[int]) -> _File:
        return _File(name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:
        super().xDelete(filename, syncdir)
        for known in (DISK.safe, DISK.pending):
            known.pop(os.path.basename(filename), None)


def _on_the_disk(made: Shop, synchronous: str, checkpoint: int) -> Book:
    """The clinic's book opened on the forgetful disk, as it is now, whole."""
    DISK.clear()
    assert made.store.file is not None
    DISK.safe[made.store.file.name] = bytearray(made.store.file.read_bytes())
    pragmas = {**PRAGMAS, "synchronous": synchronous, "wal_autocheckpoint": checkpoint}
    db = APSWDatabase(str(made.store.file), pragmas=pragmas, vfs="forgetful", autoconnect=False)
    store = Book(db, made.store.file, made.store.file, str(made.store.file))
    store.connect()
    connection._current = store
    return store


def _book(made: Shop, number: int) -> str:
    """Book; the request that the journal has to know from now on."""
    request, start = f"book {number}", at("2026-11-24 00:00") + number * 1800
    book(made.session, BookAppointment(Details(JANE, LEE, start, 30), request, SAME))
    return request


def _sell(made: Shop, number: int) -> str:
    """Post a bill that is paid at once."""
    request = f"sell {number}"
    made.post(line(CONSULTATION), line(BANDAGE), paid=5000, request=request)
    return request


ACTS = {"booking": _book, "posting": _sell}


def cuts(folder: str, synchronous: str, count: int, seed: int) -> dict[str, Any]:
    """Book, sell and cut the power, ``count`` times: how much was promised, and what was lost or broken."""
    system, rng = _System(), Random(seed)
    promised, lost, broken = 0, 0, 0
    for number in range(count):
        here = Path(folder) / f"{synchronous}{number}"
        there = here / "after"
        there.mkdir(parents=True)
        made = _made(here)
        store = _on_the_disk(made, synchronous, rng.choice((8, 20, 1000)))
        told = [rng.choice((_book, _sell))(made, slot) for slot in range(rng.randint(3, 14))]
        DISK.cut(there, rng)
        store.close()
        promised += len(told)
        faults = _faults_after(there / "clinic.db", told)
        lost += any(fault.startswith("lost") for fault in faults)
        broken += any(not fault.startswith("lost") for fault in faults)
    system.unregister()
    return {"promised": promised, "lost": lost, "broken": broken}


def _made(folder: Path) -> Shop:
    """A shop that is open day and night, and that nobody has open."""
    made = shop(folder)
    made.open_always()
    receive_stock(made.session, ReceiveStock((Received(BANDAGE, 1000),)))
    made.store.close()
    return made


def _faults_after(file: Path, told: list[str]) -> list[str]:
    try:
        store = open_book(str(file))
        found = _faults_of(store, told)
        store.close()
    except Exception as error:
        return [f"unreadable: {error}"]
    return found


def _faults_of(store: Book, told: list[str]) -> list[str]:
    """What was promised and is gone, and what else is wrong."""
    kept = {row[0] for row in store.select("select request from journal")}
    return [f"lost {request}" for request in told if request not in kept] + wrong_in(store)


def failures(folder: str, kind: str, what: str) -> dict[str, Any]:
    """Let each write, sync and cut of one booking or posting fail in turn: what the person reads, and what
    is there then."""
    system, made, act = _System(), _made(Path(folder)), ACTS[what]
    said, faults, told, place = set[str](), list[str](), list[str](), 0
    while True:
        place += 1
        store = _on_the_disk(made, "full", 1000)
        told.append(act(made, 2 * place))
        DISK.writes, DISK.fail_at, DISK.failure = 0, place, getattr(apsw, kind)
        try:
            act(made, 2 * place + 1)
            break
        except PimError as error:
            said.add(f"{type(error).__name__}: {error}")
        finally:
            DISK.fail_at = 0
        absent = store.select("select 1 from journal where request like ?", [f"% {2 * place + 1}"])
        faults += ["what was refused is there"] if absent else []
        told.append(act(made, 2 * place + 1))
        store.close()
        seen = open_book(str(made.store.file))
        faults += [f"write {place}: {fault}" for fault in _faults_of(seen, told)]
        seen.close()
    store.close()
    system.unregister()
    return {"writes": place - 1, "said": sorted(said), "faults": faults}


_TWO = ("visit", "line")


def half_kept(folder: str) -> int:
    """The control: two rows written one by one. How many failing writes leave one of them."""
    system, half, place = _System(), 0, 0
    db = APSWDatabase(str(Path(folder) / "careless.db"), pragmas=PRAGMAS, vfs="forgetful")
    DISK.clear()
    db.execute_sql("create table visit (id integer primary key)")
    db.execute_sql("create table line (id integer primary key)")
    while True:
        place += 1
        DISK.writes, DISK.fail_at, DISK.failure = 0, place, apsw.FullError
        with suppress(Exception):
            for table in _TWO:
                db.execute_sql(f"insert into {table} values ({place})")
        writes, DISK.fail_at = DISK.writes, 0
        counts = [
            db.execute_sql(f"select count(*) from {table}").fetchone()[0] for table in ("visit", "line")
        ]
        half += counts[0] != counts[1]
        db.execute_sql("delete from visit")
        db.execute_sql("delete from line")
        if writes < place:
            break
    db.close()
    system.unregister()
    return half
