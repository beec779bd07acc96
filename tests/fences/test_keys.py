"""The key table: no key twice in one place, and behind each a thing the screen can do."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest

from pim_tui.errors import SettingsError
from pim_tui.tui.app import PimApp
from pim_tui.tui.base import PimDialog, PimScreen
from pim_tui.tui.keys import TABLE, Key, Keys, first_clash
from tests.fences.rules import PACKAGE


def places() -> dict[str, list[type[Any]]]:
    """Every class that answers a scope."""
    for room in ("screens", "dialogs"):
        for module in iter_modules([str(PACKAGE / "tui" / room)]):
            import_module(f"pim_tui.tui.{room}.{module.name}")
    found: dict[str, list[type[Any]]] = {"app": [PimApp]}
    for base in (PimScreen, PimDialog):
        for screen in _below(base):
            if screen.__module__.startswith("pim_tui") and screen.scope != "app":
                found.setdefault(screen.scope, []).append(screen)
    return found


def _below(base: type[Any]) -> Iterator[type[Any]]:
    for child in base.__subclasses__():
        yield child
        yield from _below(child)


def test_no_key_means_two_things_in_one_place() -> None:
    assert first_clash(TABLE) is None
    assert first_clash((Key("a.x", ("k",), "", ""), Key("a.y", ("k",), "", ""))) is not None
    assert first_clash((Key("app.x", ("k",), "", ""), Key("a.y", ("k",), "", ""))) is not None
    assert first_clash((Key("a.x", ("k",), "", ""), Key("b.y", ("k",), "", ""))) is None


def test_a_clinic_cannot_give_one_key_to_two_things() -> None:
    with pytest.raises(SettingsError, match="used for both"):
        Keys({"calendar.add": "e"})
    with pytest.raises(SettingsError, match="not in the key table"):
        Keys({"calendar.fly": "z"})
    assert Keys({"calendar.add": "z"}).of("calendar")[0].keys == ("z",)


@pytest.mark.parametrize("key", TABLE, ids=[key.id for key in TABLE])
def test_every_key_does_what_it_says(key: Key) -> None:
    answering = places().get(key.scope, [])
    assert answering, f"no screen has the scope {key.scope}"
    for place in answering:
        assert hasattr(place, f"action_{key.action}"), f"{place.__name__} has no action_{key.action}"


def test_ids_are_used_once_and_everything_has_words() -> None:
    assert len({key.id for key in TABLE}) == len(TABLE)
    assert all(key.label and key.help for key in TABLE)
