"""A CSV file from anywhere, read one row at a time: encoding, separator, damage.

Whoever wrote the file is not trusted. What is wrong with the whole file is a :class:`FileProblem`;
what is wrong with one row is a :class:`Refusal` with its line, and reading goes on behind it. Memory
does not grow with the file: neither a missing line end nor an unclosed quotation mark makes a row
longer than :data:`LONGEST` characters.
"""

from __future__ import annotations

import codecs
import csv
import io
import os
import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ..domain.text import visible
from ..errors import FileProblem
from .charsets import told_by_letters
from .plainfile import BOMS, CHUNK, Opened, opened_file
from .report import Refusal

LONGEST = 65_536
"""Characters in one row."""
MOST_LINES = 200
"""Line ends inside the quotation marks of one row."""
PATIENCE = 500_000
"""Lines that are read a second time before a file full of stray quotation marks is given less care."""
MOST_COLUMNS = 1_000
MOST_TITLES = 10
"""Lines that may stand above the header of a report."""
_TABLE = 3
"""Cells by which a header is known there; of fewer it is one where the lines below it look like its rows."""
_ALONE_TO_ONE = 4
"""Headings of groups, and lines at the end, that a report may have for each row."""
_LOOKED_AT = 30
"""Lines below a title that are looked at for that."""
_ALONE = frozenset((
    "name", "full name", "product name", "product", "item", "item name", "article", "artikel", "bezeichnung",
    "nom", "nombre", "nome", "naam", "customer", "patient", "email", "e-mail", "phone", "telefon",
    "first name", "last name", "surname", "vorname", "nachname", "prénom", "apellidos", "customer name",
    "patient name", "client", "client name", "kunde", "kundenname", "cliente", "paciente", "service",
    "treatment", "leistung", "behandlung",
))  # fmt: skip
"""What a single column is called, and no report."""
SEPARATORS = ",;\t|"
_CALLED = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}

_ENCODINGS = {
    **{f"cp125{page}": f"Windows-125{page}" for page in range(8)}, "cp932": "Shift JIS", "cp949": "EUC-KR",
    "cp874": "Windows-874", "mac_roman": "Mac OS Roman", "cp850": "DOS 850", "cp866": "DOS 866",
}  # fmt: skip
"""What a person calls an encoding, where that is not its name in capitals."""

_NOT_CSV = (
    (b"PK\x03\x04", "an Excel or zip file"),
    (b"\xd0\xcf\x11\xe0", "an old Excel file"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a packed file (gzip)"),
)
_MARK = "\ufeff"
_UNDECODED = re.compile("[\ud800-\udfff]")
_REPLACED = re.compile("\ufffd")


@dataclass(frozen=True, slots=True)
class Record:
    """One row: the line it begins on (the header is 1) and its cells, as many as the header has."""

    line: int
    cells: Sequence[str]


class CsvFile(Opened):
    """An open CSV file. Raises :class:`FileProblem` when it cannot be one; close it, or use ``with``."""

    def __init__(self, path: Path) -> None:
        self.name = visible(path.name)
        self._raw = opened_file(path)
        try:
            self.size = os.fstat(self._raw.fileno()).st_size
            self.encoding = _encoding(self._raw, self.name)
            self._raw.seek(0)
            wide = self.encoding.startswith(("utf-16", "utf-32"))
            text = io.TextIOWrapper(self._raw, self.encoding, "replace" if wide else "surrogateescape")
            self._lines = _Lines(text, self.name, _REPLACED if wide else _UNDECODED)
            self._padded = False
            self.header, self.separator = self._read_header()
        except BaseException:
            self._raw.close()
            raise

    @property
    def position(self) -> int:
        """Bytes read so far, a little ahead of the last record."""
        return self._raw.tell()

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """How the file is written, as (title, value) for a person."""
        encoding = _ENCODINGS.get(self.encoding, self.encoding.removesuffix("-sig").upper())
        return (("encoding", encoding), ("columns parted by", _CALLED.get(self.separator, self.separator)))

    def close(self) -> None:
        """Close the file."""
        self._lines.text.close()

    def records(self) -> Iterator[Record | Refusal]:
        """The rows below the header, each once. Rows without any text are passed over, and the header itself
        where it comes again.

        A row with an unclosed quotation mark swallows those that follow; so when a row over several
        lines turns out to be broken, only its first line is refused and the others are read again.
        """
        lines, width = self._lines, len(self.header)
        padded = self._padded
        reader = csv.reader(lines, delimiter=self.separator, skipinitialspace=padded, strict=not padded)
        while True:
            lines.begin()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except (_BadLine, csv.Error) as error:
                yield self._refused(_told(error))
                continue
            if len(cells) > width and not any(map(str.strip, cells[width:])):
                # A separator behind the last cell, which the header does not have.
                del cells[width:]
            if len(cells) == width:
                if any(cells) and not self._is_header_again(cells):
                    yield Record(lines.first, cells)
            elif any(map(str.strip, cells)):
                yield self._refused(_miscounted(len(cells), width, len(lines.taken)))

    def _is_header_again(self, cells: Sequence[str]) -> bool:
        """Whether the same table begins once more, as where files were put one behind the other."""
        return cells[0].strip() == self.header[0] and [cell.strip() for cell in cells] == list(self.header)

    def _refused(self, reason: str) -> Refusal:
        """The row under way, refused; the lines behind its first one are read as rows of their own."""
        lines = self._lines
        if not lines.hand_back():
            reason += f"; lines {lines.first}-{lines.first + len(lines.taken) - 1} are lost with it"
        return Refusal(self.name, lines.first, reason)

    def _read_header(self) -> tuple[tuple[str, ...], str]:
        """The column names and the separator. A first line ``sep=;`` is Excel's way to name it."""
        try:
            line = self._first_line()
            told = re.fullmatch(r'"?sep=(.)"?', line.strip(), re.IGNORECASE) if len(line) < 12 else None
            if told or line.strip("\n") == "sep=\t":
                separator = told[1] if told else "\t"
                return _cells(self._first_line(), separator), separator
            header, separator = self._below() if _is_title(line) else self._reading(line)
        except (_BadLine, StopIteration):
            header, separator = (), ","
        if not any(header) or len(header) > MOST_COLUMNS:
            raise FileProblem(
                f"{self.name}: the first line does not hold the names of the columns.",
                "Export it again as CSV with a header line.",
            )
        return header, separator

    def _reading(self, line: str) -> tuple[tuple[str, ...], str]:
        """The cells of a header and the separator that gives the most of them."""
        header, separator = _parted(line)
        # Columns filled up with blanks: what stands around quotation marks is not part of the cell.
        self._padded = f"{separator} " in line
        return header, separator

    def _below(self) -> tuple[tuple[str, ...], str]:
        """The header under the title of a report; the title itself where none comes soon."""
        lines = list(self._ahead())
        place = _header_among(lines)
        self._lines.rewind()
        for _ in range(place + 1):
            self._first_line()
        return self._reading(self._first_line())

    def _ahead(self) -> Iterator[str]:
        """Some of the lines that come next."""
        try:
            for _ in range(MOST_TITLES + _LOOKED_AT):
                yield self._first_line()
        except (_BadLine, StopIteration):
            return

    def _first_line(self) -> str:
        """The next line that is not blank."""
        while True:
            self._lines.begin()
            line = next(self._lines)
            if line.strip():
                return line


class _BadLine(Exception):
    """A line that cannot be part of any row; the words say why."""


class _Lines:
    """Physical lines by number, whatever ends them; what a broken row has swallowed is handed back."""

    def __init__(self, text: io.TextIOWrapper, name: str, damage: re.Pattern[str]) -> None:
        self.text = text
        self.first = 0
        self.taken: list[str] = []
        self._name = name
        self._damage = damage
        self._back: deque[str] = deque()
        self._length = 0
        self._patience = PATIENCE

    def rewind(self) -> None:
        """Begin with the first line again."""
        self.text.seek(0)
        self.first, self.taken = 0, []
        self._back.clear()

    def begin(self) -> None:
        """A new row starts with the next line."""
        self.first += len(self.taken) or not self.first
        self.taken = []
        self._length = 0

    def hand_back(self) -> bool:
        """Read all lines of the row but its first one again, unless that was done too often already."""
        self._patience -= len(self.taken) - 1
        if self._patience < 0:
            return len(self.taken) == 1
        self._back.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]
        return True

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.taken) >= MOST_LINES or self._length > LONGEST:
            raise StopIteration
        line = self._back.popleft() if self._back else self._read()
        if not line:
            raise StopIteration
        self.taken.append(line)
        self._length += len(line)
        if len(line) > LONGEST:
            raise _BadLine(f"longer than {LONGEST} characters")
        if "\0" in line:
            raise _BadLine("holds a NUL character; the file is damaged here")
        if line[0] == _MARK:
            # Another file begins here that was put behind the first one.
            line = line[1:]
        if not line.isascii() and self._damage.search(line):
            raise _BadLine(f"holds bytes that are not {self.text.encoding.upper()} text")
        return line

    def _read(self) -> str:
        """The next line; of one that is too long only the beginning, its rest is passed over."""
        try:
            line = self.text.readline(LONGEST + 1)
            rest = line
            while len(rest) > LONGEST and not rest.endswith("\n"):
                rest = self.text.readline(LONGEST + 1)
        except OSError as error:
            raise FileProblem(f"{self._name} cannot be read: {error.strerror}.", "Copy it again.") from error
        return line


def _encoding(raw: io.BufferedReader, name: str) -> str:
    """How the text is encoded: by its mark, by where its zero bytes are, else UTF-8 or by its letters."""
    start = raw.read(4096)
    for sign, what in _NOT_CSV:
        if start.startswith(sign):
            raise FileProblem(f"{name} is {what}, not CSV.", "Open it and save it as CSV (UTF-8).")
    for mark, encoding in BOMS:
        if start.startswith(mark):
            return encoding
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if max(even, odd) * 3 > len(start):
        return "utf-16-le" if odd > even else "utf-16-be"
    raw.seek(0)
    return _eight_bit(raw)


def _eight_bit(raw: io.BufferedReader) -> str:
    """UTF-8 unless more characters speak against it than for it: one damaged row does not change a file's.

    Else what its letters tell.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    good = bad = 0
    while chunk := raw.read(CHUNK):
        if not (text := decoder.decode(chunk)).isascii():
            broken = len(_UNDECODED.findall(text))
            bad += broken
            good += sum(char > "\x7f" for char in text) - broken
    if bad <= good:
        return "utf-8"
    raw.seek(0)
    return told_by_letters(iter(partial(raw.readline, LONGEST), b""))


def _cells(line: str, separator: str) -> tuple[str, ...]:
    """The cells of a header; none when it cannot be one with that separator."""
    try:
        row = next(csv.reader([line], delimiter=separator, strict=True))
    except csv.Error:
        return ()
    return tuple(cell.strip() for cell in row)


def _parted(line: str) -> tuple[tuple[str, ...], str]:
    """The cells of a line by the separator that gives the most of them, and that separator."""
    readings = ((_cells(line, separator), separator) for separator in SEPARATORS)
    return max(readings, key=lambda reading: len(reading[0]))


def _is_title(line: str) -> bool:
    """Whether one cell of a line says something and no other, and that is not what a column is called."""
    told = [cell.casefold() for cell in _parted(line)[0] if cell]
    return len(told) == 1 and told[0] not in _ALONE


def _header_among(lines: Sequence[str]) -> int:
    """Which of the lines below a title is the header; -1 where the title is one itself."""
    places = range(min(MOST_TITLES, len(lines)))
    return next((at for at in places if _is_header(lines[at], lines[at + 1 :])), -1)


def _is_header(line: str, below: Sequence[str]) -> bool:
    """Whether a line below a title holds names of columns, and the lines below it their cells.

    Of two cells with a comma and a blank between them it is a name such as ``Doe, Jane``.
    """
    cells, separator = _parted(line)
    if len(cells) < 2:
        return False
    widths = list(_widths(below, separator, len(cells)))
    as_wide, alone = widths.count(len(cells)), widths.count(1)
    if sum(any(map(str.isalpha, cell)) for cell in cells) >= _TABLE:
        return _ALONE_TO_ONE * as_wide >= alone
    return all(map(_is_name, cells)) and ", " not in line and 2 * as_wide > len(widths)


def _is_name(cell: str) -> bool:
    """Whether a cell may be what one of two columns is called; ``Printed on:`` and a date are of a title."""
    return any(map(str.isalpha, cell)) and not any(map(str.isdigit, cell)) and not cell.endswith(":")


def _widths(lines: Sequence[str], separator: str, width: int) -> Iterator[int]:
    """How many cells each row has; separators behind the last cell of a header of ``width`` do not count."""
    try:
        for row in filter(None, csv.reader(lines, delimiter=separator)):
            yield len(row) if any(map(str.strip, row[width:])) else min(len(row), width)
    except csv.Error:
        return


def _told(error: Exception) -> str:
    if isinstance(error, _BadLine):
        return str(error)
    if "unexpected end" in str(error):
        return "a quotation mark is opened and never closed"
    return "a quotation mark stands where none can"


def _miscounted(found: int, expected: int, lines: int) -> str:
    says = f"{found} {'column' if found == 1 else 'columns'} where the header has {expected}"
    return says if lines == 1 else f"{says}; perhaps a quotation mark is not closed"
