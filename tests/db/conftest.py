"""The small clinic, of which tests of the walls may close and break what they like."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.clinic import Practice, practice


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Practice]:
    """It is closed again afterwards, whatever is left of it."""
    made = practice(tmp_path)
    yield made
    made.store.close()
