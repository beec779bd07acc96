"""Regular expressions that are not compiled anew at each start.

Python compiles them in Python: the ninety of a start, most of them of Textual's reader of style sheets, take
a thirteenth of it (``python -m tests.bench start_work`` counts what this spares). The first start keeps what
they compile to where Python keeps what modules compile to (``__pycache__``), and the next ones put it into
the cache that :mod:`re` looks into first. Whoever may write there may write our modules' code as well, and
the engine of :mod:`re` looks each pattern's code over before it takes it. What is kept is for the Python
that made it. Where nothing can be kept, each start compiles them as ever.
"""

from __future__ import annotations

import _sre  # type: ignore[import-not-found]  # of Python itself, written in C
import marshal
import os
import re
import sys
from array import array
from contextlib import suppress
from typing import Any, Final

FILE: Final = __spec__.cached.rpartition(".")[0] + ".patterns" if __spec__ and __spec__.cached else ""
"""Beside what this module is compiled to; empty where Python keeps nothing."""

Kept = tuple[str | bytes, int, int, bytes, int, dict[str, int]]
"""A pattern, the flags it is asked for with, all its flags, the words of its code, how many groups it has,
and those that have names."""

_FEW: Final = 12
"""Patterns that a start compiles without anything being kept anew."""
_MOST: Final = 300
"""Patterns that are kept: of so many most are another version's."""
_installed: dict[tuple[str | bytes, int], Kept] | None = None


def install() -> None:
    """Know what is kept from now on. Before anything large is loaded."""
    global _installed
    _installed = {}
    for kept in known():
        with suppress(TypeError, ValueError, RuntimeError, OverflowError, IndexError):
            _cache()[type(kept[0]), kept[0], kept[1]] = made(kept)
            _installed[kept[:2]] = kept


def known() -> list[Kept]:
    """What is kept for this Python."""
    try:
        with open(FILE, "rb") as file:
            engine, patterns = marshal.load(file)
    except (OSError, ValueError, EOFError, TypeError):
        return []
    return patterns if engine == _engine() and isinstance(patterns, list) else []


def made(kept: Kept) -> re.Pattern[Any]:
    """The pattern, as :func:`re.compile` makes it."""
    pattern, _, flags, words, groups, named = kept
    names: list[str | None] = [None] * (groups + 1)
    for name, number in named.items():
        names[number] = name
    code = memoryview(words).cast("I").tolist()
    found: re.Pattern[Any] = _sre.compile(pattern, flags, code, groups, named, tuple(names))
    return found


def keep() -> None:
    """Keep what this start has compiled, if it is more than a few; once it stands, from any thread. Nothing
    is kept by a process that has not begun with :func:`install`."""
    if _installed is None or not FILE or sys.dont_write_bytecode:
        return
    asked = {(key[1], key[2]) for key in tuple(_cache()) if not key[2] & re.LOCALE}
    fresh = asked - _installed.keys()
    if len(fresh) <= _FEW:
        return
    old = [*_installed.values()] if len(_installed) + len(fresh) <= _MOST else []
    with suppress(OSError, AttributeError, re.error):
        _write([*old, *(compiled(*one) for one in sorted(fresh, key=repr))])


def compiled(pattern: str | bytes, flags: int) -> Kept:
    """What Python makes of it, by the names that it has in :mod:`re` (3.11 to 3.14)."""
    parser, compiler = (getattr(re, name) for name in ("_parser", "_compiler"))
    read = parser.parse(pattern, flags)
    words = array("I", compiler._code(read, flags)).tobytes()
    return pattern, int(flags), flags | read.state.flags, words, read.state.groups - 1, read.state.groupdict


def _write(patterns: list[Kept]) -> None:
    """In one piece, as several may start at once; whoever may read this module may read it."""
    part = f"{FILE}.{os.getpid()}"
    try:
        with open(part, "wb") as file:
            os.fchmod(file.fileno(), os.stat(__file__).st_mode & 0o666)
            marshal.dump((_engine(), patterns), file)
        os.replace(part, FILE)
    except OSError:
        with suppress(OSError):
            os.unlink(part)
        raise


def _cache() -> dict[Any, re.Pattern[Any]]:
    """Of :mod:`re`; one that nobody looks into where that has none."""
    found: dict[Any, re.Pattern[Any]] = getattr(re, "_cache", {})
    return found


def _engine() -> tuple[int | str, ...]:
    return *sys.version_info[:2], _sre.MAGIC, _sre.CODESIZE, sys.byteorder
