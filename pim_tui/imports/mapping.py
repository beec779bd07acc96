"""Which column of a table is read as what: proposed from the header, shown, changed, and then read by.

A reader states its :class:`Target` list; a known layout brings its own mapping. Whoever imports sees the
mapping before anything is read and may give any target another column.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..domain.text import fold, tidy
from ..errors import UsageError

SHOWN = 40
"""Characters of a column's name that a person is shown."""


@dataclass(frozen=True, slots=True)
class Target:
    """Something a row can say. ``aliases`` are column names it goes by elsewhere, in any case and accents.

    One of the targets that share a non-empty ``needs`` word must have a column, or nothing can be read.
    """

    key: str
    title: str
    aliases: tuple[str, ...] = ()
    needs: str = ""


@dataclass(frozen=True, slots=True)
class MappedColumn:
    """One column of the file: its name as written, the target read from it ("" for none), and an example."""

    column: str
    target: str = ""
    example: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What was decided about the whole file, as (title, value): layout, encoding, how dates are read."""

    told: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """The mapping of a whole table: every column in the file's order, read or not."""

    layout: str
    columns: tuple[MappedColumn, ...]
    targets: tuple[Target, ...]
    facts: Facts = Facts()

    def place_of(self, target: str) -> int | None:
        """Which column ``target`` is read from; None when from none."""
        return next((at for at, column in enumerate(self.columns) if column.target == target), None)

    def places(self) -> dict[str, int]:
        """Target key -> column number, of those that are read."""
        return {column.target: at for at, column in enumerate(self.columns) if column.target}

    def lacking(self) -> tuple[str, ...]:
        """What cannot be left out and has no column: the titles, of one group joined by "or"."""
        groups: dict[str, list[Target]] = {}
        for target in self.targets:
            if target.needs:
                groups.setdefault(target.needs, []).append(target)
        return tuple(
            " or ".join(target.title for target in group)
            for group in groups.values()
            if all(self.place_of(target.key) is None for target in group)
        )

    def with_choices(self, choices: Mapping[str, str]) -> ColumnMapping:
        """The mapping with ``choices``, target key -> column name ("" for none), put in.

        Raises :class:`UsageError` for a target or a column there is not.
        """
        columns = list(self.columns)
        known = {target.key: target for target in self.targets}
        for key, name in choices.items():
            if key not in known:
                raise UsageError(
                    f"There is nothing called {tidy(key, limit=SHOWN)} to read.",
                    f"Choose from: {', '.join(known)}.",
                )
            columns = [
                MappedColumn(one.column, "" if one.target == key else one.target, one.example)
                for one in columns
            ]
            if name:
                at = _place(name, [one.column for one in columns])
                columns[at] = MappedColumn(columns[at].column, key, columns[at].example)
        return ColumnMapping(self.layout, tuple(columns), self.targets, self.facts)


@dataclass(frozen=True, slots=True)
class Survey:
    """What a file is taken for before anything is read from it, for a person to look at.

    ``kind`` is what it holds as a report calls it ("customers"), ``layout`` the program or format it looks
    like. ``mapping`` is None where the format itself says what is what. ``facts`` are (title, value):
    encoding, separator, how dates are read. ``problems`` say what must be chosen before it can be imported.
    """

    kind: str
    layout: str
    mapping: ColumnMapping | None = None
    facts: tuple[tuple[str, str], ...] = ()
    problems: tuple[str, ...] = ()


def told_facts(survey: Survey) -> list[tuple[str, str]]:
    """What is known about the file, layout first, as (title, value) to be shown."""
    facts = [(title[:1].upper() + title[1:], value) for title, value in survey.facts if value]
    layout = [] if any(title == "Layout" for title, _ in facts) else [("Layout", survey.layout)]
    return [*layout, *facts]


def told_problems(survey: Survey) -> str:
    """What must be chosen before the file can be read, as sentences."""
    return " ".join(f"{one[:1].upper()}{one[1:].rstrip('.')}." for one in survey.problems)


def propose(
    layout: str, header: Sequence[str], targets: Sequence[Target], example: Sequence[str] = ()
) -> ColumnMapping:
    """A mapping by the names of the columns: each target takes the first column that goes by its name.

    Of two columns with one name the second may be that of another target: ``Début`` the day, ``Début`` the
    time.
    """
    taken: dict[int, str] = {}
    free = [fold(name) for name in header]
    for target in targets:
        for name in map(fold, (target.key, target.title, *target.aliases)):
            if name and name in free:
                at = free.index(name)
                taken[at], free[at] = target.key, ""
                break
    shown = [*example, *[""] * (len(header) - len(example))]
    return ColumnMapping(
        layout,
        tuple(
            MappedColumn(name, taken.get(at, ""), tidy(shown[at], limit=SHOWN))
            for at, name in enumerate(header)
        ),
        tuple(targets),
    )


def read_choices(words: Iterable[str]) -> dict[str, str]:
    """``target=Column`` words of a command line; :class:`UsageError` for any other form."""
    found = {}
    for word in words:
        key, equals, column = word.partition("=")
        if not equals or not key.strip():
            raise UsageError(
                f"{tidy(word, limit=SHOWN)} is no mapping.", "Write target=Column, as in start=Begin."
            )
        found[key.strip()] = column.strip()
    return found


def _place(name: str, header: Sequence[str]) -> int:
    wanted = fold(name)
    for at, column in enumerate(header):
        if column == name or fold(column) == wanted:
            return at
    raise UsageError(
        f"There is no column called {tidy(name, limit=SHOWN)}.",
        f"The columns are: {', '.join(tidy(column, limit=SHOWN) for column in header[:12])}.",
    )
