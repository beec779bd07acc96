"""Public holidays of the clinic's country and region, filled in for this year and the next two (T10).

They come from the package ``holidays``, which is read only while years are filled in: the book keeps what
it said, and every desk shows the same. What is past stays.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from types import ModuleType
from typing import Any

from ..db.connection import select
from ..domain.moments import day_of
from ..domain.rights import Right
from ..domain.worktime import place_code
from ..errors import Refused, SettingsError
from ..models import Holiday
from .usecase import use_case
from .work import Done, Work

YEARS_ON = 2
_NAMED = 8  # places named where one is not known


@dataclass(frozen=True, slots=True)
class FillHolidays:
    """Bring the public holidays to come in line with the settings."""

    request: str = ""


Feast = tuple[str, str]
"""ISO day and name."""


@use_case(Right.BOOK)
def fill_holidays(work: Work, command: FillHolidays) -> Done:
    """Replace those from today on by those of the place; none where they are ``off``.

    Raises :class:`SettingsError` for a place nobody knows, :class:`Refused` when nothing is to be done.
    """
    session, today = work.session, day_of(work.now, work.session.zone)
    kept, place = session.calendar.holidays, place_code(session.country, session.calendar.region)
    years = range(today.year, today.year + YEARS_ON + 1)
    wanted = [] if kept == "off" else _known(place, years, session.calendar.language)
    since = today.isoformat()
    if not select("select 1 from holiday where day < ? and day >= ? limit 1", [since, f"{today.year}"]):
        since = f"{today.year}-01-01"  # a book that knew none: what is past is told once
    fresh = [(day, name) for day, name in wanted if day >= since]
    closes = kept == "closed"
    before = select("select day, name, place, closes from holiday where day >= ? order by day", [since])
    if before == [(day, name, place, int(closes)) for day, name in fresh]:
        raise Refused("The public holidays are filled in.", "Nothing is to be done.", rule="T10")
    Holiday.delete().where(Holiday.day >= since).execute()
    for day, name in fresh:
        Holiday.insert(day=day, name=name, place=place, closes=closes).execute()
    told = {"place": place, "kept": kept, "since": since}
    work.changed("fill", "holiday", None, {"days": len(before)}, {**told, "days": len(fresh)})
    return Done("holiday", (), (), 0, f"{len(fresh)} public holidays of {place} are in the calendar.")


def _known(place: str, years: Sequence[int], language: str) -> list[Feast]:
    """The public holidays of a place, by day, in English or whatever language comes near."""
    import holidays
    from holidays.registry import EntityLoader

    _load_no_other(holidays)
    country, _, region = place.partition("-")
    # Its own list, which tells regions as well, would load every country.
    if country not in (countries := tuple(EntityLoader.get_country_codes())):
        raise _unknown("country", country, countries)
    found = getattr(holidays, country)
    if region:
        region = _region(found, country, region)
    languages = [one for one in found.supported_languages if one.startswith(language)]
    dated: dict[date, str] = holidays.country_holidays(
        country, subdiv=region or None, years=list(years), language=next(iter(languages), None)
    )
    return sorted((day.isoformat(), name) for day, name in dated.items() if day.year in years)


def _load_no_other(holidays: ModuleType) -> None:
    """Let the package load one country alone: as it comes it loads two hundred and fifty, which take longer
    than the rest of a start, and ten megabytes."""
    name = f"{holidays.__name__}.countries"
    if name not in sys.modules:
        only = sys.modules[name] = ModuleType(name)
        only.__path__ = [os.path.join(folder, "countries") for folder in holidays.__path__]


def _region(found: Any, country: str, region: str) -> str:
    """The code of a region told by its code or name."""
    names = {code.casefold(): code for code in found.subdivisions}
    names |= {alias.casefold(): code for alias, code in found.subdivisions_aliases.items()}
    if region.casefold() not in names:
        raise _unknown("region", f"{region} of {country}", list(found.subdivisions), region)
    return names[region.casefold()]


def _unknown(what: str, called: str, known: Sequence[str], typed: str = "") -> SettingsError:
    near = get_close_matches((typed or called).upper(), known, _NAMED, 0.3) or sorted(known)[:_NAMED]
    return SettingsError(
        f"No public holidays are known of the {what} {called}.",
        f"Set {what} to one that is, such as {', '.join(near)}, or holidays to off.",
    )
