"""What a command line says of days and people, found in the clinic."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ..bootstrap import Clinic
from ..domain.called import one_called
from ..domain.dates import explain, read_day
from ..domain.moments import day_of
from ..domain.quickline import Names
from ..domain.rights import Right
from ..errors import Refused, UsageError
from ..queries.catalogue import Catalogue, catalogue

_NAMED = 6  # people written out in a refusal


def so_many(count: float, what: str) -> str:
    """A number and what it counts: ``1 file``, ``1,200 files``."""
    return f"{count:,.0f} {what}{'' if round(count) == 1 else 's'}"


def day(words: Sequence[str], clinic: Clinic) -> date:
    """The day typed, today without one; :class:`UsageError` for words that are none."""
    text = " ".join(words) or "today"
    today = day_of(clinic.session.clock(), clinic.session.zone)
    found = read_day(text, today, clinic.settings.date_order)
    if found is None:
        raise UsageError(explain(text))
    return found


def names(clinic: Clinic, known: Catalogue) -> Names:
    """The clinic's names as a typed line is read by."""
    settings, session = clinic.settings, clinic.session
    return known.names(
        session.zone,
        session.clock(),
        settings.date_order,
        settings.default_minutes,
        settings.opens_at,
        settings.closes_at,
    )


def staff_id(name: str) -> int:
    """Whoever takes appointments and is called so; see :func:`one_called`."""
    return one_called(name, [(one.id, one.name) for one in catalogue().staff], "Nobody on the staff")


def customer_id(text: str, clinic: Clinic) -> int:
    """Who is meant, as ``find`` reads it; :class:`Refused` when it is nobody or could be several (P2)."""
    from ..queries.search import find

    clinic.session.needs(Right.SEE_CUSTOMER)
    today = day_of(clinic.session.clock(), clinic.session.zone)
    found = find(text, today=today, limit=_NAMED + 1, order=clinic.settings.date_order)
    sure = [one for one in found if not one.sounds]
    if not sure:
        raise Refused(f"Nobody is found by {text}.", "Try fewer letters, or the customer number as #12.")
    if len(sure) > 1:
        named = "; ".join(f"#{one.number} {one.full}" for one in sure[:_NAMED])
        raise Refused(f"{text} could be several customers.", f"Name one by number: {named}.")
    return sure[0].id
