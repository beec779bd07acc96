"""What may be read by whom: queries that not everybody may ask name the right they need.

A screen or a command reads on behalf of somebody, :func:`on_behalf_of`; a query that names a right refuses
whoever lacks it, whatever the screen shows. Services read unhindered: they have a right of their own, and
often must look at what whoever asks may not see.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar

from ..db.connection import select
from ..domain.rights import Right
from ..domain.session import Session

P = ParamSpec("P")
R = TypeVar("R")

READS: dict[str, Right] = {}
"""Which right each query needs that needs one, by its qualified name."""

Seen = Callable[[Right, frozenset[int], bool], object]
"""Hears what was read by which right, of which customers, and whether the record was opened for a reason:
then before it is read."""


@dataclass(frozen=True, slots=True)
class _Reader:
    session: Session
    seen: Seen | None


_reader: ContextVar[_Reader | None] = ContextVar("reader", default=None)


@contextmanager
def on_behalf_of(session: Session | None, seen: Seen | None = None) -> Iterator[None]:
    """What is read inside is read for this person; None for the program itself. ``seen`` hears of it."""
    token = _reader.set(_Reader(session, seen) if session else None)
    try:
        yield
    finally:
        _reader.reset(token)


def guarded(right: Right, of: str = "") -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a query refuse whoever lacks ``right``, with :class:`Forbidden`.

    ``of`` is the parameter that names the customer: whoever has opened that record for a reason may.
    """

    def decorate(query: Callable[P, R]) -> Callable[P, R]:
        READS[f"{query.__module__}.{query.__qualname__}"] = right
        signature = inspect.signature(query)

        @wraps(query)
        def read(*args: P.args, **kwargs: P.kwargs) -> R:
            reader = _reader.get()
            if reader is None:
                return query(*args, **kwargs)
            asked = signature.bind(*args, **kwargs).arguments.get(of) if of else None
            whose = frozenset({asked}) if isinstance(asked, int) else frozenset[int]()
            if right not in reader.session.rights:
                _require_opened(reader, right, whose)
            # What it asks in turn is part of its answer.
            with on_behalf_of(None):
                found = query(*args, **kwargs)
            if reader.seen is not None:
                reader.seen(right, whose or _told_of(found), False)
            return found

        return read

    return decorate


def _require_opened(reader: _Reader, right: Right, whose: frozenset[int]) -> None:
    """Forbidden, unless the one record that is asked for was opened for a reason: then it is told first."""
    if not any(opened_by(reader.session, customer_id) for customer_id in whose):
        reader.session.needs(right)
    if reader.seen is not None:
        reader.seen(right, whose, True)


def _told_of(found: object) -> frozenset[int]:
    """The customers whom an answer is about: one row, or the rows of a page."""
    rows = getattr(found, "rows", (found,))
    return frozenset(id_ for row in rows if isinstance(id_ := getattr(row, "customer_id", None), int))


def opened_by(session: Session, customer_id: int) -> bool:
    """Whether this person has the customer's closed record open for a reason now. Index: ``break_glass
    (staff, customer, until_at)``.
    """
    rows = select(
        "select 1 from break_glass where staff_id = ? and customer_id = ? and until_at > ? limit 1",
        [session.staff_id, customer_id, session.clock()],
    )
    return bool(rows)
