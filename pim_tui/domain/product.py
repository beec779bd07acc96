"""A product or service, as files bring it and lists show it."""

from __future__ import annotations

from dataclasses import dataclass, fields

from .text import fold


@dataclass(frozen=True, slots=True)
class NewProduct:
    """What is known of a product. ``price`` is in minor units of ``currency`` (M1), None when unknown.

    ``kind`` is ``product`` or ``service``; ``barcode`` is 8 to 14 digits or empty.
    """

    name: str
    code: str = ""
    kind: str = "product"
    category: str = ""
    unit: str = ""
    pack: str = ""
    price: int | None = None
    currency: str = ""
    tax: str = ""
    barcode: str = ""
    tracked: bool = False
    controlled: bool = False
    description: str = ""


def sort_name(name: str) -> str:
    """The name as it is sorted and found (P1); one that is nothing but signs stays as it is."""
    return fold(name) or name


LIMITS = {"name": 300, "code": 60, "category": 120, "unit": 40, "pack": 40, "tax": 40, "description": 2000}
"""The most characters of each text."""


def differing(one: NewProduct, other: NewProduct) -> tuple[str, ...]:
    """What two descriptions of one product say differently, by field; an empty value says nothing."""
    return tuple(
        field.name
        for field in fields(NewProduct)
        if field.name != "currency"
        and (told := getattr(other, field.name)) not in ("", None, False)
        and getattr(one, field.name) != told
    )
