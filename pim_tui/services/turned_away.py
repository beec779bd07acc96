"""Whoever came to the door for something else than the screens: refused before they are anybody, and told."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ..db.connection import current, require_current_schema, select, write_tx
from ..domain.text import visible
from . import audit
from .audit import Change

_MOST = 200


class _Caller(NamedTuple):
    """Who called: the person whose key it was, as far as the staff list knows one."""

    clock: Callable[[], int]
    staff_id: int | None
    key: str = "door"


def turned_away(clock: Callable[[], int], login: str, origin: str, asked: str) -> None:
    """A line in the journal: who asked, from where, for what.

    ``login`` is whose key it was, empty where that is not known. Raises the :class:`StoreError` family.
    """
    require_current_schema(current())
    known = select("select id from staff where login = ?", [login])
    caller = _Caller(clock, known[0][0] if known else None)
    says = " ".join(visible(f"{origin} asked for: {asked}").split())
    with write_tx():
        audit.append(caller, [Change("refused", "session", None, reason=says[:_MOST])])
