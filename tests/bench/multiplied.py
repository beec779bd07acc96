"""Clinics too large to be made up row by row: a middling one, whose rows are copied by plain SQL.

The copies are other people on other days, with the words, sounds and digits that they are found by. Rules and
indexes are taken off before and put back behind, so that the file is a book like any other.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from pysqlite3 import dbapi2 as sqlite3

PEOPLE, VISITS, DAYS = 20_000, 32_000, 100
"""Of the clinic that is copied; its days are as full as those of every other."""
PAST = 0.75
"""Share of the copies that lie before it."""


def multiply(middling: Path, file: Path, people: int, visits: int) -> None:
    """Make ``file`` of the book ``middling``, with so many customers and appointments, about."""
    made = file.with_suffix(".new")
    shutil.copyfile(middling, made)
    db = sqlite3.connect(made)
    for pragma in ("journal_mode = off", "synchronous = off", "cache_size = -400000"):
        db.execute(f"pragma {pragma}")
    off = [sql for kind in ("trigger", "index") for sql in _taken_off(db, kind)]
    for copy in range(1, people // PEOPLE):
        _copy_people(db, copy)
    for copy, days in enumerate(_shifts(visits // VISITS), 1):
        _copy_visits(db, copy, days)
    for sql in reversed(off):
        db.execute(sql)
    db.commit()
    db.execute("pragma journal_mode = wal")
    db.close()
    made.chmod(0o600)
    made.rename(file)


def _taken_off(db: sqlite3.Connection, kind: str) -> Iterator[str]:
    """The statements that make again what is taken off."""
    found = db.execute("select name, sql from sqlite_schema where type = ? and sql is not null", [kind])
    for name, sql in found.fetchall():
        db.execute(f'drop {kind} "{name}"')
        yield sql


def _shifts(count: int) -> Iterator[int]:
    """Days that each copy lies behind or before the first."""
    before = int(count * PAST)
    yield from (-DAYS * n for n in range(1, before))
    yield from (DAYS * n for n in range(1, count - before + 1))


def _copied(db: sqlite3.Connection, table: str, where: str, **changed: str) -> None:
    columns = [row[1] for row in db.execute(f"pragma table_info({table})")]
    values = ", ".join(changed.get(name, f'"{name}"') for name in columns)
    db.execute(f"insert into {table} select {values} from {table} where {where}")


def _copy_people(db: sqlite3.Connection, copy: int) -> None:
    """Others of the same names, born on other days, with other numbers."""
    more = copy * PEOPLE
    whose = {"customer_id": f"customer_id + {more}"}
    own = {"id": f"id + {copy * 100_000}", **whose}
    theirs = f"customer_id <= {PEOPLE}"
    born = f"date(birth_date, '{copy * 37 % 3000 - 1500} days')"
    first = {"id": f"id + {more}", "number": f"number + {more}", "birth_date": born}
    _copied(db, "customer", f"id <= {PEOPLE}", **first)
    digits = (
        f"substr(e164, 1, length(e164) - 6) || printf('%06d', (substr(e164, -6) + {copy * 7919}) % 1000000)"
    )
    _copied(db, "phone", f"{theirs} and length(e164) > 8", **own, number=digits, e164=digits)
    _copied(db, "email", theirs, **own, address=f"{copy} || address", folded=f"{copy} || folded")
    for table in ("consent", "former_name"):
        _copied(db, table, theirs, **own)
    for table in ("search_word", "search_sound"):
        _copied(db, table, theirs, **whose)
    db.execute(
        "insert or ignore into search_digits select substr(p.e164, n.value), p.customer_id from phone p,"
        f" json_each('[2,3,4,5,6,7,8,9,10,11]') n where p.customer_id > {more}"
        f" and p.customer_id <= {more + PEOPLE} and length(p.e164) - n.value >= 2"
    )


def _copy_visits(db: sqlite3.Connection, copy: int, days: int) -> None:
    """The same visits on other days: those ahead are scheduled, those that are over took place."""
    at = days * 86_400
    moments = ("confirmed_at", "arrived_at", "seated_at", "left_at")
    ahead = {
        "status": "'S'", "marked_at": "null", "cancel_reason": "''", "cancelled_by": "''", "late_cancel": "0",
        **dict.fromkeys(moments, "null"),
    }  # fmt: skip
    over = {
        "status": "case status when 'S' then 'C' else status end",
        "marked_at": f"coalesce(marked_at, ends_at) + {at}", **{name: f"{name} + {at}" for name in moments},
    }  # fmt: skip
    stays = days > 0
    _copied(
        db, "appointment", f"id <= {VISITS}", id=f"id + {copy * VISITS}",
        starts_at=f"starts_at + {at}", ends_at=f"ends_at + {at}", created_at=f"created_at + {at}",
        occupied_from=f"starts_at + {at}" if stays else f"occupied_from + {at}",
        occupied_to=f"ends_at + {at}" if stays else f"occupied_to + {at}",
        day=f"date(day, '{days} days')", wished_day=f"date(wished_day, '{days} days')",
        external_id="null", rebooked_from_id="null", **(ahead if stays else over),
    )  # fmt: skip
