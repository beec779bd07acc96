"""Stock: received, counted, put right, set aside, thrown away; on hand is the sum of what was moved."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pim_tui.db.connection import Book, select
from pim_tui.domain.expiry import read_expiry
from pim_tui.domain.houserules import HouseRules
from pim_tui.errors import Invalid, PimError, Refused, Stale
from pim_tui.queries.stock import OnHand, lots_of, on_hand
from pim_tui.services import pins
from pim_tui.services.receiving import Received, ReceiveStock, receive_stock
from pim_tui.services.stock import (
    AdjustStock,
    ChangeLot,
    Counted,
    CountStock,
    MoveStock,
    ScrapStock,
    adjust_stock,
    change_lot,
    count_stock,
    move_stock,
    scrap_stock,
)
from tests.services.desk import TODAY, desk, staff
from tests.services.goods import LATER, SYRUP, movements, product, receive, the_lot

SOON = date(2026, 12, 31)
OVER = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _clinic(book: Book) -> None:
    """All of these need a book."""


def count(product_id: int, quantity: int, expected: int, reason: str = "shelf count", **more: Any) -> str:
    counted = (Counted(the_lot(product_id).id, quantity, expected),)
    return count_stock(desk(), CountStock(product_id, counted, reason, **more)).says


def test_a_delivery_goes_to_its_lots_all_lines_or_none() -> None:
    gauze, syrup = product(), product(SYRUP)
    lines = (
        Received(gauze, 10, cost=120),
        Received(syrup, 6, "A1", expires_on=LATER),
        Received(syrup, 4, "A1"),
        Received(syrup, 2, "B2", expires_on=SOON),
    )
    assert receive_stock(desk(), ReceiveStock(lines, "note 77")).says == "22 items of 2 products taken in."
    assert [(row.code, row.shelf, row.expires_on) for row in lots_of(syrup)] == [
        ("B2", 2, SOON),
        ("A1", 10, LATER),
    ]
    with pytest.raises(Invalid) as refused:
        receive_stock(desk(), ReceiveStock((Received(gauze, 1), Received(syrup, 0), Received(9, 1))))
    assert str(refused.value).startswith(
        "line 2: quantity: is a number from 1 to 1000000000; line 2: lot: is missing;"
        " line 3: product: does not exist"
    )
    assert on_hand(gauze, TODAY) == OnHand(10)


@pytest.mark.parametrize(
    ("fields", "line", "why"),
    [
        ({"tracked": False}, {}, "no stock is kept"),
        ({}, {"lot": "A1"}, "tick “by lot” first"),
        ({}, {"expires_on": LATER}, "needs a lot"),
        ({"lots": True}, {"lot": "A1", "expires_on": OVER}, "expired goods are not taken in"),
        ({"serials": True}, {"serial": "S1", "quantity": 2}, "is 1 for a thing with a serial number"),
    ],
)
def test_what_cannot_come_in_is_refused(fields: dict[str, Any], line: dict[str, Any], why: str) -> None:
    id_ = product(**fields)
    with pytest.raises(Invalid, match=why):
        receive(id_, **{"quantity": 1, **line})
    assert movements(id_) == []


def test_a_lot_keeps_its_last_day_and_a_serial_number_is_there_once() -> None:
    syrup, pump = product(SYRUP), product(name="Pump", serials=True)
    receive(syrup, 1, lot="A1")
    receive(syrup, 1, lot="A1", expires_on=LATER)
    with pytest.raises(Invalid, match="is Mon 31 May 2027 for lot A1"):
        receive(syrup, 1, lot="A1", expires_on=SOON)
    receive(pump, 1, serial="S1")
    with pytest.raises(Invalid, match="S1 is in stock already"):
        receive(pump, 1, serial="S1")


def test_a_count_makes_the_book_say_what_is_there() -> None:
    id_ = product()
    receive(id_, 10)
    assert count(id_, 8, 10) == "Gauze 10x10 counted: on hand -2."
    assert count(id_, 8, 8, reason="") == "Gauze 10x10 counted: the book agrees."
    assert movements(id_) == [("receipt", "shelf", 10, 10), ("count", "shelf", -2, 8)]
    with pytest.raises(Refused, match="needs a reason"):
        count(id_, 9, 8, reason=" ")
    assert [row[0] for row in select("select action from journal where kind = 'product' order by seq")] == [
        "create",
        "count",
        "count",
    ]


def test_of_two_who_count_at_once_the_second_is_told_what_was_moved() -> None:
    id_ = product()
    receive(id_, 10)
    count(id_, 8, 10)
    with pytest.raises(Stale) as stale:
        count(id_, 9, 10)
    (difference,) = stale.value.differences
    assert (difference.was, difference.theirs, difference.yours) == ("10", "8", "9")
    assert on_hand(id_, TODAY).shelf == 8


def test_the_same_count_sent_twice_is_done_once() -> None:
    id_ = product()
    receive(id_, 10)
    assert count(id_, 8, 10, request="r1") == count(id_, 8, 10, request="r1")
    assert len(movements(id_)) == 2


def test_stock_goes_below_zero_only_by_the_setting_and_loudly() -> None:
    id_ = product()
    receive(id_, 1)
    command = AdjustStock(the_lot(id_).id, -3, "sold before it was booked in", 1)
    with pytest.raises(Refused, match="there are 1 on the shelf") as refused:
        adjust_stock(desk(), command)
    assert refused.value.rule == "K1"
    allowed = replace(desk(), house=HouseRules(below_zero=True))
    assert adjust_stock(allowed, command).says == "Gauze 10x10 -3: -2 in stock. BELOW ZERO: count it."
    assert on_hand(id_, TODAY).shelf == -2
    assert count(id_, 0, -2) == "Gauze 10x10 counted: on hand +2."


def test_what_is_set_aside_is_not_on_the_shelf_and_can_come_back() -> None:
    id_ = product(SYRUP)
    receive(id_, 6, lot="A1", expires_on=LATER)
    lot = the_lot(id_, "A1").id
    assert move_stock(desk(), MoveStock(lot, 4, "recalled")).says == "4 of Cough syrup, A1 set aside."
    assert on_hand(id_, TODAY) == OnHand(2, 0, 4)
    with pytest.raises(Refused, match="there are 2 on the shelf"):
        move_stock(desk(), MoveStock(lot, 3, "recalled"))
    move_stock(desk(), MoveStock(lot, 1, "released", place="quarantine"))
    assert scrap_stock(desk(), ScrapStock(lot, 3, "recalled", "quarantine")).says.endswith(
        "thrown away: 0 left."
    )
    assert on_hand(id_, TODAY) == OnHand(3)
    assert movements(id_)[1:3] == [("move", "shelf", -4, 2), ("move", "quarantine", 4, 4)]


def test_expired_goods_are_told_apart_and_a_wrong_day_is_put_right() -> None:
    id_ = product(SYRUP)
    receive(id_, 6, lot="A1", expires_on=SOON)
    later = SOON.replace(year=2027)
    assert on_hand(id_, later) == OnHand(0, 6)
    row = the_lot(id_, "A1")
    with pytest.raises(Refused, match="needs a reason"):
        change_lot(desk(), ChangeLot(row.id, 1, later, "", ""))
    change_lot(desk(), ChangeLot(row.id, 1, later, "label reprinted", "misread"))
    assert (the_lot(id_, "A1").expires_on, the_lot(id_, "A1").note) == (later, "label reprinted")
    with pytest.raises(Stale):
        change_lot(desk(), ChangeLot(row.id, 1, SOON, "", "again"))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2027-05", LATER), ("2027-02", date(2027, 2, 28)),
        ("05/2027", LATER), ("05/27", LATER), ("5.2027", LATER),
        ("31.5.2027", LATER), ("2027-05-31", LATER), ("13/2027", None), ("soon", None),
    ],
)  # fmt: skip
def test_the_last_day_is_read_as_packs_print_it(text: str, day: date | None) -> None:
    assert read_expiry(text, TODAY) == day


@pytest.fixture
def colleague(monkeypatch: pytest.MonkeyPatch) -> int:
    """Somebody else who works here and has a PIN; hashes cost nothing here."""
    monkeypatch.setattr(pins, "COST", pins.Cost(memory=64, passes=1))
    id_ = staff("Dr Two")
    pins.set_pin(replace(desk(), staff_id=id_), pins.SetPin(id_, "480217"))
    return id_


def test_a_difference_of_a_controlled_product_needs_a_second_person(colleague: int) -> None:
    id_ = product(name="Morphine", controlled=True)
    receive(id_, 10)
    lot = the_lot(id_).id
    assert count(id_, 10, 10) == "Morphine counted: the book agrees."
    with pytest.raises(Refused, match="needs a second person") as refused:
        count(id_, 9, 10)
    assert refused.value.rule == "K5"
    with pytest.raises(Refused, match="somebody else"):
        count(id_, 9, 10, witness_id=staff(), witness_pin="480217")
    with pytest.raises(Refused, match="not the PIN of Dr Two"):
        count(id_, 9, 10, witness_id=colleague, witness_pin="480218")
    assert movements(id_) == [("receipt", "shelf", 10, 10)]
    count(id_, 9, 10, witness_id=colleague, witness_pin="480217")
    scrap_stock(desk(), ScrapStock(lot, 1, "ampoule broken", "shelf", colleague, "480217"))
    assert movements(id_)[1:] == [("count", "shelf", -1, 9), ("scrap", "shelf", -1, 8)]
    assert select("select distinct witness_id from stock_movement where kind <> 'receipt'") == [(colleague,)]
    assert "480217" not in repr(ScrapStock(lot, 1, "", "shelf", colleague, "480217"))


STEPS = st.lists(
    st.tuples(st.sampled_from(["receive", "count", "adjust", "aside", "back", "scrap"]), st.integers(-3, 9)),
    max_size=14,
)


@settings(max_examples=25, deadline=None)
@given(STEPS, st.booleans())
def test_on_hand_is_the_sum_of_what_was_moved(steps: list[tuple[str, int]], below: bool) -> None:
    """K1, whatever is tried in whatever order."""
    id_ = product(SYRUP, name=f"Syrup {len(select('select 1 from product'))}")
    receive(id_, 2, lot="A1", expires_on=LATER)
    lot = the_lot(id_, "A1").id
    session = replace(desk(), house=HouseRules(below_zero=below))
    refused = 0
    for what, number in steps:
        shelf = the_lot(id_, "A1").shelf
        commands: dict[str, tuple[Any, Any]] = {
            "receive": (receive_stock, ReceiveStock((Received(id_, number, "A1"),))),
            "count": (count_stock, CountStock(id_, (Counted(lot, number, shelf),), "count")),
            "adjust": (adjust_stock, AdjustStock(lot, number, "put right", shelf)),
            "aside": (move_stock, MoveStock(lot, number, "recalled")),
            "back": (move_stock, MoveStock(lot, number, "released", "quarantine")),
            "scrap": (scrap_stock, ScrapStock(lot, number, "broken")),
        }
        act, command = commands[what]
        try:
            act(session, command)
        except PimError:
            refused += 1
        row = the_lot(id_, "A1")
        sums = dict(
            select("select place, sum(quantity) from stock_movement where lot_id = ? group by place", [lot])
        )
        assert (row.shelf, row.quarantine) == (sums.get("shelf", 0), sums.get("quarantine", 0))
        assert row.quarantine >= 0
        assert below or row.shelf >= 0
    assert refused <= len(steps)
