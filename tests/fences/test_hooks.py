"""Screens and drawn widgets answer what the parts they are made of ask of them."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

import pytest
from textual.screen import Screen

from pim_tui.tui import dialogs, screens
from pim_tui.tui.widgets.linedrawn import LineDrawn

CORES = {"TillCore", "PhotoDrawn", "TextScreen", "RecordDialog", "FoundDialog", "PagedDialog"}
"""What is only ever one half of another, or what others are built on."""


def below(kind: type) -> Iterator[type]:
    for one in kind.__subclasses__():
        yield one
        yield from below(one)


def unanswered(kind: type) -> list[str]:
    """What a class leaves open. Textual's classes are made without Python's own look for it."""
    values = ((name, inspect.getattr_static(kind, name, None)) for name in dir(kind))
    return [name for name, value in values if getattr(value, "__isabstractmethod__", False)]


@pytest.mark.walk
def test_every_screen_dialog_and_widget_answers_what_its_parts_ask() -> None:
    for package in (screens, dialogs):
        for module in iter_modules(package.__path__):
            import_module(f"{package.__name__}.{module.name}")
    ours = {kind for kind in (*below(Screen), *below(LineDrawn)) if kind.__module__.startswith("pim_tui.")}
    assert len(ours) > 50
    assert {kind.__name__: unanswered(kind) for kind in ours if unanswered(kind)}.keys() <= CORES


def test_a_screen_that_forgets_one_would_be_found() -> None:
    from pim_tui.tui.screens.hourforms import HourForms

    assert "whose" in unanswered(HourForms)
