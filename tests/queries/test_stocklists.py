"""Lists of stock: what is low, what expires, what was moved, what it is worth."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from pim_tui.db.connection import Book
from pim_tui.lists.payers import PAYERS
from pim_tui.lists.periods import custom
from pim_tui.lists.spec import Scope
from pim_tui.lists.stock import EXPIRING, LOW, MOVEMENTS, PRODUCTS, STOCK_LISTS, VALUE, register
from pim_tui.queries.stock import lots_of
from pim_tui.services.catalogue import RetireProduct, retire_product
from pim_tui.services.payers import AddPayer, PayerFields, add_payer
from pim_tui.services.stock import AdjustStock, MoveStock, ScrapStock, adjust_stock, move_stock, scrap_stock
from tests.services.desk import TODAY, ZONE, desk
from tests.services.goods import SYRUP, product, receive

SCOPE = Scope(None, ZONE, TODAY, "USD")


@pytest.fixture
def goods(book: Book) -> dict[str, int]:
    """Gauze 3 of 10, syrup in two lots of which one is nearly over, gel without stock."""
    gauze = product(reorder_at="10")
    syrup = product(SYRUP, reorder_at="5")
    receive(gauze, 3, cost=120)
    receive(syrup, 4, lot="NEAR", expires_on=TODAY + timedelta(days=30), cost=300)
    receive(syrup, 6, lot="FAR", expires_on=date(2028, 1, 31))
    return {"gauze": gauze, "syrup": syrup, "gel": product(name="Gel", code="GEL", tracked=False)}


def shown(spec: Any, chosen: dict[str, Any] | None = None, scope: Scope = SCOPE) -> list[tuple[str, ...]]:
    """The rows of a list as strings."""
    return list(spec.table(spec.query(scope, chosen or {}, 50, 0), ZONE).rows)


def test_products_are_listed_with_what_there_is_of_them(goods: dict[str, int]) -> None:
    assert [row[:5] for row in shown(PRODUCTS)] == [
        ("CS", "Cough syrup", "10", "5", ""),
        ("G10", "Gauze 10x10", "3", "10", "low"),
    ]
    assert len(shown(PRODUCTS, {"untracked": True})) == 3
    assert [row[1] for row in shown(PRODUCTS, {"in_stock": True, "text": "sýrup"})] == ["Cough syrup"]
    retire_product(desk(), RetireProduct(goods["gauze"], 1))
    assert len(shown(PRODUCTS)) == 1
    assert len(shown(PRODUCTS, {"retired": True})) == 2


def test_low_is_what_can_be_used_and_expired_items_cannot(goods: dict[str, int]) -> None:
    assert [row[1:5] for row in shown(LOW)] == [("Gauze 10x10", "3", "10", "7")]
    later = Scope(None, ZONE, date(2028, 2, 1))
    assert [row[1:5] for row in shown(LOW, scope=later)] == [
        ("Cough syrup", "0", "5", "5"),
        ("Gauze 10x10", "3", "10", "7"),
    ]
    page = PRODUCTS.query(later, {"expired": True}, 50, 0)
    assert (page.total, page.sums["expired"]) == (1, 10)


def test_what_expires_soon_or_has_is_listed_first_to_expire_first(goods: dict[str, int]) -> None:
    assert [row[1:6] for row in shown(EXPIRING)] == [("30", "", "Cough syrup", "NEAR", "4")]
    later = Scope(None, ZONE, TODAY + timedelta(days=31))
    assert [row[1:6] for row in shown(EXPIRING, scope=later)] == [
        ("-1", "EXPIRED", "Cough syrup", "NEAR", "4")
    ]
    all_days = {"days": custom(TODAY, None)}
    assert [row[4] for row in shown(EXPIRING, all_days)] == ["NEAR", "FAR"]
    near = lots_of(goods["syrup"])[0].id
    scrap_stock(desk(), ScrapStock(near, 4, "over"))
    assert shown(EXPIRING) == []


def test_movements_tell_who_why_and_what_was_left(goods: dict[str, int]) -> None:
    lot = lots_of(goods["gauze"])[0].id
    move_stock(desk(), MoveStock(lot, 2, "recalled"))
    adjust_stock(desk(), AdjustStock(lot, -1, "lost", 1))
    rows = shown(register(goods["gauze"]))
    assert [row[1:4] for row in rows] == [
        ("put right", "-1", "2"),
        ("from the shelf", "+2", "3"),
        ("to quarantine", "-2", "1"),
        ("received", "+3", "3"),
    ]
    assert rows[0][5] == "Dr Who"
    assert rows[0][8] == "lost"
    page = MOVEMENTS.query(SCOPE, {"kind": ("receipt",), "days": custom(TODAY, TODAY)}, 50, 0)
    assert [(row.product, row.quantity) for row in page.rows] == [
        ("Cough syrup", 6),
        ("Cough syrup", 4),
        ("Gauze 10x10", 3),
    ]
    assert MOVEMENTS.query(SCOPE, {"controlled": True}, 50, 0).total == 0


def test_stock_is_worth_what_it_cost_and_says_of_how_many_that_is_unknown(goods: dict[str, int]) -> None:
    page = VALUE.query(SCOPE, {}, 50, 0)
    assert [(row.name, row.items, row.unknown, row.value) for row in page.rows] == [
        ("Cough syrup", 10, 6, 1200),
        ("Gauze 10x10", 3, 0, 360),
    ]
    assert VALUE.sums(page, ZONE) == (("Value", "15.60"), ("Items of unknown cost", "6"))


def test_every_list_has_room_for_what_matters_at_eighty_columns(book: Book) -> None:
    add_payer(desk(), AddPayer(PayerFields("Fund")))
    for spec in (*STOCK_LISTS, PAYERS, register(1)):
        assert sum(spec.widths(78)) <= 78
        assert len(spec.fitting(78)) >= 4
        assert shown(spec) == ([("Fund", "0", "0.00", "", "", "")] if spec.key == "payers" else [])
