"""A clinic that sells: the small clinic of ``clinic.py`` with goods on the shelf, payers, and a till."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pim_tui.db.connection import Book, select
from pim_tui.domain.basket import Basket, BasketLine
from pim_tui.domain.houserules import HouseRules
from pim_tui.domain.taxes import Tax, TaxClass
from pim_tui.domain.tender import Tender
from pim_tui.models import Lot, Payer, Product, StockMovement
from pim_tui.services.payments import TakePayment, take_payment
from pim_tui.services.till import PostBill, post_bill
from pim_tui.services.work import Done
from tests.services.clinic import ANNA, JANE, NOW, Practice, broken_line, furnish, practice

CONSULTATION, BANDAGE, TABLETS, CRUTCHES, MORPHINE = 1, 2, 3, 4, 5
"""A service; a product with a stock; medicine in lots; lent items with serials; a controlled medicine."""
SOON, LATER, EXPIRED = 2, 3, 4
"""Lots of the tablets: 10 until the end of the year, 20 until the next one's, 5 that are past their day."""
BANDAGES, FIRST_PAIR, SECOND_PAIR, VIALS = 1, 5, 6, 7
"""The other lots: 50 bandages, the two crutches, 10 vials."""
INSURER, EMPLOYER = 1, 2
"""Payers."""
STANDARD = TaxClass("standard", (Tax("VAT", 19_000),))
REDUCED = TaxClass("reduced", (Tax("VAT", 7_000),))

GOODS = (
    ("C1", "Consultation", "service", 8000, {}),
    ("B1", "Bandage", "product", 595, {"tracked": True, "reorder_at": 10}),
    ("T1", "Tablets", "product", 1190, {"tracked": True, "lots": True, "medicine": True}),
    ("K1", "Crutches", "product", 4000, {"tracked": True, "serials": True, "lendable": True}),
    (
        "M1",
        "Morphine",
        "product",
        2500,
        {"tracked": True, "lots": True, "medicine": True, "controlled": True},
    ),
)
LOTS = (
    (BANDAGE, "", "", None, 50),
    (TABLETS, "A7", "", date(2026, 12, 31), 10),
    (TABLETS, "B2", "", date(2027, 12, 31), 20),
    (TABLETS, "X0", "", date(2026, 10, 31), 5),
    (CRUTCHES, "", "K-001", None, 1),
    (CRUTCHES, "", "K-002", None, 1),
    (MORPHINE, "M5", "", date(2028, 1, 31), 10),
)


@dataclass
class Shop(Practice):
    """The clinic with its till. ``session`` may be given other rules with :meth:`rules`."""

    def rules(self, **changed: Any) -> None:
        """Let the house charge in another way from here on."""
        self.session = replace(self.session, house=replace(self.session.house, **changed))

    def post(self, *lines: BasketLine, kind: str = "sale", paid: Any = (), **more: Any) -> Done:
        """Post a bill of Jane's, unless said otherwise. ``paid`` is an amount in cash, or tenders."""
        own = {
            name: more.pop(name)
            for name in ("use_credit", "draft_id", "draft_version", "request", "agreed_by", "pin")
            if name in more
        }
        more.setdefault("customer_id", JANE)
        return post_bill(self.session, PostBill(Basket(kind, lines, **more), _tenders(paid), **own))

    def pay(self, paid: Any, customer_id: int | None = JANE, **more: Any) -> Done:
        """Take a payment. ``paid`` as in :meth:`post`."""
        return take_payment(self.session, TakePayment(_tenders(paid), customer_id, **more))

    def stock(self, product_id: int, place: str = "shelf") -> int:
        """How many items of a product are there, by the sum of its movements (K1)."""
        return int(
            select(
                "select coalesce(sum(m.quantity), 0) from stock_movement m join lot l on l.id = m.lot_id"
                " where l.product_id = ? and m.place = ?",
                [product_id, place],
            )[0][0]
        )

    def entries(self, posting_id: int) -> dict[str, int]:
        """The entries of a posting by account."""
        return dict(
            select(
                "select account, sum(amount) from entry where posting_id = ? group by account", [posting_id]
            )
        )


def line(product_id: int | None = CONSULTATION, quantity: int = 1, **more: Any) -> BasketLine:
    """A line of a product at its price with standard tax, or of something free."""
    code, name, _, price, _ = GOODS[product_id - 1] if product_id else ("", "Something", "", 1000, {})
    return BasketLine(
        **{
            "description": name, "quantity": quantity, "unit_price": price, "product_id": product_id,
            "code": code, "taxes": STANDARD, **more,
        }
    )  # fmt: skip


def cash(amount: int, tendered: int | None = None) -> Tender:
    """So much in cash."""
    return Tender("cash", amount, tendered)


def card(amount: int) -> Tender:
    """So much by card."""
    return Tender("card", amount)


def fill(book: Book) -> None:
    """The clinic with its shelves filled."""
    furnish(book)
    for code, name, kind, price, more in GOODS:
        Product.create(
            code=code, name=name, sort_name=name.lower(), kind=kind, price=price, currency="EUR",
            created_at=NOW, active=True, **more,
        )  # fmt: skip
    for product, code, serial, expires_on, quantity in LOTS:
        lot = Lot.create(product=product, code=code, serial=serial, expires_on=expires_on, created_at=NOW)
        StockMovement.create(
            lot=lot, kind="receipt", quantity=quantity, on_hand=quantity, at=NOW, day=date(2026, 11, 2),
            staff=ANNA,
        )  # fmt: skip
    for name in ("Good Health Insurance", "Harbour Works"):
        Payer.create(name=name, sort_name=name.lower(), active=True)


def shop(folder: Path) -> Shop:
    """Make the clinic in ``folder``, open it and fill its shelves; its currency is EUR."""
    made = practice(folder, fill)
    session = replace(made.session, currency="EUR", house=HouseRules())
    return Shop(made.store, session, made.clock)


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Shop]:
    """The clinic that sells, closed again afterwards; whatever was done in it, its journal is whole."""
    made = shop(tmp_path)
    yield made
    assert broken_line(made.store) is None
    made.store.close()


def _tenders(paid: Any) -> tuple[Tender, ...]:
    return (cash(paid),) if isinstance(paid, int) else tuple(paid)
