"""Cases of which the test command takes some, and ``python -m tests.safety.screens`` all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def some(values: Iterable[Any], keep: int = 1) -> list[Any]:
    """The first ``keep`` of the values as they are; the rest belong to the walk through all of them."""
    return some_rows(((value,) for value in values), keep)


def some_rows(rows: Iterable[tuple[Any, ...]], keep: int = 1) -> list[Any]:
    """The same for cases of several arguments each."""
    return [pytest.param(*row, marks=() if at < keep else pytest.mark.walk) for at, row in enumerate(rows)]
