"""Patterns that are kept compiled are what Python makes of them, and are found by whoever asks for them."""

from __future__ import annotations

import marshal
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pim_tui import quickpatterns
from tests.fences.rules import ROOT

_FIRST = """
import re, sys
from pim_tui import quickpatterns
quickpatterns.FILE = sys.argv[1]
quickpatterns.install()
for number in range(40):
    re.compile(f"(?P<word>a{number}+)|[^b-y]{{2,}}", re.IGNORECASE)
    re.compile(b"(x)%d" % number)
quickpatterns.keep()
"""
_NEXT = """
import re, re._compiler, sys
from pim_tui import quickpatterns
quickpatterns.FILE = sys.argv[1]
quickpatterns.install()
re._compiler.compile = None
for pattern, flags, *_ in quickpatterns.known():
    re.compile(pattern, flags)
print(len(quickpatterns.known()))
"""


def run(code: str, file: Path) -> str:
    """What a process of its own says."""
    line = [sys.executable, "-c", code, str(file)]
    return subprocess.run(line, cwd=ROOT, timeout=60, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What one process has kept, for this one to know."""
    file = tmp_path / "patterns"
    run(_FIRST, file)
    monkeypatch.setattr(quickpatterns, "FILE", str(file))
    return file


@pytest.mark.usefixtures("kept")
def test_what_is_kept_of_a_pattern_is_what_python_compiles_it_to() -> None:
    assert len(quickpatterns.known()) >= 80
    for one in quickpatterns.known():
        assert one == quickpatterns.compiled(*one[:2])
        made, fresh = quickpatterns.made(one), re.compile(*one[:2])
        assert made == fresh
        assert (made.groups, made.groupindex, made.flags) == (fresh.groups, fresh.groupindex, fresh.flags)


def test_a_kept_pattern_is_not_compiled_again(kept: Path) -> None:
    assert int(run(_NEXT, kept)) >= 80


def test_what_another_python_has_kept_is_left_alone(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert kept.exists()
    monkeypatch.setattr(quickpatterns, "_engine", lambda: (4, 0))
    assert quickpatterns.known() == []


@pytest.mark.parametrize("spoiled", [b"", b"\x00" * 40, b"N", b"(\x01\x00\x00\x00N"])
def test_a_file_that_is_spoiled_is_as_none(kept: Path, spoiled: bytes) -> None:
    kept.write_bytes(spoiled)
    assert quickpatterns.known() == []


@pytest.mark.parametrize("odd", [7, [7], [()], [("x",)], [("x", 0, 0, b"1", 0, {})], [(None,) * 6]])
def test_what_is_no_pattern_stops_no_start(kept: Path, monkeypatch: pytest.MonkeyPatch, odd: object) -> None:
    monkeypatch.setattr(quickpatterns, "_installed", None)
    kept.write_bytes(marshal.dumps((quickpatterns._engine(), odd)))  # type: ignore[arg-type]
    quickpatterns.install()
    assert quickpatterns._installed == {}


def test_whoever_has_not_begun_with_them_keeps_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quickpatterns, "FILE", str(tmp_path / "patterns"))
    monkeypatch.setattr(quickpatterns, "_installed", None)
    quickpatterns.keep()
    assert not list(tmp_path.iterdir())
