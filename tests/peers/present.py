"""Whether the other side is on this machine."""

from __future__ import annotations

import importlib.util
import os
import shutil

import pytest

ALL = os.environ.get("TESTS_PEERS") == "all"
"""Everything is to be here: what is missing is an error."""


def program(name: str) -> str:
    """Where a program is; the test skips, or fails on a machine that is to have it, where it is not."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin:/sbin")
    if found is None:
        _missing(name)
    return str(found)


def module(name: str) -> None:
    """Like :func:`program`, of a Python package."""
    if importlib.util.find_spec(name) is None:
        _missing(name)


def _missing(name: str) -> None:
    said = f"{name} is not on this machine: see .ci/run for its package"
    if ALL:
        pytest.fail(said)
    pytest.skip(said)
