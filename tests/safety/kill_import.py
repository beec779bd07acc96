"""An import, and then its undo, killed at any moment again and again until it has ended."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from pim_tui.db.connection import open_book, select
from pim_tui.queries.checks import CHECKS
from pim_tui.services import importing, undoing_imports
from pim_tui.services.importing import import_customers
from pim_tui.services.undoing_imports import undo_import
from tests.safety.kill import _killed, _start
from tests.services.clinic import practice
from tests.services.imported import contacts, held, many

PEOPLE = 100
LOOKED_AT = ("C04", "C05", "C06", "C15")
"""References, the journal, and what imports have made."""


def rounds(folder: str, seed: int) -> dict[str, Any]:
    """Import a file and take every part of it back, each by processes that are killed; what was wrong.

    A process is let past one or two new batches and dies somewhere in the next, however fast it is.
    """
    importing.BATCH = undoing_imports.BATCH = 10
    made, rng, wrong = practice(Path(folder)), Random(seed), list[str]()
    source, file = contacts(Path(folder) / "people.csv", many(PEOPLE)), str(made.store.file)
    before = held()
    made.store.close()

    def dies(act: Callable[[Callable[[int, int], object]], object], done: int = 0) -> None:
        after = done + rng.randint(1, 2)
        may_go, go = os.pipe()
        os.write(go, b"." * after)
        child = _start(lambda told: _once(file, act, lambda far: (told(far), os.read(may_go, 1))))
        _killed(*child, after, rng.randint(0, 3000))
        os.close(may_go)
        os.close(go)
        store = open_book(file)
        wrong.extend(says for check in CHECKS if check.code in LOOKED_AT for *_, says in check.look())
        wrong.extend(_wrong_counts())
        store.close()

    imports = undos = 0
    while (there := _there(file)) < PEOPLE:
        dies(lambda told: import_customers(made.session, source, dry_run=False, progress=told), there // 10)
        imports += 1
    while number := _standing(file):
        dies(partial(lambda number, told: undo_import(made.session, number, progress=told), number))
        undos += 1
    store = open_book(file)
    same = held() == before
    store.close()
    return {"wrong": wrong, "imports": imports, "undos": undos, "same": same}


def _once(
    file: str, act: Callable[[Callable[[int, int], object]], object], told: Callable[[int], object]
) -> None:
    open_book(file)
    act(lambda done, total: told(done))


def _wrong_counts() -> list[str]:
    """Runs that say another number of customers than they made and have not taken back."""
    rows = select(
        "select r.id, r.state, r.counts, count(i.row_id) from import_run r left join import_row i"
        " on i.run_id = r.id and i.kind = 'customer' group by r.id"
    )
    return [
        f"import {id_} says {counts} and made {made}"
        for id_, state, counts, made in rows
        if state not in ("undoing", "undone") and json.loads(counts)["customers"]["added"] != made
    ]


def _there(file: str) -> int:
    store = open_book(file)
    count = store.select("select count(*) from import_row where kind = 'customer'")[0][0]
    store.close()
    return int(count)


def _standing(file: str) -> int | None:
    store = open_book(file)
    rows = store.select("select max(id) from import_run where state <> 'undone'")
    store.close()
    return rows[0][0] if rows else None
