"""Why visits were canceled, and who asked for it."""

from __future__ import annotations

from collections import Counter
from typing import Final

from ...db.many import marks
from ...domain.moments import Zone
from ...domain.reports import Asked, Figure, Figures, Line, added, share
from ..where import Where
from .reading import MOVED, Watched, counted, within

FIGURES: Final = (
    Figure("canceled", "Canceled", charted=True),
    Figure("canceled_share", "Share", "share"),
    Figure("clinic", "Clinic"),
    Figure("customer", "Customer"),
    Figure("late", "Late"),
)
NOTES: Final = (
    "Clinic and Customer tell who asked. What was canceled and booked again was moved: it is not counted.",
)
MOST: Final = 40
"""Reasons that get a line; the others are one together."""
OTHERS: Final = ("others",)
_CANCELED = f"a.status = 'X' and not {MOVED}"


def figures(asked: Asked, zone: Zone, watched: Watched) -> Figures:
    """The report, the most frequent reason first. Index: ``appointment (day, ...)``, not covering."""
    found: Counter[tuple[str, str, int]] = Counter()
    for first, last in watched.each(asked):
        rows = within(asked, first, last).also(_CANCELED)
        what = "a.cancel_reason, a.cancelled_by, a.late_cancel, count(*)"
        for reason, who, late, count in counted(what, rows, "1, 2, 3"):
            found[reason, who, late] += count
    totals: Counter[str] = Counter()
    for (reason, _, _), count in found.items():
        totals[reason] += count
    named = [reason for reason, _ in sorted(totals.items(), key=lambda one: (-one[1], one[0]))]
    total = sum(totals.values())
    lines = [Line(reason, reason, _values(found, {reason}, total)) for reason in named[:MOST]]
    if named[MOST:]:
        others = tuple(named[:MOST])
        label = f"{len(named) - MOST:,} other reasons"
        lines.append(Line((*OTHERS, others), label, _values(found, set(named[MOST:]), total)))
    sums = added((line.values for line in lines), len(FIGURES))
    all_ = Line(None, "All", (sums[0], share(sums[0], total), *sums[2:]))
    return Figures(asked, "Reason", FIGURES, tuple(lines), all_, NOTES)


def _values(found: Counter[tuple[str, str, int]], reasons: set[str], total: int) -> tuple[int | None, ...]:
    mine = [(who, late, count) for (reason, who, late), count in found.items() if reason in reasons]
    canceled = sum(count for *_, count in mine)
    by = {asked: sum(count for who, _, count in mine if who == asked) for asked in ("clinic", "customer")}
    late = sum(count for _, flagged, count in mine if flagged)
    return canceled, share(canceled, total), by["clinic"], by["customer"], late


def behind(asked: Asked, key: object, figure: str, zone: Zone) -> Where | None:
    """The visits of a number."""
    rows = within(asked).also(_CANCELED)
    if figure in ("clinic", "customer"):
        rows = rows.also("a.cancelled_by = ?", figure)
    elif figure == "late":
        rows = rows.also("a.late_cancel = 1")
    if isinstance(key, tuple):
        named = key[1]
        return rows.also(f"a.cancel_reason not in ({marks(named)})", *named)
    return rows if key is None else rows.also("a.cancel_reason = ?", key)
