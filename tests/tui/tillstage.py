"""The stage with a till: goods with prices, taxes, barcodes and stock, and a payer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from pim_tui.db.connection import Book
from pim_tui.models import Coverage, Lot, Payer, Product, StockMovement, Tax, TaxClass
from tests.tui.stage import NOW, Stage, furnish_whole, staged

GEL, TABLETS, CRUTCHES, VISIT, PEN = 1, 2, 3, 4, 5
"""Stocked with one lot; medicine in two lots; lent, with serials; a service; without a price."""
GEL_CODE, TABLETS_CODE = "4006381333931", "4014400400007"

GOODS = (
    ("GEL", "Ultrasound gel", 595, {"tracked": True, "barcode": GEL_CODE}),
    (
        "PAR",
        "Paracetamol 500 mg",
        1190,
        {
            "tracked": True, "lots": True, "medicine": True, "barcode": TABLETS_CODE,
            "directions": "1 tablet three times a day",
        },
    ),
    ("CRU", "Crutches", 4900, {"tracked": True, "serials": True, "lendable": True, "loan_days": 14}),
    ("PHY", "Physiotherapy 30 min", 3500, {"kind": "service"}),
    ("PEN", "Insulin pen", None, {}),
)  # fmt: skip
LOTS = (
    (GEL, "", "", None, 5),
    (TABLETS, "A7", "", date(2026, 12, 31), 10),
    (TABLETS, "B2", "", date(2027, 12, 31), 20),
    (CRUTCHES, "", "K-001", None, 1),
    (CRUTCHES, "", "K-002", None, 1),
)


def fill(book: Book) -> None:
    """The stage's clinic with its shelves filled; Jane Doe is insured."""
    furnish_whole(book)
    TaxClass.create(name="Standard", active=True)
    Tax.create(tax_class=1, position=1, name="VAT", rate=19_000)
    for code, name, price, more in GOODS:
        Product.create(
            code=code, name=name, sort_name=name.lower(), price=price,
            currency="" if price is None else "EUR", created_at=NOW, active=True,
            tax_class=1, **more,
        )  # fmt: skip
    for product, code, serial, expires_on, quantity in LOTS:
        lot = Lot.create(product=product, code=code, serial=serial, expires_on=expires_on, created_at=NOW)
        received(int(lot.id), quantity)
    Payer.create(name="Good Health", sort_name="good health", active=True)
    Coverage.create(customer=1, payer=1, share=80_000, active=True)


def with_till(folder: Path, **house: Any) -> Stage:
    """The stage's clinic with its shelves filled; its currency is EUR, prices contain 19 % VAT."""
    stage = staged(folder, fill)
    rules = replace(stage.session.house, **house)
    stage.session = replace(stage.session, currency="EUR", house=rules)
    return stage


def received(lot_id: int, quantity: int) -> None:
    """So many items of a lot come in."""
    StockMovement.create(
        lot=lot_id,
        kind="receipt",
        quantity=quantity,
        on_hand=quantity,
        at=NOW,
        day=date(2026, 11, 2),
        staff=1,
    )
