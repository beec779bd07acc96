"""A file of people, whatever it is: vCards by its name or what it begins with, anything else as a table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from ..domain.people import Order
from ..errors import UsageError
from .cards import looks_like_cards
from .customers_csv import PeopleFile, open_customers, survey_table
from .mapping import Survey
from .vcard import CardRows, open_cards


def open_people(path: Path, today: date, order: Order, choices: Mapping[str, str]) -> PeopleFile | CardRows:
    """The people in a file; raises as :func:`open_cards` and :func:`open_customers` do.

    :class:`UsageError` for ``choices`` about a file that has no columns.
    """
    if _holds_cards(path):
        _refuse_choices(choices)
        return open_cards(path, today)
    return open_customers(path, today, order=order, choices=choices)


def survey_people(path: Path, today: date, order: Order, choices: Mapping[str, str]) -> Survey:
    """What a file of people is taken for; raises as :func:`open_people`, and tells what is lacking."""
    if not _holds_cards(path):
        return survey_table(path, order, choices)
    _refuse_choices(choices)
    with open_cards(path, today) as opened:
        return Survey("customers", "vCard", facts=opened.facts)


def _holds_cards(path: Path) -> bool:
    """Whether a file is read as cards; what is no card in a file that is called one is told as that."""
    return looks_like_cards(path) or path.suffix.lower() in (".vcf", ".vcard")


def _refuse_choices(choices: Mapping[str, str]) -> None:
    if choices:
        raise UsageError("A vCard says itself what is what; it has no columns.", "Leave out the mapping.")
