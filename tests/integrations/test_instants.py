"""Instants of services: every form that they write is read, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pim_tui.integrations.instants import instant, written

NINE = 1_795_770_000
"""2026-11-27 09:00 UTC."""


@pytest.mark.parametrize(
    "text",
    ["2026-11-27T09:00:00Z", "2026-11-27T09:00Z", "2026-11-27T10:00:00+01:00", "20261127T090000Z",
     "2026-11-27T03:30:00-05:30", "2026-11-27T09:00:00.000000Z", "2026-11-27 09:00:00",
     "2026-11-27T09:00:00.123456789Z"],
)  # fmt: skip
def test_every_form_is_read(text: str) -> None:
    assert instant(text) == NINE


@pytest.mark.parametrize(
    "text",
    [None, "", "soon", "2026-02-30T09:00:00Z", "2026-11-27T25:00:00Z", "2026-11-27T09:00:00Z, or later",
     "9" * 100, [], "2026-11-27T09:00:00Q", "\x1b[2J"],
)  # fmt: skip
def test_what_is_no_instant_is_none(text: object) -> None:
    assert instant(text) is None


@given(st.integers(0, 7_258_118_400))
def test_what_is_written_is_read_again(at: int) -> None:
    assert instant(written(at)) == at


@given(st.text(max_size=60))
def test_no_text_is_too_strange(text: str) -> None:
    found = instant(text)
    assert found is None or isinstance(found, int)
