"""Imports there have been, and what each of them told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from ..db.connection import select
from ..domain.moments import Zone, day_of, short_day, wall
from ..domain.rights import Right
from ..errors import NotFound
from .gate import guarded

STATES = {
    "running": "unfinished", "done": "done", "stopped": "stopped", "undoing": "partly back",
    "undone": "taken back",
}  # fmt: skip
"""The state of an import in words; unfinished is under way at some desk, or broken off."""


class Imported(NamedTuple):
    """One import. ``began`` is a local date and time; ``counts`` are numbers by kind and outcome.

    ``state`` is running (or broken off), done, stopped, undoing (or broken off in it) or undone.
    """

    number: int
    kind: str
    source: str
    state: str
    began: str
    staff: str
    counts: Mapping[str, Mapping[str, int]]

    @property
    def word(self) -> str:
        """Its state as people read it."""
        return STATES[self.state]

    @property
    def added(self) -> int:
        """How many records it made, of all kinds."""
        return sum(numbers["added"] for numbers in self.counts.values())

    @property
    def refused(self) -> int:
        """How many rows it refused, of all kinds."""
        return sum(numbers["refused"] for numbers in self.counts.values())

    @property
    def stands(self) -> bool:
        """Whether there may be something of it to take back."""
        return self.state != "undone"


_IMPORT = (
    "select r.id, r.kind, r.source, r.state, r.began_at, s.name, r.counts"
    " from import_run r join staff s on s.id = r.staff_id"
)


@guarded(Right.IMPORT)
def imports(zone: Zone, limit: int = 200) -> tuple[Imported, ...]:
    """All imports, the newest first. Index: primary key."""
    return tuple(_imported(row, zone) for row in select(f"{_IMPORT} order by r.id desc limit ?", [limit]))


@guarded(Right.IMPORT)
def imported(number: int, zone: Zone) -> Imported:
    """The import of that number; :class:`NotFound` when there is none. Index: primary key."""
    rows = select(f"{_IMPORT} where r.id = ?", [number])
    if not rows:
        raise NotFound(f"There is no import {number}.", "Look at the list of imports.")
    return _imported(rows[0], zone)


@guarded(Right.IMPORT)
def standing(digest: str, zone: Zone) -> Imported | None:
    """The newest import of a file with this SHA-256 that was not taken back. Index: import_run (digest)."""
    rows = select(
        f"{_IMPORT} where r.digest = ? and r.state <> 'undone' order by r.id desc limit 1", [digest]
    )
    return _imported(rows[0], zone) if rows else None


@guarded(Right.IMPORT)
def report_of(number: int) -> Mapping[str, Any]:
    """The report of an import as JSON; empty for one that broke off. Index: primary key."""
    rows = select("select report from import_run where id = ?", [number])
    if not rows:
        raise NotFound(f"There is no import {number}.", "Look at the list of imports.")
    raw: Mapping[str, Any] = json.loads(rows[0][0])
    return raw


def _imported(row: tuple[Any, ...], zone: Zone) -> Imported:
    number, kind, source, state, began_at, staff, counts = row
    began = f"{short_day(day_of(began_at, zone))} {wall(began_at, zone):%H:%M}"
    return Imported(number, kind, source, state, began, staff, json.loads(counts))
