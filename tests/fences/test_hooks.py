"""Screens answer what the mixins they are made of ask of them."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest
from textual.screen import Screen

from pim_tui.tui import dialogs, screens

CORES = {"TillCore"}
"""Screens that are only ever one half of another."""


def below(kind: type) -> Iterator[type]:
    for one in kind.__subclasses__():
        yield one
        yield from below(one)


def unanswered(kind: type) -> list[str]:
    """What a class leaves open: whatever does nothing but say so."""
    found = []
    for name in dir(kind):
        value: Any = inspect.getattr_static(kind, name, None)
        code = getattr(value.fget if isinstance(value, property) else value, "__code__", None)
        if code is not None and code.co_names == ("NotImplementedError",):
            found.append(name)
    return found


def test_every_screen_and_dialog_answers_what_its_parts_ask() -> None:
    for package in (screens, dialogs):
        for module in iter_modules(package.__path__):
            import_module(f"{package.__name__}.{module.name}")
    ours = {kind for kind in below(Screen) if kind.__module__.startswith("pim_tui.")}
    assert len(ours) > 50
    assert {kind.__name__: unanswered(kind) for kind in ours if unanswered(kind)}.keys() <= CORES


def test_a_screen_that_forgets_one_would_be_found() -> None:
    from pim_tui.tui.screens.hourforms import HourForms

    assert "whose" in unanswered(HourForms)
    with pytest.raises(NotImplementedError):
        HourForms.whose.fget(object())  # type: ignore[attr-defined]
