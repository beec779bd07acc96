"""A measured figure beside its baseline and its goal, and the table they make."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Figure:
    """``value`` in ``unit``; with a ``baseline`` the goal is for the ratio, else for the value itself.

    Where it is ``absolute`` the goal is for the value all the same, and the baseline only stands beside it.

    ``goal`` is the most it may be, or with ``at_least`` the least; None asks for nothing.
    """

    name: str
    value: float
    unit: str
    baseline: float | None = None
    goal: float | None = None
    at_least: bool = False
    absolute: bool = False

    @property
    def ratio(self) -> float | None:
        """How many times the baseline."""
        return self.value / self.baseline if self.baseline else None

    @property
    def of_ratio(self) -> bool:
        """Whether the goal is for the ratio."""
        return bool(self.baseline) and not self.absolute

    @property
    def met(self) -> str:
        """yes, NO, or nothing where there is no goal."""
        if self.goal is None:
            return ""
        measured = self.ratio if self.of_ratio and self.ratio is not None else self.value
        return "yes" if (measured >= self.goal if self.at_least else measured <= self.goal) else "NO"

    def cells(self) -> tuple[str, ...]:
        """The row of the table."""
        sign = "" if self.goal is None else (">= " if self.at_least else "<= ")
        goal = "" if self.goal is None else f"{sign}{_short(self.goal)}{'x' if self.of_ratio else ''}"
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        base = "" if self.baseline is None else _short(self.baseline)
        return self.name, f"{_short(self.value)} {self.unit}", base, ratio, goal, self.met


HEADS = ("figure", "value", "baseline", "ratio", "goal", "met")


def table(figures: Sequence[Figure]) -> str:
    """All figures in aligned columns."""
    rows = [HEADS, *(figure.cells() for figure in figures)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEADS))]
    return "\n".join("  ".join(_aligned(row, widths)) for row in rows)


def _aligned(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    """The first cell to the left, the figures to the right."""
    rest = [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
    return [row[0].ljust(widths[0]), *rest]


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"


def cpu_ms(*acts: Callable[[], object], rounds: int = 15, least: float = 0.02) -> list[float]:
    """Milliseconds of CPU of one call of each act: medians of rounds taken in turns."""
    times: list[list[float]] = [[] for _ in acts]
    repeats = [_repeats(act, least) for act in acts]
    for _ in range(rounds):
        for place, act in enumerate(acts):
            begun = time.process_time()
            for _ in range(repeats[place]):
                act()
            times[place].append((time.process_time() - begun) / repeats[place] * 1000)
    return [median(one) for one in times]


def _repeats(act: Callable[[], object], least: float) -> int:
    """How often to call an act so that the clock can see it."""
    act()
    begun = time.process_time()
    act()
    return max(1, int(least / max(time.process_time() - begun, 1e-6)))


def percentile(values: Sequence[float], part: float) -> float:
    """The value that ``part`` of all are not above."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(len(ranked) * part))]


def each_ms(act: Callable[[str], object], texts: Sequence[str]) -> list[float]:
    """Milliseconds of CPU of one call for each text, the best of three."""
    found = []
    for text in texts:
        best = 1e9
        for _ in range(3):
            begun = time.process_time()
            act(text)
            best = min(best, (time.process_time() - begun) * 1000)
        found.append(best)
    return found
