"""What must not lie about in the tree."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from tests.fences.rules import ROOT

TOP = {
    ".ci", ".gitignore", "CHANGELOG.md", "LICENSE", "README.md", "pim_tui", "pyproject.toml", "styles",
    "tests",
}  # fmt: skip
"""All that stands at the top of the project."""
ENDINGS = (".py", ".md", ".toml", ".tcss", ".yml", ".yaml", ".sh", ".cfg", ".txt", "run")
FOLDERS = ("pim_tui", "styles", "tests", ".ci")
PATHS = re.compile(
    "|".join(re.escape(f"{folder}/") for folder in (ROOT, ROOT.parent, Path.home()) if folder != Path("/"))
)
# Written so that this file does not find itself.
MARKS = (("TO", "DO"), ("FIX", "ME"), ("XX", "X"), ("HA", "CK"))
LEFT_OVER = re.compile(r"\b(" + "|".join(first + rest for first, rest in MARKS) + r")\b")


def test_the_top_of_the_project_holds_this_and_nothing_else() -> None:
    """But for what git passes by, git itself, and the slip in an unpacked source archive."""
    passed_by = [line.rstrip("/") for line in (ROOT / ".gitignore").read_text("utf-8").split()]
    found = {file.name for file in ROOT.iterdir() if not any(map(file.match, passed_by))}
    assert found - {".git", "PKG-INFO"} == TOP


@cache
def lines() -> list[tuple[str, int, str]]:
    """Every line of every text file of the project: file, number, text."""
    files = [file for folder in FOLDERS for file in (ROOT / folder).rglob("*") if file.is_file()]
    files += [file for file in ROOT.iterdir() if file.is_file()]
    return [
        (file.relative_to(ROOT).as_posix(), number, line)
        for file in files
        if file.name.endswith(ENDINGS) and "__pycache__" not in file.parts
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1)
    ]


@pytest.mark.parametrize("pattern", [PATHS, LEFT_OVER], ids=["paths of a machine", "things left to do"])
@pytest.mark.walk
def test_nothing_of_the_workshop_is_left(pattern: re.Pattern[str]) -> None:
    assert [f"{file}:{number} {line.strip()}" for file, number, line in lines() if pattern.search(line)] == []


def test_the_patterns_see() -> None:
    assert PATHS.search(f"see {ROOT}/pim_tui")
    assert LEFT_OVER.search(f"# {''.join(MARKS[0])}: later")


def test_every_module_says_what_it_is() -> None:
    for file in sorted((ROOT / "pim_tui").rglob("*.py")):
        assert file.read_text("utf-8").startswith('"""'), file
