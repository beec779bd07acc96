"""The books that tests of use cases begin with: an empty one, the clinic's calendar, the till."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.db.book import book
from tests.services.clinic import Practice, practice
from tests.services.shop import Shop, shop

__all__ = ["book", "clinic", "till"]


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Practice]:
    """A practice with staff, rooms and a few customers."""
    made = practice(tmp_path)
    yield made
    made.store.close()


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Shop]:
    """A shop with goods, a payer and a few customers."""
    made = shop(tmp_path)
    yield made
    made.store.close()
