"""Data classes that are made without a compiler for each of their methods.

Python (3.11, 3.12) writes six methods of every data class as text and compiles them, which was a tenth of a
start. All but ``__init__`` can as well be functions that know the names of the fields: they answer the same.
Where a later Python makes them otherwise, it is left alone.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable
from dataclasses import Field, FrozenInstanceError
from operator import attrgetter
from typing import Any, cast

_KNOWN = (3, 11), (3, 12)

_Values = Callable[[Any], tuple[Any, ...]]
_Fields = list[Field[Any]]
_written: Callable[..., Any] = getattr(dataclasses, "_cmp_fn", None)  # type: ignore[assignment]


def install() -> None:
    """From now on, for every data class of this process. Before anything large is loaded."""
    made = {"_repr_fn": _repr, "_cmp_fn": _compared, "_hash_fn": _hashed, "_frozen_get_del_attr": _frozen}
    if sys.version_info[:2] in _KNOWN and all(hasattr(dataclasses, name) for name in made):
        for name, maker in made.items():
            setattr(dataclasses, name, maker)


def _values(names: tuple[str, ...]) -> _Values:
    """What reads those attributes as a tuple."""
    if not names:
        return lambda one: ()
    read = attrgetter(*names)
    return read if len(names) > 1 else lambda one: (read(one),)


def _repr(fields: _Fields, names: object) -> Any:
    told = tuple(field.name for field in fields)

    def __repr__(self: Any) -> str:
        values = ", ".join([f"{name}={getattr(self, name)!r}" for name in told])
        return f"{self.__class__.__qualname__}({values})"

    return dataclasses._recursive_repr(__repr__)  # type: ignore[attr-defined]


def _compared(name: str, sign: str, mine: str, others: str, **known: Any) -> Any:
    """Whether two are equal; what puts them in order is rare and made as ever. ``mine`` is Python's text of
    the tuple to compare: ``(self.a,self.b,)``."""
    if name != "__eq__":
        return _written(name, sign, mine, others, **known)
    values = _values(tuple(one.removeprefix("self.") for one in mine.strip("(),").split(",") if one))

    def __eq__(self: Any, other: object) -> bool:
        if other.__class__ is self.__class__:
            return values(self) == values(other)
        return NotImplemented

    return __eq__


def _hashed(fields: _Fields, names: object) -> Any:
    values = _values(tuple(field.name for field in fields))

    def __hash__(self: Any) -> int:
        return hash(values(self))

    return __hash__


def _frozen(cls: type, fields: _Fields, names: object) -> Any:
    own, above = frozenset(field.name for field in fields), cast("Callable[..., Any]", super)

    def __setattr__(self: Any, name: str, value: object) -> None:
        if type(self) is cls or name in own:
            raise FrozenInstanceError(f"cannot assign to field {name!r}")
        above(cls, self).__setattr__(name, value)

    def __delattr__(self: Any, name: str) -> None:
        if type(self) is cls or name in own:
            raise FrozenInstanceError(f"cannot delete field {name!r}")
        above(cls, self).__delattr__(name)

    return __setattr__, __delattr__
