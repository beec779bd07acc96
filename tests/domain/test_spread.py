"""Which bills are meant by a few digits, and how far an amount lasts."""

from __future__ import annotations

import pytest

from pim_tui.domain.dues import Due, matched
from pim_tui.domain.pricing import Terms
from pim_tui.domain.spread import Open, read_bills, spread, told_spread
from pim_tui.domain.tender import Part, Tender, settle
from pim_tui.errors import Invalid
from tests.services.desk import TODAY

OLD, SALE, INCOME = (
    Open(1, "S-2025-000007", 500),
    Open(2, "S-2026-000012", 1200),
    Open(3, "I-2026-000012", 30),
)
OWING = (OLD, SALE, INCOME)


def test_digits_mean_the_bill_they_end_and_more_tells_two_apart() -> None:
    assert read_bills("", OWING) == OWING
    assert read_bills(" 7 ", OWING) == (OLD,)
    assert read_bills("s12, 2025-7", OWING) == (SALE, OLD)
    assert read_bills("i-2026-000012;007", OWING) == (INCOME, OLD)
    assert read_bills("٧", OWING) == (OLD,)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("12", "may be S-2026-000012 or I-2026-000012"),
        ("8", "“8” is no open bill"),
        ("7 s7", "S-2025-000007 is named twice"),
        ("[b]", "is no open bill"),
        ("\x1b[2J" * 50, "is no open bill"),
    ],
)
def test_what_is_no_bill_or_two_is_refused(text: str, says: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_bills(text, OWING)
    assert says in str(refused.value)
    assert len(str(refused.value)) < 3000


def test_an_amount_lasts_for_the_first_bills_and_the_rest_is_told() -> None:
    assert spread(600, OWING) == ((OLD, 500), (SALE, 100))
    assert told_spread(spread(600, OWING), 0, "EUR") == "S-2025-000007 5.00, S-2026-000012 1.00"
    many = [Open(at, f"S-2026-{at:06}", 100) for at in range(8)]
    assert told_spread(spread(800, many), 250, "EUR").endswith(", 3 more 3.00, 2.50 to the credit")
    assert told_spread((), 0, "EUR") == ""


def test_the_oldest_credit_settles_the_first_bill() -> None:
    credits = (Due(9, TODAY, 300), Due(8, TODAY, 400))
    assert matched(credits, ((1, 500), (2, 300))) == ((8, 1, 400), (9, 1, 100), (9, 2, 200))


def test_what_is_kept_is_credit_and_the_parts_add_up() -> None:
    terms = Terms("EUR", True)
    kept = settle(1000, (Tender("card", 300), Tender("cash", 1000)), terms, keep=True)
    assert (kept.paid, kept.credit, kept.change, kept.left) == (1000, 300, 0, 0)
    assert kept.parts == (Part("card", 300, 300), Part("cash", 1000, 1000))
    short = settle(1000, (Tender("cash", 400),), terms, keep=True)
    assert (short.paid, short.credit, short.left) == (400, 0, 600)
