"""A warm process has everything that a session would load, and nothing that does not survive a copy."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pim_tui.tui.warm import LIBRARIES
from tests.fences.rules import PACKAGE, ROOT

ONLY_SOMETIMES = {"psycopg", "sqlcipher3", "pyrage", "fpdf", "PIL", "platformdirs", "peewee", "playhouse"}
"""Drivers and formats that only some clinics use, and what comes with the program's own modules."""

_WARM = """
import gc, json, os, signal, sys, threading
from pim_tui.tui import parsedsheets, rehearsal, warm
warm.warm()
read, loaded = parsedsheets.sheets_read(), set(sys.modules)
from pim_tui.bootstrap import demo_desk
from pim_tui.config import Settings
def around():
    # Streams, what they are open on, the environment, signals.
    return [list(map(id, (sys.stdin, sys.stdout, sys.stderr, sys.__stdin__, sys.__stdout__, sys.__stderr__))),
            [os.fstat(number).st_ino for number in range(3)], dict(os.environ),
            [str(signal.getsignal(number)) for number in (signal.SIGWINCH, signal.SIGTSTP, signal.SIGCONT)]]
before = around()
with demo_desk(Settings(zone="Europe/Berlin")) as desk:
    rehearsal.rehearse(desk)
assert around() == before and gc.get_freeze_count() == 0
ours = sorted(name for name in set(sys.modules) - loaded if name.startswith("pim_tui"))
print(json.dumps([ours, parsedsheets.sheets_read() - read, threading.active_count(),
                  [os.readlink(f"/proc/self/fd/{n}") for n in os.listdir("/proc/self/fd")
                   if os.path.exists(f"/proc/self/fd/{n}")]]))
"""


def _named(tree: ast.AST, inside: bool = False) -> Iterator[str]:
    """What is loaded within functions, by its first name."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import) and inside:
            yield from (one.name.partition(".")[0] for one in node.names)
        elif isinstance(node, ast.ImportFrom) and inside and not node.level and node.module:
            yield node.module.partition(".")[0]
        yield from _named(node, inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


@pytest.mark.walk
def test_every_library_that_is_loaded_later_is_loaded_by_a_warm_process() -> None:
    later = {
        name
        for file in PACKAGE.rglob("*.py")
        if "migrations" not in file.parts
        for name in _named(ast.parse(file.read_text("utf-8")))
    }
    strange = later - set(sys.stdlib_module_names) - {"pim_tui", "textual", "rich", "pysqlite3"}
    known = {name.partition(".")[0] for name in LIBRARIES}
    assert strange - known - ONLY_SOMETIMES == set()


@pytest.mark.walk
def test_a_session_of_a_warm_process_loads_and_reads_nothing(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _WARM], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
    loaded, sheets, threads, files = json.loads(ended.stdout.splitlines()[-1])
    assert (loaded, sheets, threads) == ([], 0, 1)
    assert [one for one in files if one.endswith((".db", "-wal", "-shm"))] == []
