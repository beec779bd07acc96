"""The key table: no key twice in one place, and behind each a thing the screen can do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules, walk_packages
from typing import Any

import pytest
from textual.binding import Binding

from pim_tui.errors import SettingsError
from pim_tui.tui.app import PimApp
from pim_tui.tui.base import PimDialog, PimScreen
from pim_tui.tui.keycaps import Keycaps, caps_of
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


@pytest.mark.parametrize(
    "own",
    [
        {"calendar.add": "z", "calendar.move": "z"},
        {"app.find": "z", "calendar.move": "f11, z"},
        {"app.find": "z", "app.undo": "z"},
    ],
)
def test_a_clinic_cannot_give_one_key_to_two_things(own: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match=f"z is used for both {' and '.join(own)}") as refused:
        Keys(own)
    assert "another key in [keys]" in refused.value.hint


def test_a_clinic_gives_keys_to_what_is_in_the_table() -> None:
    with pytest.raises(SettingsError, match="not in the key table"):
        Keys({"calendar.fly": "z"})
    assert Keys({"calendar.add": "z"}).of("calendar")[0].keys == ("z",)
    assert Keys({"calendar.add": "z"}).told() == ""


@pytest.mark.parametrize("new", [key for key in TABLE if key.scope == "app" and key.action != "palette"])
def test_no_key_that_is_added_for_everywhere_stops_a_clinic_that_uses_it_already(new: Key) -> None:
    """Whatever row comes to the table later: what the clinic had there before goes on."""
    keys = Keys({"calendar.add": ",".join(new.keys)}) if new.keys else Keys()
    rows = {key.id: key for key in keys.table}
    assert first_clash(keys.table) is None
    assert rows["calendar.add"].keys == (new.keys or ("a", "insert"))
    assert rows[new.id].keys == ()
    assert (new.id in keys.told()) is bool(new.keys)


def test_a_clinics_own_key_wins_and_what_has_none_left_is_told() -> None:
    keys = Keys({"calendar.filter": "exclamation_mark, question_mark", "waiting_list.add": "e"})
    rows = {key.id: key.keys for key in keys.table}
    assert rows["calendar.filter"] == ("exclamation_mark", "question_mark")
    assert rows["app.told"] == ()
    assert rows["app.help"] == ("f1",), "what has another key keeps that, and nobody has to be told"
    assert rows["waiting_list.edit"] == ()
    assert rows["calendar.edit"] == ("e",), "another place is another matter"
    assert not [key for key in keys.footer("waiting_list") if not key.keys]
    assert keys.told() == (
        "Your own keys leave none to app.told (!), waiting_list.edit (e): Ctrl+P lists what has none. "
        'In [keys] it may be given another, or "" to be told no more.'
    )
    assert Keys({"calendar.filter": "exclamation_mark", "app.told": ""}).told() == ""
    assert re.search(r"calendar\.edit \(e\).* and \d+ more: ", Keys({"app.export": "e"}).told())


def test_a_sign_may_be_written_as_it_is_printed_on_the_key() -> None:
    keys = Keys({"calendar.add": "!", "calendar.goto": "ctrl+o, @, Z"})
    rows = {key.id: key.keys for key in keys.table}
    assert (rows["calendar.add"], rows["calendar.goto"]) == (("exclamation_mark",), ("ctrl+o", "at", "Z"))
    assert keys.told().startswith("Your own keys leave none to app.told (!)")
    with pytest.raises(SettingsError, match="Give one of them another key"):
        Keys({"calendar.add": "!", "calendar.goto": "exclamation_mark"})


def test_what_has_no_key_can_be_reached_by_its_name() -> None:
    for own in ({"calendar.add": "ctrl+p"}, {"app.palette": "", "calendar.add": "exclamation_mark"}):
        with pytest.raises(SettingsError, match="nothing leads to") as refused:
            Keys(own)
        assert "Give app.palette a key" in refused.value.hint
    assert Keys({"calendar.add": "ctrl+p", "app.palette": "ctrl+g"}).named("app.palette") == ("ctrl+g",)


@pytest.mark.parametrize("key", TABLE, ids=[key.id for key in TABLE])
def test_every_key_does_what_it_says(key: Key) -> None:
    answering = places().get(key.scope, [])
    assert answering, f"no screen has the scope {key.scope}"
    for place in answering:
        assert hasattr(place, f"action_{key.action}"), f"{place.__name__} has no action_{key.action}"


def test_what_is_to_be_done_first_is_in_the_table() -> None:
    named = {
        id_
        for file in PACKAGE.rglob("*.py")
        for id_ in re.findall(r'\bstep="([a-z_.]+)"', file.read_text("utf-8"))
    }
    assert "calendar.reopen" in named
    assert named <= {key.id for key in TABLE}


def test_the_way_to_a_key_is_told_from_where_one_is() -> None:
    keys = Keys({})
    assert keys.way("calendar", "calendar.reopen") == "r"
    assert keys.way("profile", "calendar.reopen") == "r"
    assert keys.way("till", "calendar.reopen") == "F2, then r"
    assert keys.way("profile", "product.receive") == "", "a key of that name takes money there"
    assert keys.way("product", "product.receive") == "r"
    assert Keys({}, caps=VT100).way("till", "dayclose.count") == "Ctrl+Z, then b"


VT100, SERIAL = caps_of("vt100"), caps_of("vt100", flow=True)


def sends(caps: Keycaps, key: str) -> bool:
    """Whether a VT100 sends the key: what is printed on it, Ctrl and a letter, or Escape and a figure."""
    known = len(key) == 1 or key in NAMES or re.fullmatch(r"ctrl\+[a-z]|f([1-9]|10)", key)
    return bool(known) and caps.has(key)


NAMES = {
    "up", "down", "left", "right", "tab", "enter", "escape", "backspace", "space", "ctrl+backslash",
    "ctrl+underscore",
    "plus", "minus", "comma", "full_stop", "slash", "at", "equals_sign", "dollar_sign", "question_mark",
    "left_square_bracket", "right_square_bracket", "greater_than_sign",
    "exclamation_mark",
}  # fmt: skip


@pytest.mark.parametrize("caps", [VT100, SERIAL], ids=["vt100", "vt100 on a line with flow control"])
def test_everything_can_be_done_with_the_keys_of_a_vt100(caps: Keycaps) -> None:
    for key in TABLE:
        assert not key.keys or any(sends(caps, name) for name in key.keys), key.id
    for place, names in bound():
        assert any(sends(caps, name) for name in names), place


def bound() -> Iterator[tuple[str, list[str]]]:
    """Every binding that a dialog or a widget has of its own, and its keys."""
    for module in walk_packages([str(PACKAGE / "tui")], "pim_tui.tui."):
        for one in vars(import_module(module.name)).values():
            if isinstance(one, type) and one.__module__ == module.name:
                for binding in vars(one).get("BINDINGS", ()):
                    keys, action = (
                        (binding.key, binding.action) if isinstance(binding, Binding) else binding[:2]
                    )
                    yield f"{module.name}.{one.__name__}: {action}", keys.split(",")


def test_the_keys_that_are_told_of_are_those_of_the_keyboard() -> None:
    rows = {key.id: key for key in Keys(caps=SERIAL).table}
    called = {
        "app.help": "PF1", "app.products": "Esc 6", "app.leave": "Ctrl+\\", "customers.add": "Ctrl+N",
        "till.park": "Ctrl+A", "app.day_close": "Ctrl+Z", "calendar.print_menu": "Esc 8",
    }  # fmt: skip
    assert {id_: rows[id_].shown for id_ in called} == called
    assert rows["till.park"].on_board == ("ctrl+a", "k")
    assert Keys().table[0].shown == "F1"
    assert SERIAL.told("Ctrl+S saves, F7 lists, Ctrl+N adds") == "Esc 9 saves, Esc 7 lists, Ctrl+N adds"


def test_a_screens_own_use_of_a_key_comes_before_that_of_the_line_and_only_of_that_key() -> None:
    bindings = {binding.key: binding.priority for binding in Keys().bindings("till")}
    assert bindings["ctrl+b"]
    assert not bindings["b"]


def test_ids_are_used_once_and_everything_has_words() -> None:
    assert len({key.id for key in TABLE}) == len(TABLE)
    assert all(key.label and key.help for key in TABLE)
