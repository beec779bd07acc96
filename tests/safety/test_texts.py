"""No text goes twice, whenever a worker is killed and however the service errs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.safety import texts
from tests.safety.alone import alone


@pytest.mark.walk
def test_workers_killed_at_any_moment_send_no_text_twice(tmp_path: Path) -> None:
    found = alone(texts.killed, tmp_path, 60, 15, 2)

    assert (found["twice"], found["lost"], found["wrong"], found["broken"]) == (0, 0, 0, None)
    assert found["states"].keys() <= {"sent", "unknown"}
    assert found["states"]["sent"] > 50


@pytest.mark.walk
def test_a_courier_that_believes_nothing_went_sends_texts_twice(tmp_path: Path) -> None:
    assert alone(texts.killed, tmp_path, 60, 15, 2, True)["twice"] > 0
