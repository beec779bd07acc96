"""The clinic's tax classes, with the taxes of each."""

from __future__ import annotations

from typing import NamedTuple

from ..db.connection import select
from ..domain.rights import Right
from ..domain.taxes import Tax
from ..domain.taxline import Named
from ..errors import NotFound
from .gate import guarded


class TaxClassRow(NamedTuple):
    """A class and its taxes in order; ``products`` are those that it is on."""

    id: int
    version: int
    name: str
    active: bool
    taxes: tuple[Tax, ...]
    products: int

    @property
    def rate(self) -> int | None:
        """The only percentage on top of the net price, in thousandths; None where it is otherwise."""
        alone = len(self.taxes) == 1 and self.taxes[0].kind == "percent"
        return self.taxes[0].rate if alone else 0 if not self.taxes else None

    def named(self) -> Named:
        """As a text in a table is compared with it."""
        return Named(self.id, self.name, self.rate)


@guarded(Right.SEE_PRODUCT)
def tax_classes(*, retired: bool = False) -> tuple[TaxClassRow, ...]:
    """All classes by name; ``retired`` ones too when asked. There are a handful, so all is read."""
    rows = select(
        "select c.id, c.version, c.name, c.active, (select count(*) from product p where"
        " p.tax_class_id = c.id and p.active = 1) from tax_class c order by c.name"
    )
    taxes = _taxes()
    return tuple(
        TaxClassRow(id_, version, name, bool(active), tuple(taxes.get(id_, ())), products)
        for id_, version, name, active, products in rows
        if active or retired
    )


@guarded(Right.SEE_PRODUCT)
def tax_class(class_id: int) -> TaxClassRow:
    """One class. Raises :class:`NotFound`."""
    for row in tax_classes(retired=True):
        if row.id == class_id:
            return row
    raise NotFound("That tax class does not exist.", "Choose another one.")


def _taxes() -> dict[int, list[Tax]]:
    rows = select(
        "select tax_class_id, name, rate, kind, in_next_base from tax order by tax_class_id, position"
    )
    found: dict[int, list[Tax]] = {}
    for class_id, name, rate, kind, in_next_base in rows:
        found.setdefault(class_id, []).append(Tax(name, rate, kind, bool(in_next_base)))
    return found
