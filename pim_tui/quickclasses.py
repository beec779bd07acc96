"""Data classes and named tuples that are made without a compiler for each of their methods and fields.

Python (3.11, 3.12) writes six methods of every data class as text and compiles them, which would be a fifth
of a start (``python -m tests.bench start_work`` counts what this spares). ``__init__`` can wait until there
are some instances, and the others can as well be functions that know the names of the fields: they answer
the same. It also compiles the type of each field of a named tuple, if it is written as text. A later Python
that makes them otherwise is left alone.
"""

from __future__ import annotations

import dataclasses
import sys
import typing
from collections import namedtuple
from collections.abc import Callable, Iterable, Sequence
from dataclasses import MISSING, Field, FrozenInstanceError
from operator import attrgetter
from reprlib import recursive_repr
from typing import Any, cast

_KNOWN = (3, 11), (3, 12)

_Values = Callable[[Any], tuple[Any, ...]]
_Fields = list[Field[Any]]

_FEW = 40
"""Fields up to which ``__init__`` is compiled: of the few instances of anything larger none is in a hurry."""
_FIRST = 12
"""Instances that are made before it is: of half the classes of a start there is one, or two."""
_compare: Any = getattr(dataclasses, "_cmp_fn", None)
_plain: Any = namedtuple
_USUAL = getattr(dataclasses, "_FIELD", None)
_begin: Any = getattr(dataclasses, "_init_fn", None)
_waiting: list[Callable[[], object]] = []


def install() -> None:
    """From now on, for every data class of this process. Before anything large is loaded."""
    made = {
        "_init_fn": _begun,
        "_repr_fn": _repr,
        "_cmp_fn": _compared,
        "_hash_fn": _hashed,
        "_frozen_get_del_attr": _frozen,
    }
    if sys.version_info[:2] in _KNOWN and all(hasattr(dataclasses, name) for name in made):
        for name, maker in made.items():
            setattr(dataclasses, name, maker)
        if hasattr(typing, "_make_nmtuple"):
            typing._make_nmtuple = _named_tuple


def compile_all() -> None:
    """Make what has waited so far: for a process that others are copied from."""
    while _waiting:
        _waiting.pop()()


def _begun(fields: _Fields, plain: _Fields, named: _Fields, frozen: bool, post: bool, *known: Any) -> Any:
    """An ``__init__`` that is compiled when it has been called some times; one of many fields never is."""
    usual = not named and not post and all(field.init and _is_usual(field) for field in fields)
    by_hand = _field_by_field(plain, object.__setattr__ if frozen else setattr) if usual else None
    if by_hand and frozen and len(plain) > _FEW:
        return by_hand
    made: list[Any] = []
    calls = iter(range(_FIRST))

    def compiled() -> Any:
        if not made:
            made.append(_begin(fields, plain, named, frozen, post, *known))
        return made[0]

    def __init__(self: Any, *values: Any, **by_name: Any) -> None:
        if by_hand and not made and next(calls, None) is not None:
            by_hand(self, *values, **by_name)
            return
        begin = compiled()
        kinds: tuple[Any, ...] = type(self).__mro__
        for kind in kinds:
            if kind.__dict__.get("__init__") is __init__:
                begin.__qualname__ = __init__.__qualname__
                kind.__init__ = begin
        begin(self, *values, **by_name)

    _waiting.append(compiled)
    return __init__


def _is_usual(field: Field[Any]) -> bool:
    """Neither of the class nor only handed to ``__post_init__``."""
    return getattr(field, "_field_type", None) is _USUAL


def _field_by_field(fields: _Fields, put: Callable[[Any, str, Any], None]) -> Any:
    """An ``__init__`` that nothing has to be compiled for; ``put`` sets an attribute."""
    names = [field.name for field in fields]

    def __init__(self: Any, *values: Any, **by_name: Any) -> None:
        given = {**dict(zip(names, values, strict=False)), **by_name}
        if len(given) != len(values) + len(by_name) or not given.keys() <= set(names):
            raise TypeError(f"{__init__.__qualname__}() got arguments it does not take")
        for field in fields:
            if field.name not in given and field.default_factory is not MISSING:
                given[field.name] = field.default_factory()
            value = given.get(field.name, field.default)
            if value is MISSING:
                raise TypeError(f"{__init__.__qualname__}() misses the argument {field.name!r}")
            put(self, field.name, value)

    return __init__


def _named_tuple(
    name: str, types: Iterable[tuple[str, Any]], module: str, defaults: Sequence[Any] = ()
) -> Any:
    """A named tuple whose annotations stay as they are written."""
    annotations = dict(types)
    made = _plain(name, annotations, defaults=defaults, module=module)
    made.__annotations__ = made.__new__.__annotations__ = annotations
    return made


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

    return recursive_repr()(__repr__)


def _compared(name: str, sign: str, mine: str, others: str, **known: Any) -> Any:
    """Whether two are equal; what puts them in order is rare and made as ever. ``mine`` is Python's text of
    the tuple to compare: ``(self.a,self.b,)``."""
    if name != "__eq__":
        return _compare(name, sign, mine, others, **known)
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
