"""Which open bills an amount settles: all of them, the oldest first, or those that are chosen (M7)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from ..errors import Fault, Invalid
from .money import figures
from .text import tidy, western_digits

_PARTED = re.compile(r"[\s,;+]+")
_NUMBER = re.compile(r"(?P<letters>[A-Z]{0,2})-*(?:(?P<year>\d{4})-+)?0*(?P<number>\d{1,9})")
LONGEST = 2_000
"""Characters that name bills."""
_NAMED = 5
"""So many bills are told one by one; of the others only what they come to."""


class Open(NamedTuple):
    """A bill on which ``left`` minor units are still owed; ``code`` as ``S-2026-000012``."""

    id: int
    code: str
    left: int


def read_bills(text: str, owing: Sequence[Open]) -> tuple[Open, ...]:
    """The bills that ``text`` names, in its order: ``7, 12``, ``s7``, ``2025-7``; all of them for nothing.

    Raises :class:`Invalid` with every number that is no open bill, is more than one, or is there twice.
    """
    found: list[Open] = []
    faults: list[Fault] = [Fault("bills", "are more than can be read")] if len(text) > LONGEST else []
    for word in filter(None, _PARTED.split(western_digits(text[:LONGEST]).upper())):
        meant = [one for one in owing if _means(word, one.code)]
        if len(meant) == 1 and meant[0] not in found:
            found += meant
        else:
            faults.append(Fault("bills", _wrong(word, meant)))
    if faults:
        raise Invalid(faults, "Type the last digits of each number, as 7 12.")
    return tuple(found) or tuple(owing)


def spread(money: int, bills: Sequence[Open]) -> tuple[tuple[Open, int], ...]:
    """So much of each bill as ``money`` lasts for, in their order."""
    found = []
    for one in bills:
        part = min(money, one.left)
        if part > 0:
            found.append((one, part))
            money -= part
    return tuple(found)


def told_spread(settled: Sequence[tuple[Open, int]], credit: int, currency: str) -> str:
    """``S-2026-000004 12.00, S-2026-000007 5.30, 2.70 to the credit``; empty for nothing at all."""
    parts = [f"{one.code} {figures(amount, currency)}" for one, amount in settled[:_NAMED]]
    if others := settled[_NAMED:]:
        parts.append(f"{len(others)} more {figures(sum(amount for _, amount in others), currency)}")
    parts += [f"{figures(credit, currency)} to the credit"] if credit else []
    return ", ".join(parts)


def _means(word: str, code: str) -> bool:
    """Whether somebody who types ``word`` may mean the bill: what is left out may be anything."""
    letters, year, number = code.split("-")
    found = _NUMBER.fullmatch(word)
    if found is None or int(found["number"]) != int(number):
        return False
    return found["letters"] in ("", letters) and found["year"] in (None, year)


def _wrong(word: str, meant: Sequence[Open]) -> str:
    told = tidy(word, limit=30)
    if not meant:
        return f"“{told}” is no open bill"
    if len(meant) == 1:
        return f"{meant[0].code} is named twice"
    return f"“{told}” may be {' or '.join(one.code for one in meant[:3])}"
