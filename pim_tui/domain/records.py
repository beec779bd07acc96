"""Frozen dataclasses as JSON and back, for what is parked and read again by a later version.

What comes back is not trusted: only the fields that a class has, only of their kind, texts cleaned.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from .jsontext import to_json
from .text import clean

Record = TypeVar("Record")


def to_text(record: object) -> str:
    """A dataclass as JSON; fields that are as by default are left out."""
    return to_json(_plain(record), compact=True)


def from_text(cls: type[Record], text: str) -> Record:
    """What :func:`to_text` wrote of a ``cls``; ValueError for anything else.

    Fields may be int (of 64 bits), str, bool, date, another such class, a tuple of one kind of these, or
    one of them or None.
    """
    try:
        record: Record = _read(cls, json.loads(text))
    except (TypeError, RecursionError) as error:
        raise ValueError(str(error)) from error
    return record


def _plain(value: Any) -> Any:
    """``value`` in what JSON has."""
    if is_dataclass(value):
        given = [(field, getattr(value, field.name)) for field in fields(value)]
        return {field.name: _plain(one) for field, one in given if one != field.default}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def _read(kind: Any, raw: Any) -> Any:
    """A value of the annotation ``kind``."""
    if get_origin(kind) is UnionType:
        if raw is None:
            return None
        (kind,) = (one for one in get_args(kind) if one is not NoneType)
    if get_origin(kind) is tuple:
        return tuple(_read(get_args(kind)[0], one) for one in _a(list, raw))
    if kind not in _VALUES:
        return _record(kind, _a(dict, raw))
    written_as, made = _VALUES[kind]
    return made(_a(written_as, raw))


def _record(cls: Callable[..., Any], raw: dict[str, Any]) -> Any:
    """A ``cls`` with the fields of ``raw``; TypeError where one is missing that must be there."""
    kinds = _kinds(cls)
    if unknown := raw.keys() - kinds.keys():
        raise ValueError(f"there is no {unknown}")
    return cls(**{name: _read(kinds[name], one) for name, one in raw.items()})


def _a(kind: type, raw: Any) -> Any:
    """``raw``, if it is exactly of ``kind``: True is no whole number."""
    if type(raw) is not kind:
        raise TypeError(f"not a {kind.__name__}")
    return raw


@cache
def _kinds(cls: Any) -> dict[str, Any]:
    return get_type_hints(cls)


def _whole(value: int) -> int:
    if abs(value) >= 2**63:
        raise ValueError("too large")
    return value


_VALUES: dict[type, tuple[type, Callable[[Any], Any]]] = {
    int: (int, _whole),
    bool: (bool, bool),
    str: (str, lambda text: clean(text, limit=2000, lines=True)),
    date: (str, date.fromisoformat),
}
"""How each kind of value is written in JSON, and made of that."""
