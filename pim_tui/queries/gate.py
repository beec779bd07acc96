"""What may be read by whom: queries that not everybody may ask name the right they need.

A screen or a command reads on behalf of somebody, :func:`on_behalf_of`; a query that names a right refuses
whoever lacks it, whatever the screen shows. Services that change something read unhindered: they have a
right of their own, and often must look at what whoever asks may not see. Those that hand something out
(papers, exports) read on behalf of the person, :func:`for_reader`: nobody takes out of the house what they
may not see.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from ..db.connection import select
from ..domain.glass import open_between
from ..domain.rights import Right, read_rights
from ..domain.session import Session, lacking

P = ParamSpec("P")
R = TypeVar("R")

READS: dict[str, tuple[Right, ...]] = {}
"""Which rights each query needs that needs any, by its qualified name."""

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


def for_reader(act: Callable[Concatenate[Session, P], R]) -> Callable[Concatenate[Session, P], R]:
    """Make a service that hands something out read on behalf of whoever asks for it."""

    @wraps(act)
    def handing(session: Session, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with on_behalf_of(session):
            return act(session, *args, **kwargs)

    return handing


def for_program(act: Callable[P, R]) -> Callable[P, R]:
    """Make a service read unhindered although it is no use case: what it reads it shows to nobody."""

    @wraps(act)
    def unhindered(*args: P.args, **kwargs: P.kwargs) -> R:
        with on_behalf_of(None):
            return act(*args, **kwargs)

    return unhindered


def guarded(
    *rights: Right, of: str = "", whose: Callable[[Any], Iterable[int]] = lambda asked: (asked,)
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a query refuse whoever lacks one of ``rights``, now, with :class:`Forbidden`.

    ``of`` is the parameter that names the customer, or from which ``whose`` finds them: whoever has opened
    that record for a reason may.
    """

    def decorate(query: Callable[P, R]) -> Callable[P, R]:
        READS[f"{query.__module__}.{query.__qualname__}"] = rights
        signature = inspect.signature(query)

        @wraps(query)
        def read(*args: P.args, **kwargs: P.kwargs) -> R:
            reader = _reader.get()
            if reader is None:
                return query(*args, **kwargs)
            asked = signature.bind(*args, **kwargs).arguments.get(of) if of else None
            about = frozenset(() if asked is None else whose(asked))
            if lacked := next((right for right in rights if not may(reader.session, right)), None):
                _require_opened(reader, lacked, about)
            # What it asks in turn is part of its answer.
            with on_behalf_of(None):
                found = query(*args, **kwargs)
            if reader.seen is not None:
                for right in rights:
                    reader.seen(right, about or _told_of(found), False)
            return found

        return read

    return decorate


def _require_opened(reader: _Reader, right: Right, about: frozenset[int]) -> None:
    """Forbidden, unless the record that is asked for was opened for a reason: then that is told first."""
    if not any(opened_by(reader.session, customer_id) for customer_id in about):
        raise lacking(reader.session, right)
    if reader.seen is not None:
        reader.seen(right, about, True)


def _told_of(found: object) -> frozenset[int]:
    """The customers whom an answer is about: one row, or the rows of a page."""
    rows = getattr(found, "rows", (found,))
    return frozenset(id_ for row in rows if isinstance(id_ := getattr(row, "customer_id", None), int))


def may(session: Session, right: Right, customer_id: int | None = None) -> bool:
    """Whether this person may read now what needs ``right``, of this customer where one is named."""
    if right in session.rights and still_may(session.staff_id, right):
        return True
    return customer_id is not None and opened_by(session, customer_id)


def reader_may(right: Right) -> bool:
    """Whether whoever is read for may see what needs ``right``; the program itself may."""
    reader = _reader.get()
    return reader is None or may(reader.session, right)


def require_reader(right: Right) -> None:
    """Refuse whoever is read for where they may not see what needs ``right``, with :class:`Forbidden`."""
    reader = _reader.get()
    if reader is not None and not may(reader.session, right):
        raise lacking(reader.session, right)


def still_may(staff_id: int, right: Right) -> bool:
    """Whether somebody works here now and has the right now, whatever they had when they signed in.

    Indexes: primary key, ``role (name)``, ``role_right (role, name)``.
    """
    rows = select(
        "select 1 from staff s join role r on r.name = s.role join role_right g on g.role_id = r.id"
        " and g.name = ? where s.id = ? and s.active = 1",
        [right.value, staff_id],
    )
    return bool(rows)


def rights_now(staff_id: int) -> frozenset[Right]:
    """What somebody who works here may do now; nothing for whoever left. Indexes as of :func:`still_may`."""
    rows = select(
        "select g.name from staff s join role r on r.name = s.role join role_right g on g.role_id = r.id"
        " where s.id = ? and s.active = 1",
        [staff_id],
    )
    return read_rights(name for (name,) in rows)


def opened_by(session: Session, customer_id: int) -> bool:
    """Whether this person has the customer's closed record open for a reason now, and may still open such.
    Indexes: ``break_glass (staff, customer, until_at)``, and those of :func:`still_may`.
    """
    rows = select(
        "select 1 from break_glass where staff_id = ? and customer_id = ?"
        " and until_at between ? and ? limit 1",
        [session.staff_id, customer_id, *open_between(session.clock())],
    )
    return bool(rows) and still_may(session.staff_id, Right.BREAK_GLASS)
