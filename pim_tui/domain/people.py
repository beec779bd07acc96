"""Customers as people: age, birth dates, what a search means (P1), likely duplicates (P3), consent (P5)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from .names import SPOKEN_TITLES, PersonName, sounds, split_name
from .phones import SEARCHED
from .text import clean, digits, fold, western_digits, words

# --- sex and consent ----------------------------------------------------------------------------


class Sex(StrEnum):
    """What the record says; ``X`` is an answer, unknown is the lack of one."""

    F = "F"
    M = "M"
    X = "X"
    UNKNOWN = ""

    @property
    def word(self) -> str:
        """For screens and paper."""
        return {"F": "female", "M": "male", "X": "other"}.get(self.value, "unknown")


_SEX_WORDS = {
    Sex.F: "f female woman girl w weiblich femme mujer 2",
    Sex.M: "m male man boy mannlich homme hombre 1",
    Sex.X: "x o other divers diverse nonbinary 9",
    Sex.UNKNOWN: "u unknown undisclosed none na 0",
}  # The digits are those of ISO/IEC 5218.
_SEXES = {word: sex for sex, text in _SEX_WORDS.items() for word in text.split()} | {"": Sex.UNKNOWN}


def read_sex(text: str) -> Sex | None:
    """``male``, ``F``, ``1`` (ISO/IEC 5218) ... as :class:`Sex`; nothing is unknown; None: not understood."""
    return _SEXES.get(fold(text).replace(" ", ""))


class Channel(StrEnum):
    """A way to reach a customer; consent is given for each by itself (P5)."""

    EMAIL = "email"
    SMS = "sms"
    PHONE = "phone"
    POST = "post"

    @property
    def word(self) -> str:
        """For screens and paper."""
        return "SMS" if self is Channel.SMS else self.value


class Answer(StrEnum):
    """Consent to one channel (P5); unknown is not yes."""

    UNKNOWN = "unknown"
    YES = "yes"
    NO = "no"


def may_write(answer: str, unknown: bool) -> bool:
    """Whether somebody may be written to (P5); ``unknown``: the clinic writes to who was never asked, too."""
    return answer == Answer.YES or (unknown and answer == Answer.UNKNOWN)


# --- age and birth dates -------------------------------------------------------------------------

Order = Literal["auto", "dmy", "mdy", "ymd"]

_MONTH_NAMES = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTHS = {
    name[:length]: number for number, name in enumerate(_MONTH_NAMES, 1) for length in range(3, len(name) + 1)
}
_MONTH_WORD = r"(?P<month>[a-z]{3,9})\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>\d{4}|\d{2})"
_WITH_WORD = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_DAY}[\s.\-/]*{_MONTH_WORD}[\s,.\-/]*{_YEAR}",
        rf"{_MONTH_WORD}[\s\-/]*{_DAY}[\s,.\-/]+{_YEAR}",
        rf"(?P<year>\d{{4}})[\s.\-/]*{_MONTH_WORD}[\s.\-/]*{_DAY}",
    )
)
_TRIPLE = re.compile(r"(\d{1,4})\s?[./\-]\s?(\d{1,2})\s?[./\-]\s?(\d{1,4})")
_SOLID = {
    "dmy": r"(?P<day>\d\d)(?P<month>\d\d)(?P<year>\d{4}|\d\d)",
    "mdy": r"(?P<month>\d\d)(?P<day>\d\d)(?P<year>\d{4}|\d\d)",
    "ymd": r"(?P<year>\d{4}|\d\d)(?P<month>\d\d)(?P<day>\d\d)",
}
_BIRTH_YEARS = range(1850, 2200)


def age(birth: date, today: date) -> int:
    """Completed years on *today*; somebody born on 29 February turns a year older on 1 March."""
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))


def _days(year: str, month: int, day: int) -> Iterator[date]:
    """The day in each year that *year* can mean: two digits are 19.. and 20.."""
    if len(year) not in (2, 4):
        return
    for full in (int(year),) if len(year) == 4 else (1900 + int(year), 2000 + int(year)):
        if full in _BIRTH_YEARS:
            try:
                yield date(full, month, day)
            except ValueError:
                continue


def _by_order(one: str, two: str, three: str, order: str) -> Iterator[date]:
    if len(one) > 2 or order == "ymd":  # a year in front settles the order
        yield from _days(one, int(two), int(three)) if len(three) < 3 else ()
    else:
        day, month = (one, two) if order == "dmy" else (two, one)
        yield from _days(three, int(month), int(day))


def _readings(text: str, order: Order) -> Iterator[date]:
    orders = ("dmy", "mdy", "ymd") if order == "auto" else (order,)
    for pattern in _WITH_WORD:
        found = pattern.fullmatch(text)
        if found and found["month"] in _MONTHS:
            yield from _days(found["year"], _MONTHS[found["month"]], int(found["day"]))
    for one in orders:
        if triple := _TRIPLE.fullmatch(text):
            yield from _by_order(triple[1], triple[2], triple[3], one)
        if solid := re.fullmatch(_SOLID[one], text):
            yield from _days(solid["year"], int(solid["month"]), int(solid["day"]))


_ISO = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _calendar_day(text: str) -> date | None:
    """The day that ISO text names, if people of that birth year may be met."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in _BIRTH_YEARS else None


_LONGEST = 1_000
"""Characters that are looked at of what somebody types to find a person."""


def read_birth_date(text: str, *, order: Order = "auto", today: date | None = None) -> tuple[date, ...]:
    """Every birth date *text* can mean, likeliest first; empty when it is none.

    Reads ``1990-05-14``, ``14.5.1990``, ``5/14/1990``, ``14 May 1990``, ``140590``, ``19900514``. *order*
    says how numbers alone are read: ``auto`` gives all three orders, another only its own, so that a
    file's column is never read in two ways. A year of four digits in front and a month in letters
    need no order. Two-digit years mean both centuries; with *today* nobody is born later.
    """
    if _ISO.fullmatch(text) and (day := _calendar_day(text)):
        return (day,) if today is None or day <= today else ()
    if len(text) > _LONGEST:
        return ()
    tidied = " ".join(western_digits(text).lower().split())
    readings = dict.fromkeys(_readings(tidied, order))
    return tuple(day for day in readings if today is None or day <= today)


# --- search --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What somebody typed to find a person (P1). All parts given must match.

    ``words``: folded prefixes, each of a different word of the name. ``digits``: pieces of a phone number.
    One token of digits alone can mean several things: then ``number`` (customer number, as typed)
    and ``birth_dates`` are other readings of it, and matching any one of the three is enough.
    A date written as a date is in ``birth_dates`` only, ``#12`` in ``number`` only.
    """

    words: tuple[str, ...] = ()
    digits: tuple[str, ...] = ()
    birth_dates: tuple[date, ...] = ()
    number: str | None = None

    def __bool__(self) -> bool:
        return bool(self.words or self.digits or self.birth_dates or self.number)


_DATE_SEEN = re.compile(
    r"(?<![\w.+\-/])(?:"
    r"\d{1,4}\s?[./\-]\s?\d{1,2}\s?[./\-]\s?\d{1,4}"
    r"|\d{1,2}(?:st|nd|rd|th)?[\s.\-/]*[a-z]{3,9}\.?[\s,.\-/]*\d{2,4}"
    r"|[a-z]{3,9}\.?[\s\-/]*\d{1,2}(?:st|nd|rd|th)?[\s,.\-/]+\d{2,4}"
    r"|\d{4}[\s.\-/]*[a-z]{3,9}[\s.\-/]*\d{1,2}"
    r")(?![\w\-/])",
    re.IGNORECASE,
)
_NUMBER_SEEN = re.compile(r"(?<!\w)#\s?(\w+)")
_PHONE_SEEN = re.compile(r"(?<!\w)\+?\(?\d[\d\s().\-/]*(?!\w)")


def _take_date(text: str) -> tuple[tuple[date, ...], str]:
    """The readings of the first date written as one, and the text without it."""
    for seen in _DATE_SEEN.finditer(text):
        readings = read_birth_date(seen[0])
        if readings:
            return readings, f"{text[: seen.start()]} {text[seen.end() :]}"
    return (), text


def _phone_pieces(written: str) -> tuple[str, ...]:
    """The digits to look for: the groups as typed, or all in one where a group is too short to look for."""
    abroad = written.startswith(("+", "00"))
    if abroad:
        written = re.sub(r"\(0\)", " ", written)
    groups = [group for group in re.split("[^0-9]+", written) if group]
    if not abroad and all(len(group) >= SEARCHED for group in groups):
        return tuple(groups)
    joined = "".join(groups)
    return (joined,) if len(joined) >= SEARCHED else ()


def read_search(text: str) -> SearchQuery:
    """What *text* asks for: words, phone digits (3 or more), a birth date, a customer number (P1)."""
    text = western_digits(clean(text[:_LONGEST]))
    birth_dates, text = _take_date(text)
    number = None
    if numbered := _NUMBER_SEEN.search(text):
        number, text = numbered[1], _NUMBER_SEEN.sub(" ", text, count=1)
    runs = [run.strip() for run in _PHONE_SEEN.findall(text)]
    pieces = tuple(piece for run in runs for piece in _phone_pieces(run))
    if number is None and not birth_dates and len(runs) == 1 and runs[0].isdigit():
        number, birth_dates = runs[0], read_birth_date(runs[0])
    return SearchQuery(_untitled(words(_PHONE_SEEN.sub(" ", text))), pieces, birth_dates, number)


def _untitled(found: tuple[str, ...]) -> tuple[str, ...]:
    """The words without "Mrs" and the like, which nobody is listed under, unless nothing else is left."""
    return tuple(word for word in found if word not in SPOKEN_TITLES) or found


# --- duplicates ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells one person from another. ``phones`` are digit strings, ``former`` earlier names."""

    name: PersonName
    former: tuple[str, ...] = ()
    birth_date: date | None = None
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Likeness:
    """Why two records may be one person: ``text`` completes "They have ...".

    ``strong``: ask before saving; otherwise a remark, as for families who share a telephone.
    """

    text: str
    strong: bool

    def __str__(self) -> str:
        return self.text


def _first(identity: Identity) -> str:
    return fold(identity.name.first).replace(" ", "")


def name_keys(identity: Identity) -> set[tuple[str, ...]]:
    """First and last name in either order, folded; former names count as last or as whole names."""
    name = identity.name
    pairs = [(name.first, last) for last in (name.last, *identity.former)]
    for former in identity.former:
        whole, _ = split_name(former)
        pairs.append((whole.first, whole.last))
    keys = {tuple(sorted(fold(part).replace(" ", "") for part in pair if part)) for pair in pairs}
    single = not (name.first and name.last)
    return {key for key in keys if len(key) > 1 or (single and any(key))}


def _share_last_name(a: Identity, b: Identity) -> bool:
    lasts = {fold(last) for last in (a.name.last, *a.former)} - {""}
    return not lasts.isdisjoint({fold(last) for last in (b.name.last, *b.former)})


def _firsts_alike(a: Identity, b: Identity) -> bool:
    """Jon and John, Kate and Katherine: the same sound, or one the beginning of the other."""
    one, two = sorted((_first(a), _first(b)), key=len)
    return bool(one) and (two.startswith(one) or (sounds(one) == sounds(two) != ""))


def same_phone(one: str, two: str) -> bool:
    """Whether two digit strings are one number, written with or without country code or trunk 0."""
    short, long = sorted((digits(one).lstrip("0"), digits(two).lstrip("0")), key=len)
    return len(short) >= 7 and long.endswith(short)


def _shared_contact(a: Identity, b: Identity) -> str | None:
    """``email address`` or ``phone number`` when they share one."""
    emails = {email.strip().casefold() for email in a.emails} - {""}
    if not emails.isdisjoint({email.strip().casefold() for email in b.emails}):
        return "email address"
    if any(same_phone(one, two) for one in a.phones for two in b.phones):
        return "phone number"
    return None


def namesakes(a: Identity, b: Identity) -> Likeness | None:
    """Whether nothing but the name is known of *a* or *b*, and it is the other's as well: whoever enters
    one of them has to look (P3). Files of names alone are not held up by this."""
    bare = any(not (one.birth_date or one.phones or one.emails) for one in (a, b))
    if bare and not name_keys(a).isdisjoint(name_keys(b)):
        return Likeness("the same name, and nothing tells them apart", strong=True)
    return None


def likely_same(a: Identity, b: Identity) -> Likeness | None:
    """Why *a* and *b* may be the same person, or None (P3).

    Strong: the same name and birth date, or the same name and contact while no birth date speaks
    against it. Weak: a shared contact under another name (families, twins), or a first name
    that only sounds or starts alike. Twins who share no contact are no duplicates.
    """
    same_name = not name_keys(a).isdisjoint(name_keys(b))
    same_birth = a.birth_date is not None and a.birth_date == b.birth_date
    other_birth = a.birth_date != b.birth_date and None not in (a.birth_date, b.birth_date)
    contact = _shared_contact(a, b)
    if same_name and same_birth:
        return Likeness("the same name and birth date", strong=True)
    if same_name and contact:
        text = f"the same name and {contact}"
        return Likeness(text + ", but different birth dates", False) if other_birth else Likeness(text, True)
    if same_birth and _share_last_name(a, b) and _firsts_alike(a, b):
        return Likeness("the same last name and birth date, and first names alike", strong=False)
    if contact:
        return Likeness(f"the same {contact}, but different names", strong=False)
    return None
