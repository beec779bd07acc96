"""What a command line says of days and people, found in the clinic."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ..bootstrap import Clinic
from ..domain.called import one_called
from ..domain.dates import Prefer, explain, read_day, read_end
from ..domain.moments import day_of, short_day
from ..domain.quickline import Names
from ..domain.rights import Right
from ..errors import Refused, UsageError
from ..queries.catalogue import Catalogue, catalogue

_NAMED = 6  # people written out in a refusal


def so_many(count: float, what: str) -> str:
    """A number and what it counts: ``1 file``, ``1,200 files``."""
    return f"{count:,.0f} {what}{'' if round(count) == 1 else 's'}"


def day(words: Sequence[str], clinic: Clinic, prefer: Prefer = "future") -> date:
    """The day typed, today without one; :class:`UsageError` for words that are none."""
    text = " ".join(words) or "today"
    return _known(read_day(text, _today(clinic), clinic.settings.date_order, prefer=prefer), text)


def days(
    since: Sequence[str], until: Sequence[str], clinic: Clinic, prefer: Prefer
) -> tuple[date | None, date | None]:
    """The first and the last day typed, each None where nothing is; :class:`UsageError` for words that are
    none, and for days that are the wrong way round."""
    first = day(since, clinic, prefer) if any(since) else None
    last = end(until, first, clinic, prefer) if any(until) else None
    if first and last and last < first:
        raise UsageError(
            f"--until {short_day(last)} is before --from {short_day(first)}.", "Turn them round."
        )
    return first, last


def end(words: Sequence[str], first: date | None, clinic: Clinic, prefer: Prefer) -> date:
    """The last day of a span that begins on ``first``; :class:`UsageError` for words that are none."""
    text = " ".join(words)
    return _known(read_end(text, first, _today(clinic), clinic.settings.date_order, prefer=prefer), text)


def _today(clinic: Clinic) -> date:
    return day_of(clinic.session.clock(), clinic.session.zone)


def _known(found: date | None, text: str) -> date:
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
    found = find(text, today=_today(clinic), limit=_NAMED + 1, order=clinic.settings.date_order)
    sure = [one for one in found if not one.sounds]
    if not sure:
        raise Refused(f"Nobody is found by {text}.", "Try fewer letters, or the customer number as #12.")
    if len(sure) > 1:
        named = "; ".join(f"#{one.number} {one.full}" for one in sure[:_NAMED])
        raise Refused(f"{text} could be several customers.", f"Name one by number: {named}.")
    return sure[0].id
