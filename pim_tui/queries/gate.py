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
from functools import wraps
from typing import ParamSpec, TypeVar

from ..db.connection import select
from ..domain.rights import Right
from ..domain.session import Session

P = ParamSpec("P")
R = TypeVar("R")

READS: dict[str, Right] = {}
"""Which right each query needs that needs one, by its qualified name."""

_reader: ContextVar[Session | None] = ContextVar("reader", default=None)


@contextmanager
def on_behalf_of(session: Session | None) -> Iterator[None]:
    """What is read inside is read for this person; None for the program itself."""
    token = _reader.set(session)
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
            session = _reader.get()
            if session is None:
                return query(*args, **kwargs)
            if right not in session.rights:
                asked = signature.bind(*args, **kwargs).arguments.get(of) if of else None
                if not isinstance(asked, int) or not opened_by(session, asked):
                    session.needs(right)
            # What it asks in turn is part of its answer.
            with on_behalf_of(None):
                return query(*args, **kwargs)

        return read

    return decorate


def opened_by(session: Session, customer_id: int) -> bool:
    """Whether this person has the customer's closed record open for a reason now. Index: ``break_glass
    (staff, customer, until_at)``.
    """
    rows = select(
        "select 1 from break_glass where staff_id = ? and customer_id = ? and until_at > ? limit 1",
        [session.staff_id, customer_id, session.clock()],
    )
    return bool(rows)
