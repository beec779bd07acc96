"""What is posted: its kinds, their words, and the numbers people read out (M4)."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

from ..errors import Fault, Invalid
from .text import tidy, western_digits


class PostingKind(StrEnum):
    """Every kind of numbered document. The first four are bills."""

    SALE = "sale"
    INCOME = "income"
    BORROW = "borrow"
    DISPENSE = "dispense"
    CREDIT_NOTE = "credit_note"
    DEBIT_NOTE = "debit_note"
    WRITE_OFF = "write_off"
    VOID = "void"
    PAYMENT = "payment"
    REFUND = "refund"

    @property
    def word(self) -> str:
        """As staff call it."""
        return self.value.replace("_", " ").capitalize()

    @property
    def letters(self) -> str:
        """What its numbers begin with."""
        return _LETTERS[self]


_LETTERS = {
    PostingKind.SALE: "S", PostingKind.INCOME: "I", PostingKind.BORROW: "B", PostingKind.DISPENSE: "D",
    PostingKind.CREDIT_NOTE: "CN", PostingKind.DEBIT_NOTE: "DN", PostingKind.WRITE_OFF: "WO",
    PostingKind.VOID: "V", PostingKind.PAYMENT: "P", PostingKind.REFUND: "R",
}  # fmt: skip

BILLS = (PostingKind.SALE, PostingKind.INCOME, PostingKind.BORROW, PostingKind.DISPENSE)
OWED = (*BILLS, PostingKind.DEBIT_NOTE)
"""What a customer can owe on."""

_LONGEST = 100
_CODE = r"\s*([A-Za-z]{1,2})[\s-]*(\d{4})[\s-]+(\d{1,9})\s*"


class Code(NamedTuple):
    """A number as it is kept."""

    kind: PostingKind
    year: int
    number: int


def code(kind: str, year: int, number: int) -> str:
    """``S-2026-000012``: the letters of the kind, the year, the number in it."""
    return f"{PostingKind(kind).letters}-{year}-{number:06}"


def read_code(text: str) -> Code:
    """The inverse of :func:`code`, in capitals or not, zeros in front or not. Raises Invalid."""
    found = re.fullmatch(_CODE, western_digits(text[:_LONGEST]))
    kinds = {letters: kind for kind, letters in _LETTERS.items()}
    if not found or found[1].upper() not in kinds:
        says = f"“{tidy(text, limit=30)}” is not a number such as S-2026-000012"
        raise Invalid([Fault("number", says)])
    return Code(kinds[found[1].upper()], int(found[2]), int(found[3]))
