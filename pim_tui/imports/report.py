"""What became of every row of an import: added, already here, refused, or kept with a remark."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from ..domain.jsontext import to_json

KEPT = 10_000
"""Refusals, and notices, that a report names one by one; the rest is counted."""

ADDED, ALREADY, REFUSED, NOTICES = "added", "already here", "refused", "notices"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that was not imported, and why. ``line`` is where it begins in the file, the header is 1."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Notice(Refusal):
    """A row about which somebody should know something, although it was not refused."""


@dataclass(frozen=True, slots=True)
class Count:
    """Rows of one kind. ``notices`` counts the remarks about rows that were kept or found already here."""

    kind: str
    added: int = 0
    already_here: int = 0
    refused: int = 0
    notices: int = 0

    def __str__(self) -> str:
        parts = [f"{self.added} added", f"{self.already_here} already here", f"{self.refused} refused"]
        if self.notices:
            parts.append(f"{self.notices} {'remark' if self.notices == 1 else 'remarks'}")
        return f"{self.kind}: {', '.join(parts)}"


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of an import. A dry run reports what the real one would, and has written nothing.

    ``earlier`` tells that this very file was imported before and when. ``number`` is the import's own,
    by which it can be looked up and taken back; a dry run has none.
    """

    source: str
    dry_run: bool
    stopped: bool
    counts: tuple[Count, ...]
    refusals: tuple[Refusal, ...]
    notices: tuple[Notice, ...]
    refusals_left_out: int = 0
    notices_left_out: int = 0
    earlier: str = ""
    number: int | None = field(default=None, compare=False)

    def count(self, kind: str) -> Count:
        """The rows of one kind; zeros when there were none."""
        return next((count for count in self.counts if count.kind == kind), Count(kind))

    def lines(self) -> list[str]:
        """The report as text, one fact a line."""
        return list(self._lines())

    def _lines(self) -> Iterator[str]:
        yield f"{self.source}: {'dry run, nothing was written' if self.dry_run else 'imported'}"
        if self.earlier:
            yield self.earlier
        yield from map(str, self.counts)
        if self.stopped:
            yield "Stopped before the end. What is counted as added is kept; the same import again goes on."
        for title, remarks, left_out in (
            ("Refused", self.refusals, self.refusals_left_out),
            ("Remarks", self.notices, self.notices_left_out),
        ):
            if remarks:
                yield f"{title}:"
                yield from (f"  {remark}" for remark in remarks)
            if left_out:
                yield f"  and {left_out} more"

    def to_json(self) -> dict[str, object]:
        """The report for ``--json``: counts by kind, and every refusal as file, line and reason."""
        return {
            "source": self.source,
            "dry_run": self.dry_run,
            "stopped": self.stopped,
            "number": self.number,
            "earlier": self.earlier,
            "counts": counts_json(self.counts),
            "refusals": [asdict(refusal) for refusal in self.refusals],
            "refusals_left_out": self.refusals_left_out,
            "notices": [asdict(notice) for notice in self.notices],
            "notices_left_out": self.notices_left_out,
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Report:
        """The inverse of :meth:`to_json`."""
        return cls(
            raw["source"],
            raw["dry_run"],
            raw["stopped"],
            counts_of(raw["counts"]),
            tuple(Refusal(**one) for one in raw["refusals"]),
            tuple(Notice(**one) for one in raw["notices"]),
            raw["refusals_left_out"],
            raw["notices_left_out"],
            raw["earlier"],
            raw["number"],
        )

    def kept(self, most: int) -> str:
        """The report as JSON of at most ``most`` characters: of what was said about rows, the first part."""
        report = self
        while len(text := to_json(report.to_json())) > most:
            report = report._shorter()
        return text

    def _shorter(self) -> Report:
        refusals = self.refusals[: len(self.refusals) // 2]
        notices = self.notices[: len(self.notices) // 2]
        return replace(
            self,
            refusals=refusals,
            notices=notices,
            refusals_left_out=self.refusals_left_out + len(self.refusals) - len(refusals),
            notices_left_out=self.notices_left_out + len(self.notices) - len(notices),
        )


def counts_json(counts: Iterable[Count]) -> dict[str, dict[str, int]]:
    """Counts by kind, for JSON."""
    return {
        count.kind: {name: value for name, value in asdict(count).items() if name != "kind"}
        for count in counts
    }


def counts_of(raw: Mapping[str, Mapping[str, int]]) -> tuple[Count, ...]:
    """The inverse of :func:`counts_json`."""
    return tuple(Count(kind, **numbers) for kind, numbers in raw.items())


@dataclass(slots=True)
class Tally:
    """A report in the making; its size does not grow with the file's."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    kinds: dict[str, None] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    def count(self, kind: str, what: str) -> None:
        """One more row of ``kind`` that was :data:`ADDED` or :data:`ALREADY` here."""
        self.kinds[kind] = None
        self.counts[kind, what] += 1

    def refuse(self, kind: str, refusal: Refusal) -> None:
        """A row that is not imported."""
        self.count(kind, REFUSED)
        if len(self.refusals) < KEPT:
            self.refusals.append(refusal)

    def sort_refusals(self, start: int) -> None:
        """Put the refusals from place ``start`` on, which are of one file, in the order of its lines."""
        self.refusals[start:] = sorted(self.refusals[start:], key=lambda refusal: refusal.line)

    def notice(self, kind: str, notice: Notice) -> None:
        """Something about a row that is not refused."""
        self.count(kind, NOTICES)
        if len(self.notices) < KEPT:
            self.notices.append(notice)

    def counted(self) -> tuple[Count, ...]:
        """The counts so far."""
        return tuple(
            Count(kind, *(self.counts[kind, what] for what in (ADDED, ALREADY, REFUSED, NOTICES)))
            for kind in self.kinds
        )

    def report(self, source: str, *, dry_run: bool, stopped: bool) -> Report:
        """The finished report."""
        counts = self.counted()
        return Report(
            source,
            dry_run,
            stopped,
            counts,
            tuple(self.refusals),
            tuple(self.notices),
            sum(count.refused for count in counts) - len(self.refusals),
            sum(count.notices for count in counts) - len(self.notices),
        )
