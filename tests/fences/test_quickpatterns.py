"""Patterns that are kept compiled are what Python makes of them, and are found by whoever asks for them."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from pim_tui import quickpatterns
from tests.fences.patterns import compiled
from tests.fences.rules import ROOT

_FOUND = """
import re, re._compiler
from pim_tui import quickpatterns
quickpatterns.install()
re._compiler.compile = None
for pattern, flags, *_ in quickpatterns.known():
    re.compile(pattern, flags)
print(len(quickpatterns.known()))
"""

ours = pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="the patterns are kept for Python 3.11")


@ours
def test_what_is_kept_of_a_pattern_is_what_python_compiles_it_to() -> None:
    for kept in quickpatterns.known():
        assert kept == compiled(*kept[:2])
        made, fresh = quickpatterns.made(kept), re.compile(*kept[:2])
        assert made == fresh
        assert (made.groups, made.groupindex, made.flags) == (fresh.groups, fresh.groupindex, fresh.flags)


@ours
def test_a_kept_pattern_is_not_compiled() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _FOUND], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert int(ended.stdout) > 50


def test_patterns_kept_for_another_python_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quickpatterns, "_engine", lambda: (4, 0))
    assert quickpatterns.known() == ()
