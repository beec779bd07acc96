"""Amounts of money as whole minor units, read from text and written again (M1). Never a float.

A single separator before three digits can be a decimal point or part the thousands. The other prices
of the same list tell, see :func:`decimal_mark`; what somebody types is read as it is shown, with a point;
where nothing tells, it is not guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from ..errors import Fault, Invalid
from .countries import is_currency
from .text import tidy, western_digits

_DIGITS = {
    **dict.fromkeys(
        ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV",
         "XAF", "XOF", "XPF"), 0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}  # fmt: skip
"""Currencies whose minor unit is not a hundredth: ISO 4217, list one, the column "minor unit"."""

_SIGNS = {"€": "EUR", "₹": "INR", "₪": "ILS", "₫": "VND", "₽": "RUB", "₺": "TRY", "₴": "UAH", "฿": "THB"}
"""Signs that only one currency has; ``$``, ``£``, ``¥`` and ``kr`` have several."""

_OF_SIGNS = ("Sc", "Zs")
"""Unicode's categories of what stands in a sign besides letters: currency signs and blanks."""

MOST = 10**13
"""Minor units; a price above it is a slip."""
LONGEST = 40
"""Characters; no amount needs more."""
_FAR_TOO_LONG = 1_000
"""Characters, blanks around it among them, that are looked at to find out."""

_PARTS = re.compile(
    r"(?P<before>[^\d.,+()−–-]*)(?:(?<=[^\W\d_])\.\s*)?(?P<below>[-−–]|\()?\s*(?P<sign>[^\d.,+()−–-]*)"
    r"(?P<number>[.,]?\d(?:[\d.,'’_\s]*\d)?[.,]?)\s*(?P<behind>[^\d.,+()−–-]*)(?P<end>[-−–)]*)\s*"
)
_WHOLE = re.compile(r"\d+|\d{1,3}(?P<by>[.,'’_ ])(?:\d{2,3}(?P=by))*\d{3}")
_DASH = re.compile(r",[-–—]{1,2}$")
_MARKS = str.maketrans("\u066b\u066c\u00a0\u202f", ".,  ")
"""Arabic marks for decimals and thousands, and blanks that do not break."""


def digits_of(currency: str) -> int:
    """How many decimals an amount in ``currency`` (three letters) has."""
    return _DIGITS.get(currency.upper(), 2)


def read_amount(text: str, currency: str, mark: str | None = None, *, field: str = "price") -> int:
    """The price ``text`` in minor units of ``currency``.

    Thousands may be parted; a currency may stand before or behind when it is the right one. ``mark`` is
    the decimal mark of the list, empty where it is not known, None for what somebody types. Raises
    :class:`Invalid` for what is no amount, is below zero, is finer than the currency, is in another
    currency, or could be read in two ways.
    """
    if len(text) > _FAR_TOO_LONG:
        raise _wrong(field, f"“{tidy(text[:_FAR_TOO_LONG], limit=30)}” is not an amount")
    written = _DASH.sub("", western_digits(text).translate(_MARKS).strip())
    found = _PARTS.fullmatch(written) if len(written) <= LONGEST else None
    if found is None:
        raise _wrong(field, "is empty" if not written else f"“{tidy(text, limit=30)}” is not an amount")
    for sign in (found["before"], found["sign"], found["behind"]):
        _require(sign.strip(), currency, field)
    if len(unit := found["behind"].strip()) == 1 and unit.isalpha():
        raise _wrong(field, f"“{tidy(text, limit=30)}” is not an amount")
    if found["below"] or found["end"]:
        raise _wrong(field, f"“{tidy(text, limit=30)}” is below zero")
    minor = _minor(found["number"], currency, mark, field)
    if minor > MOST:
        raise _wrong(field, "is larger than any price")
    return minor


def read_signed(text: str, currency: str, *, field: str = "amount") -> int:
    """As :func:`read_amount`, but with a sign in front: ``-5`` takes off, ``5`` or ``+5`` adds.

    Raises :class:`Invalid` for what is no amount, and for nothing at all.
    """
    minus = text.strip()[:1] in ("-", "\u2212", "\u2013")
    amount = read_amount(text.strip()[1:] if minus else text.strip().removeprefix("+"), currency, field=field)
    if not amount:
        raise Invalid([Fault(field, "is nothing")], "Type an amount, with a minus where it goes off.")
    return -amount if minus else amount


def decimal_mark(texts: Iterable[str], places: int = 2) -> str:
    """``.`` or ``,``, whichever the amounts of one list are written with; "" while none of them tells.

    With three ``places`` a list tells, too, in which every amount has the same mark before its last three
    digits: were they thousands, nothing in it would cost less than a thousand.
    """
    told, met = "", set[str]()
    for text in (one for one in texts if 0 < len(one) <= LONGEST):
        marks = [char for char in text if char in ".,"]
        if marks and (len(set(marks)) == 2 or (len(marks) == 1 and _tells(text, marks[0]))):
            told = marks[-1]
            break
        met.add(marks[0] if len(marks) == 1 else "")
    return told or (met.pop() if places == 3 and len(met) == 1 else "")


def written(minor: int, currency: str) -> str:
    """``minor`` units as a plain decimal number with a point; the inverse of :func:`read_amount`."""
    places = digits_of(currency)
    whole, rest = divmod(abs(minor), 10**places)
    sign = "-" if minor < 0 else ""
    return f"{sign}{whole}.{rest:0{places}}" if places else f"{sign}{whole}"


def figures(minor: int, currency: str) -> str:
    """``minor`` units for people, without the currency: ``-1,234.50``, whatever the machine's locale."""
    whole, point, rest = written(minor, currency).partition(".")
    return f"{int(whole):,}{point}{rest}" if int(whole) else f"{whole}{point}{rest}"


def shown(minor: int, currency: str) -> str:
    """``minor`` units for people: ``-1,234.50 EUR``."""
    return f"{figures(minor, currency)} {currency.upper()}"


def _tells(text: str, mark: str) -> bool:
    """Whether the only mark of ``text`` cannot part thousands: not three digits behind it, or four before."""
    before, _, behind = text.partition(mark)
    places = len(re.split(r"\D", behind.lstrip(), maxsplit=1)[0])
    head = re.search(r"\d*$", before.rstrip())
    lead = head[0] if head else ""
    return 0 < places != 3 or len(lead) > 3 or (places == 3 and lead in ("", "0"))


def _minor(number: str, currency: str, mark: str | None, field: str) -> int:
    places = digits_of(currency)
    decimal = _decimal(number, places, mark, field)
    if decimal and number.count(decimal) > 1:
        raise _wrong(field, f"“{number}” has two decimal marks")
    whole, _, rest = number.rpartition(decimal) if decimal else (number, "", "")
    whole = " ".join(whole.split()) or "0"
    rest = rest.rstrip("0")
    if not _WHOLE.fullmatch(whole) or not (rest.isdecimal() or not rest):
        raise _wrong(field, f"“{number}” is not an amount")
    plain = re.sub(r"\D", "", whole)
    if rest and not places:
        raise _wrong(field, f"{currency} has no decimals: write {int(plain)}")
    if len(rest) > places:
        raise _wrong(field, f"“{number}” has more than {places} decimals")
    return int(plain + rest.ljust(places, "0"))


def _decimal(number: str, places: int, mark: str | None, field: str) -> str:
    """What parts the decimals of ``number``; "" when nothing does."""
    marks = [char for char in number if char in ".,"]
    if not marks or (mark and mark not in marks):
        return ""
    if mark or len(set(marks)) == 2:
        return mark or marks[-1]
    if len(marks) > 1:
        return ""
    if _tells(number, marks[0]) or number.endswith(marks[0]):
        return marks[0]
    if places < 3:
        return ""
    if mark is None and marks[0] == ".":
        return "."
    whole, _, rest = number.partition(marks[0])
    two = f"{whole}{rest} or {whole}.{rest.rstrip('0') or 0}"
    raise _wrong(field, f"“{number}” can be read in two ways; write {two}")


def _require(sign: str, currency: str, field: str) -> None:
    """A currency beside the number must be the clinic's."""
    code = sign.upper()
    named = code if re.fullmatch("[A-Z]{3}", code) else _SIGNS.get(sign, currency)
    if named != currency.upper():
        if named == code and not is_currency(code):
            raise _wrong(field, f"“{sign}” is no currency; prices here are in {currency}")
        raise _wrong(field, f"is in {named}; prices here are in {currency}")
    if len(sign) > 4 or not all(char.isalpha() or unicodedata.category(char) in _OF_SIGNS for char in sign):
        raise _wrong(field, f"“{tidy(sign, limit=20)}” is no currency")


def _wrong(field: str, message: str) -> Invalid:
    return Invalid([Fault(field, message)])
