"""What the demo clinic sells, lends and hands out: a shelf, payers, and a few bills of today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from ..domain.basket import NO_SHARE, Basket, BasketLine, Share
from ..domain.goods import as_line
from ..domain.moments import day_of
from ..domain.pricing import price
from ..domain.product import sort_name
from ..domain.rights import Right
from ..domain.session import Session
from ..domain.tender import Tender
from ..domain.terms import terms_of
from ..models import Coverage, Lot, Payer, Product, StockMovement, Tax, TaxClass
from ..queries.products import find_products
from ..queries.tillgoods import priced_product
from .till import PostBill, post_bill

STANDARD, REDUCED = 1, 2
COST = 55
"""What a thing cost the clinic, in hundredths of its price."""
REORDER = 5
"""Supplies and medicine of which there are fewer are low."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """One product with what is there of it. ``lots`` are (lot, serial, days until it expires, quantity)."""

    code: str
    name: str
    category: str
    price: int
    tax_class: int | None
    barcode: str = ""
    lots: tuple[tuple[str, str, int | None, int], ...] = ()
    marks: tuple[str, ...] = ()
    directions: str = ""


_TABLET = "1 tablet up to three times a day, with water"
SHELVES = (
    Shelf("CON", "Consultation", "service", 6500, None),
    Shelf("PHY", "Physiotherapy 30 min", "service", 3800, None),
    Shelf("VAC", "Vaccination", "service", 2200, None),
    Shelf("ROOM", "Room hire, half a day", "service", 9000, STANDARD),
    Shelf("GEL", "Ultrasound gel 250 ml", "supplies", 595, STANDARD, "4006381333931", (("", "", None, 40),)),
    Shelf("BAN", "Elastic bandage 8 cm", "supplies", 450, STANDARD, "4002432500017", (("", "", None, 120),)),
    Shelf("PLA", "Plasters, 20 pieces", "supplies", 320, STANDARD, "4005800110016", (("", "", None, 3),)),
    Shelf(
        "PAR", "Paracetamol 500 mg, 20 tablets", "medicine", 390, REDUCED, "4014400400007",
        (("A7", "", 38, 10), ("B2", "", 400, 60)), ("medicine", "lots"), _TABLET,
    ),
    Shelf(
        "IBU", "Ibuprofen 400 mg, 20 tablets", "medicine", 560, REDUCED, "4030031700057",
        (("C1", "", 300, 45),), ("medicine", "lots"), _TABLET,
    ),
    Shelf(
        "INS", "Insulin pen", "medicine", 4900, REDUCED, "4049500000017",
        (("N4", "", 20, 6), ("N9", "", 180, 12)), ("medicine", "lots"), "12 units before the evening meal",
    ),
    Shelf(
        "MOR", "Morphine 10 mg, ampoule", "medicine", 1250, REDUCED, "",
        (("M3", "", 500, 10),), ("medicine", "lots", "controlled"), "as told by the doctor",
    ),
    Shelf(
        "CRU", "Crutches, a pair", "aids", 4500, STANDARD, "",
        (("", "K-001", None, 1), ("", "K-002", None, 1)), ("lendable", "serials"),
    ),
    Shelf(
        "TEN", "TENS device", "aids", 11900, STANDARD, "4260011880015", (("", "T-17", None, 1),),
        ("lendable", "serials"),
    ),
)  # fmt: skip
"""Barcodes are made up, their check digits right."""


def fill_shelves(now: int, today: date, staff_id: int, currency: str, jane: int) -> None:
    """Taxes, goods with their stock, two payers; one of them pays most of what ``jane`` buys.

    Runs inside the transaction that makes the demo clinic.
    """
    for position, (name, rate) in enumerate((("Standard", 19_000), ("Reduced", 7_000)), 1):
        TaxClass.insert(id=position, name=name, active=True).execute()
        Tax.insert(tax_class=position, position=1, name="VAT", rate=rate).execute()
    for shelf in SHELVES:
        _put(shelf, now, today, staff_id, currency)
    for name in ("Good Health Insurance", "City of Riverside"):
        Payer.insert(name=name, sort_name=sort_name(name), active=True).execute()
    Coverage.insert(customer=jane, payer=1, policy="GH-204417", share=80_000, active=True).execute()


def _put(shelf: Shelf, now: int, today: date, staff_id: int, currency: str) -> None:
    values: dict[str, Any] = {
        "code": shelf.code, "name": shelf.name, "sort_name": sort_name(shelf.name), "price": shelf.price,
        "kind": "service" if shelf.category == "service" else "product", "category": shelf.category,
        "currency": currency, "barcode": shelf.barcode, "tracked": bool(shelf.lots), "created_at": now,
        "active": True, "tax_class": shelf.tax_class, "directions": shelf.directions,
        "reorder_at": REORDER if shelf.category in ("supplies", "medicine") else None,
        **dict.fromkeys(shelf.marks, True),
    }  # fmt: skip
    product = Product.insert(values).execute()
    for code, serial, days, quantity in shelf.lots:
        expires = None if days is None else today + timedelta(days=days)
        lot = Lot.insert(
            product=product, code=code, serial=serial, expires_on=expires, created_at=now
        ).execute()
        StockMovement.insert(
            lot=lot,
            kind="receipt",
            quantity=quantity,
            on_hand=quantity,
            at=now,
            day=today,
            staff=staff_id,
            cost=shelf.price * COST // 100,
        ).execute()


def sell(session: Session, jane: int, others: Sequence[int]) -> None:
    """Bills of today: paid, part paid, unpaid, shared with a payer, a thing lent, medicine dispensed."""
    session.needs(Right.POST_BILL)
    share = Share(percent=80_000)
    _bill(session, "income", ("CON", "PHY"), jane, payer=1, share=share, paid=("card", 100))
    _bill(session, "dispense", ("IBU",), jane, paid=("cash", 100))
    _bill(session, "borrow", ("TEN",), jane)
    for at, customer in enumerate(others):
        codes = (("GEL", "BAN"), ("CON",), ("VAC", "PLA"), ("PAR",))[at % 4]
        _bill(session, "sale", codes, customer, paid=(("cash", 100), ("card", 50), ("", 0))[at % 3])


def _bill(
    session: Session,
    kind: str,
    codes: Sequence[str],
    customer: int,
    *,
    payer: int | None = None,
    share: Share = NO_SHARE,
    paid: tuple[str, int] = ("", 0),
) -> None:
    """Post a bill of one of each; ``paid`` is a method and how many hundredths of what the customer owes."""
    today = day_of(session.clock(), session.zone)
    lines = tuple(replace(_line(code, kind, today), payer=share) for code in codes)
    basket = Basket(kind, lines, payer_id=payer, customer_id=customer)
    method, percent = paid
    amount = price(basket, terms_of(session)).customer * percent // 100
    tenders = (Tender(method, amount),) if amount else ()
    post_bill(session, PostBill(basket, tenders))


def _line(code: str, kind: str, today: date) -> BasketLine:
    """One of the product with this code, as the till would add it."""
    goods = priced_product(find_products(code, 1)[0].id, today)
    line = as_line(goods, kind, 1, today)
    return replace(line, lot_id=goods.lots[0].id) if goods.serials else line
