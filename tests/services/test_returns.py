"""Goods and money come back by the rules R1-R5: asked for, approved by somebody else, paid as it came."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pim_tui.domain.rights import Right
from pim_tui.domain.tender import Tender
from pim_tui.errors import Forbidden, NeedsAnswer, Refused
from pim_tui.queries.balances import balance
from pim_tui.services import pins
from pim_tui.services.payments import Unallocate, unallocate_payment
from tests.services.clinic import ANNA, JANE, LEE, SATO, broken_line
from tests.services.refunding import CHEAP, Counter, counter
from tests.services.shop import BANDAGE, CRUTCHES, INSURER, TABLETS, card, cash, line


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter]:
    """The shop with staff who have PINs."""
    monkeypatch.setattr(pins, "COST", CHEAP)
    made = counter(tmp_path)
    yield made
    assert broken_line(made.store) is None
    made.store.close()


def sold(shop: Counter, quantity: int = 3, **more: object) -> int:
    """Three bandages for 17.85, paid in cash unless said otherwise."""
    more.setdefault("paid", 595 * quantity)
    return shop.post(line(BANDAGE, quantity), **more).ids[0]


# --- from asking to paying -----------------------------------------------------------------------------


def test_a_return_is_asked_for_approved_credited_and_paid_back_in_cash(shop: Counter) -> None:
    bill = sold(shop)
    asked = shop.ask(bill, 2)
    assert shop.request(asked.ids[0])["state"] == "requested"
    assert (shop.stock(BANDAGE), shop.back()) == (47, [])

    approved = shop.decide(asked)
    assert approved.says == "CN-2026-000001 posted, 11.90 EUR; 11.90 EUR can be paid out."
    assert shop.entries(shop.note(asked)) == {"receivable": -1190, "income": 1000, "tax": 190}
    assert (shop.stock(BANDAGE), shop.back()) == (49, [])

    paid = shop.pay_out(asked)
    assert paid.says == "R-2026-000001: 11.90 EUR (cash 11.90) paid back."
    assert shop.back() == [("cash", 1190)]
    assert shop.request(asked.ids[0])["state"] == "paid"
    assert shop.entries(shop.request(asked.ids[0])["refund_id"]) == {"cash": -1190, "receivable": 1190}
    assert balance(JANE).balance == 0
    assert [a for a in shop.actions() if a in ("request", "approve", "return", "refund", "pay")] == [
        "pay", "request", "return", "approve", "refund", "pay",
    ]  # fmt: skip
