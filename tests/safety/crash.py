"""Desks killed in the middle of whatever they do: ``python -m tests.safety.crash [--kills N]``.

Four desks at a time book, sell, take payments, take goods back, receive stock and import; each is killed at
a moment of its own. What a desk was promised must be in the journal afterwards, nothing may be there by half,
no number may be missing, and ``check`` must find nothing. With the server of ``TESTS_ON_POSTGRESQL`` the same
is done to a book there. The control promises before it writes, and must be found out.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from pim_tui.db.connection import Book, open_book
from pim_tui.errors import PimError
from pim_tui.services import importing
from pim_tui.services.importing import import_customers
from tests.safety.alone import alone
from tests.safety.deskwork import DeskWork, Door, clinic, warmed, wrong_in
from tests.safety.kill import _killed, _start, careless_rounds

KILLS = 1_000
WRITERS = 4
LONGEST = 0.03
"""Seconds a desk lives at most after its first promise."""
LOOK_EVERY = 25
"""Rounds between two looks at everything; what was promised is looked for after each."""


def rounds(folder: str, kills: int, seed: int) -> dict[str, Any]:
    """Kill ``kills`` desks, `WRITERS` at a time, and look at what they leave; what was found wrong."""
    importing.BATCH = 5
    door, chance, wrong = clinic(Path(folder)), Random(seed), list[str]()
    warmed(door)
    promised = imports = 0
    for number in range(kills // WRITERS):
        desks = [f"{number}-{desk}" for desk in range(WRITERS)]
        told = dict(zip(desks, _round(door, desks, chance), strict=True))
        promised += sum(map(len, told.values()))
        imports += sum(one < 0 for ones in told.values() for one in ones)
        store = open_book(door.url, beside=Path(door.beside))
        wrong += _lost(store, told)
        if number % LOOK_EVERY == LOOK_EVERY - 1 or number == kills // WRITERS - 1:
            wrong += wrong_in(store)
        store.close()
    return {"kills": kills, "promised": promised, "imports": imports, "wrong": wrong}


def _round(door: Door, desks: list[str], chance: Random) -> list[list[int]]:
    writers = []
    for desk in desks:
        file = _people(Path(door.beside), desk) if chance.random() < 0.1 else None
        act = partial(_work, door, desk, chance.random(), file)
        writers.append(_start(act))
    told = []
    for writer in writers:
        after = chance.randint(0, 2)
        told.append(_killed_later(*writer, after, chance.random() * LONGEST))
    return told


def _killed_later(child: int, reader: int, after: int, seconds: float) -> list[int]:
    """Kill it so many seconds after so many promises."""
    time.sleep(seconds)
    return _killed(child, reader, after, 0)


BROKE = 0
"""What a desk tells that was stopped by something else than its death."""


def _work(door: Door, key: str, seed: float, file: Path | None, told: Callable[[int], object]) -> None:
    """Work until killed: each request's number is told once it was carried out, an import's below zero."""
    _, session = door.opened(key)
    if file is not None:
        told(-(import_customers(session, file, dry_run=False).number or 0))
    work, number = DeskWork(session, Random(seed)), 0
    while True:
        number += 1
        try:
            if work.any_step()[1](f"{key}.{number}") is not None:
                told(number)
        except PimError:
            continue
        except Exception:
            told(BROKE)
            raise


def _people(folder: Path, desk: str) -> Path:
    """A file of people whom nobody knows yet."""
    file = folder / f"people-{desk}.csv"
    letters = desk.translate(str.maketrans("0123456789-", "abcdefghikl"))
    rows = (f"{'xyz'[n % 3]}{letters}{'mnop'[n % 4]}{'q' * n},{letters}son" for n in range(12))
    file.write_text("first name,last name\n" + "\n".join(rows) + "\n", "utf-8")
    return file


def _lost(store: Book, told: dict[str, list[int]]) -> list[str]:
    """What was promised in this round and is not there."""
    lost = []
    for key, numbers in told.items():
        lost += [f"{key} broke down"] if BROKE in numbers else []
        kept = {row[0] for row in store.select("select request from journal where session = ?", [key])}
        lost += [f"lost request {key}.{one}" for one in numbers if one > 0 and f"{key}.{one}" not in kept]
        runs = [row[0] for row in store.select("select id from import_run where state = 'done'")]
        lost += [f"lost import {-one}" for one in numbers if one < 0 and -one not in runs]
    return lost


def main(arguments: list[str]) -> int:
    """1 when anything was lost or half, or the control saw nothing."""
    kills = int(arguments[1]) if arguments[:1] == ["--kills"] else KILLS
    with tempfile.TemporaryDirectory() as folder:
        for name in ("book", "careless"):
            os.mkdir(f"{folder}/{name}")
        found = alone(rounds, Path(folder) / "book", kills, 7, timeout=1200)
        seen = alone(careless_rounds, Path(folder) / "careless", 40)
    print("\n".join(found["wrong"]) or "nothing lost, nothing half, check clean, no number missing")
    print(
        f"{kills} desks killed, {found['promised']} promises, {found['imports']} imports:"
        f" {len(found['wrong'])} wrong; control wrong in {seen} of 40"
    )
    return int(bool(found["wrong"]) or not seen)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
