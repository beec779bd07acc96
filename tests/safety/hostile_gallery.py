"""Every screen and dialog of the program, made of hostile text by what its own ``__init__`` asks for.

What opens only after other keys, the walk of :mod:`tests.safety.hostile_screens` may not come to; here each
class is opened by itself, its words, and those of whatever it is given, of made-up text. A class that is new
is in it: where one cannot be made this way, :data:`MEANT` has to say what it takes.
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
import sys
import types
from collections import abc
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from textual.screen import Screen

from pim_tui.tui import dialogs, screens
from pim_tui.tui.screens.toosmall import Cover
from tests.tui.stage import Player

LONGEST = 60
"""Characters of one text."""
DEEP = 6
"""How deep one thing is made of others."""

Supply = Iterator[str]

MEANT: dict[str, Any] = {
    "zone": "Europe/Berlin", "currency": "EUR", "day": "2026-11-23", "wall": "10:30", "record": "1",
    "subject": "consent", "weekdays": "01", "rule": "FREQ=WEEKLY;COUNT=3", "Plan.kind": "customers",
    "Way.key": "email", "freq": "WEEKLY", "sha256": "ab" * 32, "Job.ended": False, "status": "S",
}  # fmt: skip
"""What fields hold, by their names or with their class before it, that are no free text."""
ONLY_WALKED = frozenset(("BehindScreen", "FieldForm", "Fields", "FromInbox", "ListsScreen", "TillScreen"))
"""What takes only words of the program itself: the walk opens it with those, over hostile rows."""


async def shown(p: Player, look: Callable[[Player, str], None], supply: Supply) -> set[type]:
    """Open one of each in turn, look at it, and at what a few keys change; what was opened."""
    opened = set[type]()
    for kind in kinds():
        if kind.__name__ in ONLY_WALKED or issubclass(kind, Cover):
            continue
        p.app.push_screen(made(kind, supply))
        await p.press()
        look(p, kind.__name__)
        opened.update(map(type, p.app.screen_stack))
        await p.press("down", "tab")
        look(p, f"{kind.__name__}, below")
        while len(p.app.screen_stack) > 1:
            p.app.pop_screen()
        await p.press()
    for size in ((60, 16), (30, 8), (80, 24)):
        await p.pilot.resize_terminal(*size)
        await p.press("a")
        look(p, f"a terminal of {size}")
        opened.update(map(type, p.app.screen_stack))
    return opened


def kinds() -> list[type[Screen[Any]]]:
    """Every class that can be on the screen by itself."""
    for package in (screens, dialogs):
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    found = {kind for kind in _below(Screen) if kind.__module__.startswith("pim_tui.")}
    return sorted(
        (kind for kind in found if not any(other in found for other in kind.__subclasses__())),
        key=lambda kind: (kind.__module__, kind.__name__),
    )


def _below(kind: type) -> Iterator[type[Any]]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


def made(kind: type, supply: Supply, deep: int = 0) -> Any:
    """One of ``kind``, of hostile text wherever it holds text."""
    init = kind.__new__ if issubclass(kind, tuple) else kind.__init__
    hints = _hints(init, kind)
    given = {
        one.name: value(f"{kind.__name__}.{one.name}", hints.get(one.name, str), supply, deep + 1)
        for one in list(inspect.signature(init).parameters.values())[1:]
        if one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)
    }
    return kind(**given)


def value(name: str, hint: Any, supply: Supply, deep: int) -> Any:
    """A value of that type for ``name``, which is a field with its class before it."""
    meant = MEANT.get(name, MEANT.get(name.partition(".")[2]))
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return value(name, next(one for one in parts if one is not type(None)), supply, deep)
    if meant is not None and type(meant) is hint:
        return meant
    if origin is Literal:
        return parts[0]
    if origin is tuple and parts[-1] is not Ellipsis:
        return tuple(value(name, part, supply, deep) for part in parts)
    if origin in (Callable, abc.Callable):
        return _answering(name, parts[1], supply, deep)
    if origin in _MANY:
        return _MANY[origin](value(name, parts[0], supply, deep) for _ in range(2 if deep < DEEP else 0))
    if origin in (dict, abc.Mapping):
        return {value(name, parts[0], supply, deep): value(name, parts[1], supply, deep)}
    return _plain(hint, supply, deep)


_MANY: dict[Any, Callable[[Iterable[Any]], Any]] = {
    tuple: tuple, list: list, set: set, frozenset: frozenset, abc.Sequence: tuple, abc.Iterable: tuple,
    abc.Collection: tuple,
}  # fmt: skip


def _answering(name: str, answer: Any, supply: Supply, deep: int) -> Callable[..., Any]:
    """A function that answers something of that type, whatever it is asked."""
    if answer in (None, type(None)):
        return lambda *_, **__: None
    return lambda *_, **__: value(name, answer, supply, deep)


def _plain(hint: Any, supply: Supply, deep: int) -> Any:
    kind = get_origin(hint) or hint
    if kind in (str, Any, object, abc.Hashable) or isinstance(kind, TypeVar):
        return next(supply)[:LONGEST].encode("utf-8", "replace").decode()
    if kind in _PLAIN:
        return _PLAIN[kind]
    if issubclass(kind, Enum):
        return next(iter(kind))
    return made(kind, supply, deep)


_PLAIN: dict[type, Any] = {
    int: 1, float: 0.5, bool: True, bytes: b"x", date: date(2026, 11, 23), Path: Path("/nowhere"),
    datetime: datetime(2026, 11, 23, 10, 30, tzinfo=UTC),
}  # fmt: skip


def _hints(function: Any, kind: type) -> dict[str, Any]:
    """What it asks for, by the names of its own module, those that only the type checker reads among them."""
    known: dict[str, Any] = {}
    for base in reversed(kind.__mro__):
        if base.__module__.startswith("pim_tui"):
            known |= _only_for_types(base.__module__) | vars(sys.modules[base.__module__])
    is_data = dataclasses.is_dataclass(kind) or issubclass(kind, tuple)
    return get_type_hints(kind if is_data else function, known)


@cache
def _only_for_types(module: str) -> dict[str, Any]:
    file = Path(sys.modules[module].__file__ or "")
    package = module if file.name == "__init__.py" else module.rpartition(".")[0]
    asked = (node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.If))
    found: dict[str, Any] = {}
    for one in (one for node in asked if "TYPE_CHECKING" in ast.dump(node.test) for one in node.body):
        if isinstance(one, ast.ImportFrom) and one.module == "_typeshed":
            # Only type checkers have that module.
            found |= {alias.asname or alias.name: Any for alias in one.names}
        elif isinstance(one, ast.ImportFrom):
            where = import_module("." * one.level + (one.module or ""), package)
            found |= {alias.asname or alias.name: getattr(where, alias.name) for alias in one.names}
    return found
