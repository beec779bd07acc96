"""A day is closed once: its figures are the entries of the day, and stay as they were (M8, M9)."""

from __future__ import annotations

import json
import tempfile
import threading
from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pim_tui.db.connection import select
from pim_tui.documents.blocks import Letterhead
from pim_tui.documents.dayclose import DayClose
from pim_tui.domain.basket import BasketLine
from pim_tui.domain.records import from_text, to_text
from pim_tui.domain.reports import Asked
from pim_tui.domain.taxes import UNTAXED as UNTAXED_GOODS
from pim_tui.domain.taxes import Tax, TaxClass
from pim_tui.domain.taxline import tax_text
from pim_tui.errors import PimError, Refused
from pim_tui.queries.day_figures import NO_RESTS, DayFigures, closed_on, figures_of
from pim_tui.queries.daywalk import day_walk
from pim_tui.queries.explain_day import report_figures
from pim_tui.queries.journal import JournalWanted, journal_page
from pim_tui.queries.journal_line import journal_line
from pim_tui.queries.reports import figures
from pim_tui.queries.reports.takings import AGAIN, UNTAXED
from pim_tui.services import posting
from pim_tui.services.close_papers import close_paper
from pim_tui.services.corrections import (
    AdjustBill,
    VoidPosting,
    WriteOff,
    adjust_bill,
    void_posting,
    write_off,
)
from pim_tui.services.day_close import CloseDay, close_day
from pim_tui.services.drawer import CloseDrawer, OpenDrawer, close_drawer, open_drawer
from pim_tui.services.payouts import PayRefund, pay_refund
from pim_tui.services.returns import RequestReturn, ReturnOf, request_return
from pim_tui.services.wanted import ClosePaper
from pim_tui.services.work import Done
from tests.services.clinic import JANE, JOHN, LEE
from tests.services.desk import TODAY
from tests.services.shop import BANDAGE, REDUCED, Shop, card, cash, line, shop

DAY = 86_400


def close(till: Shop, days: int = 0) -> Done:
    return close_day(till.session, CloseDay(TODAY + timedelta(days=days)))


# --- the figures ---------------------------------------------------------------------------------------

TWO_TAXES = TaxClass("two", (Tax("GST", 5_000), Tax("PST", 7_000)))
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("sell", "sell", "pay", "void", "adjust", "write off", "return")),
        st.integers(1, 9000),
        st.sampled_from(("cash", "card")),
    ),
    max_size=10,
)


@settings(max_examples=15, deadline=None)
@given(steps=STEPS, opens_at=st.integers(0, 3))
@example(steps=[("sell", 5000, "cash"), ("return", 5000, "cash"), ("write off", 30, "cash")], opens_at=0)
def test_the_figures_of_a_day_are_the_sums_of_its_entries(
    steps: list[tuple[str, int, str]], opens_at: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        till = shop(Path(folder))
        till.rules(write_off_limit=100_000, refund_limit=100_000)
        bills: list[int] = []
        for number, (what, amount, method) in enumerate(steps):
            if number == opens_at:
                open_drawer(till.session, OpenDrawer(5000))
            _step(till, bills, what, amount, method)
        _require_sums(till)
        till.store.close()


def _step(till: Shop, bills: list[int], what: str, amount: int, method: str) -> None:
    """One thing at the till; what is refused changes nothing."""
    tender = (cash(amount),) if method == "cash" else (card(amount),)
    last = bills[amount % len(bills)] if bills else 0
    acts = {
        "sell": lambda: bills.extend(till.post(*_goods(amount), paid=tender).ids),
        "pay": lambda: bills.extend(till.pay(tender).ids[:1]),
        "void": lambda: void_posting(till.session, VoidPosting(last, "wrong")),
        "adjust": lambda: adjust_bill(till.session, AdjustBill(last, amount % 200 - 100, "rebate", "asked")),
        "return": lambda: _give_back(till, last),
        "write off": lambda: write_off(till.session, WriteOff(last, 1 + amount % 50, "too little")),
    }
    try:
        acts[what]()
    except PimError:
        return


def _goods(amount: int) -> tuple[BasketLine, ...]:
    """Something taxed, something untaxed, and now and then something with two taxes."""
    other = (UNTAXED_GOODS, TWO_TAXES, REDUCED)[amount % 3]
    return line(unit_price=amount), line(BANDAGE, taxes=other)


def _give_back(till: Shop, bill_id: int) -> None:
    """One unit of a bill's first line, paid back at once by the rule for small refunds."""
    ((line_id,),) = select("select coalesce(min(id), 0) from bill_line where bill_id = ?", [bill_id])
    command = RequestReturn(bill_id, (ReturnOf(line_id, 1),), "broken")
    done = request_return(till.session, command)
    pay_refund(till.session, PayRefund(done.ids[0], done.version))


def _require_sums(till: Shop) -> None:
    found = figures_of(TODAY)
    entries: dict[str, int] = defaultdict(int) | dict(
        select("select account, sum(amount) from entry where day = ? group by account", [TODAY.isoformat()])
    )
    assert sum(one.amount for one in found.sales) == -entries["income"] - entries["tax"]
    assert sum(one.amount for one in found.taxes) == -entries["tax"]
    assert found.write_offs.amount == entries["written_off"]
    came = defaultdict(int, {one.name: one.amount for one in found.payments})
    for one in found.refunds:
        came[one.name] += one.amount
    for method in ("cash", "card", "rounding"):
        assert came[method] == entries[method]
    _require_report_of(found)
    drawer = found.drawer
    assert drawer.taken + drawer.beside == entries["cash"]
    assert drawer.expected == drawer.opening + drawer.taken + sum(one.amount for one in drawer.moves)


def _require_report_of(day: DayFigures) -> None:
    """The reports of a period say what the day's X report says, however they are divided."""
    sold, refunded = sum(one.amount for one in day.sales), -sum(one.amount for one in day.refunds)
    received = sum(one.amount for one in day.payments)
    taxed = sum(one.amount for one in day.taxes)
    told = (sold - taxed, taxed, sold, received, refunded, day.write_offs.amount)
    month = (TODAY.replace(day=1), TODAY + timedelta(days=40))
    for by in ("day", "month", "staff"):
        report = figures(Asked("takings", *month, by), "Europe/Berlin")  # type: ignore[arg-type]
        assert report.total.values == told
        assert len(report.lines) == 1 or not any(told)
    taxes = figures(Asked("taxes", *month, "tax"), "Europe/Berlin")
    rests = {line.key: line.values[1] for line in taxes.lines if isinstance(line.key, str)}
    assert (rests.get(UNTAXED, 0), rests.get(AGAIN, 0)) == (day.rests.untaxed, day.rests.again)
    taxed_with = sum(one.base + one.amount for one in day.taxes)
    assert taxed_with + day.rests.untaxed + day.rests.again == sold
    rows = {line.label: line.values for line in taxes.lines if not isinstance(line.key, str)}
    assert rows == {
        tax_text(one.name, one.rate, one.base, one.amount, one.lines): (one.lines, one.base, one.amount)
        for one in day.taxes
    }
    assert taxes.total.values[1:] == told[:2]


def test_a_book_has_the_money_of_its_last_posting(till: Shop) -> None:
    first = till.post(line(BANDAGE), paid=1190).ids[0]
    till.session = replace(till.session, currency="USD")
    till.store.db.execute_sql("update product set currency = 'USD', version = version + 1")
    for refused in (
        lambda: till.post(line(BANDAGE)),
        lambda: void_posting(till.session, VoidPosting(first, "mistyped")),
    ):
        with pytest.raises(Refused, match=r"The money of this book is EUR, .* is USD") as raised:
            refused()
        assert raised.value.hint.startswith('Set currency = "EUR" again')
    till.session = replace(till.session, currency="EUR")
    void_posting(till.session, VoidPosting(first, "mistyped"))


def test_a_report_of_money_takes_no_types_and_no_sum_of_two_currencies(
    till: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    till.post(line(), paid=8000)
    asked = Asked("takings", TODAY, TODAY, "day")
    assert figures(replace(asked, staff_ids=(LEE,)), "Europe/Berlin").lines == ()
    with pytest.raises(Refused, match="neither a type nor a room"):
        figures(replace(asked, type_ids=(1,)), "Europe/Berlin")
    till.session = replace(till.session, currency="KWD")
    till.store.db.execute_sql("update product set currency = 'KWD', version = version + 1")
    with monkeypatch.context() as earlier:
        # Earlier versions did so.
        earlier.setattr(posting, "require_one_currency", lambda work: None)
        till.post(line(BANDAGE))
    with pytest.raises(Refused, match=r"Bills of that time are in \w{3} and \w{3}\."):
        figures(asked, "Europe/Berlin")


def test_the_taxes_of_a_report_add_up_to_what_was_sold(till: Shop) -> None:
    """On paper, of a day that is open and of one that is closed; the close keeps its figures (M2, M9)."""
    till.post(line(), line(None, unit_price=2_000, taxes=UNTAXED_GOODS), line(None, taxes=TWO_TAXES))
    for kind in ("X", "Z"):
        report = close_paper(till.session, ClosePaper(TODAY), Letterhead("Harbour Clinic")).document
        assert isinstance(report, DayClose)
        assert report.kind == kind
        (table,) = (part for part in report.parts if part.title == "Tax")
        assert table.rows == (
            ("GST 5 %", "8.92", "0.45", "9.37"),
            ("PST 7 %", "8.92", "0.63", "9.55"),
            ("VAT 19 %", "67.23", "12.77", "80.00"),
            ("Untaxed", "20.00", "0.00", "20.00"),
            ("In two bases", "-8.92", "0.00", "-8.92"),
            ("All", "96.15", "13.85", "110.00"),
        )
        told = {one.title: one.read().parts for one in report_figures(TODAY)}
        assert [sum(part.amount for part in told[name]) for name in ("Untaxed", "In two bases")] == [
            2_000, -892,
        ]  # fmt: skip
        if kind == "X":
            close(till)


def test_a_close_that_was_kept_before_it_told_what_is_untaxed_is_read_as_it_was(till: Shop) -> None:
    till.post(line(None, taxes=UNTAXED_GOODS))
    figures_then = figures_of(TODAY)
    kept = json.loads(to_text(figures_then))
    assert kept.pop("rests")
    assert from_text(DayFigures, json.dumps(kept)) == replace(figures_then, rests=NO_RESTS)


# --- closing -------------------------------------------------------------------------------------------


def test_the_journal_calls_what_was_posted_by_its_number(till: Shop) -> None:
    bill = till.post(line(), paid=8000).ids[0]
    void_posting(till.session, VoidPosting(bill, "wrong"))
    rows = journal_page(JournalWanted(kinds=("posting",)), 10, zone="Europe/Berlin").rows
    assert {row.code[0] for row in rows} == {"S", "P", "V"}
    assert all(row.what == row.code for row in rows)
    assert all(journal_line(row.id).row.what == row.code for row in rows)


def test_a_day_is_closed_with_its_number_and_then_nothing_of_it_is_voided(till: Shop) -> None:
    bill = till.post(line(), paid=8000).ids[0]
    assert close(till).says == "23 Nov 2026 is closed: Z 000001, no drawer was counted."
    closed = closed_on(TODAY)
    assert closed is not None
    assert (closed.number, closed.staff, closed.figures.sales[0].amount) == (1, "Anna Berg", 8000)
    assert len(closed.figures.journal) == 64
    with pytest.raises(Refused, match="This day is closed"):
        void_posting(till.session, VoidPosting(bill, "too late"))
    with pytest.raises(Refused, match=r"was closed by Anna Berg at 09:20: Z 000001"):
        close(till)


def test_the_report_stays_as_it_was_and_the_next_one_tells_what_came_later(till: Shop) -> None:
    till.post(line(), paid=8000)
    close(till)
    before = closed_on(TODAY)
    late = till.post(line(), paid=8000).ids[0]
    adjust_bill(till.session, AdjustBill(late, -1000, "rebate", "complaint"))
    assert closed_on(TODAY) == before
    till.clock[0] += DAY
    told = [(one.code, one.amount) for one in figures_of(TODAY + timedelta(days=1)).late]
    assert told == [("S-2026-000002", 8000), ("P-2026-000002", 8000), ("CN-2026-000001", -1000)]
    assert close(till, 1).says.startswith("24 Nov 2026 is closed: Z 000002")
    till.clock[0] += DAY
    assert figures_of(TODAY + timedelta(days=2)).late == ()


def test_a_drawer_is_counted_before_the_day_is_closed(till: Shop) -> None:
    open_drawer(till.session, OpenDrawer(1000))
    with pytest.raises(Refused, match=r"Anna Berg opened .* is not counted"):
        close(till)
    close_drawer(till.session, CloseDrawer(1, 1, 900))
    assert close(till).says == "23 Nov 2026 is closed: Z 000001, drawer difference -1.00 EUR."


def test_no_day_is_closed_in_another_currency_than_the_books(till: Shop) -> None:
    """Its sums would be kept for ever as those of the other money."""
    close(till)  # nothing was posted yet: any currency will do
    till.clock[0] += DAY
    till.post(line(), paid=8000)
    right, till.session = till.session, replace(till.session, currency="KWD")
    with pytest.raises(Refused, match="this book is EUR, and the setting currency is KWD") as refused:
        close(till, 1)
    assert refused.value.hint.startswith('Set currency = "EUR" again')
    assert (figures_of(TODAY + timedelta(days=1)).sales[0].amount, till.count("day_close")) == (8000, 1)
    till.session = right
    assert close(till, 1).says.startswith("24 Nov 2026 is closed: Z 000002")


def test_a_book_of_two_currencies_is_closed_and_read_in_the_one_it_has_now(
    till: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    till.post(line(), paid=8000)
    till.session = replace(till.session, currency="USD")
    till.store.db.execute_sql("update product set currency = 'USD', version = version + 1")
    with monkeypatch.context() as earlier:
        # Earlier versions did so.
        earlier.setattr(posting, "require_one_currency", lambda work: None)
        till.post(line(BANDAGE), paid=595)
    assert close(till).says.startswith("23 Nov 2026 is closed: Z 000001")
    assert closed_on(TODAY) is not None


def test_days_are_closed_one_after_the_other_and_none_that_has_not_come(till: Shop) -> None:
    with pytest.raises(Refused, match="has not come yet"):
        close(till, 1)
    close(till)
    with pytest.raises(Refused, match="closed one after the other"):
        close(till, -1)
    till.clock[0] += DAY
    till.post(line(), paid=8000)
    till.clock[0] += DAY
    with pytest.raises(Refused, match="24 Nov 2026 is not closed"):
        close(till, 2)
    close(till, 1)
    assert close(till, 2).says.startswith("25 Nov 2026 is closed: Z 000003")


def test_of_two_desks_that_close_at_once_one_wins(till: Shop) -> None:
    answers: list[str] = []
    start = threading.Barrier(2)

    def desk() -> None:
        till.store.connect()
        start.wait()
        try:
            answers.append(close(till).says)
        except Refused as error:
            answers.append(error.rule)
        till.store.close()

    desks = [threading.Thread(target=desk) for _ in range(2)]
    for one in desks:
        one.start()
    for one in desks:
        one.join()
    assert sorted(answers) == ["23 Nov 2026 is closed: Z 000001, no drawer was counted.", "M9"]
    assert till.count("day_close") == 1


# --- what is walked through ----------------------------------------------------------------------------


def test_the_walk_tells_what_is_open_of_the_day(till: Shop) -> None:
    till.book("2026-11-23 10:30", customer_id=JANE)
    till.book("2026-11-24 10:30", customer_id=JOHN)
    walk = day_walk(TODAY)
    assert [one.customer_id for one in walk.visits] == [JANE]
    assert (walk.number, walk.drawers, walk.loans, walk.refunds, walk.not_closed) == (0, (), (), (), ())
    till.post(line(), paid=8000)
    till.clock[0] += DAY
    tomorrow = TODAY + timedelta(days=1)
    assert day_walk(tomorrow).not_closed == (TODAY,)
    assert [one.customer_id for one in day_walk(tomorrow).visits] == [JANE, JOHN]
    close(till)
    assert day_walk(tomorrow).not_closed == ()
    assert (day_walk(TODAY).number, day_walk(TODAY).closed_by) == (1, "Anna Berg")
