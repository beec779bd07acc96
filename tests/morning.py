"""A zone in which it is morning, for programs that tell the time by themselves."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo


def _morning() -> str:
    ahead = (9 - datetime.now(UTC).hour + 12) % 24 - 12
    return f"Etc/GMT{-ahead:+}" if ahead else "Etc/GMT"


MORNING: Final = _morning()
"""Where it is between nine and ten when the tests begin: no day turns under them, whenever that is, and a day
that is late is drawn from another hour on."""


def today() -> date:
    """The day that it is there."""
    return datetime.now(ZoneInfo(MORNING)).date()
