"""What a start loads, reads and asks for before the calendar stands: counted, so that it stays as little."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest

from pim_tui.bootstrap import clock, login
from pim_tui.db.newfile import new_book
from pim_tui.services.demo import Size, furnish_large
from tests.fences.rules import ROOT
from tests.tui.ptyterm import PtyTerm

_START = """
import json, os, sys, threading
from pim_tui import cli, quickclasses
from pim_tui.cli import clinic
asked = []
def count():
    import peewee
    run = peewee.Database.execute_sql
    def counted(self, sql, *more):
        if threading.current_thread() is threading.main_thread():
            asked.append(sql)
        return run(self, sql, *more)
    peewee.Database.execute_sql = counted
def stands():
    from textual._context import active_app
    from pim_tui.tui.parsedsheets import sheets_read
    app = active_app.get()
    widgets = sorted(type(one).__name__ for one in app.screen.walk_children(with_self=True))
    told = {"modules": sorted(name for name, one in sys.modules.items() if one), "asked": asked,
            "sheets": sheets_read(), "widgets": widgets}
    with open(os.environ["TOLD"], "w") as file:
        json.dump(told, file)
    os._exit(0)
spare = clinic.spare
def spared():
    spare()
    count()
    import pim_tui.tui.app
    pim_tui.tui.app._collect_again = stands
clinic.spare = spared
sys.argv[1:] = []
cli.main()
"""
"""The program, which tells what it has done and ends when its first screen stands."""

NOT_YET = {
    "_hashlib", "argon2", "argparse", "arrow", "fpdf", "holidays", "httpx", "jellyfish", "phonenumbers",
    "PIL", "playhouse", "plotext", "secrets", "segno", "smtplib", "sqlite3", "ssl",
    "textual.widgets._input", "textual.widgets._option_list", "textual.widgets._text_area", "uharfbuzz",
    "pim_tui.cli.parser", "pim_tui.db.backup", "pim_tui.destinations", "pim_tui.domain.customer",
    "pim_tui.domain.names", "pim_tui.domain.phones", "pim_tui.domain.scheduling", "pim_tui.models.calendar",
    "pim_tui.models.people", "pim_tui.tui.screens.door",
}  # fmt: skip


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What one start told of itself."""
    home = tmp_path_factory.mktemp("start")
    file, told = home / "clinic.db", home / "told.json"
    new_book(str(file), lambda book: furnish_large(book, Size(3, 0), "Europe/Berlin", clock, login(), "US"))
    env = {"PIM_HOME": str(home), "PIM_DATABASE": str(file), "PYTHONPATH": str(ROOT), "TOLD": str(told)}
    with PtyTerm([sys.executable, "-c", _START], env=env) as term:
        term.wait_exit(60)
        shown = term.text
    assert told.exists(), shown
    found: dict[str, Any] = json.loads(told.read_text())
    return found


def test_a_start_loads_what_the_first_screen_needs_and_no_more(start: dict[str, Any]) -> None:
    loaded = set(start["modules"])
    assert NOT_YET & loaded == set()
    ours = [name for name in loaded if name.partition(".")[0] == "pim_tui"]
    assert len(ours) <= 150, sorted(ours)
    assert len(loaded) <= 550


def test_a_start_reads_few_sheets_mounts_few_widgets_and_asks_few_questions(start: dict[str, Any]) -> None:
    assert start["sheets"] <= 7
    assert start["widgets"] == ["CalendarGrid", "CalendarScreen", "KeyBar", "ToastRack", "Tooltip"]
    assert len(start["asked"]) <= 30, start["asked"]
