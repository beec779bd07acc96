"""What the till reads of a product: price, taxes, what is there, and the line it becomes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pim_tui.domain.goods import as_line, free_lot
from pim_tui.domain.taxes import Tax, TaxClass
from pim_tui.errors import NotFound, Refused
from pim_tui.models import Product
from pim_tui.queries.tillgoods import priced_product, tax_classes
from pim_tui.queries.tillpeople import Cover, buyer, payers, visits_near
from tests.tui.stage import TODAY, Stage
from tests.tui.tillstage import CRUTCHES, GEL, TABLETS, VISIT, with_till

STANDARD = TaxClass("Standard", (Tax("VAT", 19_000),))


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return with_till(tmp_path)


def test_what_expires_first_stands_first_and_what_is_past_is_not_there(stage: Stage) -> None:
    goods = priced_product(TABLETS, TODAY)
    assert (goods.price, goods.taxes, goods.on_hand) == (1190, STANDARD, 30)
    assert [lot.name for lot in goods.lots] == ["A7", "B2"]
    assert priced_product(TABLETS, date(2027, 1, 1)).on_hand == 20
    assert priced_product(VISIT, TODAY).lots == ()
    assert tax_classes() == ((1, STANDARD),)


def test_each_kind_of_bill_has_its_own_line(stage: Stage) -> None:
    tablets, crutches = priced_product(TABLETS, TODAY), priced_product(CRUTCHES, TODAY)
    assert as_line(tablets, "sale", 2, TODAY).directions == ""
    assert as_line(tablets, "dispense", 2, TODAY).directions == "1 tablet three times a day"
    lent = as_line(crutches, "borrow", 1, TODAY)
    assert (lent.unit_price, lent.list_price, lent.due_on) == (0, 4900, date(2026, 12, 7))
    for goods, kind, quantity in ((tablets, "borrow", 1), (tablets, "income", 1), (crutches, "sale", 2)):
        with pytest.raises(Refused):
            as_line(goods, kind, quantity, TODAY)


def test_things_with_serials_are_taken_one_after_the_other(stage: Stage) -> None:
    goods = priced_product(CRUTCHES, TODAY)
    line = as_line(goods, "borrow", 1, TODAY)
    first = free_lot(goods, [])
    assert first is not None
    second = free_lot(goods, [replace(line, lot_id=first.id)])
    assert second is not None
    assert (first.name, second.name) == ("K-001", "K-002")
    assert free_lot(goods, [replace(line, lot_id=first.id), replace(line, lot_id=second.id)]) is None


def test_what_is_not_sold_any_more_is_not_found(stage: Stage) -> None:
    with stage.book.write_tx():
        Product.update(active=False, version=2).where(Product.id == GEL).execute()
    with pytest.raises(NotFound):
        priced_product(GEL, TODAY)


def test_the_customer_comes_with_who_pays_for_them_and_their_visits(stage: Stage) -> None:
    jane = stage.customers["Jane Doe"]
    visit = stage.booked("Jane Doe", "2026-11-23 08:30")
    stage.booked("Jane Doe", "2026-11-24 10:30")
    assert buyer(jane, TODAY).covers == (Cover(1, "Good Health", 80_000),)
    assert buyer(stage.customers["John Roe"], TODAY).covers == ()
    assert [one.id for one in visits_near(jane, TODAY)] == [visit]
    assert payers() == (Cover(1, "Good Health"),)
    with pytest.raises(NotFound):
        buyer(999, TODAY)
