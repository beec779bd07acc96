"""A bill under way in words and cells: its rows by the kind of bill, its sums, what else a line has."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from ...domain.basket import NO_SHARE, BasketLine
from ...domain.filling import percent
from ...domain.goods import Goods
from ...domain.moments import short_day
from ...domain.money import shown
from ...domain.pricing import PricedBill, PricedLine, Terms, cash_due
from ..widgets.linetable import TableColumn, TableRow
from ..widgets.tillsums import Sum

Money = Callable[[int], str]

_QTY = TableColumn("Qty", 5, "number", rank=9)
_ITEM = TableColumn("Item", 20, rank=10, grow=3)
_TOTAL = TableColumn("Total", 10, "number", rank=8)
_OF_SALE = (
    _QTY,
    _ITEM,
    TableColumn("Price", 9, "number", rank=7),
    TableColumn("Off", 8, "number", rank=5),
    TableColumn("Tax", 8, "number", rank=4),
    _TOTAL,
    TableColumn("Lot", 12, rank=2, grow=1),
)
_COLUMNS = {
    "borrow": (
        _QTY,
        _ITEM,
        TableColumn("Back by", 11, "date", rank=7),
        TableColumn("Condition", 12, rank=5, grow=1),
        TableColumn("Lot, serial", 12, rank=6),
        _TOTAL,
    ),
    "dispense": (
        _QTY,
        _ITEM,
        TableColumn("Lot", 10, rank=5),
        TableColumn("Directions", 18, rank=7, grow=2),
        _TOTAL,
    ),
}


def columns_of(kind: str, rows: Sequence[TableRow]) -> list[TableColumn]:
    """The columns of a bill of ``kind``, those of figures wide enough for all of ``rows``."""
    return [
        replace(column, width=max(column.width, *(len(row.cells[at]) for row in rows)))
        if rows and column.kind == "number"
        else column
        for at, column in enumerate(_columns(kind))
    ]


def _columns(kind: str) -> tuple[TableColumn, ...]:
    return _COLUMNS.get(kind, _OF_SALE)


def row_of(at: int, priced: PricedLine, kind: str, goods: Mapping[int, Goods], money: Money) -> TableRow:
    """Line ``at`` as a row; a quantity with ``!`` is more than there is, a price with ``*`` was changed.

    What is off is the line's own discount and its part of the bill's, so that the row adds up (M2).
    """
    line, off = priced.line, priced.discount + priced.bill_discount
    known = goods.get(line.product_id) if line.product_id is not None else None
    short = known is not None and known.tracked and known.on_hand < line.quantity
    cells = {
        "Qty": f"{line.quantity}{'!' if short else ''}",
        "Item": line.description,
        "Price": money(line.unit_price) + ("*" if line.list_price is not None else ""),
        "Off": f"-{money(off)}" if off else "",
        "Tax": money(priced.tax) if priced.taxes else "",
        "Total": money(priced.total),
        "Lot": lot_of(line, goods),
        "Lot, serial": lot_of(line, goods),
        "Back by": short_day(line.due_on) if line.due_on else "when?",
        "Condition": line.condition,
        "Directions": line.directions,
    }
    return TableRow(at, tuple(cells[column.title] for column in _columns(kind)), "warn" if short else "")


def lot_of(line: BasketLine, goods: Mapping[int, Goods]) -> str:
    """The lot a line is taken from; without a choice the one that expires first (K2)."""
    known = goods.get(line.product_id) if line.product_id is not None else None
    if known is None or not known.lots:
        return ""
    chosen = next((lot for lot in known.lots if lot.id == line.lot_id), None)
    if chosen is not None:
        return chosen.name
    return known.lots[0].name if known.has_lots or known.serials else ""


def detail_of(priced: PricedLine, goods: Mapping[int, Goods], payer: str, money: Money) -> str:
    """What the row has no room for."""
    line = priced.line
    known = goods.get(line.product_id) if line.product_id is not None else None
    told = [f"{line.code} {line.description}".strip()]
    if known is not None and known.tracked:
        told.append(f"{known.on_hand} in stock")
        lot = next(
            (one for one in known.lots if one.id == line.lot_id), known.lots[0] if known.lots else None
        )
        if lot is not None and (known.has_lots or known.serials):
            until = f" until {short_day(lot.expires_on)}" if lot.expires_on else ""
            told.append(f"{'serial' if known.serials else 'lot'} {lot.name}{until}")
    if known is not None and known.unmatched and not priced.taxes:
        told.append(f"untaxed: no tax class for “{known.unmatched}”")
    if line.list_price is not None:
        told.append(f"list price {money(line.list_price)}")
    told += [f"{tax.name} {money(tax.amount)}" for tax in priced.taxes]
    if line.payer != NO_SHARE:
        told.append(f"{payer} pays {money(priced.payer)}")
    told += [line.directions, line.condition, f"back by {short_day(line.due_on)}" if line.due_on else ""]
    return " · ".join(filter(None, told))


def sums_of(bill: PricedBill, terms: Terms, payer: str, credit: int) -> tuple[list[Sum], list[Sum]]:
    """What the bill is made of, and who pays what: cash rounding is a line of its own."""

    def one(title: str, amount: int, style: str = "") -> Sum:
        return Sum(title, shown(amount, terms.currency), style)

    left = [one("Before discount", bill.gross), one("Discount", -bill.discount)] if bill.discount else []
    left += [one("Net", bill.net), *(one(title, amount) for title, amount in taxes_of(bill))]
    right = [one("Total", bill.total, "" if bill.payer else "strong")]
    if bill.payer:
        right += [one(f"{payer or 'Payer'} pays", bill.payer), one("Customer pays", bill.customer, "strong")]
    due, rounding = cash_due(bill.customer, terms)
    if rounding:
        right += [one("Cash rounding", rounding), one("In cash", due, "strong")]
    right += [one("Credit there is", credit, "dim")] if credit else []
    return left, right


def taxes_of(bill: PricedBill) -> list[tuple[str, int]]:
    """The taxes of the bill, a title and an amount each; a levy on each unit has no percentage."""
    levies = {
        (tax.name, tax.rate) for line in bill.lines for tax in line.line.taxes.taxes if tax.kind == "per_unit"
    }
    return [
        (tax.name if (tax.name, tax.rate) in levies else f"{tax.name} {percent(tax.rate)}", tax.amount)
        for tax in bill.taxes
    ]
