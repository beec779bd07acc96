"""A shell of the test's own, and one in which a clinic is set up."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.shell import Shell


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """Nothing is set up yet."""
    return Shell(tmp_path / "home")


@pytest.fixture(scope="session")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small made-up clinic, made once."""
    home = tmp_path_factory.mktemp("made")
    shell = Shell(home)
    done = shell.run("demo", "--customers", "50", "--appointments", "640", "--to", str(shell.book))
    assert done.code == 0, done.err
    return home


@pytest.fixture
def clinic(_made: Path, tmp_path: Path) -> Shell:
    """A shell with a small made-up clinic of its own."""
    shutil.copytree(_made, tmp_path / "home")
    return Shell(tmp_path / "home")
