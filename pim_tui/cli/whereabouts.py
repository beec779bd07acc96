"""Country and currency of a new clinic: what is proposed, what is asked, and the settings they go into.

How telephone numbers and prices are read is a matter of settings, not of the book. What they do not name
whoever begins is asked, and the answers begin the file.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from .. import asking
from ..bootstrap import Office
from ..config import names_told
from ..domain.countries import country_in, currency_of
from ..domain.text import visible
from ..errors import Refused, UsageError
from ..paths import private_folder

_TRIES = 3
_LOCALES = ("LC_ALL", "LC_MONETARY", "LC_TELEPHONE", "LANG")


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Two letters and three; what is ``new`` stands in no settings yet."""

    country: str
    currency: str
    new: bool = False


def whereabouts(found: Office, zone: str, given: tuple[str, str], *, asks: bool) -> Whereabouts:
    """Where the clinic is: as ``given`` (country, currency; each may be empty), as the settings say, or as
    is answered at the terminal if that ``asks``, else as it would be proposed there: a book's money is for
    good. Raises UsageError for what is neither.
    """
    settings, told = found.settings, names_told(found.places.settings_file)
    country, currency = (one.upper() for one in given)
    for why in (country and _wrong_country(country), currency and _wrong_currency(currency)):
        if why:
            raise UsageError(why, "Such as --country DE --currency EUR.")
    if not country:
        country = settings.country
        if "country" not in told:
            country = proposed_country(zone) or country
            country = _answer("Its country, two letters", country, _wrong_country) if asks else country
    if not currency:
        currency = settings.currency
        if "currency" not in told:
            currency = currency_of(country) or currency
            currency = _answer("Its money, three letters", currency, _wrong_currency) if asks else currency
    return Whereabouts(country, currency, (country, currency) != (settings.country, settings.currency))


def proposed_country(zone: str, env: Mapping[str, str] = os.environ) -> str:
    """The country of a time zone, or of whoever has set this machine up; empty where neither tells."""
    spoken = country_in(next((env[name] for name in _LOCALES if env.get(name)), ""))
    return _countries().get(zone, "") or ("" if _wrong_country(spoken) else spoken)


def zone_of_city(name: str) -> str:
    """The one time zone that is called by this city; empty for none, or several."""
    city = "_".join(name.split()).casefold()
    found = [zone for zone in _countries() if zone.rpartition("/")[2].casefold() == city]
    return found[0] if len(found) == 1 else ""


def keep(found: Office, place: Whereabouts) -> str:
    """Begin the settings file with it; a sentence of what was done, or is to be done where there is one."""
    lines = (f'country = "{place.country}"', f'currency = "{place.currency}"')
    file = found.places.settings_file
    private_folder(file.parent)
    try:
        made = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        return f"Write this at the top of {file}: {lines[0]} and below it {lines[1]}"
    with os.fdopen(made, "w", encoding="utf-8") as out:
        out.write("".join(f"{line}\n" for line in lines))
    return f"Telephone numbers are read as in {place.country}, prices are in {place.currency}; see {file}."


def _answer(question: str, offered: str, wrong: Callable[[str], str]) -> str:
    for _ in range(_TRIES):
        typed = asking.line(question, offered).upper()
        if not (why := wrong(typed)):
            return typed
        asking.tell(why)
    raise Refused("No book was made.", "Look it up first: such as DE and EUR.")


def _wrong_country(country: str) -> str:
    if country in set(_countries().values()):
        return ""
    return f"{visible(country)[:20]} is no country's two letters: DE, IE, GB, US."


def _wrong_currency(currency: str) -> str:
    if len(currency) == 3 and currency.isascii() and currency.isalpha():
        return ""
    return f"{visible(currency)[:20]} are not three letters of a currency: EUR, GBP, USD."


@cache
def _countries() -> dict[str, str]:
    """The country of each time zone that lies in one."""
    lines = files("tzdata").joinpath("zoneinfo/zone.tab").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return {row[2]: row[0] for row in rows}
