"""Text on its way to the terminal: nothing a record holds may command the terminal or the program.

In Textual a plain ``str`` is markup, and markup in a customer's name is code (``[@click=...]`` runs
actions). Escape sequences pass every widget, ``markup=False`` included. So the screens hand over
`show` (a ``Content``) or `cell` (a Rich ``Text``, for tables and trees), never a ``str``; `install`
adds the belt below them for whatever forgets.

The belt reaches for private names of Textual and Rich. `install` refuses to go on when one of them has
vanished, because a belt that silently holds nothing is worse than none.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from typing import Any, Final

import rich.control
import textual.content
from rich.console import Console
from rich.segment import Segment
from rich.text import Text
from textual.content import Content
from textual.strip import Strip

from ..domain.text import visible
from ..errors import PimError

_TABLE: Final = "_CONTROL_STRIP_TRANSLATE"

_SUSPECTS: Final = (
    range(0x20),
    range(0x7F, 0xAE),
    range(0x600, 0x620),
    (0x115F, 0x1160, 0x3164, 0xFFA0, 0xFEFF),
    range(0x180B, 0x1810),
    range(0x2000, 0x2070),
    range(0xFE00, 0xFE10),
    range(0xFFF0, 0xFFFC),
)
"""Where the characters are that a terminal obeys or hides; `visible` decides about each one."""

_ALIKE: Final = (range(0xD800, 0xE000), range(0xE0000, 0xE0100))
"""More of them: surrogates, and tags. All of a range fare as its first one does."""

_LEFT_ALONE: Final = frozenset((0x09, 0x0A, 0x200C, 0x200D))
"""Tab and newline are layout to ``Content``; joiners shape Persian and Indic, and need their context."""

_ONE_LINE: Final = {0x09: " ", 0x0A: " "}
"""What layout becomes that has ended up inside one painted line."""

_RETURN: Final = {0x0D: "\N{SYMBOL FOR CARRIAGE RETURN}"}
"""Alone it would overwrite its line; `visible` makes it a newline, which a table cannot hold."""


class TextualChanged(PimError):
    """The installed Textual or Rich is not the one the terminal guards were written for."""

    def __init__(self, missing: str) -> None:
        from importlib import metadata

        super().__init__(
            f"Textual {metadata.version('textual')} (Rich {metadata.version('rich')}) has no {missing}, "
            "which the guards of the terminal need.",
            "Install the version the project pins: pip install 'textual==8.2.*'.",
        )


def one_line(text: str) -> str:
    """``text`` as it may be painted: one line, with controls made visible."""
    return text if text.isprintable() else text.translate(_painted())


@cache
def _painted() -> dict[int, str]:
    return control_table() | _ONE_LINE


def show(text: str) -> Content:
    """``text`` for any widget, title, tooltip or prompt: literal, with controls made visible."""
    return Content(visible(text))


def cell(text: str) -> Text:
    """``text`` for a table cell, column, or tree node: literal, with controls made visible."""
    return Text(visible(text))


def private(owner: object, name: str) -> Any:
    """A private name of a library. Raises TextualChanged, naming it, when it is gone."""
    try:
        return getattr(owner, name)
    except AttributeError:
        raise TextualChanged(f"{getattr(owner, '__name__', type(owner).__name__)}.{name}") from None


def put_for(owner: object, name: str, ours: object) -> None:
    """Put ``ours`` where a library keeps its own under that name. Raises TextualChanged when it has none."""
    private(owner, name)
    setattr(owner, name, ours)


@cache
def control_table() -> dict[int, str]:
    """What `visible` replaces, as a ``str.translate`` table; tab, newline and joiners left out."""
    asked = (code for suspects in _SUSPECTS for code in suspects if code not in _LEFT_ALONE)
    seen = {code: visible(chr(code)) for code in asked}
    for alike in _ALIKE:
        seen |= dict.fromkeys(alike, visible(chr(alike.start)))
    return {code: shown for code, shown in seen.items() if shown != chr(code)} | _RETURN


def install() -> None:
    """Put the belt on, once per process. Raises TextualChanged when it cannot hold."""
    table = control_table()
    for module in (textual.content, rich.control):
        private(module, _TABLE).update(table)
    _guard_strips(_painted())
    _prove()


_GUARDS: Final = set[object]()
"""What renders a strip since it is guarded: it is put on once."""


def _guard_strips(table: dict[int, str]) -> None:
    """Widgets that paint segments themselves (``Digits``) pass no table: check each painted line."""
    private(Strip, "_render_cache")
    plain: Callable[[Strip, Console], str] = private(Strip, "render")
    if plain in _GUARDS:
        return

    def render(self: Strip, console: Console) -> str:
        if self._render_cache is None:
            for text, _, control in self._segments:
                if not control and not text.isprintable():
                    self._render_cache = plain(_translated(self, table), console)
                    break
        return plain(self, console)

    _GUARDS.add(render)
    put_for(Strip, "render", render)


def _translated(strip: Strip, table: dict[int, str]) -> Strip:
    """The same strip with every control in its text made visible."""
    return Strip(
        Segment(text if control else text.translate(table), style, control)
        for text, style, control in strip._segments
    )


def _prove() -> None:
    """Show the belt something hostile: the names may still be there and no longer be used."""
    hostile = "\x1b]0;x\x07\x9b\u202e\x00"
    painted = Strip([Segment(hostile)]).render(Console(file=sys.stderr, force_terminal=True))
    for made in (Content(hostile).plain, Text(hostile).plain, painted):
        if not made.isprintable():
            raise TextualChanged(f"a use of {_TABLE}")
