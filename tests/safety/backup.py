"""Backups under load, restores and migrations that die: ``python -m tests.safety.backup [--short]``.

30 backups of a clinic in which writers never pause, each restored and compared with what the writers were
promised; a copy of the live file must fail at least once, or this would not see a fault. 60 migrations and
30 restores are killed at random moments: each time there is the old book or the new one, whole.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from pim_tui.db import migrate
from pim_tui.db.connection import SCHEMA, open_book
from pim_tui.db.swap import go_on
from pim_tui.domain.visit import Answers, Details
from pim_tui.errors import PimError
from pim_tui.queries.checks import faults
from pim_tui.services.backups import TakeBackup, take_backup
from pim_tui.services.booking import BookAppointment, book
from pim_tui.services.restoring import Restore, restore
from tests.db.released import columns_of, released, told
from tests.services.clinic import LEE, NOW, SATO, at
from tests.services.shop import BANDAGE, Shop, line, shop

UNSEARCHED = ("C11", "C12")
"""The clinics of tests have no search entries."""

_STAMP = "20261126-120000"


@dataclass
class Found:
    """What a piece has found wrong, and what it did."""

    faults: list[str] = field(default_factory=list)
    done: dict[str, int] = field(default_factory=dict)

    def count(self, what: str, more: int = 1) -> None:
        """One more of these."""
        self.done[what] = self.done.get(what, 0) + more


# --- backups under load -----------------------------------------------------------------------------


def backups_under_load(folder: Path, rounds: int, seconds: float = 0.4) -> Found:
    """Make ``rounds`` backups while three writers book and sell without a pause; restore and compare each."""
    found, clinic = Found(), _clinic(folder)
    file = clinic.store.file
    assert file is not None
    clinic.store.close()
    writers = [_forked(folder / f"acked-{n}", partial(_write, file, clinic, n)) for n in range(3)]
    try:
        for number in range(rounds):
            time.sleep(seconds)
            _one_round(found, file, clinic, folder, number)
    finally:
        for writer in writers:
            os.kill(writer, signal.SIGKILL)
            os.waitpid(writer, 0)
    found.count("acknowledged", len(_acked(folder)))
    return found


def _clinic(folder: Path) -> Shop:
    made = shop(folder)
    made.open_always()
    return made


def _write(file: Path, clinic: Shop, place: int, tell: Callable[[str], None]) -> None:
    """Book, or sell and take the money, for ever; each is told once it is acknowledged."""
    open_book(str(file))
    session = replace(clinic.session, key=f"desk-{place}")
    for slot in count():
        if place == 2:
            tell(f"posting {clinic.post(line(BANDAGE, 1), paid=595).ids[0]}")
            continue
        starts = at("2026-11-24 00:00") + slot * 1800
        details = Details(1 + place, (LEE, SATO)[place], starts, 30)
        tell(f"appointment {book(session, BookAppointment(details, '', Answers(True, 'acute'))).ids[0]}")


def _forked(log: Path, act: Callable[[Callable[[str], None]], None]) -> int:
    """A process that notes what it was promised, line by line."""
    child = os.fork()
    if child == 0:
        try:
            with log.open("a") as out:

                def tell(text: str) -> None:
                    out.write(f"{text}\n")
                    out.flush()

                act(tell)
        finally:
            os._exit(1)
    return child


def _acked(folder: Path) -> set[str]:
    """Everything that was promised until now, in whole lines."""
    return {one for log in folder.glob("acked-*") for one in log.read_text().rpartition("\n")[0].splitlines()}


def _one_round(found: Found, file: Path, clinic: Shop, folder: Path, number: int) -> None:
    promised = _acked(folder)
    copy = folder / "copied"
    copy.mkdir()
    shutil.copyfile(file, copy / "clinic.db")
    found.count("bad copies", int(bool(_lacks(copy / "clinic.db", promised))))
    shutil.rmtree(copy)

    open_book(str(file))
    session = replace(clinic.session, clock=lambda: NOW + number)
    made = take_backup(session, TakeBackup(folder / "backups", verify=False))
    elsewhere = folder / "elsewhere" / "clinic.db"
    restore(Restore(made.file, elsewhere, anyway=True), lambda: session, session.clock)
    found.faults += [f"backup {number}: {fault}" for fault in _lacks(elsewhere, promised)]
    found.count("backups")
    shutil.rmtree(elsewhere.parent)


def _lacks(file: Path, promised: set[str]) -> list[str]:
    """What is wrong with a book, and what of the promised is not in it."""
    file.chmod(0o600)
    try:
        store = open_book(str(file))
        there = {f"appointment {id_}" for (id_,) in store.select("select id from appointment")}
        there |= {f"posting {id_}" for (id_,) in store.select("select id from posting")}
        wrong = [f"lost {len(promised - there)}"] if promised - there else []
        wrong += [str(fault) for fault in faults() if fault.code not in (*UNSEARCHED, "C02")]
        ((off,),) = store.select("select coalesce(sum(amount), 0) from entry")
        wrong += [f"the books are off by {off}"] if off else []
        store.close()
    except (PimError, Exception) as error:  # a broken copy may raise anything
        return [f"{type(error).__name__}: {error}"]
    return wrong


# --- killed in the middle ---------------------------------------------------------------------------


def migrations_killed(folder: Path, rounds: int, seed: int) -> Found:
    """Kill the newest migration at random moments: the book is of the old schema or of the new one, and the
    next try brings it there with every row.
    """
    found, rng = Found(), random.Random(seed)
    with tempfile.TemporaryDirectory(dir=folder) as first:
        file = released(SCHEMA - 1, Path(first))
        began = time.monotonic()
        _migrate(file)
        lasts = time.monotonic() - began
    for number in range(rounds):
        with tempfile.TemporaryDirectory(dir=folder) as one:
            file = released(SCHEMA - 1, Path(one))
            columns, before = _rows(file)
            _killed_after(partial(_migrate, file), rng.uniform(0, lasts * 1.1))
            _look_at_migrated(found, file, number, columns, before)
    return found


def _migrate(file: Path) -> None:
    opened = open_book(str(file))
    migrate.migrate(opened, _STAMP)
    opened.close()


def _rows(file: Path) -> tuple[dict[str, list[str]], dict[str, Any]]:
    opened = open_book(str(file))
    columns = columns_of(opened)
    rows = told(opened, columns)
    opened.close()
    return columns, rows


def _look_at_migrated(
    found: Found, file: Path, number: int, columns: dict[str, list[str]], before: dict[str, Any]
) -> None:
    opened = open_book(str(file))
    schema = opened.dialect.schema_number(opened.db)
    found.count(f"found at schema {schema}")
    if schema not in (SCHEMA - 1, SCHEMA) or told(opened, columns) != before:
        found.faults.append(f"migration {number}: half a schema, or rows are lost")
    migrate.migrate(opened, f"{_STAMP[:-2]}{number % 60:02}")
    found.faults += [f"migration {number}: {fault}" for fault in faults()]
    opened.close()


def _killed_after(act: Callable[[], None], seconds: float) -> None:
    child = os.fork()
    if child == 0:
        try:
            act()
        finally:
            os._exit(0)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def restores_killed(folder: Path, rounds: int, seed: int) -> Found:
    """Kill restores at random moments: the old book stands, or the restore goes on to the new one."""
    found, rng = Found(), random.Random(seed)
    clinic = _clinic(folder)
    file = clinic.store.file
    assert file is not None
    made = take_backup(clinic.session, TakeBackup(folder / "backups", verify=False)).file
    later = clinic.book("11:30").ids[0]
    clinic.store.close()
    kept, lasts = file.read_bytes(), 0.0
    for number in range(rounds + 1):
        for one in folder.glob("*clinic*"):
            one.unlink()
        file.write_bytes(kept)
        file.chmod(0o600)
        act = partial(_restore, made, file, clinic)
        began = time.monotonic()
        _killed_after(act, rng.uniform(lasts * 0.7, lasts * 1.6)) if number else act()
        lasts = lasts or time.monotonic() - began
        went_on = go_on(file)
        opened = open_book(str(file))
        is_old = bool(opened.select("select 1 from appointment where id = ?", [later]))
        found.count("went on" if went_on else "still the old book" if is_old else "done")
        wrong = [str(fault) for fault in faults() if fault.code not in UNSEARCHED]
        wrong += ["it is the old book"] if went_on and is_old else []
        opened.close()
        found.faults += [f"restore {number}: {fault}" for fault in wrong]
    return found


def _restore(source: Path, to: Path, clinic: Shop) -> None:
    restore(Restore(source, to, anyway=True), lambda: clinic.session, clinic.session.clock)


def main(arguments: list[str]) -> int:
    """Exit code 1 where anything was found wrong, or the control was not."""
    os.umask(0o077)  # as the program itself
    short = "--short" in arguments
    wrong = 0
    pieces: tuple[tuple[str, Callable[[Path], Found]], ...] = (
        ("backups under load", lambda folder: backups_under_load(folder, 8 if short else 30)),
        ("migrations killed", lambda folder: migrations_killed(folder, 15 if short else 60, 1)),
        ("restores killed", lambda folder: restores_killed(folder, 10 if short else 30, 2)),
    )
    for name, piece in pieces:
        with tempfile.TemporaryDirectory() as folder:
            began = time.monotonic()
            found = piece(Path(folder))
        print(f"{name}: {found.done}, {len(found.faults)} faults, {time.monotonic() - began:.0f} s")
        for fault in found.faults[:20]:
            print(f"  {fault}")
        wrong += len(found.faults)
        if name == "backups under load" and not found.done["bad copies"]:
            print("  No plain copy of the live file was bad: this would not see a fault.")
            wrong += 1
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
