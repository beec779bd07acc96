"""A list as data: what it shows, how it may be narrowed, what it adds up to, what can be done with a row.

One pane draws any of them, and :meth:`ListSpec.table` gives screen, CSV, JSON, text and PDF the same
strings, so that a list prints what it shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final, Generic, Literal, TypeVar

from ..domain.dates import Prefer
from ..domain.dues import Paid
from ..domain.filekinds import size_words
from ..domain.moments import Zone, day_label, moment_label, short_day
from ..domain.money import figures, written
from ..domain.rights import Right
from ..domain.states import Status
from ..queries.page import Page

R = TypeVar("R")

Kind = Literal[
    "text", "lines", "day", "date", "time", "moment", "minutes", "number", "size", "status", "mode", "yes",
    "money", "side", "paid", "file",
]  # fmt: skip
"""What a cell holds: ``day`` a date, ``date`` one told without its weekday, ``time`` a wall time as
text, ``moment`` UTC seconds, ``minutes`` elapsed, ``size`` bytes, ``status`` the letter of a state, ``lines``
text of several lines, ``money`` minor units of the row's ``currency``, ``side`` the same but blank
for nothing, ``paid`` how far a bill is paid, ``file`` the name of a file."""

MODES = {"in_person": "in person", "virtual": "virtual", "phone": "phone"}
GAP = 2
"""Terminal columns between two columns."""
MONEY: Final = ("money", "side")
"""Kinds that are amounts."""
_TO_THE_RIGHT = frozenset({"minutes", "number", "size", *MONEY})


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``width`` is in terminal columns; where space is short the lowest ``rank`` goes first.

    Exactly one column of a list may ``grow`` into what is left.
    """

    title: str
    attribute: str
    kind: Kind = "text"
    width: int = 10
    rank: int = 5
    grow: bool = False

    @property
    def to_the_right(self) -> bool:
        """Whether its cells end on the right: numbers do."""
        return self.kind in _TO_THE_RIGHT


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter; ``key`` is short enough to type."""

    value: str
    title: str


@dataclass(frozen=True, slots=True)
class Filter:
    """One way to narrow a list.

    ``kind`` ``choice`` takes any number of ``choices`` (the values chosen travel as a tuple of text),
    ``text`` a text, ``days`` a :class:`~pim_tui.lists.periods.Period`, ``yes`` a bool. ``load`` reads choices
    that the clinic makes itself, on a database thread. ``prefer`` is how days without their year are read: in
    lists of what has been done they are over.
    """

    key: str
    title: str
    kind: Literal["choice", "text", "days", "yes"]
    choices: tuple[Choice, ...] = ()
    load: Callable[[], tuple[Choice, ...]] | None = None
    prefer: Prefer = "past"


@dataclass(frozen=True, slots=True)
class Metric:
    """A sum over everything the filters let through: ``key`` in :attr:`Page.sums`."""

    title: str
    key: str
    kind: Kind = "number"


@dataclass(frozen=True, slots=True)
class Scope:
    """What a list is about: one customer, or without ``customer_id`` the whole clinic.

    ``zone`` is the clinic's, ``today`` its date: what is overdue is measured by it; ``currency`` is the
    clinic's, for money that stands on no document; ``unknown`` and ``notice_days`` are its choices about
    letters: whether who was never asked is written to, and how often about money.
    """

    customer_id: int | None
    zone: Zone
    today: date | None = None
    currency: str = ""
    unknown: bool = False
    notice_days: int = 14

    @property
    def whose(self) -> int:
        """The customer of a list that makes no sense for the whole clinic."""
        assert self.customer_id is not None
        return self.customer_id


Chosen = Mapping[str, Any]
"""Filter key -> what was chosen; a key left out lets everything through."""
AFTER: Final = "after"
"""Key in :data:`Chosen` under which whoever reads on hands in the id of the last row there is: a long list
goes on behind it, where it would else read what lies before once more."""


@dataclass(frozen=True, slots=True)
class Table:
    """A list as plain strings, for any kind of paper, file or screen.

    ``keys`` are names for programs, ``titles`` for people; ``to_the_right`` tells the alignment;
    ``sums`` are (title, value) of everything filtered, not of the rows alone. ``kinds`` tell what the
    cells hold; without them everything is text.
    """

    title: str
    keys: tuple[str, ...]
    titles: tuple[str, ...]
    to_the_right: tuple[bool, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    sums: tuple[tuple[str, str], ...] = ()
    kinds: tuple[Kind, ...] = ()


@dataclass(frozen=True, slots=True)
class ListSpec(Generic[R]):
    """A whole list.

    ``query(scope, chosen, limit, offset)`` gives a :class:`Page` of ``row`` objects, its sums worked out
    by the same filters, once they are asked for. ``empty`` is what the pane says when there is nothing.
    ``tab`` is its name where there is little room. ``usual`` is the filter
    that holds unless other dates are typed: a clinic-wide list would else add up the whole book.
    ``right`` is what one must be allowed to, so as to see it at all.
    """

    key: str
    title: str
    row: type[R]
    query: Callable[[Scope, Chosen, int, int], Page[R]]
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...] = ()
    metrics: tuple[Metric, ...] = ()
    empty: str = "Nothing here."
    page_size: int = field(default=200)
    tab: str = ""
    usual: str = ""
    right: Right | None = None

    def fitting(self, width: int) -> tuple[Column, ...]:
        """The columns that fit into ``width`` terminal columns, in order: low ranks go first, one stays."""
        kept = list(self.columns)
        while len(kept) > 1 and sum(column.width + GAP for column in kept) - GAP > width:
            kept.remove(min(reversed(kept), key=lambda column: column.rank))
        return tuple(kept)

    def widths(self, width: int) -> tuple[int, ...]:
        """The width of each column of :meth:`fitting`; the growing one takes what is left."""
        columns = self.fitting(width)
        left = width - sum(column.width + GAP for column in columns) + GAP
        return tuple(column.width + (max(0, left) if column.grow else 0) for column in columns)

    def cells(self, row: R, zone: Zone, columns: Sequence[Column] | None = None) -> tuple[str, ...]:
        """One row as strings; not cleaned for display, as nothing that is stored needs it."""
        wanted = self.columns if columns is None else columns
        currency = getattr(row, "currency", "")
        return tuple(shown(getattr(row, column.attribute), column.kind, zone, currency) for column in wanted)

    def table(
        self, page: Page[R], zone: Zone, *, columns: Sequence[Column] | None = None, plain: bool = False
    ) -> Table:
        """``page`` as a table of ``columns`` (all, when not told).

        ``plain`` is for files that programs read: ISO days and times, bare numbers, no marks.
        """
        wanted = self.columns if columns is None else columns
        write = bare if plain else shown
        return tabulated(self.title, wanted, page.rows, zone, self.sums(page, zone), write)

    def sums(self, page: Page[R], zone: Zone) -> tuple[tuple[str, str], ...]:
        """(title, value) of each metric."""
        return tuple(
            (metric.title, shown(page.sums[metric.key], metric.kind, zone, page.currency))
            for metric in self.metrics
        )


def tabulated(
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Any],
    zone: Zone,
    sums: tuple[tuple[str, str], ...] = (),
    write: Callable[[Any, Kind, Zone, str], str] | None = None,
) -> Table:
    """Rows as a table of strings, as :func:`shown` or another ``write`` writes them."""
    told = write or shown
    return Table(
        title,
        tuple(column.attribute for column in columns),
        tuple(column.title for column in columns),
        tuple(column.to_the_right for column in columns),
        tuple(column.width for column in columns),
        tuple(
            tuple(
                told(getattr(row, column.attribute), column.kind, zone, getattr(row, "currency", ""))
                for column in columns
            )
            for row in rows
        ),
        sums,
        tuple(column.kind for column in columns),
    )


Value = str | int | bool | Decimal | None


def values(row: Any, columns: Sequence[Column], zone: Zone) -> tuple[Value, ...]:
    """One row for programs: numbers and yes/no stay what they are, money becomes exact decimals, the rest
    is as :func:`bare` writes it."""
    currency = getattr(row, "currency", "")
    return tuple(_value(getattr(row, column.attribute), column.kind, zone, currency) for column in columns)


def _value(value: Any, kind: Kind, zone: Zone, currency: str) -> Value:
    if kind in MONEY and value is not None:
        return Decimal(written(value, currency))
    return value if isinstance(value, int) and kind != "moment" else bare(value, kind, zone)


def shown(value: Any, kind: Kind, zone: Zone, currency: str = "") -> str:
    """A value as staff read it; empty for none. ``currency`` is that of an amount of money."""
    if value is None or value == "":
        return ""
    match kind:
        case "day":
            return day_label(value)
        case "date":
            return short_day(value)
        case "moment":
            return moment_label(value, zone)
        case "minutes":
            return f"{value} min"
        case "size":
            return size_words(value)
        case "status":
            return f"{value} {Status(value).word}"
        case "mode":
            return MODES[value]
        case "yes":
            return "yes" if value else ""
        case "lines":
            return " ".join(str(value).split())
        case "money":
            return figures(value, currency)
        case "side":
            return figures(value, currency) if value else ""
        case "paid":
            return f"{Paid(value).letter} {Paid(value).word}"
    return str(value)


def bare(value: Any, kind: Kind, zone: Zone, currency: str = "") -> str:
    """A value as programs read it: ISO 8601 days and moments, numbers without a unit, codes as stored."""
    if value is None:
        return ""
    match kind:
        case "moment":
            return _iso_moment(value, zone)
        case "yes":
            return "true" if value else "false"
        case "money" | "side":
            return written(value, currency)
    return value.isoformat() if isinstance(value, date) else str(value)


def _iso_moment(instant: int, zone: Zone) -> str:
    from datetime import datetime

    from ..domain.moments import zone_info

    return datetime.fromtimestamp(instant, zone_info(zone)).isoformat()
