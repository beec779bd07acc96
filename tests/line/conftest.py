"""The line mode of a small clinic, for whoever talks to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.line.talking import Line, line


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Line]:
    made = line(tmp_path)
    yield made
    made.talk.end("left")
    made.clinic.store.close()
