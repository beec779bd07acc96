"""Two versions of a record, field by field, for whoever has to choose between them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any, TypeVar

from ..errors import Difference, Stale

R = TypeVar("R")


def differing(before: R, after: R) -> tuple[str, ...]:
    """The names of the fields that differ, in their order, of two data classes of one type."""
    names = (one.name for one in fields(after))  # type: ignore[arg-type]
    return tuple(name for name in names if getattr(before, name) != getattr(after, name))


def field_text(record: object, name: str) -> str:
    """One field as people read it: words, or yes and no."""
    value = getattr(record, name)
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def differences(
    was: R, theirs: R, yours: R, text: Callable[[Any, str], str] = field_text
) -> list[Difference]:
    """What somebody else has changed since ``was``, and what was typed in its place."""
    return [
        Difference(name, text(was, name), text(theirs, name), text(yours, name))
        for name in differing(was, theirs)
    ]


def newer(what: str, version: int, now: R, typed: R, text: Callable[[Any, str], str] = field_text) -> Stale:
    """What a draft is met with whose record was changed since: it is of ``version`` now.

    What the draft was typed over is gone, so every field that differs is shown.
    """
    told = [Difference(name, None, text(now, name), text(typed, name)) for name in differing(now, typed)]
    return Stale(what, told, version)


def meanwhile(what: str, version: int, seen: int) -> Stale | None:
    """What a form says first whose record is of another ``version`` than what it was typed over."""
    return None if version == seen else Stale(what, (), version)
