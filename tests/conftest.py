"""What every test may ask for."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

LONG = (
    "test_lifeline.py",
    "test_readme.py",
    "test_real_terminal.py",
    "test_survival.py",
    "test_hostile_screens.py",
)
"""The files with the longest tests; these start first, so that none is left when the others have ended."""

SHARED = Path(__file__).resolve().parents[2] / "shared"


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


@pytest.fixture(autouse=True)
def _book_closed() -> Iterator[None]:
    """Whatever book a test opened on its own thread is closed after it: hundreds would run out of files."""
    yield
    connection = sys.modules.get("pim_tui.db.connection")
    if connection is not None and connection._current is not None and not connection._current.db.is_closed():
        connection._current.close()
