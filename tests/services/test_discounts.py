"""A discount beyond the house's limit is given by two: who sells, and who may charge another price (A1)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from pim_tui.db.connection import select
from pim_tui.domain.basket import Discount
from pim_tui.domain.rights import Right
from pim_tui.errors import Forbidden, Invalid, NeedsAnswer, Refused
from pim_tui.queries.timelines import timeline
from pim_tui.services.discounts import QUESTION, may_agree
from tests.db.walls import take_away
from tests.services.clinic import ANNA, LEE, SATO
from tests.services.desk import TODAY
from tests.services.refunding import PINS, Counter, counter
from tests.services.shop import BANDAGE, CRUTCHES, FIRST_PAIR, TABLETS, line

TEN, ELEVEN = Discount(10_000), Discount(11_000)


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Counter]:
    """The shop, where Anna gives ten percent alone: she is a cashier, Dr Lee the owner, Dr Sato neither."""
    made = counter(tmp_path)
    with made.store.write_tx():
        for staff_id, role in ((ANNA, "cashier"), (LEE, "owner"), (SATO, "clinician")):
            made.store.db.execute_sql(
                "update staff set role = ?, version = version + 1 where id = ?", (role, staff_id)
            )
    made.rules(discount_limit=10)
    yield made
    made.store.close()


def kept(till: Counter) -> dict[str, object]:
    """What the journal keeps of the bill that was posted last."""
    ((after,),) = select(
        "select v.after from journal j join journal_values v on v.seq_id = j.seq where j.kind = 'posting'"
        " and j.action = 'post' order by j.seq desc limit 1"
    )
    return dict(json.loads(after))


def test_up_to_the_limit_one_gives_alone_and_beyond_it_somebody_else_agrees(till: Counter) -> None:
    till.post(line(BANDAGE, 2, discount=TEN))
    assert "agreed_by" not in kept(till)
    with pytest.raises(NeedsAnswer, match="11% off is more than the 10% that may be given") as asked:
        till.post(line(discount=ELEVEN))
    assert asked.value.question == QUESTION
    with pytest.raises(NeedsAnswer, match="19% off"):
        till.post(line(discount=TEN), discount=TEN)
    assert till.count("posting") == 1
    till.post(line(discount=ELEVEN), agreed_by=LEE, pin=PINS[LEE])
    told = kept(till)
    assert (told["discount"], told["agreed_by"], told["agreed_by_name"]) == ("11%", LEE, "Dr Lee")
    assert PINS[LEE] not in str(select("select * from journal_values"))


def test_the_timeline_tells_who_agreed_to_how_much_before_what_was_paid(till: Counter) -> None:
    alone = till.post(line(BANDAGE, 2, discount=TEN)).ids[0]
    assert [event.what for event in timeline(alone)] == ["posted"]
    bill = till.post(line(discount=ELEVEN), agreed_by=LEE, pin=PINS[LEE], paid=1000).ids[0]
    assert [(event.who, event.what, event.amount, event.note) for event in timeline(bill)] == [
        ("Anna Berg", "posted", 7120, ""),
        ("Dr Lee", "discount agreed to", None, "11%"),
        ("Anna Berg", "paid", 1000, ""),
    ]
    # Where somebody has emptied what the journal kept, the check finds it; the bill still opens.
    take_away(till.store, "journal_values_fixed")
    till.store.db.execute_sql("update journal_values set after = ''")
    assert [event.what for event in timeline(bill)] == ["posted", "paid"]


def test_who_agrees_may_charge_another_price_and_is_somebody_else_with_the_right_pin(till: Counter) -> None:
    assert [one.id for one in may_agree(ANNA)] == [LEE]
    for who, pin, error, why in (
        (LEE, "wrong-1", Refused, "not the PIN of Dr Lee"),
        (SATO, PINS[SATO], Forbidden, "Dr Sato does not have the right to charge another price"),
        (ANNA, PINS[ANNA], Forbidden, "Anna Berg does not have the right to charge another price"),
    ):
        with pytest.raises(error, match=why):
            till.post(line(discount=ELEVEN), agreed_by=who, pin=pin)
    till.store.db.execute_sql("update staff set role = 'owner', version = version + 1 where id = ?", (ANNA,))
    till.session = till.as_(ANNA, Right.OVERRIDE_PRICE)
    with pytest.raises(Forbidden, match="You give this discount yourself"):
        till.post(line(discount=ELEVEN), agreed_by=ANNA, pin=PINS[ANNA])
    assert till.count("posting") == 0


def test_without_a_limit_and_by_whoever_may_charge_any_price_it_is_as_ever(till: Counter) -> None:
    everything = Discount(100_000)
    till.rules(discount_limit=100)
    till.post(line(discount=everything), discount=TEN)
    till.rules(discount_limit=0)
    with pytest.raises(NeedsAnswer, match=r"0\.1% off is more than the 0%"):
        till.post(line(discount=Discount(1)))
    till.post(line())
    till.session = till.as_(LEE)
    till.post(line(discount=everything))
    assert "agreed_by" not in kept(till)


def test_a_price_that_one_makes_up_is_no_way_round_the_limit(till: Counter) -> None:
    """Of something by one's own name, of a product without a price, or of one with a price in other money."""
    for price in (-500, -1):
        with pytest.raises(Invalid, match="line 2 price: is below zero"):
            till.post(line(), line(None, unit_price=price))
    run = till.store.db.execute_sql
    run("update product set price = null, currency = '', version = version + 1 where id = 2")
    run("update product set currency = 'USD', version = version + 1 where id = 3")
    for made_up in (
        line(None, description="Bandage", unit_price=1),
        line(None, unit_price=0),
        line(None, unit_price=100_000),
        line(BANDAGE, unit_price=100),
        line(TABLETS, unit_price=100),
    ):
        with pytest.raises(NeedsAnswer, match="has no price in the catalogue") as asked:
            till.post(line(), made_up)
        assert asked.value.question == QUESTION
        till.post(line(), made_up, agreed_by=LEE, pin=PINS[LEE])
        told = kept(till)
        assert (told["own_prices"], told["agreed_by"], "discount" in told) == (1, LEE, False)
    till.post(line(), kind="income")
    with pytest.raises(NeedsAnswer, match="11% off"):
        till.post(line(discount=ELEVEN), line(None))
    bill = till.post(line(discount=ELEVEN), line(None), agreed_by=LEE, pin=PINS[LEE]).ids[0]
    assert (kept(till)["discount"], kept(till)["own_prices"]) == ("11%", 1)
    assert [(event.who, event.what, event.note) for event in timeline(bill)[1:]] == [
        ("Dr Lee", "discount agreed to", "11%"),
        ("Dr Lee", "prices in no catalogue agreed to", "1"),
    ]


def test_what_is_dispensed_or_lent_without_a_charge_is_not_sold(till: Counter) -> None:
    till.store.db.execute_sql("update product set price = null, version = version + 1 where id = 3")
    till.post(line(TABLETS, unit_price=0), kind="dispense")
    with pytest.raises(NeedsAnswer):
        till.post(line(TABLETS, unit_price=1), kind="dispense")
    till.post(line(CRUTCHES, unit_price=0, due_on=TODAY, lot_id=FIRST_PAIR), kind="borrow")


def test_a_made_up_price_needs_nobody_where_there_is_no_limit_or_by_right(till: Counter) -> None:
    till.rules(discount_limit=100)
    till.post(line(None, unit_price=1))
    till.rules(discount_limit=0)
    till.session = till.as_(LEE)
    till.post(line(None, unit_price=1))
    assert "agreed_by" not in kept(till)


def test_the_same_bill_sent_again_is_answered_once(till: Counter) -> None:
    done = [till.post(line(discount=ELEVEN), agreed_by=LEE, pin=PINS[LEE], request="one") for _ in range(2)]
    assert done[0] == done[1]
    assert till.count("posting") == 1
