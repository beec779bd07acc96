"""What every use case has in common: a right, one transaction, its audit lines, and one answer per request.

A service is written as ``act(work, command)`` and called as ``act(session, command)``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import TypeVar

from peewee import IntegrityError

from ..db.connection import begun_again, select, write_tx
from ..db.dialects import broken_rule
from ..domain.rights import TITLES, Right
from ..domain.session import Session
from ..errors import Forbidden, Refused
from ..queries.gate import on_behalf_of, rights_now
from . import audit
from .refusals import called, refusals_told
from .work import Command, Done, Work

C = TypeVar("C", bound=Command)

RIGHTS: dict[str, Right] = {}
"""Which right each use case needs, by the service's qualified name."""


def use_case(right: Right) -> Callable[[Callable[[Work, C], Done]], Callable[[Session, C], Done]]:
    """Make a service of a function: check ``right``, open the transaction, journal, answer.

    A refusal rolls everything back. A rule of the database that was broken all the same becomes a
    :class:`Refused` with the rule's name.
    """

    def decorate(act: Callable[[Work, C], Done]) -> Callable[[Session, C], Done]:
        RIGHTS[f"{act.__module__}.{act.__qualname__}"] = right

        @begun_again
        def once(session: Session, command: C) -> Done:
            try:
                with write_tx():
                    now = _still(session, right)
                    return answered(command.request) or _carried_out(now, command, act)
            except IntegrityError as error:
                raise as_refusal(error) from error

        @wraps(act)
        def service(session: Session, command: C) -> Done:
            with refusals_told(session, called(act), rules=True), on_behalf_of(None):
                session.needs(right)
                return once(session, command)

        return service

    return decorate


def _still(session: Session, right: Right) -> Session:
    """The session with what its person still may: a right may have been taken away since, or they left."""
    kept = session.rights & rights_now(session.staff_id)
    if right not in kept:
        raise Forbidden(
            f"{session.name} no longer has the right to {TITLES[right]}.",
            "Ask the person who looks after the staff list.",
            right=right.value,
        )
    return session if kept == session.rights else replace(session, rights=kept)


def _carried_out(session: Session, command: C, act: Callable[[Work, C], Done]) -> Done:
    from ..queries.money_seals import marks
    from .seals import sealed

    work, before = Work(session, session.clock()), marks()
    done = act(work, command)
    if not work.changes:
        raise AssertionError(f"{act.__qualname__} changed nothing that the journal could tell")
    follow(work)
    done = replace(done, says=" · ".join((done.says, *work.told)))
    audit.append(session, sealed(work.changes, before), command.request or None, done.to_json())
    return done


def follow(work: Work) -> None:
    """What follows from the changes of a use case, which is the last before their lines in the journal."""
    if any(change.kind in ("appointment", "customer", "series") for change in work.changes):
        # Loaded with the first of them: nothing of it belongs to a start.
        from . import bookings_out, lapsing, meetings, messages

        messages.follow(work, work.changes)
        meetings.follow(work, work.changes)
        bookings_out.follow(work, work.changes)
        lapsing.follow(work, tuple(work.changes))


def answered(request: str) -> Done | None:
    """The answer this request was given before, if it was carried out."""
    if not request:
        return None
    found = select(
        "select v.answer from journal j join journal_values v on v.seq_id = j.seq where j.request = ?",
        [request],
    )
    if found and not found[0][0]:
        raise Refused("That was done before, for a customer who was erased since.", "Search again.")
    return Done.from_json(found[0][0]) if found else None


def as_refusal(error: IntegrityError) -> Exception:
    """What to raise for a rule of the database that was broken: a sentence, where it is one of ours."""
    if found := broken_rule(error):
        rule, says = found
        return Refused(f"{says[0].upper()}{says[1:]}.", _HINTS.get(rule[0], _ANEW), rule=rule)
    return error


_ANEW = "Look at it again and choose anew."
_HINTS = {
    "A": "Let nobody work in the book, and run pim-tui check: somebody has changed it by hand.",
    "T": "Look at the calendar again and choose anew.",
    "S": "Look at the calendar again and choose anew.",
    "P": "Open the customer again.",
    "K": "Look at the stock again: somebody may have been faster.",
    "M": "Open the bill again and look at what has changed.",
    "R": "Open the bill again and look at what has changed.",
}
"""What to do next, by the first letter of the rule that the database kept."""
