"""Whatever happens in Calendly and in the book, in any order: each booking is one visit, where it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.safety.bookings import walked


@pytest.mark.walk
def test_a_walk_through_both_books_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    assert set(walked(str(tmp_path), 40, 1).values()) == {0}


@pytest.mark.walk
def test_a_pass_that_forgets_what_it_took_in_is_found_out(tmp_path: Path) -> None:
    found = walked(str(tmp_path), 25, 1, forgets=True)
    assert found["loose"] + found["elsewhere"] + found["doubled"] > 0
