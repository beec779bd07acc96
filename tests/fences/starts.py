"""A start of the real program that tells what it has done and ends when its first screen stands."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from pim_tui.bootstrap import clock, login
from pim_tui.db.newfile import new_book
from pim_tui.services.demo_large import Size, furnish_large
from tests.fences.rules import ROOT
from tests.tui.ptyterm import PtyTerm

_START = """
import sys
given = set(sys.modules)
import re._compiler as compiler
patterns, compile_one = [], compiler.compile
def compiled(pattern, flags=0):
    patterns.append((repr(pattern), int(flags)))
    return compile_one(pattern, flags)
compiler.compile = compiled
import json, os, sys, threading
from pim_tui import cli, quickclasses, quickpatterns
quickpatterns.FILE = os.environ["KEPT"]
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
    modules = sorted(name for name, one in sys.modules.items() if one and name not in given)
    told = {"modules": modules, "asked": asked, "sheets": sheets_read(), "widgets": widgets,
            "patterns": patterns}
    with open(os.environ["TOLD"], "w") as file:
        json.dump(told, file)
    quickpatterns.keep()
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


def told_by_a_start(home: Path) -> dict[str, Any]:
    """What a start on the clinic in ``home``, made there if it is new, told of itself: the modules that it
    has loaded and Python had not, the questions it has asked the book, how many sheets it has read, the
    widgets of its screen, and the patterns that it has compiled, as they are written, with their flags.
    """
    file, told, kept = home / "clinic.db", home / "told.json", home / "patterns"
    if not file.exists():
        new_book(
            str(file), lambda book: furnish_large(book, Size(3, 0), "Europe/Berlin", clock, login(), "US")
        )
    env = {
        "PIM_HOME": str(home),
        "PIM_DATABASE": str(file),
        "PYTHONPATH": str(ROOT),
        "TOLD": str(told),
        "KEPT": str(kept),
    }
    told.unlink(missing_ok=True)
    with PtyTerm([sys.executable, "-c", _START], env=env) as term:
        term.wait_exit(60)
        shown = term.text
    assert told.exists(), shown
    found: dict[str, Any] = json.loads(told.read_text())
    return found
