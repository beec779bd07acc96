"""What is typed at the till: its faults, all at once, and how it is parked."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pim_tui.domain.basket import (
    MOST_LINES,
    Basket,
    BasketLine,
    Discount,
    Share,
    faults,
    from_json,
    money_faults,
    to_json,
)
from pim_tui.domain.money import MOST
from pim_tui.domain.taxes import Tax, TaxClass
from pim_tui.errors import Invalid
from tests.domain.bills import VAT, baskets

PLAIN = BasketLine("Bandage", 2, 450)


def told(line: BasketLine, **more: object) -> list[str]:
    """The faults of a sale of one line, as a person reads them."""
    basket = Basket("sale", (line,), **more)  # type: ignore[arg-type]
    return [f"{fault.field} {fault.message}" for fault in faults(basket)]


def test_a_plain_sale_has_no_faults_and_neither_has_one_at_every_bound() -> None:
    assert told(PLAIN) == []
    assert told(replace(PLAIN, quantity=1, unit_price=MOST, discount=Discount(amount=MOST))) == []
    assert told(replace(PLAIN, quantity=1_000_000, unit_price=0, discount=Discount(percent=100_000))) == []
    assert told(replace(PLAIN, directions="x" * 200), note="x" * 400) == []


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"quantity": 0}, "line 1 quantity is not between 1 and 1,000,000"),
        ({"quantity": 1_000_001, "unit_price": 0}, "line 1 quantity"),
        ({"unit_price": -1}, "line 1 price is below zero"),
        ({"unit_price": MOST + 1, "quantity": 1}, "line 1 price is larger than any price"),
        ({"list_price": -1}, "line 1 price is below zero"),
        ({"unit_price": MOST}, "line 1 amount is larger than any amount"),
        ({"unit_price": 10**8, "quantity": 100_001}, "line 1 amount is larger than any amount"),
        ({"discount": Discount(amount=901)}, "line 1 discount is more than the price"),
        ({"discount": Discount(percent=100_001)}, "line 1 discount is not between 0 and 100 %"),
        ({"discount": Discount(percent=1, amount=1)}, "line 1 discount is both"),
        ({"discount": Discount(amount=-1)}, "line 1 discount is below zero"),
        ({"payer": Share(percent=50_000)}, "payer is missing, and line 1 has a payer's share"),
        ({"payer": Share(percent=-1)}, "line 1 payer's share is not between"),
        ({"taxes": TaxClass("", (Tax("VAT", -1),))}, "line 1 taxes the rate of VAT"),
        ({"description": "  "}, "line 1 description is empty"),
        ({"directions": "x" * 201}, "line 1 directions more than 200 characters"),
        ({"lot_reason": "x" * 201}, "line 1 lot reason more than"),
    ],
)
def test_each_fault_of_a_line_is_told(changed: dict[str, object], says: str) -> None:
    found = told(replace(PLAIN, **changed))  # type: ignore[arg-type]
    assert any(one.startswith(says) for one in found), found


def test_the_faults_of_all_lines_are_told_at_once() -> None:
    basket = Basket("sale", (replace(PLAIN, quantity=0), replace(PLAIN, unit_price=-1)))
    assert [fault.field for fault in faults(basket)] == ["line 1 quantity", "line 2 price"]


def test_the_bills_discount_is_not_more_than_the_lines_after_theirs() -> None:
    halved = replace(PLAIN, discount=Discount(percent=50_000))
    assert told(halved, discount=Discount(amount=450)) == []
    assert told(halved, discount=Discount(amount=451)) == ["discount is more than the price"]


def test_what_is_lent_or_dispensed_goes_to_somebody_and_comes_back_on_a_day() -> None:
    assert [fault.field for fault in faults(Basket("borrow", (PLAIN,)))] == ["customer", "line 1 due"]
    lent = replace(PLAIN, due_on=date(2026, 3, 1))
    assert faults(Basket("borrow", (lent,), customer_id=1)) == []
    assert [fault.field for fault in faults(Basket("dispense", (PLAIN,)))] == ["customer"]


def test_a_draft_may_lack_what_its_sums_do_not_need() -> None:
    draft = Basket("borrow", (replace(PLAIN, description=""),))
    assert len(faults(draft)) == 3
    assert money_faults(draft) == []
    assert [fault.field for fault in faults(Basket("gift"))] == ["kind", "lines"]


def test_a_bill_has_an_end() -> None:
    assert [fault.field for fault in money_faults(Basket("sale", (PLAIN,) * (MOST_LINES + 1)))] == ["lines"]
    assert told(PLAIN, note="x" * 401) == ["note more than 400 characters"]
    wordy = replace(
        PLAIN, directions="x" * 200, description="y" * 300, lot_reason="z" * 200, condition="c" * 200
    )
    with pytest.raises(Invalid, match="too many to be parked"):
        to_json(Basket("sale", (wordy,) * MOST_LINES))


# --- parked --------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(baskets())
def test_a_parked_basket_comes_back_as_it_was(basket: Basket) -> None:
    assert from_json(to_json(basket)) == basket


def test_everything_of_a_line_is_parked() -> None:
    line = BasketLine(
        "Crème 50 ml\nkühl lagern", 1, 1290, 7, "C-1", "tube", 1490, Discount(percent=5_000), VAT,
        Share(amount=100), 3, "opened", "twice a day", date(2026, 2, 28), "new",
    )  # fmt: skip
    basket = Basket("dispense", (line,), Discount(amount=1), 4, "note", 5, 6)
    assert from_json(to_json(basket)) == basket
    assert set(json.loads(to_json(basket))["lines"][0]) == set(BasketLine.__slots__)


def test_texts_of_a_parked_basket_are_harmless() -> None:
    parked = to_json(Basket("sale", (replace(PLAIN, description="a\x1b[2J\u202eb"),)))
    assert from_json(parked).lines[0].description == "a␛[2J\ufffdb"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"kind":1}',
        '{"kind":null}',
        '{"kind":"sale","more":1}',
        '{"kind":"sale","lines":"ab"}',
        '{"kind":"sale","lines":{}}',
        '{"kind":"sale","lines":[{}]}',
        '{"kind":"sale","lines":[{"description":"a","quantity":true,"unit_price":1}]}',
        '{"kind":"sale","lines":[{"description":"a","quantity":1.5,"unit_price":1}]}',
        '{"kind":"sale","lines":[{"description":"a","quantity":NaN,"unit_price":1}]}',
        '{"kind":"sale","lines":[{"description":"a","quantity":1,"unit_price":1,"due_on":"soon"}]}',
        '{"kind":"sale","lines":[{"description":"a","quantity":1,"unit_price":1,"due_on":5}]}',
        '{"kind":"sale","lines":[{"description":"a","quantity":1,"unit_price":1,"taxes":{"name":1}}]}',
        '{"kind":"sale","payer_id":99999999999999999999}',
        '{"kind":"sale","payer_id":' + "9" * 5000 + "}",
        '{"kind":"sale","note":"' + "a" * 5_000_000 + '"}',
        "[" * 100_000,
    ],
    ids=range(20),
)
def test_nonsense_is_no_basket(text: str) -> None:
    with pytest.raises(Invalid, match="cannot be read"):
        from_json(text)


@settings(max_examples=80, deadline=None)
@given(
    baskets(),
    st.integers(0, 200),
    st.integers(0, 20),
    st.sampled_from(["", "[", "}", "-", "null", "1e9", '"', ",", "9" * 20]),
)
def test_reading_a_spoilt_basket_never_fails_in_another_way(
    basket: Basket, at: int, cut: int, put: str
) -> None:
    text = to_json(basket)
    try:
        found = from_json(text[:at] + put + text[at + cut :])
    except Invalid:
        return
    assert isinstance(faults(found), list)
