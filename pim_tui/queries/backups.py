"""What backups are compared by: the journal's head, counts, what was posted. When the last one was made."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ..db.connection import current, select
from ..domain.rights import Right
from .gate import guarded

PAGE = 5_000

GROWING = {
    "journal": "seq",
    "posting": "id",
    "entry": "id",
    "allocation": "id",
    "stock_movement": "id",
}
"""Tables whose rows are neither changed nor deleted, and what they are counted by."""


class Head(NamedTuple):
    """The journal's last line; 0 and ``0`` where it has none."""

    seq: int
    hash: str


class Made(NamedTuple):
    """A good backup as the journal tells it. ``at`` is the moment of the copy in UTC seconds, sizes are
    bytes.
    """

    at: int
    file: str
    size: int
    sha256: str


def head() -> Head:
    """Index: primary key."""
    rows = select("select seq, hash from journal order by seq desc limit 1")
    return Head(*rows[0]) if rows else Head(0, "0")


def sealed_as(seq: int) -> str:
    """The hash of one line of the journal; empty where there is no such line. Index: primary key."""
    rows = select("select hash from journal where seq = ?", [seq])
    return str(rows[0][0]) if rows else "0" if seq == 0 else ""


def row_counts() -> dict[str, int]:
    """How many rows every table has, whatever the version. Reads one index of each whole."""
    tables = sorted(current().db.get_tables())
    return {table: int(select(f"select count(*) from {table}")[0][0]) for table in tables}


def stored_files() -> Iterator[tuple[str, int]]:
    """SHA-256 and size of every stored file, in their order, without those that were erased by law.

    Index: ``stored_file (sha256)``.
    """
    from .erasing import forgotten_files

    gone, last = set(forgotten_files()), ""
    while rows := select(
        "select sha256, size from stored_file where sha256 > ? order by sha256 limit ?", [last, PAGE]
    ):
        yield from ((digest, size) for digest, size in rows if digest not in gone)
        last = rows[-1][0]


def grown_to() -> dict[str, int]:
    """The last row of every table of :data:`GROWING`. Index: primary key."""
    return {
        table: int(select(f"select coalesce(max({key}), 0) from {table}")[0][0])
        for table, key in GROWING.items()
    }


def told_until(ends: Mapping[str, int]) -> dict[str, tuple[int, ...]]:
    """Counts of those tables up to these rows, and of the money and goods in them: the same in a book and
    in every later state of it. Amounts are minor units. Index: primary key.
    """
    sums = {"entry": "sum(abs(amount))", "allocation": "sum(abs(amount))", "stock_movement": "sum(quantity)"}
    return {
        table: tuple(
            map(
                int,
                select(
                    f"select count(*), coalesce({sums.get(table, '0')}, 0) from {table} where"
                    f" {GROWING[table]} <= ?",
                    [end],
                )[0],
            )
        )
        for table, end in ends.items()
    }


def unsaved_since() -> tuple[int, bool]:
    """The moment of the last good backup in UTC seconds and True; where there is none, that of the book."""
    if made := _last_good():
        return made.at, True
    rows = select("select created_at from clinic where id = 1")
    return (int(rows[0][0]) if rows else 0), False


@guarded(Right.BACK_UP)
def last_backup() -> Made | None:
    """The newest that was restored and found whole, and where it is. Index: ``journal (kind, row_id)``."""
    return _last_good()


def _last_good() -> Made | None:
    rows = select(
        "select v.after from journal j join journal_values v on v.seq_id = j.seq where j.kind = 'backup'"
        " and j.row_id is null and j.action = 'back up' order by j.seq desc limit 1"
    )
    if not rows:
        return None
    told = json.loads(rows[0][0])
    return Made(told["made_at"], told["file"], told["size"], told["sha256"])
