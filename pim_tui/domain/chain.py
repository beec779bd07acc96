"""The audit chain: each line of the journal is sealed together with the one before it (A1).

An edited, removed or inserted line no longer fits its seal. Values are sealed by digest, so that a
person's data may be erased later without breaking the chain.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from .jsontext import to_json

FIRST = "0"
"""What the first line has before it."""
REASON, VALUES = 400, 1_000_000
"""Characters of a line's reason, and of the values before or after it."""

_IN_ORDER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class Line(NamedTuple):
    """The sealed fields of one journal line, in order."""

    seq: int
    at_ms: int
    staff_id: int | None
    session: str
    action: str
    kind: str
    row_id: int | None
    reason: str
    request: str | None
    before_hash: str
    after_hash: str


def canonical(values: Mapping[str, object] | None) -> str:
    """``values`` as JSON that is the same for equal values; empty for nothing."""
    if not values:
        return ""
    return to_json(values, sort_keys=True, compact=True)


def digest(text: str) -> str:
    """SHA-256 of ``text``, in hex; empty for nothing."""
    return hashlib.sha256(text.encode()).hexdigest() if text else ""


def seal(prev: str, line: Line) -> str:
    """The hash of ``line`` standing after the line whose hash is ``prev``."""
    return hashlib.sha256(_IN_ORDER.encode([prev, *line]).encode()).hexdigest()


def first_break(lines: Iterable[tuple[Line, str, str]]) -> tuple[int, str] | None:
    """The number and fault of the first line that does not fit, over (line, prev, hash) in order."""
    expected_seq, expected_prev = 1, FIRST
    for line, prev, hash_ in lines:
        if line.seq != expected_seq:
            return expected_seq, f"line {expected_seq} is missing"
        if prev != expected_prev:
            return line.seq, f"line {line.seq} does not follow the line before it"
        if hash_ != seal(prev, line):
            return line.seq, f"line {line.seq} was changed"
        expected_seq, expected_prev = line.seq + 1, hash_
    return None
