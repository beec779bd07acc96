"""What a process does once, so that the sessions forked from it need not: load, and read the style sheets.

A session that has everything loaded also outlives an update of the program's files: there is nothing left
that it could load of the new version. When it is done there is no thread, no event loop and no connection.
"""

from __future__ import annotations

import contextvars
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Final

from rich.cells import split_graphemes
from textual.dom import DOMNode

from .. import __path__ as FOLDERS
from .. import quickclasses
from . import stylesheets, textsafe
from .app import PimApp
from .safeapp import SafeApp

_NOT: Final = ("pim_tui.__main__", "pim_tui.db.migrations", "pim_tui.db.server", "pim_tui.db.cipher")
"""Modules that no session of a plain book loads."""

LIBRARIES: Final = (
    "PIL.Image",
    "_strptime",
    "argon2.exceptions",
    "arrow",
    "defusedxml.ElementTree",
    "encodings.ascii",
    "encodings.cp1252",
    "encodings.idna",
    "encodings.latin_1",
    "encodings.unicode_escape",
    "encodings.utf_16",
    "encodings.utf_16_be",
    "encodings.utf_16_le",
    "encodings.utf_32",
    "encodings.utf_8_sig",
    "fontTools.ttLib",
    "fpdf.bidi",
    "holidays",
    "httpx",
    "icalendar.timezone.windows_to_olson",
    "jellyfish",
    "phonenumbers",
    "plotext",
    "rich.traceback",
    "segno",
    "textual.scrollbar",
    "uharfbuzz",
    "wcwidth",
)
"""What the program loads when it is first needed, and a session may need on any day."""


def warm() -> None:
    """Load every module of the program and what it loads later, and read every sheet there is."""
    for name in (*program_modules(), *LIBRARIES):
        import_module(name)
    split_graphemes("\u6f22")  # Rich looks for its widths of characters when it first meets such a one.
    quickclasses.compile_all()
    contextvars.copy_context().run(_read_sheets)


def program_modules() -> Iterator[str]:
    """The names of our own modules, but for those that only other commands need."""
    for found in pkgutil.walk_packages(FOLDERS, "pim_tui."):
        if not any(found.name == name or found.name.startswith(f"{name}.") for name in _NOT):
            yield found.name


class _Idle(PimApp):
    """The app as far as its looks go; nobody sits at it, and it never runs."""

    def __init__(self) -> None:
        SafeApp.__init__(self, crash_folder=Path(), ansi_color=True)


def _read_sheets() -> None:
    """Every sheet of ours and every widget's default rules, by the colours of a session."""
    sheets = _Idle().stylesheet
    for place in sorted(stylesheets.folder().glob("*.tcss")):
        sheets.read(place)
    sheets.parse()
    for kind in _kinds_of(DOMNode):
        for where, css, tie_breaker, scope in textsafe.private(kind, "_get_default_css")(kind.__new__(kind)):
            textsafe.private(sheets, "_parse_rules")(css, where, True, tie_breaker, scope)


def _kinds_of(kind: type[DOMNode]) -> Iterator[type[DOMNode]]:
    """All classes below ``kind`` that are loaded, and itself."""
    yield kind
    for below in kind.__subclasses__():
        yield from _kinds_of(below)
