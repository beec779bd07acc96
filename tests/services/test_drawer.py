"""The drawer is opened with a float, moved with reasons and counted blindly, once (M9)."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pim_tui.db.connection import select
from pim_tui.documents.blocks import Letterhead
from pim_tui.documents.dayclose import DayClose
from pim_tui.domain.drawercash import Moved, overdrawn
from pim_tui.domain.news import JournalLine, news_of
from pim_tui.errors import Invalid, Refused
from pim_tui.queries.cash_checks import counts
from pim_tui.queries.day_figures import drawer_of
from pim_tui.queries.drawers import drawer_now
from pim_tui.services.close_papers import close_paper
from pim_tui.services.corrections import VoidPosting, void_posting
from pim_tui.services.day_close import CloseDay, close_day
from pim_tui.services.drawer import (
    CloseDrawer,
    CorrectCount,
    MoveCash,
    OpenDrawer,
    close_drawer,
    correct_count,
    move_cash,
    open_drawer,
)
from pim_tui.services.payouts import PayRefund, pay_refund
from pim_tui.services.returns import RequestReturn, ReturnOf, request_return
from pim_tui.services.wanted import ClosePaper
from tests.services.desk import TODAY
from tests.services.shop import Shop, card, cash, line

DAY = 86_400


def opened(till: Shop, amount: int = 10_000) -> int:
    return open_drawer(till.session, OpenDrawer(amount)).ids[0]


def counted(till: Shop, amount: int, id_: int = 1, version: int = 1) -> str:
    return close_drawer(till.session, CloseDrawer(id_, version, amount)).says


def test_what_is_expected_is_the_float_the_cash_and_the_moves_and_told_after_the_count(till: Shop) -> None:
    till.post(line(), paid=(cash(1000),))  # before it was opened: in no drawer
    opened(till)
    till.post(line(), paid=[card(3000), cash(5000)])
    move_cash(till.session, MoveCash("out", 2500, "stamps"))
    move_cash(till.session, MoveCash("in", 500, "change from the bank"))
    assert counted(till, 13_000) == "Counted 130.00 EUR, expected 130.00 EUR: no difference."
    found = drawer_of(TODAY)
    assert (found.opening, found.taken, found.expected, found.counted, found.beside) == (
        10_000, 5000, 13_000, 13_000, 1000,
    )  # fmt: skip
    assert list(counts()) == []
    assert [(move.amount, move.reason) for move in found.moves] == [
        (-2500, "stamps"),
        (500, "change from the bank"),
    ]


def test_nothing_is_counted_in_another_currency_than_the_books(till: Shop) -> None:
    till.post(line(), paid=8000)
    opened(till)
    right = till.session
    till.session = replace(right, currency="KWD")
    acts = (
        lambda: move_cash(till.session, MoveCash("in", 500, "change from the bank")),
        lambda: counted(till, 10_000),
    )
    for act in acts:
        with pytest.raises(Refused, match="this book is EUR, and the setting currency is KWD"):
            act()
    till.session = right
    counted(till, 9_000)
    till.session = replace(right, currency="KWD")
    for again in (
        lambda: opened(till),
        lambda: correct_count(till.session, CorrectCount(1, 10_000, "counted wrongly")),
    ):
        with pytest.raises(Refused, match="setting currency is KWD"):
            again()
    assert till.count("drawer_move") == 0


def test_cash_given_back_leaves_the_drawer_that_is_open_then(till: Shop) -> None:
    payment = till.post(line(), paid=8000).ids[1]  # before the drawer is open
    opened(till)
    second = till.post(line(), paid=8000).ids[1]
    void_posting(till.session, VoidPosting(payment, "wrong customer"))
    void_posting(till.session, VoidPosting(second, "wrong customer"))
    assert counted(till, 1500) == "Counted 15.00 EUR, expected 20.00 EUR: 5.00 EUR missing."
    assert list(counts()) == []


def overdraws() -> list[tuple[str, int, int]]:
    """What the journal keeps of them: why, how much, what was left."""
    rows = select(
        "select j.reason, v.after from journal j join journal_values v on v.seq_id = j.seq"
        " where j.kind = 'drawer' and j.action = 'overdraw' order by j.seq"
    )
    return [(reason, *(json.loads(after)[name] for name in ("amount", "left"))) for reason, after in rows]


def test_more_than_is_in_the_drawer_may_go_out_and_is_found_in_the_journal_and_the_reports(
    till: Shop,
) -> None:
    till.rules(refund_limit=100_000)
    paid = till.post(line(), paid=8000).ids  # before the drawer is open
    opened(till, 1000)
    out = move_cash(till.session, MoveCash("out", 4000, "the bank"))
    assert out.says == "40.00 EUR taken out of the drawer.", "whoever counts blindly learns nothing of it"
    till.clock[0] += 60
    move_cash(till.session, MoveCash("in", 3500, "brought back"))
    move_cash(till.session, MoveCash("out", 500, "stamps"))
    void_posting(till.session, VoidPosting(paid[1], "wrong customer"))
    assert overdraws() == [("the bank", 4000, -3000), ("V-2026-000001", 8000, -8000)]
    report = close_paper(till.session, ClosePaper(TODAY), Letterhead("Harbour Clinic")).document
    assert isinstance(report, DayClose)
    (table,) = (part for part in report.parts if part.title == "More went out than was in it")
    assert table.rows == (
        ("09:20", "Anna Berg", "the bank", "-30.00"),
        ("09:21", "Anna Berg", "V-2026-000001", "-80.00"),
    )
    assert "More cash went out of the drawer than was in it" in " ".join(report.text().split())
    assert counted(till, 0) == (
        "Counted 0.00 EUR, expected -80.00 EUR: 80.00 EUR too much."
        " Less than nothing is expected: more went out than was in it by the book."
    )
    assert close_day(till.session, CloseDay(TODAY)).says.endswith("of which more went out than was in it.")
    assert list(counts()) == []


def test_cash_paid_back_that_is_not_in_the_drawer_is_found_as_well(till: Shop) -> None:
    till.rules(refund_limit=100_000)
    bill = till.post(line(), paid=8000).ids[0]
    opened(till, 1000)
    (line_id,) = (id_ for (id_,) in select("select id from bill_line where bill_id = ?", [bill]))
    asked = request_return(till.session, RequestReturn(bill, (ReturnOf(line_id, 1),), "not given"))
    pay_refund(till.session, PayRefund(asked.ids[0], 2))
    assert overdraws() == [("R-2026-000001", 8000, -7000)]


def test_a_drawer_that_always_had_enough_tells_nothing_of_it(till: Shop) -> None:
    opened(till, 1000)
    till.post(line(), paid=8000)
    move_cash(till.session, MoveCash("out", 9000, "the bank"))
    assert overdraws() == []
    assert drawer_of(TODAY).overdrawn == ()
    assert counted(till, 0).endswith("no difference.")


@given(
    opening=st.integers(0, 50),
    moves=st.lists(st.tuples(st.integers(0, 5), st.integers(-60, 60)), max_size=12),
)
def test_what_is_left_never_falls_below_zero_untold(opening: int, moves: list[tuple[int, int]]) -> None:
    given_ = [Moved(at, amount, "", "") for at, amount in moves]
    told = list(overdrawn(opening, given_))
    assert all(left < 0 for _, left in told)
    assert all(move.amount < 0 for move, _ in told)
    in_order = sorted(given_, key=lambda move: (move.at, -move.amount))
    lowest = min(accumulate([opening, *(move.amount for move in in_order)]))
    assert bool(told) is (lowest < 0)
    assert min((left for _, left in told), default=0) == min(0, lowest)


def test_news_at_another_desk_tell_nothing_of_what_is_in_the_drawer() -> None:
    after = {"name": "till", "amount": 4000, "left": -3000}
    assert news_of(JournalLine("Anna Berg", "overdraw", "drawer", 1, {}, after), "Europe/Berlin").says == ""


def test_a_drawer_is_open_once_and_counted_once(till: Shop) -> None:
    with pytest.raises(Refused, match="No drawer is open"):
        move_cash(till.session, MoveCash("in", 100, "found"))
    opened(till)
    with pytest.raises(Refused, match="open since 09:20, by Anna Berg"):
        opened(till)
    counted(till, 10_100)
    for again in (1, 2):
        with pytest.raises(Refused, match="was counted by Anna Berg"):
            counted(till, 10_000, version=again)
    assert drawer_now("till") is None
    assert opened(till) == 2


def test_a_wrong_count_is_corrected_by_a_row_until_the_day_is_closed(till: Shop) -> None:
    opened(till)
    with pytest.raises(Refused, match="not counted yet"):
        correct_count(till.session, CorrectCount(1, 100, "miscounted"))
    counted(till, 9000)
    with pytest.raises(Refused, match=r"90\.00 EUR were counted already"):
        correct_count(till.session, CorrectCount(1, 9000, "miscounted"))
    first = correct_count(till.session, CorrectCount(1, 10_500, "a note stuck under the tray"))
    assert first.says == "The count is corrected by 15.00 EUR to 105.00 EUR: 5.00 EUR too much."
    again = correct_count(till.session, CorrectCount(1, 10_000, "counted a coin roll twice"))
    assert again.says == "The count is corrected by -5.00 EUR to 100.00 EUR: no difference."
    found = drawer_of(TODAY)
    assert (found.expected, found.counted, len(found.corrections), found.moves) == (10_000, 10_000, 2, ())
    assert [one.amount for one in found.corrections] == [1500, -500]
    assert select("select counted, expected from drawer") == [(9000, 10_000)]
    close_day(till.session, CloseDay(TODAY))
    with pytest.raises(Refused, match="its report stays as it is"):
        correct_count(till.session, CorrectCount(1, 100, "again"))
    with pytest.raises(Refused, match="is closed"):
        opened(till)
    till.clock[0] += DAY
    assert opened(till) == 2


def test_a_move_has_a_reason_and_amounts_are_amounts(till: Shop) -> None:
    opened(till)
    for wrong in (MoveCash("in", 100, " "), MoveCash("in", 0, "x"), MoveCash("up", 5, "x")):
        with pytest.raises(Invalid):
            move_cash(till.session, wrong)
    with pytest.raises(Invalid):
        counted(till, -1)
    with pytest.raises(Invalid):
        correct_count(till.session, CorrectCount(1, -1, "x"))


def test_cash_counts_in_the_drawer_it_went_into_whatever_day_a_wrong_clock_told(till: Shop) -> None:
    till.clock[0] += DAY
    opened(till)
    till.clock[0] -= DAY
    till.post(line(), paid=(cash(8000),))
    till.clock[0] += DAY
    assert counted(till, 18_000).endswith("expected 180.00 EUR: no difference.")
    assert list(counts()) == []
