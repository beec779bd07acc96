"""What the readers of all layouts share: cells by column name, and a file that yields rows or refusals."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Generic, Protocol, Self, TypeVar

from ..domain.formulas import restored
from ..domain.text import tidy
from ..errors import Fault
from .csvfile import CsvFile
from .plainfile import Opened
from .report import Refusal

_KEPT = re.compile(r'="([^"]*)"|\'([0-9][0-9 ()./-]*)')

LONGEST_ID = 100
"""Characters of an id, so that there is room for the name of its system before it."""

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Cells:
    """The cells of one row by column name; a column that is not there reads as empty."""

    __slots__ = ("_cells", "_columns")

    def __init__(self, columns: Mapping[str, int], cells: Sequence[str]) -> None:
        self._columns = columns
        self._cells = cells

    def __call__(self, *names: str) -> str:
        """The first of ``names`` (lower case) that is a column, without outer spaces.

        An apostrophe that keeps a spreadsheet from carrying it out is taken away, and so is what makes
        it leave a number as it is: ``="0301234"``, ``'0301234``.
        """
        for name in names:
            if (place := self._columns.get(name)) is not None:
                cell = self._cells[place]
                kept = _KEPT.fullmatch(cell) if cell[:1] in ("=", "'") else None
                return ((kept[1] or kept[2] or "") if kept else restored(cell)).strip()
        return ""


def columns_of(header: Sequence[str]) -> dict[str, int]:
    """Where each column is, by its name in lower case; of two with one name the first."""
    places: dict[str, int] = {}
    for place, name in enumerate(header):
        places.setdefault(name.casefold(), place)
    return places


class Faults(tuple[Fault, ...]):
    """Everything that is wrong with one row."""


class Rows(Protocol[T_co]):
    """An open file of any kind: ``size`` and ``position`` in bytes, and its rows, each once, in order."""

    @property
    def name(self) -> str:
        """What the file is called."""

    @property
    def size(self) -> int:
        """Bytes in all."""

    @property
    def position(self) -> int:
        """Bytes read so far."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def rows(self) -> Iterator[T_co | Refusal]:
        """Every row once, in order."""


class RowFile(Opened, Generic[T]):
    """An open file whose rows are read by ``read(line, cells)``: a row, or all that is wrong with it.

    ``columns`` is where each is; by default by the header. Use ``with``.
    """

    def __init__(
        self, csv: CsvFile, read: Callable[[int, Cells], T | Faults], columns: Mapping[str, int] | None = None
    ) -> None:
        self.csv = csv
        self.name, self.size = csv.name, csv.size
        self._read = read
        self._columns = columns or columns_of(csv.header)

    @property
    def position(self) -> int:
        """Bytes read so far."""
        return self.csv.position

    def close(self) -> None:
        """Close the file."""
        self.csv.close()

    def rows(self) -> Iterator[T | Refusal]:
        """Every row once, in order."""
        columns = self._columns
        for record in self.csv.records():
            if isinstance(record, Refusal):
                yield record
                continue
            row = self._read(record.line, Cells(columns, record.cells))
            yield self._refused(record.line, row) if isinstance(row, Faults) else row

    def _refused(self, line: int, faults: Faults) -> Refusal:
        return Refusal(self.csv.name, line, "; ".join(f"{fault.field}: {fault.message}" for fault in faults))


def id_faults(id_: str, column: str = "Id") -> Iterator[Fault]:
    """What keeps ``id_`` from being a key: nothing in it, too much, or characters that nobody sees."""
    if not id_:
        yield Fault(column, "is empty")
    elif len(id_) > LONGEST_ID:
        yield Fault(column, f"is longer than {LONGEST_ID} characters")
    elif tidy(id_, limit=LONGEST_ID) != id_:
        yield Fault(column, "holds characters that no id has")
