"""Who may know whom, and what may not be loaded before it is needed."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.fences.rules import ROOT

SLOW = {
    "textual",
    "rich",
    "peewee",
    "playhouse",
    "pysqlite3",
    "fpdf",
    "arrow",
    "phonenumbers",
    "jellyfish",
    "holidays",
    "uharfbuzz",
}
LATER = {
    "fpdf",
    "arrow",
    "phonenumbers",
    "jellyfish",
    "holidays",
    "uharfbuzz",
    "httpx",
    "ssl",
    "smtplib",
    "PIL",
    "sqlite3",
    "platformdirs",
    "argon2",
    "cffi",
    "plotext",
    "segno",
}


def child(code: str, *args: str) -> list[str]:
    """What a fresh interpreter prints as JSON."""
    ended = subprocess.run(
        [sys.executable, "-c", code, *args], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    found: list[str] = json.loads(ended.stdout.splitlines()[-1])
    return found


def test_imports_go_down_only() -> None:
    ended = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout[-3000:]
    assert "0 broken" in ended.stdout


def test_what_the_program_imports_it_asks_for_by_itself() -> None:
    """Not only through something else, which may do without it one day."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = (line for more in project["optional-dependencies"].values() for line in more)
    asked = {_named(Requirement(line).name) for line in (*project["dependencies"], *extras)}
    there = packages_distributions()
    for file in (ROOT / "pim_tui").rglob("*.py"):
        for name in _imported(ast.parse(file.read_text("utf-8"))) & there.keys():
            assert {_named(one) for one in there[name]} & asked, f"{file.name} imports {name}"


def _named(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def _imported(tree: ast.Module) -> set[str]:
    """The packages that are imported by their full names."""
    found = set[str]()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {one.name.partition(".")[0] for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found - {"pim_tui"}


LINES = (
    "--help", "--version", "", "nonsense", "find", "day --nonsense", "import", "print", "demo", "book --help",
    "find --help", "print day --help", "export", "export appointments --help", "deliver --help",
    "manual", "manual till", "manual --json", "manual --help",
)  # fmt: skip


@pytest.mark.parametrize("line", [line for line in LINES if line])
def test_help_and_wrong_usage_load_nothing_slow(line: str) -> None:
    code = (
        "import sys, json, io\nfrom pim_tui.cli import main\nkept, sys.stdout = sys.stdout, io.StringIO()\n"
        "sys.stderr = io.StringIO()\ntry:\n    code = main(sys.argv[1:])\n"
        "except SystemExit as end:\n    code = end.code\n"
        "sys.stdout = kept\nassert code in (0, None, 2), code\n"
        "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    )
    assert SLOW & set(child(code, *line.split())) == set()


def test_the_app_starts_without_what_only_some_keys_need() -> None:
    code = (
        "import sys, json\nimport {}\nprint(json.dumps(sorted({{n.partition('.')[0] for n in sys.modules}})))"
    )
    ours = set(child(code.format("pim_tui.tui.app, pim_tui.tui.screens.calendar")))
    theirs = set(
        child(code.format("peewee, textual.app, textual.widgets._input, textual.widgets._text_area"))
    )
    assert LATER & (ours - theirs) == set()
    assert "peewee" in ours


def test_a_book_that_is_a_file_loads_no_driver_of_a_server() -> None:
    """Peewee would, wherever one is installed; only :mod:`pim_tui.db.server` does when it connects."""
    code = (
        "import sys, json\nimport pim_tui.tui.app, pim_tui.db.server\nprint(json.dumps("
        "[name for name, module in sys.modules.items() if name.startswith('psycopg') and module]))"
    )
    assert child(code) == []
