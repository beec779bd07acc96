"""Fields keep their cursor still: its blink keeps sshd from ever noticing that a client is gone."""

from __future__ import annotations

import re
from pathlib import Path

from textual.widgets import TextArea

from pim_tui.tui.widgets.prose import Prose

TUI = Path(__file__).resolve().parents[2] / "pim_tui" / "tui"


def test_only_our_own_field_of_several_lines_is_used() -> None:
    users = {
        path.name
        for path in TUI.rglob("*.py")
        if re.search(r"import .*\bTextArea\b", path.read_text("utf-8"))
    }
    assert users == {"prose.py"}


def test_its_cursor_does_not_blink_and_the_plain_one_would() -> None:
    assert TextArea().cursor_blink
    assert not Prose().cursor_blink
