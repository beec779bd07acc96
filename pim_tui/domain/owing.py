"""Letters about what is owed: what they say, and when none is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from .messages import House
from .moments import short_day
from .people import Answer, may_write
from .text import tidy

ABOUT_MONEY = ("payment_notice", "statement")
"""Kinds of messages that say what is owed."""


@dataclass(frozen=True, slots=True)
class Owing:
    """What a letter is about. ``owed`` is written with its currency, empty for nothing; ``number`` is that of
    a bill, empty where it is about the whole account; ``since`` is the day of the bill. Of a statement
    ``since`` and ``until`` are the first and the last day.
    """

    first_name: str
    last_name: str
    owed: str
    since: date | None = None
    until: date | None = None
    number: str = ""
    pay_by: str = ""


def owing_values(owing: Owing, house: House, language: str = "en") -> Mapping[str, str]:
    """What each field of a template becomes; every value is one plain line."""
    write = short_day if language == "en" else date.isoformat
    since, until = (write(day) if day else "" for day in (owing.since, owing.until))
    pay_by = owing.pay_by.replace("\\n", ", ").replace("\n", ", ")
    values = {
        "clinic": house.clinic,
        "phone": house.phone,
        "address": house.address,
        "first_name": owing.first_name,
        "last_name": owing.last_name,
        "number": owing.number,
        "owed": owing.owed,
        "since": since,
        "until": until,
        "pay_by": pay_by,
    }
    return {name: tidy(value, limit=400) for name, value in values.items()}


def why_no_notice(
    answer: str, unknown: bool, addresses: int, told_on: date | None, today: date, days: int
) -> str:
    """Why nobody is written to about what they owe; empty where nothing speaks against it (P5).

    ``told_on`` is the day of the last notice that has not failed, ``days`` how long none follows.
    """
    if answer == Answer.NO:
        return "does not want email"
    if not may_write(answer, unknown):
        return "was never asked about email"
    if not addresses:
        return "has no email address"
    if told_on is not None and (today - told_on).days < days:
        return f"was written to on {short_day(told_on)}"
    return ""


def sample_owing(today: date) -> Owing:
    """A made-up bill of a month ago, for looking at a template."""
    return Owing(
        "Maria", "Example", "120.00 USD", today.replace(day=1), today, "S-2026-000123", "Bank: 12345"
    )
