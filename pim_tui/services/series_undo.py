"""Taking back what was done to a series: its rule, its dates and where it puts its visits (T11).

The appointments themselves are taken back by :mod:`.undo`, one by one and each with its check.
"""

from __future__ import annotations

import json
from typing import Any

from ..domain.chain import canonical
from ..domain.recurrence import read_rule
from ..domain.series import ended
from ..errors import Refused
from ..queries.changes import lines_of
from .series_rows import link, set_dates, snapshot, unlink, update_series
from .work import Work

KEPT = ("id", "version", "uid", "created_at", "created_by_id", "dates", "visits")
"""What is not set back as a column: it never changes, or has rows of its own."""


def take_back(work: Work, first: int) -> None:
    """Set the series that one use case made or changed back to what they were.

    ``first`` is the number of its first journal line. A series that was made ends where it began, for its
    visits are canceled. :class:`Refused` when somebody has changed a series since (V1).
    """
    lines = lines_of(work.session.key, first, "series")
    changes = [(id_, _read(before), _read(after)) for id_, _, before, after in lines]
    for id_, _, after in changes:
        _require_unchanged(id_, after)
    # New ones first: they give up the visits that the older ones get back.
    for id_, before, after in sorted(changes, key=lambda change: bool(change[1])):
        now = snapshot(id_)
        _restore(id_, now["version"], before or _ended(after))
        work.changed("undo", "series", id_, now, snapshot(id_), f"undo {first}")


def _read(text: str) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(text or "{}")
    return values


def _require_unchanged(series_id: int, after: dict[str, Any]) -> None:
    if canonical({**snapshot(series_id), "version": 0}) != canonical({**after, "version": 0}):
        raise Refused(
            "This series was changed since, so your change cannot be taken back.",
            "Press R on one of its visits and set it as it should be.",
            rule="V1",
        )


def _ended(after: dict[str, Any]) -> dict[str, Any]:
    """A series that was made by mistake: it makes no more visits, and those it has are canceled."""
    rule = str(ended(read_rule(after["rule"]), after["starts_at"])) if after["rule"] else ""
    return {**after, "rule": rule, "drawn_to": None, "dates": []}


def _restore(series_id: int, version: int, earlier: dict[str, Any]) -> None:
    columns = {name: value for name, value in earlier.items() if name not in KEPT}
    update_series(series_id, version, columns)
    set_dates(series_id, dict(earlier["dates"]))
    visits = dict(earlier["visits"])
    unlink([*visits, *(id_ for id_, _ in snapshot(series_id)["visits"])])
    link(series_id, visits)
