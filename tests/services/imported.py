"""Small files that an import reads, for tests of what it leaves and how it is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pim_tui.db.connection import select
from tests.db.walls import tables

HEADER = "First Name,Last Name,Name Prefix,Birthday,Notes,E-mail 1 - Value,Phone 1 - Value"


class PowerCut(BaseException):
    """The machine is gone: nothing of the program runs any more."""


def contacts(file: Path, names: Sequence[str]) -> Path:
    """A file of Google's contacts: ``first last`` each, with a note, an address and a number."""
    rows = []
    for place, name in enumerate(names):
        first, last = name.split()
        born = f"19{10 + place % 80}-0{1 + place % 9}-1{place % 9}"
        rows.append(f"{first},{last},,{born},Knows {first},{first}.{last}@example.org,+49 30 555{place:05}")
    file.write_text("\n".join((HEADER, *rows)) + "\n", "utf-8")
    return file


def many(count: int) -> list[str]:
    """Names that nobody would take for each other."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    return [
        f"{letters[n % 26] * 3}{letters[n // 26 % 26]} {letters[n // 26 % 26]}{letters[n % 26]}son"
        for n in range(count)
    ]


def held(besides: Sequence[str] = ()) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the book, but for the journal and what tells about imports."""
    left_out = {"journal", "journal_head", "journal_values", "import_run", "import_row", *besides}
    return {name: select(f"select * from {name} order by 1, 2") for name in tables() if name not in left_out}


def state(number: int) -> str:
    """The state of an import."""
    return str(select("select state from import_run where id = ?", [number])[0][0])
