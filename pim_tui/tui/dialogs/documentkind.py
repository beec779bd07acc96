"""What kind of document it is, and until when it is good, as a form."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import date
from typing import cast

from ...domain import dates
from ...domain.dates import Order
from ...domain.documentkinds import SUBJECTS, good_until
from ...domain.expiry import read_expiry
from ...errors import Fault
from .fields import Field, FormSpec, Values


def kind_form(name: str, today: date, order: Order) -> FormSpec:
    """The form of the document called ``name``."""

    def reads(values: Values) -> tuple[str, Sequence[Fault]]:
        typed = str(values["until"]).strip()
        if not typed:
            return "Without a last day it never runs out.", ()
        day = last_day(typed, today, order)
        if day is None:
            return "", [Fault("until", "is not a day: 2027-05-31, 05/2027, +1y")]
        return f"Good until {good_until(day, today)}.", ()

    options = tuple((key, title) for key, title in SUBJECTS.items())
    lines = (Field("subject", "Kind", options),), (Field("until", "Good until", limit=30),)
    return FormSpec(f"What is {name}?", lines, reads)


def last_day(typed: str, today: date, order: Order) -> date | None:
    """A month counts to its end; else a day as it is typed anywhere."""
    return read_expiry(typed, order) or dates.read_day(typed, today, order)


def answered_kind(answer: dict[str, Hashable], today: date, order: Order) -> tuple[str, date | None]:
    """The kind and the last day that were typed."""
    return str(answer["subject"]), last_day(cast(str, answer["until"]), today, order)
