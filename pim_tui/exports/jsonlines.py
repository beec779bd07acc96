"""JSON Lines: one object a line, UTF-8, so that a program can read row by row.

An exact decimal goes as text: as a number most readers would round it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TextIO

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str).encode


def write(out: TextIO, documents: Iterable[Mapping[str, object]]) -> None:
    """Write each document as a line."""
    out.writelines(f"{_encode(document)}\n" for document in documents)


def documents(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterable[Mapping[str, object]]:
    """Rows of a table as documents."""
    return (dict(zip(columns, row, strict=True)) for row in rows)
