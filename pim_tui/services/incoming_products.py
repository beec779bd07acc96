"""Rows of products becoming products: what is here already, what differs, what is new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from ..db.bulk import insert
from ..domain.money import written
from ..domain.product import NewProduct, differing, sort_name
from ..domain.taxline import Named, meant
from ..domain.text import tidy
from ..imports.products_csv import ProductRow
from ..imports.report import ADDED, ALREADY
from ..models import Product
from ..queries.products import Known, by_external_id, called
from ..queries.tax_classes import tax_classes
from .incoming import PRODUCTS, Run
from .incoming_stock import OpeningIntake

_COLUMNS = (
    Product.version, Product.code, Product.name, Product.sort_name, Product.kind, Product.category,
    Product.unit, Product.pack, Product.price, Product.currency, Product.tax, Product.barcode,
    Product.tracked, Product.controlled, Product.description, Product.external_id, Product.created_at,
    Product.active, Product.lots, Product.serials, Product.medicine, Product.lendable, Product.loan_days,
    Product.directions, Product.reorder_at, Product.tax_class,
)  # fmt: skip
_SHOWN = 60
_NO_CLASS = "is no tax class here"
_NO_CLASSES = (
    "has the tax “{}”, and there are no tax classes yet: nothing is taxed until they are added (F5 in the"
    " list of products) and m there has given them to the products"
)


class ProductIntake:
    """Products from a file, each known by its key. One that is here stays as it is: what the file says
    otherwise is told. Two of one name are both kept, and told. Stock comes with new products only, one row
    for each lot."""

    kind = PRODUCTS

    def __init__(self, run: Run) -> None:
        self._run = run
        self._file = ""
        self._new: list[ProductRow] = []
        self._stock = OpeningIntake(run)
        self._classes = [one.named() for one in tax_classes()]
        self._none_told = False

    def take(self, rows: Sequence[ProductRow], file: str) -> None:
        """Decide about every row in order, then store those that are new."""
        self._file, self._new = file, []
        self._stock.begin(file)
        here = by_external_id({row.key for row in rows})
        names = called({sort_name(row.product.name) for row in rows if row.key not in here})
        for row in rows:
            self._decide(row, here.get(row.key), names)
        if not self._run.dry and self._new:
            self._store()
        self._stock.store()

    def _decide(self, row: ProductRow, known: Known | None, names: Mapping[str, tuple[str, str]]) -> None:
        run = self._run
        before = run.scratch.met("product", row.key)
        if before and row.own_key and self._stock.is_further_lot(row):
            self._stock.take(row)
        elif before and self._stock.was_left(row):
            run.tally.count(PRODUCTS, ALREADY)
            self._stock.leave(row)
        elif before and row.own_key:
            what = row.key.partition(" ")[0]
            told = what if what in ("id", "barcode") else "code"
            run.refuse(
                PRODUCTS, self._file, row.line, f"has the {told} of line {before.line} again, which stands"
            )
        elif before or known:
            run.tally.count(PRODUCTS, ALREADY)
            if known and not before:
                self._compare(row, known)
                self._stock.leave(row)
        else:
            run.tally.count(PRODUCTS, ADDED)
            for remark in (*row.remarks, *self._namesakes(row, names), *self._untaxed(row)):
                run.notice(PRODUCTS, self._file, row.line, remark)
            self._new.append(row)
            self._stock.take(row)
        if not before:
            run.scratch.meet("product", row.key, row.line)

    def _compare(self, row: ProductRow, known: Known) -> None:
        """Tell what the file says otherwise of a product that is here; nothing is changed by an import."""
        fields = differing(known.product, row.product)
        if fields:
            told = ", ".join(_told(field, known.product, row.product) for field in fields)
            says = f"is here already and stays as it is; this file has another {told}"
            self._run.notice(PRODUCTS, self._file, row.line, says)

    def _namesakes(self, row: ProductRow, names: Mapping[str, tuple[str, str]]) -> list[str]:
        """A remark when another product goes by the same name, in whatever spelling."""
        scratch, name = self._run.scratch, row.product.name
        folded = sort_name(name)
        before = scratch.met("product name", folded)
        spelt = scratch.met("product spelling", name)
        scratch.meet("product name", folded, row.line)
        scratch.meet("product spelling", name, row.line)
        how = "" if spelt else " in another spelling"
        if before:
            return [f"has the name of line {before.line}{how}; both are kept"]
        if folded in names:
            code, other = names[folded]
            told = f"{code} {other}".strip()
            return [f"has the name of the product {tidy(told, limit=_SHOWN)}, which is here already"]
        return []

    def _untaxed(self, row: ProductRow) -> list[str]:
        """A remark when the tax of a row is none of the clinic's; one for all where it has none yet."""
        tax = row.product.tax
        if not tax or self._none_told or meant(tax, self._classes):
            return []
        self._none_told = not self._classes
        named = tidy(tax, limit=_SHOWN)
        return [_NO_CLASSES.format(named) if self._none_told else f"has the tax “{named}”, which {_NO_CLASS}"]

    def _store(self) -> None:
        run, rows = self._run, self._new
        insert(_COLUMNS, (_values(row, run.now, self._classes) for row in rows))
        ids = by_external_id({row.key for row in rows})
        for row in rows:
            told = {
                field: value for field, value in asdict(row.product).items() if value not in ("", None, False)
            }
            run.stored("product", ids[row.key].id, told)


def _values(row: ProductRow, now: int, classes: Sequence[Named]) -> tuple[object, ...]:
    one, stock = row.product, row.opening
    found = meant(one.tax, classes) if one.tax else None
    lots, serials = bool(stock.lot), bool(stock.serial)
    tracked = one.tracked or bool(stock.quantity) or lots or serials
    return (
        1, one.code, one.name, sort_name(one.name), one.kind, one.category, one.unit, one.pack, one.price,
        one.currency, one.tax, one.barcode, tracked, one.controlled, one.description, row.key, now, True,
        lots, serials, False, False, Product.loan_days.default, "", stock.reorder_at, found and found.id,
    )  # fmt: skip


def _told(field: str, here: NewProduct, there: NewProduct) -> str:
    """A field with both values, short."""
    values = [getattr(one, field) for one in (here, there)]
    if field == "price":
        values = [written(value, there.currency) if value is not None else "none" for value in values]
    old, new = (tidy(str(value), limit=_SHOWN // 2) or "none" for value in values)
    return f"{field} ({old}, there {new})"
