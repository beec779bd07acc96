"""Nothing that leaves the program is forgotten where hostile text is tried on it.

Screens and dialogs are found by :mod:`tests.safety.hostile_gallery` itself.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

from pim_tui import documents, exports
from pim_tui.documents.document import Document
from tests.safety.hostile import CONTROLS, LONG, WAYS, Sheet, papers

SENT = {
    "archive": "names in archives", "delimited": "CSV", "feeds": "invitations and feeds", "ical": "iCalendar",
    "invites": "invitations and feeds", "jsonlines": "JSON Lines", "lines": "iCalendar",
    "recurrences": "invitations and feeds", "vcard": "vCard", "vtimezone": "invitations and feeds",
}  # fmt: skip
"""Each module that writes what others read, and the way that tries it."""
HOLD_NO_TEXT = {
    "heads": "numbers and digests of the journal",
    "instants": "moments",
    "money": "rows, which delimited and jsonlines write",
    "outfile": "a file, whatever is in it",
    "people": "the same",
    "visits": "the same",
}


def kinds() -> Iterator[type]:
    """Every class that is a paper."""
    for found in iter_modules(documents.__path__):
        module = import_module(f"{documents.__name__}.{found.name}")
        for _, kind in inspect.getmembers(module, inspect.isclass):
            ours = kind.__module__ == module.__name__ and kind is not Document
            if ours and all(callable(getattr(kind, name, None)) for name in ("pdf", "text")):
                yield kind


def test_every_kind_of_paper_is_tried() -> None:
    tried = {type(paper) for _, paper in papers(["x"] * 600)}
    assert Sheet in tried, "the day sheet is no class"
    assert [kind.__name__ for kind in kinds() if kind not in tried] == []


def test_every_module_that_writes_for_others_is_tried() -> None:
    found = {one.name for one in iter_modules(exports.__path__)}
    assert found == SENT.keys() | HOLD_NO_TEXT.keys()
    assert set(SENT.values()) <= WAYS.keys()


def test_every_way_has_its_control() -> None:
    assert CONTROLS.keys() == WAYS.keys() | LONG.keys()
