"""What every test may ask for."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("here", deadline=None)
settings.load_profile("here")
"""How long an example takes says how busy the machine is, and nothing about the program."""

LONG = (
    "test_lifeline.py",
    "test_readme.py",
    "test_real_terminal.py",
    "test_survival.py",
    "test_hostile_screens.py",
    "test_roles_walk.py",
    "test_accounts.py",
    "test_backups.py",
    "test_vt100.py",
)
"""The files with the longest tests; these start first, so that none is left when the others have ended."""

HERE = Path(__file__).resolve().parent
SHARED = HERE.parents[1] / "shared"

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
"""Every worker and every program started would compile what another has compiled: half a minute of a core."""


def pytest_sessionstart(session: pytest.Session) -> None:
    """Workers that collect all tests each begin elsewhere: what one has compiled, the others only read."""
    if "PYTEST_XDIST_WORKER" not in os.environ or session.config.args_source.name != "TESTPATHS":
        return
    own, all_ = int(os.environ["PYTEST_XDIST_WORKER"][2:]), int(os.environ["PYTEST_XDIST_WORKER_COUNT"])
    files = sorted(HERE.glob("*/test_*.py"))
    first = len(files) * own // all_
    for file in files[first:] + files[:first]:
        with suppress(Exception):  # The collection tells of it.
            import_module(".".join(file.with_suffix("").relative_to(HERE.parent).parts))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first, the others as they were; and what is there by now is not looked through again."""
    items.sort(key=lambda item: item.path.name not in LONG)
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real-world input; tests that need it skip where it is absent."""
    if not (SHARED / "data").is_dir():
        pytest.skip("the shared data folder is not beside this checkout")
    return SHARED


@pytest.fixture(autouse=True, scope="session")
def _cheap_pins() -> None:
    """A hash takes tens of milliseconds on purpose; what it costs is tested by itself."""
    from pim_tui.services import pins

    pins.COST = pins.Cost(memory=8, passes=1)


@pytest.fixture(autouse=True)
def _left_as_it_was() -> Iterator[None]:
    """Whatever book a test opened on its own thread is closed after it, and its database on a server goes:
    hundreds would run out of files, and of connections. And a command that ran in this process leaves no
    umask of its own to the next test, which would then find folders closed that it made open."""
    os.umask(0o022)
    yield
    connection = sys.modules.get("pim_tui.db.connection")
    if connection is not None and connection._current is not None and not connection._current.db.is_closed():
        connection._current.close()
    if (books := sys.modules.get("tests.db.book")) is not None:
        books.drop_databases()
