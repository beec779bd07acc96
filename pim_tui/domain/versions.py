"""Two versions of one record, compared field by field: what a save that came too late shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import TYPE_CHECKING, TypeVar

from ..errors import Difference

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    F = TypeVar("F", bound=DataclassInstance)


def changed(before: F, after: F) -> tuple[str, ...]:
    """The names of the fields that differ, in the form's order."""
    names = (one.name for one in fields(before))
    return tuple(name for name in names if getattr(before, name) != getattr(after, name))


def field_text(form: DataclassInstance, name: str) -> str:
    """One field as people read it: what is ticked or not is yes or no."""
    value = getattr(form, name)
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def meanwhile(
    was: F, theirs: F, yours: F, text: Callable[[F, str], str] = field_text
) -> tuple[Difference, ...]:
    """What somebody else has made ``theirs`` since it ``was`` read, beside what was typed."""
    return tuple(
        Difference(name, text(was, name), text(theirs, name), text(yours, name))
        for name in changed(was, theirs)
    )
