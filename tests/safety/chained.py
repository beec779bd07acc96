"""Twenty processes write the journal at once, on both engines: ``python -m tests.safety.chained``.

The chain has no fork and no gap, whoever comes first. The control writes lines the careless way, reading the
last one and adding behind it, without the queue and without the rule in the table: it must fork.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from pim_tui.db.connection import open_book, write_tx
from pim_tui.services import audit
from pim_tui.services.audit import Change
from tests.db import book
from tests.peers import postgres
from tests.safety.alone import alone, crowd
from tests.services.clinic import broken_line, practice

PROCESSES, LINES = 20, 25


def together(folder: str, processes: int, lines: int) -> dict[str, Any]:
    """Everybody writes lines by the program's own way: what became of the chain, and how long it took."""
    made = practice(Path(folder))
    where = book._databases[-1] if postgres.chosen() else str(made.store.file)
    made.store.close()
    began = time.monotonic()

    def desk(number: int) -> int:
        own = open_book(where, beside=Path(folder))
        for line in range(lines):
            with write_tx():
                audit.append(made.session, [Change("try", "clinic", 1, None, {"by": number, "line": line})])
        own.close()
        return lines

    answers = crowd(processes, desk)
    took = time.monotonic() - began
    store = open_book(where, beside=Path(folder))
    ((count,), broken) = store.select("select count(*) from journal")[0], broken_line(store)
    store.close()
    return {"lines": count, "broken": broken, "answers": answers, "took": round(took, 2)}


def carelessly(folder: str, processes: int, lines: int) -> int:
    """The same in a table without rules, each line in a transaction of its own: how often the chain forks."""
    made = practice(Path(folder))
    where = book._databases[-1] if postgres.chosen() else str(made.store.file)
    made.store.db.execute_sql("create table careless (prev text, hash text)")
    made.store.close()

    def desk(number: int) -> int:
        own = open_book(where, beside=Path(folder))
        for line in range(lines):
            rows = own.select(
                "select hash from careless where hash not in (select prev from careless) limit 1"
            )
            prev = rows[0][0] if rows else "0"
            os.sched_yield()  # a moment in which somebody else looks
            hash_ = hashlib.sha256(f"{prev} {number} {line}".encode()).hexdigest()
            own.db.execute_sql("insert into careless (prev, hash) values (?, ?)", (prev, hash_))
        own.close()
        return lines

    crowd(processes, desk)
    store = open_book(where, beside=Path(folder))
    forks = store.select("select count(*) - count(distinct prev) from careless")[0][0]
    store.close()
    return int(forks)


def on_this_engine(name: str) -> bool:
    """Print how it went; whether it went as it must."""
    # By its own name: a process of its own finds nothing in the main module.
    from tests.safety import chained

    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        found = alone(chained.together, first, PROCESSES, LINES)
        forks = alone(chained.carelessly, second, PROCESSES, LINES)
    meant = PROCESSES * LINES
    print(f"{name}: {found['lines']} of {meant} lines in {found['took']} s, first break: {found['broken']}")
    print(f"{name}: the careless way forks {forks} times")
    return (found["lines"], found["broken"], forks > 0) == (meant, None, True)


def main() -> int:
    """1 where a chain broke, or where the careless way did not."""
    good = on_this_engine("SQLite")
    with postgres.server() as url:
        os.environ[postgres.VARIABLE] = url
        good &= on_this_engine("PostgreSQL")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
