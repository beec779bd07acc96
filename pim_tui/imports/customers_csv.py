"""Tables of people: the layout told by the header, else a plain table by its mapping.

The order of the columns does not matter. Dates are read in one order for the whole file, the one that they
fit (see :mod:`..domain.datecolumns`); a year of two digits is the latest that does not lie in the future,
with a remark where another could be meant.

A row yields a :class:`Row`, or a refusal that names everything wrong with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

from ..domain.datecolumns import ColumnOrder, DateColumn
from ..domain.people import Order
from ..domain.text import tidy
from ..errors import FileProblem
from .csvfile import CsvFile, Record
from .mapping import ColumnMapping, Facts, MappedColumn, Survey, propose
from .outlook import OUTLOOK_CONTACTS, THUNDERBIRD_CONTACTS
from .ownfields import OUR_CUSTOMERS
from .people import Draft, Row, checked, settled_days
from .people_layouts import (
    GOOGLE,
    GOOGLE_CONTACTS,
    SYNTHEA,
    SYNTHEA_NAME,
    SYNTHEA_PATIENTS,
    Layout,
    postal_code,
)
from .people_table import DATED, PLAIN, TARGETS, about_people, column_key, put
from .rows import Cells, Faults, RowFile, columns_of

__all__ = [
    "GOOGLE", "GOOGLE_CONTACTS", "LAYOUTS", "OUTLOOK_CONTACTS", "SYNTHEA", "SYNTHEA_NAME", "SYNTHEA_PATIENTS",
    "Layout", "PeopleFile", "Row", "layout_of", "open_customers", "postal_code", "survey_table",
]  # fmt: skip

LAYOUTS = (OUR_CUSTOMERS, SYNTHEA_PATIENTS, GOOGLE_CONTACTS, THUNDERBIRD_CONTACTS, OUTLOOK_CONTACTS)
"""The layouts that are known, in the order in which they are tried."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """How a table is read: by its layout if it has one, with the ``chosen`` targets from where they say."""

    mapping: ColumnMapping
    layout: Layout | None
    chosen: Mapping[str, int | None]

    @property
    def dated(self) -> set[int]:
        """The columns whose dates may be written in any order."""
        places = {place for key, place in self.chosen.items() if key in DATED and place is not None}
        if self.layout:
            at = self.layout.places([column.column for column in self.mapping.columns])
            places |= {at[name] for name in self.layout.dated if name in at}
        return places


class PeopleFile(RowFile[Row]):
    """An open table of people and how it is read. Use ``with``.

    ``facts`` are (title, value). ``remarks`` concern the whole file.
    """

    def __init__(self, csv: CsvFile, plan: _Plan, dates: ColumnOrder | None, today: date) -> None:
        columns = plan.layout.places(csv.header) if plan.layout else columns_of(csv.header)
        columns |= {column_key(key): place for key, place in plan.chosen.items() if place is not None}
        super().__init__(csv, _reader(plan, today, dates), columns)
        self.mapping = plan.mapping
        self.facts = _facts(csv, dates)
        doubtful = dates is not None and dates.seen > 0 and not dates.speaking
        self.remarks: tuple[str, ...] = (f"dates are read {dates.told()}",) if dates and doubtful else ()


def open_customers(
    path: Path,
    today: date,
    layouts: Sequence[Layout] = (),
    *,
    order: Order = "auto",
    choices: Mapping[str, str] | None = None,
) -> PeopleFile:
    """The people in a table; :class:`FileProblem` when it is in none of ``layouts``, or cannot be mapped.

    Without ``layouts`` those of :data:`LAYOUTS` are known, and any other table is read by the names of its
    columns. ``today`` tells which dates lie in the future; ``order`` is how the clinic writes dates, for a
    file that does not tell: with ``auto`` a date that can be read in two ways is refused. ``choices``
    gives targets other columns; :class:`UsageError` for one that cannot be.
    """
    csv = CsvFile(path)
    try:
        plan = _planned(csv, layouts, choices or {}, ())
        if lacking := plan.mapping.lacking():
            raise FileProblem(
                f"{csv.name}: no column is known for {'; '.join(lacking)}. Found: {_named(csv.header)}.",
                "Say which column it is, as in --map last=Surname.",
            )
        return PeopleFile(csv, plan, _date_order(path, plan, order), today)
    except BaseException:
        csv.close()
        raise


def survey_table(path: Path, order: Order, choices: Mapping[str, str]) -> Survey:
    """What the table at ``path`` is taken for; raises as :func:`open_customers` but tells what lacks."""
    with CsvFile(path) as csv:
        example = next((one.cells for one in csv.records() if isinstance(one, Record)), ())
        plan = _planned(csv, (), choices, example, strict=False)
        facts = _facts(csv, _date_order(path, plan, order))
    lacking = tuple(f"choose a column for {title}" for title in plan.mapping.lacking())
    if not (plan.layout or choices or lacking or about_people(plan.mapping)):
        lacking = ("nothing in this file says that it is about people: choose the column of their name",)
    return Survey("customers", plan.mapping.layout, replace(plan.mapping, facts=Facts(facts)), facts, lacking)


# --- how a table is read -------------------------------------------------------------------------


def layout_of(name: str, header: Sequence[str], layouts: Sequence[Layout]) -> Layout:
    """The first layout the header fits; :class:`FileProblem` naming what the nearest one lacks."""
    lacking = [(layout.missing(header), layout) for layout in layouts]
    missing, nearest = min(lacking, key=lambda pair: len(pair[0]) / len(pair[1].marks))
    if not missing:
        return nearest
    expected = ", ".join(names[-1] for names in nearest.marks)
    raise FileProblem(
        f"{name}: these columns are not known. Nearest is {nearest.title}, which needs {expected};"
        f" missing: {', '.join(missing)}. Found: {_named(header)}.",
        f"Known layouts: {', '.join(layout.title for layout in layouts)}; or say which column is which, as in"
        " --map name=Patient.",
    )


def _named(header: Sequence[str]) -> str:
    return ", ".join(tidy(column, limit=30) for column in header[:8]) + (" ..." if len(header) > 8 else "")


def _planned(
    csv: CsvFile,
    layouts: Sequence[Layout],
    choices: Mapping[str, str],
    example: Sequence[str],
    *,
    strict: bool = True,
) -> _Plan:
    """The layout and mapping of a file. ``strict``: a table that nobody mapped must be about people."""
    plain = propose("plain table", csv.header, TARGETS, example)
    fitting = (layout for layout in layouts or LAYOUTS if not layout.missing(csv.header))
    known = next((layout for layout in fitting if layouts or not _loses(layout, csv.header, plain)), None)
    if known:
        mapping = _shown(known, csv.header, example).with_choices(choices)
        return _Plan(mapping, known, {key: mapping.place_of(key) for key in choices})
    mapping = plain.with_choices(choices)
    if layouts or (strict and not choices and not about_people(mapping)):
        layout_of(csv.name, csv.header, layouts or LAYOUTS)
    return _Plan(mapping, None, mapping.places())


def _loses(layout: Layout, header: Sequence[str], plain: ColumnMapping) -> bool:
    """Whether translated columns are somebody's own table: something in it only a plain table is read for."""
    told = {"", *(_family(layout.target_of(name)) for name in header)}
    return layout.is_translated(header) and any(_family(one.target) not in told for one in plain.columns)


def _family(target: str) -> str:
    """``phone`` for each of the telephones, and the like."""
    return "phone" if target == "mobile" or "phone" in target else target.removesuffix("_2")


def _shown(layout: Layout, header: Sequence[str], example: Sequence[str]) -> ColumnMapping:
    """What a known layout reads, column by column."""
    bare = propose(layout.title, header, (), example)
    columns = (MappedColumn(one.column, layout.target_of(one.column), one.example) for one in bare.columns)
    return replace(bare, columns=tuple(columns), targets=TARGETS)


def _date_order(path: Path, plan: _Plan, order: Order) -> ColumnOrder | None:
    """The order of the file's dates, by all of them; None when each of them is read by itself."""
    places, column = plan.dated, DateColumn()
    if not places:
        return None
    with CsvFile(path) as csv:
        for record in csv.records():
            if isinstance(record, Record):
                for place in places:
                    column.see(record.cells[place])
    if order == "auto":
        found = column.order("dmy")
        return found if found.speaking else None
    return column.order(order)


def _facts(csv: CsvFile, dates: ColumnOrder | None) -> tuple[tuple[str, str], ...]:
    return (*csv.facts, ("dates", dates.told())) if dates else csv.facts


def _reader(plan: _Plan, today: date, dates: ColumnOrder | None) -> Callable[[int, Cells], Row | Faults]:
    read = plan.layout.read if plan.layout else None
    return partial(_row, read, tuple(plan.chosen), bool(plan.dated), today, dates.order if dates else "auto")


def _row(
    read: Callable[[Cells], Draft] | None,
    chosen: Sequence[str],
    settles: bool,
    today: date,
    order: Order,
    line: int,
    cells: Cells,
) -> Row | Faults:
    draft = read(cells) if read else PLAIN
    if chosen:
        draft = put(draft, cells, chosen)
    if settles:
        draft = settled_days(draft, today, order)
    return checked(line, draft, today, order)
