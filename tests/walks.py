"""Cases of which the test command takes some, and ``python -m tests.safety.screens`` all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def some(values: Iterable[Any], keep: int = 1) -> list[Any]:
    """The first ``keep`` of the values as they are; the rest belong to the walk through all of them."""
    return [
        value if at < keep else pytest.param(value, marks=pytest.mark.walk) for at, value in enumerate(values)
    ]
