"""What a backup says about itself, before anything else that is in it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from ..errors import FileProblem
from .jsontext import to_json

FORMAT = 1
LONGEST = 100_000
"""Bytes of a manifest, of which a few thousand are usual."""

_MOST = 1 << 50


@dataclass(frozen=True, slots=True)
class Manifest:
    """``made_at`` is UTC seconds; ``head_seq`` and ``head_hash`` are the journal's last line, 0 and ``0``
    where it has none. ``rows`` counts the rows of every table. Sizes are bytes; ``book_sha256`` is of the
    book as it lies on the disk, not as it is packed.
    """

    program: str
    schema: int
    made_at: int
    clinic: str
    head_seq: int
    head_hash: str
    rows: Mapping[str, int]
    book_size: int
    book_sha256: str
    files: int
    files_size: int
    format: int = FORMAT

    def to_json(self) -> bytes:
        """As it stands in the backup."""
        told = {one.name: getattr(self, one.name) for one in fields(self)}
        return to_json({**told, "rows": dict(self.rows)}, sort_keys=True).encode()

    @classmethod
    def from_json(cls, raw: bytes) -> Manifest:
        """The inverse, of whatever stands there. Raises :class:`FileProblem`."""
        try:
            told = json.loads(raw)
        except (ValueError, RecursionError):
            raise _strange() from None
        if not isinstance(told, dict) or set(told) != {one.name for one in fields(cls)}:
            raise _strange()
        if type(told["format"]) is int and told["format"] > FORMAT:
            raise FileProblem("This backup was made by a newer version of pim-tui.", "Update pim-tui here.")
        if not _is_sound(told):
            raise _strange()
        return cls(**told)


def _is_sound(told: Mapping[str, Any]) -> bool:
    """Whether every value is of its kind and no number could exhaust anything."""
    numbers = ("schema", "made_at", "head_seq", "book_size", "files", "files_size", "format")
    rows = told["rows"]
    return (
        all(_is_count(told[name]) for name in numbers)
        and all(isinstance(told[name], str) and len(told[name]) <= 200 for name in ("program", "clinic"))
        and re.fullmatch(r"0|[0-9a-f]{64}", str(told["head_hash"])) is not None
        and re.fullmatch(r"[0-9a-f]{64}", str(told["book_sha256"])) is not None
        and isinstance(rows, dict)
        and all(_is_count(count) for count in rows.values())
    )


def _is_count(value: object) -> bool:
    return type(value) is int and 0 <= value <= _MOST


def _strange() -> FileProblem:
    return FileProblem("What the backup says about itself cannot be read.", "Take another backup.")
