"""Instants as services write them: ISO 8601 in whichever of its forms, which arrow knows."""

from __future__ import annotations

from typing import Final

_LONGEST: Final = 40
"""Characters of ``2026-11-27T09:00:00.000000000+01:00``, and a few."""


def instant(text: object) -> int | None:
    """UTC seconds; what names no zone is UTC. None for what is no instant."""
    import arrow

    said = str(text)
    if len(said) > _LONGEST:
        return None
    try:
        return int(arrow.get(said).int_timestamp)
    except (ValueError, OverflowError, TypeError):
        return None


def written(at: int) -> str:
    """The same in UTC, to the second, as every service takes it."""
    import arrow

    return arrow.get(at).format("YYYY-MM-DD[T]HH:mm:ss[Z]")
