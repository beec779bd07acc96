"""What a start loads, reads and asks for before the calendar stands: counted, so that it stays as little."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from tests.fences.starts import told_by_a_start

NOT_YET = {
    "_hashlib", "argon2", "argparse", "arrow", "fpdf", "holidays", "httpx", "jellyfish", "phonenumbers",
    "PIL", "playhouse", "plotext", "secrets", "segno", "smtplib", "sqlite3", "ssl",
    "textual.widgets._input", "textual.widgets._option_list", "textual.widgets._text_area", "uharfbuzz",
    "pim_tui.cli.parser", "pim_tui.db.backup", "pim_tui.destinations", "pim_tui.domain.customer",
    "pim_tui.domain.names", "pim_tui.domain.phones", "pim_tui.domain.scheduling", "pim_tui.models.calendar",
    "pim_tui.models.people", "pim_tui.tui.screens.door",
}  # fmt: skip

OURS = 148
"""Modules of this project, as many as there are: whoever adds one to the start does so here as well."""
ALL = {(3, 11): 511}
"""With those of others, where the test command has just installed them: a ``.pth`` file of another package
may have loaded some of them before. Their newest versions and other Pythons load one or another besides."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a new clinic is, and what its starts keep."""
    return tmp_path_factory.mktemp("start")


@pytest.fixture(scope="module")
def start(home: Path) -> dict[str, Any]:
    """What the first start told of itself."""
    return told_by_a_start(home)


def test_a_start_loads_what_the_first_screen_needs_and_no_more(start: dict[str, Any]) -> None:
    loaded = set(start["modules"])
    assert NOT_YET & loaded == set()
    ours = [name for name in loaded if name.partition(".")[0] == "pim_tui"]
    assert len(ours) <= OURS, sorted(ours)
    assert len(loaded) <= ALL.get(sys.version_info[:2], 520), sorted(loaded - set(ours))


def test_the_next_start_compiles_next_to_no_pattern(home: Path, start: dict[str, Any]) -> None:
    assert 50 < len(start["patterns"]) <= 100
    # Those of Python's own modules: newer ones have more, for JSON and for names of files.
    own = {(3, 11): 12, (3, 12): 14, (3, 13): 14}.get(sys.version_info[:2], 15)
    assert len(told_by_a_start(home)["patterns"]) <= own


def test_a_start_reads_few_sheets_mounts_few_widgets_and_asks_few_questions(start: dict[str, Any]) -> None:
    assert start["sheets"] <= 7
    assert start["widgets"] == ["CalendarGrid", "CalendarScreen", "KeyBar", "ToastRack", "Tooltip"]
    assert len(start["asked"]) <= 27, start["asked"]
