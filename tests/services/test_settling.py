"""A posted bill is paid with credit, with money, with both; by the customer or by the payer."""

from __future__ import annotations

import pytest

from pim_tui.db.connection import select
from pim_tui.domain.basket import Share
from pim_tui.errors import Refused
from pim_tui.queries.balances import balance
from pim_tui.queries.bills import bill_page
from pim_tui.services.settling import PayBill, pay_bill
from tests.services.clinic import JANE
from tests.services.shop import INSURER, Shop, card, cash, line


@pytest.fixture
def clinic(till: Shop) -> Shop:
    return till


def bill(clinic: Shop) -> int:
    """80.00, of which an insurer pays 60.00."""
    return clinic.post(line(payer=Share(amount=6000)), payer_id=INSURER).ids[0]


def left(bill_id: int) -> tuple[int, int]:
    page = bill_page(bill_id)
    return page.due, page.payer_due


def test_credit_is_used_first_and_money_pays_the_rest(clinic: Shop) -> None:
    clinic.pay([card(700)])
    clinic.pay([card(500)])
    one = bill(clinic)
    done = pay_bill(clinic.session, PayBill(one, (cash(1000),), 1000))
    assert done.says == "S-2026-000001: 10.00 EUR of credit used, 10.00 EUR paid (P-2026-000003)."
    assert left(one) == (0, 6000)
    assert balance(JANE).credit == 200
    settled = select("select credit_id, amount from allocation where debit_id = ? order by id", [one])
    assert [amount for _, amount in settled] == [700, 300, 1000]


def test_cash_gives_change_and_a_card_makes_credit_of_what_is_too_much(clinic: Shop) -> None:
    one, two = bill(clinic), bill(clinic)
    assert "change 30.00 EUR" in pay_bill(clinic.session, PayBill(one, (cash(2000, 5000),))).says
    done = pay_bill(clinic.session, PayBill(two, (card(2500),)))
    assert done.says.endswith("25.00 EUR paid (P-2026-000002), 5.00 EUR to the credit.")
    assert (left(one), left(two), balance(JANE).credit) == ((0, 6000), (0, 6000), 500)


def test_the_payer_pays_what_the_payer_owes_and_none_of_the_customers(clinic: Shop) -> None:
    one = bill(clinic)
    done = pay_bill(clinic.session, PayBill(one, (card(4000),), of_payer=True))
    assert done.says.endswith("40.00 EUR paid (P-2026-000001), 20.00 EUR is still owed.")
    assert left(one) == (2000, 2000)
    assert select("select customer_id, payer_id from posting where kind = 'payment'", []) == [(None, INSURER)]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({}, "Nothing was paid."),
        (
            {"tenders": (card(1500),), "left": 1500},
            "20.00 EUR is left to pay on S-2026-000001 now, no longer",
        ),
        ({"use_credit": 100}, "1.00 EUR of credit cannot be used: 0.00 EUR can."),
        ({"use_credit": -1, "tenders": (cash(2000),)}, "cannot be used"),
        ({"use_credit": 100, "of_payer": True}, "cannot be used"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_posted(
    clinic: Shop, more: dict[str, object], says: str
) -> None:
    one = bill(clinic)
    with pytest.raises(Refused, match=says.split(":")[0]):
        pay_bill(clinic.session, PayBill(one, **more))  # type: ignore[arg-type]
    assert left(one) == (2000, 6000)


def test_what_is_settled_is_not_paid_again_and_the_other_share_is_told(clinic: Shop) -> None:
    one = bill(clinic)
    pay_bill(clinic.session, PayBill(one, (card(2000),), request="once"))
    pay_bill(clinic.session, PayBill(one, (card(2000),), request="once"))
    with pytest.raises(Refused, match="Nothing is left to pay") as refused:
        pay_bill(clinic.session, PayBill(one, (card(2000),)))
    assert refused.value.hint == "The other share is open: 60.00 EUR."
    assert left(one) == (0, 6000)
