"""What a barcode's digits are, and whether its check digit is right: told, never forced.

The check digit is the GS1 one (weights 3 and 1 from the right, modulo 10), the same for every length.
"""

from __future__ import annotations

from dataclasses import dataclass

from .text import western_digits

_KINDS = {8: "EAN-8", 12: "UPC-A", 13: "EAN-13", 14: "GTIN-14"}
LENGTHS = range(8, 15)
"""How many digits a barcode may have to be kept; only some of these lengths carry a check digit."""


@dataclass(frozen=True, slots=True)
class Barcode:
    """Digits as printed. ``kind`` is empty for a length without a check digit; ``expected`` is the digit that
    would be right at the end, None where there is none."""

    digits: str
    kind: str
    expected: int | None

    @property
    def right(self) -> bool:
        """Whether nothing speaks against it."""
        return self.expected is None or self.digits[-1] == str(self.expected)

    @property
    def remark(self) -> str:
        """What a person should know; empty when all is well."""
        if not self.kind:
            return f"the barcode {self.digits} has {len(self.digits)} digits, which no GS1 code has"
        if not self.right:
            return f"the check digit of barcode {self.digits} is wrong: {self.expected} would be right"
        return ""


def check_digit(body: str) -> int:
    """The digit that belongs behind ``body``, the other digits of a GS1 number."""
    weighted = sum(int(digit) * (1 if at % 2 else 3) for at, digit in enumerate(reversed(body)))
    return -weighted % 10


def read_barcode(text: str) -> Barcode | None:
    """The barcode in ``text``, spaces, dashes, apostrophes passed over; None when not of 8 to 14 digits."""
    digits = western_digits(text).translate({ord(char): None for char in " -'\u00a0\u2010\u2011\u2013"})
    if not (digits.isascii() and digits.isdecimal() and len(digits) in LENGTHS):
        return None
    kind = _KINDS.get(len(digits), "")
    if len(digits) == 8 and (body := _expanded(digits)) and check_digit(body) == int(digits[-1]):
        # Eight digits are an EAN-8, unless only as a shortened UPC the last one is right.
        ean = check_digit(digits[:-1])
        return Barcode(digits, "EAN-8" if ean == int(digits[-1]) else "UPC-E", int(digits[-1]))
    return Barcode(digits, kind, check_digit(digits[:-1]) if kind else None)


def same_code(digits: str) -> tuple[str, ...]:
    """How a scanned number may be written on file: zeros in front do not change a GS1 number."""
    bare = digits.lstrip("0")
    if not bare or len(digits) not in _KINDS:
        return (digits,)
    return tuple(dict.fromkeys((digits, *(bare.zfill(size) for size in _KINDS if size >= len(bare)))))


def _expanded(digits: str) -> str:
    """The eleven digits that a UPC-E stands for, without the check digit; empty when it cannot be one."""
    system, six = digits[0], digits[1:7]
    if system not in "01":
        return ""
    last = six[5]
    if last in "012":
        return f"{system}{six[:2]}{last}0000{six[2:5]}"
    if last == "3":
        return f"{system}{six[:3]}00000{six[3:5]}"
    if last == "4":
        return f"{system}{six[:4]}00000{six[4]}"
    return f"{system}{six[:5]}0000{last}"
