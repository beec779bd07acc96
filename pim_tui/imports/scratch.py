"""What one import has met so far, so that a dry run decides about every row as the real one does.

Kept in a database of its own that SQLite makes in a file without a name: memory stays level however
long the import is, and nothing is left behind. Ids below zero stand for records that a dry run
would have made, or that the running batch has not stored yet.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from types import TracebackType

from ..domain.names import PersonName
from ..domain.people import Identity, name_keys
from ..domain.text import digits
from ..errors import FileProblem

_TABLES = """
create table met (kind text, key text, line integer, id integer, primary key (kind, key)) without rowid;
create table named (kind text, key text, name text, primary key (kind, key)) without rowid;
create table person (id integer primary key, own_id integer, stored integer, identity text);
create table trait (trait integer, person integer, primary key (trait, person)) without rowid;
create table span (whose text, starts integer, ends integer);
create index span_of on span (whose, starts);
create index person_stored on person (stored);
create index long_span on span (whose, ends) where ends - starts > 86400;
"""


@dataclass(frozen=True, slots=True)
class Met:
    """A key met before: the line it stood on, and the record it means (0: none)."""

    line: int
    id: int


@dataclass(frozen=True, slots=True)
class MetPerson:
    """Somebody this import has added. ``own_id``: their source gave them an id of its own."""

    id: int
    own_id: bool
    identity: Identity


class Scratch:
    """The memory of one import. Use ``with``; belongs to the thread that made it.

    A full disk leaves the block as :class:`FileProblem`.
    """

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.executescript(f"pragma journal_mode=off; pragma synchronous=off; {_TABLES} begin;")
        self._next = 0
        self._sought: tuple[Identity | None, list[int]] = (None, [])

    def __enter__(self) -> Scratch:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()
        if isinstance(error, sqlite3.OperationalError):
            raise FileProblem(
                f"The import's temporary file cannot be written: {error}.",
                "Free space in the folder for temporary files, or name another one in SQLITE_TMPDIR.",
            ) from error

    def stand_in(self) -> int:
        """An id, below zero, for a record that is not stored."""
        self._next -= 1
        return self._next

    # --- keys ------------------------------------------------------------------------------------

    def meet(self, kind: str, key: str, line: int, id_: int = 0) -> None:
        """Keep that ``key`` stood on ``line`` and means record ``id_``; the first line stays."""
        self._db.execute(
            "insert into met values (?, ?, ?, ?) on conflict do update set id = excluded.id",
            (kind, key, line, id_),
        )

    def met(self, kind: str, key: str) -> Met | None:
        """What is known of ``key`` from earlier rows."""
        row = self._db.execute(
            "select m.line, coalesce(p.stored, m.id) from met m left join person p on p.id = m.id"
            " where m.kind = ? and m.key = ?",
            (kind, key),
        ).fetchone()
        return Met(*row) if row else None

    def name(self, kind: str, key: str, name: str) -> None:
        """Keep what ``key`` is called."""
        self._db.execute("insert or replace into named values (?, ?, ?)", (kind, key, name))

    def named(self, kind: str, key: str) -> str:
        """What ``key`` is called; empty when it was not met."""
        row = self._db.execute("select name from named where kind = ? and key = ?", (kind, key)).fetchone()
        return row[0] if row else ""

    # --- people ----------------------------------------------------------------------------------

    def add_person(self, id_: int, own_id: bool, identity: Identity) -> None:
        """Keep somebody who is (or would be) added under stand-in ``id_``."""
        name, born = identity.name, identity.birth_date
        parts = (name.prefix, name.first, name.middle, name.last, name.suffix)
        text = json.dumps(
            (parts, identity.former, born and born.isoformat(), identity.phones, identity.emails)
        )
        self._db.execute("insert into person values (?, ?, null, ?)", (id_, own_id, text))
        self._db.executemany(
            "insert or ignore into trait values (?, ?)", [(trait, id_) for trait in self._traits(identity)]
        )

    def settle(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Tell which records (stand-in, stored id) have become of people."""
        self._db.executemany("update person set stored = ?2 where id = ?1", pairs)

    def added(self, id_: int) -> bool:
        """Whether the stored customer ``id_`` was added by this import."""
        row = self._db.execute("select 1 from person where stored = ?", (id_,)).fetchone()
        return row is not None

    def perhaps(self, identity: Identity) -> list[MetPerson]:
        """Those added before who share a name and birth date, a phone or an email with ``identity``."""
        wanted = self._traits(identity)
        rows = self._db.execute(
            "select coalesce(stored, id), own_id, identity from person where id in"
            f" (select person from trait where trait in ({', '.join('?' * len(wanted))})) order by id desc",
            wanted,
        )
        return [MetPerson(id_, bool(own), _identity(text)) for id_, own, text in rows]

    def _traits(self, identity: Identity) -> list[int]:
        """Whoever is not found is kept, and by the same: they are worked out once."""
        if self._sought[0] != identity:
            self._sought = identity, traits(identity)
        return self._sought[1]

    # --- time ------------------------------------------------------------------------------------

    def occupy(self, whose: str, starts: int, ends: int) -> None:
        """Keep that ``whose`` time from ``starts`` to ``ends`` is taken, UTC seconds, half-open (T1)."""
        self._db.execute("insert into span values (?, ?, ?)", (whose, starts, ends))

    def occupied(self, whose: str, starts: int, ends: int) -> bool:
        """Whether any of that time was taken by an earlier row."""
        row = self._db.execute(
            "select 1 where exists (select 1 from span where whose = ?1"
            " and starts > ?2 - 86400 and starts < ?3 and ends > ?2)"
            " or exists (select 1 from span where whose = ?1"
            " and ends - starts > 86400 and ends > ?2 and starts < ?3)",
            (whose, starts, ends),
        ).fetchone()
        return row is not None


def traits(identity: Identity) -> list[int]:
    """What two records must share one of to be strongly alike (P3), each as a number that stands for it.

    A number is smaller than the text; two texts with one number are only compared in vain.
    """
    born = identity.birth_date
    found = [f"born {born} {' '.join(key)}" for key in name_keys(identity)] if born else []
    found += [f"mail {address.strip().casefold()}" for address in identity.emails]
    found += [f"dial {tail}" for phone in identity.phones if len(tail := _tail(phone)) == 7]
    return list(map(hash, found))


def _tail(phone: str) -> str:
    """The end of a number, which stays the same with and without its country code."""
    return digits(phone)[-7:]


def _identity(text: str) -> Identity:
    name, former, born, phones, emails = json.loads(text)
    return Identity(
        PersonName(*name),
        tuple(former),
        date.fromisoformat(born) if born else None,
        tuple(phones),
        tuple(emails),
    )
