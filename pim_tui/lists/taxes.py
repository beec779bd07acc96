"""The tax classes as a list."""

from __future__ import annotations

from typing import NamedTuple

from ..domain.taxline import taxes_text
from ..queries.page import Page, Totals
from ..queries.tax_classes import tax_classes
from .spec import Chosen, Column, Filter, ListSpec, Scope


class TaxLine(NamedTuple):
    """A tax class with its taxes on one line."""

    id: int
    version: int
    name: str
    taxes: str
    products: int
    active: bool

    @property
    def withdrawn(self) -> bool:
        """Whether it is out of use."""
        return not self.active


def _classes(scope: Scope, chosen: Chosen, limit: int, offset: int) -> Page[TaxLine]:
    found = [
        TaxLine(
            row.id,
            row.version,
            row.name,
            taxes_text(row.taxes, scope.currency),
            row.products,
            row.active,
        )
        for row in tax_classes(retired=bool(chosen.get("retired", False)))
    ]
    return Page(tuple(found[offset : offset + limit]), Totals(len(found)), offset)


TAXES = ListSpec(
    key="tax_classes",
    title="Tax classes",
    row=TaxLine,
    query=_classes,
    columns=(
        Column("Name", "name", width=16, rank=10),
        Column("Taxes", "taxes", width=30, rank=9, grow=True),
        Column("Products", "products", "number", 8, rank=8),
    ),
    filters=(Filter("retired", "Out of use too", "yes"),),
    empty="No tax classes yet. Press a to add one.",
)
