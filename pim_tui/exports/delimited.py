"""CSV that spreadsheets and programs read alike: every cell in quotes, no cell a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import TextIO

from ..domain.formulas import SUSPECT, defused

MARK = "\ufeff"
"""Without it Excel takes UTF-8 for the machine's own code page. A pipe gets none: it ends up in a name."""


def write(out: TextIO, rows: Iterable[Sequence[object]]) -> None:
    """Write rows, the header among them; ``out`` must leave line ends alone.

    Numbers are written from numbers; text that a spreadsheet would carry out gets an apostrophe before it,
    which our own import takes away again.
    """
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(_safe(rows))


def _safe(rows: Iterable[Sequence[object]]) -> Iterator[Sequence[object]]:
    for row in rows:
        yield [defused(cell) if cell.__class__ is str and cell[:1] in SUSPECT else cell for cell in row]
