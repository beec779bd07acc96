"""The taxes of a class as one line that people type: ``GST 5%; QST 9.975% then; bottle 0.25 each``.

Each part is a name and what is charged: a percentage of the price without tax, ``of total`` a percentage of
what is paid, ``each`` an amount for every unit. ``then`` behind a tax: the ones after it are taken of it too.
A rate may have three decimals, with a point or a comma.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from ..errors import Fault, Invalid
from .money import read_amount, written
from .taxes import Tax, tax_faults
from .text import fold, tidy, western_digits

MOST_TAXES = 6
"""Taxes of one class; no country has more on one thing."""
NAME = 40
LONGEST = 300
"""Characters of the whole line."""

_PART = re.compile(
    r"(?P<name>.*?)\s*(?P<number>\d[\d.,]*)\s*(?P<kind>%\s*of\s+total|%|each)(?P<then>\s+then)?",
    re.IGNORECASE,
)
_RATE = re.compile(r"(\d{1,5})(?:[.,](\d{1,3}))?")
_IN_TEXT = re.compile(r"(?<![\d.,])(\d{1,3}(?:[.,]\d{1,3})?)(?![\d.,])")


class Named(NamedTuple):
    """A tax class as the clinic calls it. ``rate`` is its only percentage, None where it has another tax."""

    id: int
    name: str
    rate: int | None


class Row(Protocol):
    """One tax as it is stored."""

    name: str
    kind: str
    rate: int
    in_next_base: bool


def read_rate(text: str) -> int | None:
    """A percentage as typed, in thousandths: "19" or "7,7 %"; None when it is none."""
    found = _RATE.fullmatch(western_digits(text[:LONGEST]).replace("%", "").strip())
    return int(found[1]) * 1000 + int((found[2] or "").ljust(3, "0")) if found else None


def rate_text(rate: int) -> str:
    """A rate in thousandths as people write it, without needless zeros; the inverse of :func:`read_rate`."""
    whole, rest = divmod(rate, 1000)
    return f"{whole}.{rest:03}".rstrip("0") if rest else str(whole)


def share_text(name: str, rate: int, base: int, amount: int, lines: int = 1) -> str:
    """The rate of a tax that is a percentage of its base, give or take a cent a line; else its name."""
    return f"{rate_text(rate)} %" if abs(base * rate - amount * 100_000) <= 100_000 * lines else name


def tax_text(name: str, rate: int, base: int, amount: int, lines: int = 1) -> str:
    """A tax with its rate: ``VAT 19 %``."""
    part = share_text(name, rate, base, amount, lines)
    return name if part in name else f"{name} {part}"


def read_taxes(text: str, currency: str) -> tuple[Tax, ...]:
    """The taxes that ``text`` names, in order; none for an empty line. :class:`Invalid` tells all faults."""
    parts = [part.strip() for part in western_digits(text[: LONGEST + 1]).split(";") if part.strip()]
    too_much = len(text) > LONGEST or len(parts) > MOST_TAXES
    read = [_one(part, currency) for part in parts[:MOST_TAXES]]
    taxes = tuple(one for one in read if isinstance(one, Tax))
    faults = [Fault("taxes", "are more than can be")] if too_much else []
    faults += [one for one in read if isinstance(one, Fault)] + tax_faults(taxes)
    if faults:
        raise Invalid(faults, "Write them as in: GST 5%; QST 9.975% then; bottle 0.25 each")
    return taxes


def taxes_text(taxes: Iterable[Tax | Row], currency: str) -> str:
    """The line that means ``taxes``: the inverse of :func:`read_taxes`."""
    return "; ".join(_written(tax, currency) for tax in taxes)


def meant(text: str, classes: Sequence[Named]) -> Named | None:
    """The class that a table's text ("standard", "VAT 20", "19%") means: by name, else by its only rate.

    None when none is meant, or more than one could be.
    """
    text = text[:LONGEST]
    name = fold(text)
    by_name = [one for one in classes if fold(one.name) == name]
    if by_name:
        return by_name[0]
    rates = {read_rate(number) for number in _IN_TEXT.findall(western_digits(text))}
    by_rate = [one for one in classes if one.rate is not None and one.rate in rates]
    return by_rate[0] if len(by_rate) == 1 and len(rates) == 1 else None


def _one(part: str, currency: str) -> Tax | Fault:
    found = _PART.fullmatch(part)
    if found is None:
        return Fault("taxes", f"“{tidy(part, limit=30)}” has no rate such as 19% or 0.25 each")
    kind = _KINDS["".join(found["kind"].lower().split())]
    try:
        rate = (
            read_amount(found["number"], currency, ".") if kind == "per_unit" else read_rate(found["number"])
        )
    except Invalid as error:
        return Fault("taxes", error.faults[0].message)
    if rate is None:
        return Fault("taxes", f"“{found['number']}” is no percentage with at most three decimals")
    name = tidy(found["name"], limit=NAME + 1) or "Tax"
    if len(name) > NAME:
        return Fault("taxes", f"the name of a tax takes at most {NAME} characters")
    return Tax(name, rate, kind, in_next_base=bool(found["then"]))


def _written(tax: Tax | Row, currency: str) -> str:
    amount = {
        "per_unit": lambda: f"{written(tax.rate, currency)} each",
        "of_total": lambda: f"{rate_text(tax.rate)}% of total",
    }.get(tax.kind, lambda: f"{rate_text(tax.rate)}%")()
    return f"{tax.name} {amount}{' then' if tax.in_next_base else ''}"


_KINDS = {"%": "percent", "%oftotal": "of_total", "each": "per_unit"}
