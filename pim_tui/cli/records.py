"""Commands about records: find."""

from __future__ import annotations

import argparse
from typing import Any

from ..bootstrap import office, opened
from ..domain.moments import day_of, short_day
from ..domain.rights import Right
from ..errors import Refused, UsageError
from ..queries.search import Found
from ..queries.search import find as find_customers
from . import terminal


def find(arguments: argparse.Namespace) -> int:
    """``pim-tui find``: who it may be, best first; 1 when it is nobody."""
    text = " ".join(arguments.text)
    if arguments.limit < 1:
        raise UsageError("--limit must be 1 or more.", "Leave it out for 20.")
    with opened(office()) as clinic:
        clinic.session.needs(Right.SEE_CUSTOMER)
        today = day_of(clinic.session.clock(), clinic.session.zone)
        found = find_customers(text, today=today, limit=arguments.limit, order=clinic.settings.date_order)
    if arguments.json:
        terminal.say_json({"text": text, "customers": [_as_json(one) for one in found]})
    elif found:
        terminal.table(map(_line, found), ("No.", "Name", "Sex", "Age", "Born", "Phone", "Last visit", ""))
    if not found and not arguments.json:
        raise Refused(f"Nobody is found by {text}.", "Try fewer letters, a phone number or a birth date.")
    return 0 if found else 1


def _line(one: Found) -> tuple[str, ...]:
    remark = "sounds alike" if one.sounds else f"formerly {one.former}" if one.former else ""
    return (
        f"#{one.number}",
        one.listed,
        one.sex,
        "" if one.age is None else str(one.age),
        short_day(one.birth_date) if one.birth_date else "",
        one.phone,
        short_day(one.last_visit) if one.last_visit else "",
        remark,
    )


def _as_json(one: Found) -> dict[str, Any]:
    return {
        "number": one.number, "name": one.full, "sex": one.sex, "birth_date": one.birth_date, "age": one.age,
        "phone": one.phone, "last_visit": one.last_visit, "next_visit": one.next_visit, "former": one.former,
        "sounds_alike": one.sounds, "near_twin": one.twin,
    }  # fmt: skip
