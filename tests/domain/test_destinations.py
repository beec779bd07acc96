"""Where papers go, as the settings write it; what is written wrongly is told when the program starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from pim_tui.config import load
from pim_tui.destinations import Destination, meant, read_destination, read_destinations
from pim_tui.errors import SettingsError

SOME = {
    "front": "cups:PDF copies=2",
    "till": "socket:192.168.1.5:9100 drawer pages=858,852 columns=42",
    "raw": "cups:Till raw nocut",
    "here": "terminal: ascii",
    "folder": "file:/srv/our papers text",
    "usual": "cups:",
}


def test_each_kind_is_read_with_its_words() -> None:
    front, till, raw, here, folder, usual = read_destinations(SOME)
    assert front == Destination("front", "cups", "PDF", copies=2)
    assert (till.target, till.port, till.drawer, till.columns) == ("192.168.1.5", 9100, True, 42)
    assert (till.pages, till.receipts, till.cut) == ((858, 852), True, True)
    assert (raw.target, raw.receipts, raw.cut) == ("Till", True, False)
    assert (here.kind, here.text, here.ascii) == ("terminal", True, True)
    assert (folder.target, folder.text) == ("/srv/our papers", True)
    assert (usual.where, usual.address) == ("usual", "cups:")
    assert read_destination("x", "socket:printer.local").port == 9100


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("front", "begin with"), ("usb:1", "begin with"), ("cups:-o raw x", "name a queue"),
        ("cups:two words", "name a queue"), ("socket:", "HOST:PORT"), ("socket:a:0", "HOST:PORT"),
        ("socket:a:99999", "HOST:PORT"), ("socket:a:b", "HOST:PORT"), ("socket:a b", "HOST:PORT"),
        ("socket:-x", "HOST:PORT"), ("socket:a columns=200", "columns"), ("cups:a copies=99", "copies"),
        ("socket:a pages=1", "pages"),
        ("socket:a drawer=1", "no value"), ("terminal:tty1", "no address"), ("socket:a:٣", "HOST:PORT"),
    ],
)  # fmt: skip
def test_what_is_no_destination_is_told(text: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=why):
        read_destination("", text)
    file = tmp_path / "pim_tui.toml"
    file.write_text(f'[printers]\nfront = "{text}"\n', "utf-8")
    with pytest.raises(SettingsError, match=f"printers front .*{why}"):
        load(file, {})


def test_a_name_that_no_line_could_hold_is_told(tmp_path: Path) -> None:
    file = tmp_path / "pim_tui.toml"
    file.write_text('[printers]\n"Front Desk" = "cups:PDF"\n', "utf-8")
    with pytest.raises(SettingsError, match="names must be of"):
        load(file, {})
    with pytest.raises(SettingsError, match="PIM_RECEIPT_PRINTER must be socket"):
        load(tmp_path / "none", {"PIM_RECEIPT_PRINTER": "socket:"})


def test_a_name_means_a_destination_and_any_other_a_queue() -> None:
    known = read_destinations(SOME)
    assert meant("till", known).kind == "socket"
    assert meant("Office_2", known) == Destination("", "cups", "Office_2")
    assert meant("", known).where == "the default printer"
    assert meant("socket:10.0.0.9:9101", known).address == "socket:10.0.0.9:9101"
    with pytest.raises(ValueError, match="HOST:PORT"):
        meant("socket:x y", known)
