"""Telephone numbers: how they are read, and the digit strings that find them (P1).

What a person typed is kept as it is; everything here is derived from it. The library that knows every
country's numbers is loaded when the first number is read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from .text import digits, tidy, western_digits

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

SEARCHED = 3
"""The fewest digits a search looks for (P1)."""

# Digits with what people write between them; a letter, comma, slash or semicolon ends a number.
_NUMBER = re.compile(r"\+?\d(?:[\s\u2010-\u2015().\-]*\d)*")

LONGEST = 250
"""Characters: nothing longer is a number, or is worth being remembered as none."""

_EXPONENT = re.compile(r"\d(?:[.,]\d+)?E\+?\d{1,2}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Phone:
    """What a written number was read as.

    ``e164`` is ``+`` and at most 15 digits in a correct number; ``valid`` says that the numbering plan has
    it, ``possible`` only that the length fits. ``extension`` is empty when there is none.
    """

    e164: str
    national: str
    extension: str
    valid: bool
    possible: bool


def digits_of(raw: str) -> str:
    """All the digits of a number as written, of any script, as ``0-9``."""
    return digits(raw)


def shortened(raw: str) -> bool:
    """Whether a spreadsheet has made it a number with an exponent (``4.917E+11``), its digits lost."""
    return _EXPONENT.fullmatch(raw.strip()) is not None


@lru_cache(maxsize=4096)
def _parsed(raw: str, region: str) -> PhoneNumber | None:
    import phonenumbers as pn

    try:
        return pn.parse(raw, region.upper() or None)
    except pn.NumberParseException:
        return None


def _number(raw: str, region: str) -> PhoneNumber | None:
    return _parsed(raw, region) if len(raw) <= LONGEST else None


def read_phone(raw: str, region: str) -> Phone | None:
    """*raw* as dialled in *region* (ISO country code; empty: ``+`` numbers only); None: not a number."""
    import phonenumbers as pn

    if (number := _number(raw, region)) is None:
        return None
    return Phone(
        e164=pn.format_number(number, pn.PhoneNumberFormat.E164),
        national=pn.format_number(number, pn.PhoneNumberFormat.NATIONAL),
        extension=number.extension or "",
        valid=pn.is_valid_number(number),
        possible=pn.is_possible_number(number),
    )


# The ten digits of a North American number: nothing in them to be looked up.
_TEN_DIGITS = re.compile(r"(\+1[ .-]?|1[ .-])?\(?([2-9][0-9]{2})\)?[ .-]?([0-9]{3})[ .-]?([0-9]{4})")


def _ten_digits(raw: str, region: str) -> str:
    """The digits of a number of the United States and Canada, written with ``+1`` or as at home there.

    Empty for any other.
    """
    found = _TEN_DIGITS.fullmatch(raw)
    if found is None:
        return ""
    before, area, exchange, line = found.groups()
    if region not in ("US", "CA") and not (before and before[0] == "+"):
        return ""
    return f"{area}{exchange}{line}"


def dialled(raw: str, region: str) -> str:
    """``+`` and digits if *raw* can be read and its length fits; empty otherwise.

    A fraction of the work of :func:`read_phone`: an import asks it for every number.
    """
    return _dialled(raw, region) if len(raw) <= LONGEST else ""


@lru_cache(maxsize=4096)
def _dialled(raw: str, region: str) -> str:
    if ten := _ten_digits(raw, region):
        return f"+1{ten}"
    import phonenumbers as pn

    number = _number(raw, region)
    if number is None or not pn.is_possible_number(number):
        return ""
    return pn.format_number(number, pn.PhoneNumberFormat.E164)


@lru_cache(maxsize=4096)
def takes_texts(number: str) -> bool:
    """Whether a number in E.164 may be a mobile one; in some countries nobody can tell them apart."""
    import phonenumbers as pn

    if (read := _parsed(number, "")) is None:
        return False
    may = (pn.PhoneNumberType.MOBILE, pn.PhoneNumberType.FIXED_LINE_OR_MOBILE)
    return pn.number_type(read) in may


def e164(raw: str, region: str) -> str | None:
    """``+`` and digits if *raw* can be read at all; :func:`read_phone` tells whether it is valid."""
    phone = read_phone(raw, region)
    return phone.e164 if phone else None


def national(raw: str, region: str) -> str | None:
    """The number as its own country writes it, or None when it cannot be read."""
    phone = read_phone(raw, region)
    return phone.national if phone else None


def display(raw: str) -> str:
    """The number for a screen: as it was typed, on one line, without ``tel:``."""
    return re.sub(r"(?i)^tel:\s*", "", tidy(raw))


def _spellings(raw: str, region: str) -> set[str]:
    """The digits of every common way to write the number or numbers in *raw*.

    Without those that are part of another one.
    """
    if ten := _ten_digits(raw, region):
        return {f"001{ten}"}
    written = western_digits(raw)
    pieces = _NUMBER.findall(written)
    read: set[str] = set()
    for text in dict.fromkeys((written, *pieces)):
        # One number is read once: a piece that is part of what was read adds nothing.
        if not any(digits(text).lstrip("0") in known for known in read):
            read |= _read_spellings(text, region)
    return read.union(piece for piece in map(digits, pieces) if not any(piece in known for known in read))


def _read_spellings(text: str, region: str) -> set[str]:
    """The digits in E.164 with ``00``, and in the national spelling, without an extension."""
    import phonenumbers as pn

    bare, number = dialled(text, region)[1:], _parsed(text, region)
    if number is None or not bare:
        return set()
    national = pn.format_number(number, pn.PhoneNumberFormat.NATIONAL)
    return {f"00{bare}", *map(digits, _NUMBER.findall(national)[:1])}


def search_suffixes(raw: str, region: str) -> frozenset[str]:
    """Digit strings for a prefix search: any 3 or more digits in a row, from any common spelling, begin one.

    The spellings: as typed, E.164 with and without ``00``, national with its trunk prefix. About as
    many strings as the number has digits; a string that another one begins with is left out, and so is
    what stands behind :data:`LONGEST` characters.
    """
    spellings = _spellings(raw[:LONGEST], region)
    suffixes = {spelling[start:] for spelling in spellings for start in range(len(spelling) - SEARCHED + 1)}
    ordered = sorted(suffixes)
    followed = pairwise([*ordered, ""])
    return frozenset([text for text, following in followed if not following.startswith(text)])
