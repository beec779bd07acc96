"""What is tried under a real systemd is all that the pages tell people to install."""

from __future__ import annotations

import re

from tests.readme.pages import words
from tests.safety.units import CHECKS, UNITS


def test_no_unit_of_the_pages_is_left_out() -> None:
    assert sorted(re.findall(r"^```ini (\S+)$", words(), re.MULTILINE)) == sorted(UNITS)


def test_a_broken_unit_is_one_of_the_checks() -> None:
    assert "_a_broken_unit_is_found" in [check.__name__ for check in CHECKS]
