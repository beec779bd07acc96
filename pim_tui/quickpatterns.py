"""Regular expressions that are not compiled anew at each start.

Python compiles them in Python: the ninety of a start, most of them of Textual's reader of style sheets, took
a thirtieth of it. What they compile to is kept beside this module and put into the cache that :mod:`re` looks
into first. It is made by ``python -m tests.fences.patterns``, and for the Python that made it: by any other,
and whatever is not in it, is compiled as ever.
"""

from __future__ import annotations

import _sre  # type: ignore[import-not-found]
import marshal
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

FILE: Final = Path(__file__).with_name("patterns.bin")

Kept = tuple[str | bytes, int, int, bytes, int, dict[str, int]]
"""A pattern, the flags it is asked for with, all its flags, the words of its code, how many groups it has,
and those that have names."""


def install() -> None:
    """Know them from now on. Before anything large is loaded."""
    cache: dict[Any, re.Pattern[Any]] | None = getattr(re, "_cache", None)
    if cache is None:
        return
    for kept in known():
        cache[type(kept[0]), kept[0], kept[1]] = made(kept)


def known() -> tuple[Kept, ...]:
    """What is kept for this Python; nothing for any other."""
    try:
        engine, patterns = marshal.loads(FILE.read_bytes())
    except OSError:
        return ()
    return patterns if engine == _engine() else ()


def keep(patterns: Iterable[Kept]) -> None:
    """Keep these for this Python."""
    kept: Any = _engine(), tuple(patterns)
    FILE.write_bytes(marshal.dumps(kept))


def made(kept: Kept) -> re.Pattern[Any]:
    """The pattern, as :func:`re.compile` makes it."""
    pattern, _, flags, words, groups, named = kept
    names: list[str | None] = [None] * (groups + 1)
    for name, number in named.items():
        names[number] = name
    code = memoryview(words).cast("I").tolist()
    found: re.Pattern[Any] = _sre.compile(pattern, flags, code, groups, named, tuple(names))
    return found


def _engine() -> tuple[object, ...]:
    return *sys.version_info[:2], _sre.MAGIC, _sre.CODESIZE, sys.byteorder
