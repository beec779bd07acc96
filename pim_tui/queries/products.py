"""Products and services: found by name, code or scanned barcode, and known again by an import."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any, NamedTuple

from ..db.connection import select
from ..db.many import marks
from ..domain.barcodes import LENGTHS, same_code
from ..domain.product import NewProduct, sort_name
from ..domain.rights import Right
from ..domain.text import digits, tidy
from .gate import guarded

_END = "\U0010ffff"
"""Behind every text that begins with what stands before it."""
_LEAST_DIGITS = 3


class Listed(NamedTuple):
    """A product as a list shows it. ``price`` is in minor units of ``currency``, None when unknown."""

    id: int
    code: str
    name: str
    kind: str
    category: str
    unit: str
    pack: str
    price: int | None
    currency: str
    tax: str
    barcode: str
    tracked: bool
    controlled: bool
    description: str


_COLUMNS = (
    "select p.id, p.code, p.name, p.kind, p.category, p.unit, p.pack, p.price, p.currency, p.tax, p.barcode,"
    " p.tracked, p.controlled, p.description from product p where"
)


@guarded(Right.SEE_PRODUCT)
def find_products(words: str, limit: int) -> tuple[Listed, ...]:
    """Products that ``words`` mean, the likeliest first; without words the first ones by name.

    A scanned number comes before all else, then codes and names that begin like it, then names in which
    every word begins one, and codes that begin like it in other capitals. Indexes: ``product (barcode)``,
    ``(code)`` and ``(sort_name)``; only the last look, made when the others have not filled the list, goes
    through all products.
    """
    found: dict[int, Listed] = {}
    for where, params in _looks(tidy(words, limit=100)):
        if len(found) < limit:
            rows = _read(f"p.active = 1 and {where} order by p.sort_name, p.id limit ?", [*params, limit])
            for one in rows:
                found.setdefault(one.id, one)
    return tuple(found.values())[:limit]


def _looks(text: str) -> list[tuple[str, list[object]]]:
    """Conditions on product ``p``, each with its parameters, in the order in which they are tried."""
    if not text:
        return [("1 = 1", [])]
    looks: list[tuple[str, list[object]]] = []
    number = digits(text) if not any(char.isalpha() for char in text) else ""
    if len(number) in LENGTHS:
        same = same_code(number)
        looks.append((f"p.barcode in ({marks(same)})", [*same]))
    for code in dict.fromkeys((text, text.upper())):
        looks += [("p.code = ?", [code]), _begins("p.code", code)]
    if len(number) >= _LEAST_DIGITS:
        looks.append(_begins("p.barcode", number))
    folded = sort_name(text)
    looks.append(_begins("p.sort_name", folded))
    words = [_literally(word) for word in folded.split()]
    inside = " and ".join("' ' || p.sort_name like ? escape '!'" for _ in words)
    inside = f"({inside} or lower(p.code) like ? escape '!')"
    return [*looks, (inside, [*(f"% {word}%" for word in words), f"{_literally(text.lower())}%"])]


def _literally(text: str) -> str:
    """A text in a pattern of ``like`` that has ``!`` before what means something there."""
    return re.sub("[!%_]", r"!\g<0>", text)


def _begins(column: str, start: str) -> tuple[str, list[object]]:
    return f"{column} >= ? and {column} < ?", [start, start + _END]


def _read(where: str, params: list[object]) -> list[Listed]:
    rows = select(f"{_COLUMNS} {where}", params)
    return [Listed._make((*row[:11], bool(row[11]), bool(row[12]), row[13])) for row in rows]


# --- for imports --------------------------------------------------------------------------------------


class Known(NamedTuple):
    """A product that is here already, as it would come in a file."""

    id: int
    product: NewProduct


def by_external_id(keys: Collection[str]) -> dict[str, Known]:
    """Those of the keys that a product has. Index: product (external_id)."""
    rows = _in("select id, external_id from product where external_id in ({})", keys)
    ids = dict(rows)
    found = _read(f"p.id in ({marks(ids)})", [*ids]) if ids else []
    return {ids[one.id]: Known(one.id, _as_new(one)) for one in found}


def called(sort_names: Collection[str]) -> dict[str, tuple[str, str]]:
    """(code, name) of a product by its folded name, for those of the names that are taken.

    Index: ``product (sort_name)``.
    """
    rows = _in("select sort_name, code, name from product where sort_name in ({}) order by id", sort_names)
    return {sort_name: (code, name) for sort_name, code, name in rows}


def _as_new(one: Listed) -> NewProduct:
    return NewProduct(**{name: getattr(one, name) for name in NewProduct.__slots__})


def _in(sql: str, values: Collection[str]) -> list[tuple[Any, ...]]:
    return select(sql.format(marks(values)), list(values)) if values else []
