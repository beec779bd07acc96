"""The page of a bill, what happened to it, and what people owe, read from rows alone."""

from __future__ import annotations

import pytest

from pim_tui.db.connection import current
from pim_tui.domain.basket import Share
from pim_tui.errors import Invalid, NotFound
from pim_tui.queries.balances import balance, dues
from pim_tui.queries.bills import bill_page, find_posting, timeline
from pim_tui.services.corrections import (
    AdjustBill,
    VoidPosting,
    WriteOff,
    adjust_bill,
    void_posting,
    write_off,
)
from pim_tui.services.payments import Unallocate, unallocate_payment
from tests.services.clinic import ANNA, JANE, NOW, SATO
from tests.services.shop import INSURER, TABLETS, Shop, card, cash, line


def test_the_page_has_lines_taxes_payments_corrections_shares_and_what_is_due(till: Shop) -> None:
    bill = till.post(
        line(payer=Share(percent=50_000)), line(TABLETS, 2), payer_id=INSURER, paid=[card(1000), cash(500)]
    ).ids[0]
    adjust_bill(till.session, AdjustBill(bill, -1038, "Agreed", "late"))
    page = bill_page(bill)

    head = page.header
    assert (head.code, head.customer, head.customer_number, head.payer) == (
        "S-2026-000001",
        "Jane Doe",
        1,
        "Good Health Insurance",
    )
    assert (head.amount, page.net + page.tax, page.customer_share, page.payer_share) == (
        10_380,
        10_380,
        6380,
        4000,
    )
    assert [row.by for row in page.payments] == [(("card", 1000), ("cash", 500))]
    assert [(row.code, row.amount, row.reason, row.voided) for row in page.corrections] == [
        ("CN-2026-000001", 1038, "late", False)
    ]
    assert (page.due, page.payer_due, page.status, page.credited) == (4242, 3600, "part", 1038)


def test_a_payments_page_tells_its_parts_and_what_it_settles(till: Shop) -> None:
    first, payment = till.post(line(), paid=[card(9000)]).ids
    page = bill_page(payment)

    assert [(part.method, part.amount) for part in page.parts] == [("card", 9000)]
    assert [(row.id, row.amount) for row in page.settles] == [(first, 8000)]
    assert (page.due, page.status, page.lines) == (-1000, None, ())


def test_the_timeline_tells_who_did_what_and_how_much(till: Shop) -> None:
    till.rules(write_off_limit=5000)
    bill = till.post(line()).ids[0]
    other, till.session = till.session, till.as_(SATO)
    till.clock[0] += 60
    payment = till.pay(3000).ids[0]
    till.session = other
    till.clock[0] += 60
    unallocate_payment(till.session, Unallocate(payment, bill))
    gone = write_off(till.session, WriteOff(bill, 1000, "small")).ids[0]
    till.clock[0] += 60
    void_posting(till.session, VoidPosting(gone, "not so small"))
    with till.store.write_tx():
        db = till.store.db
        db.execute_sql(
            "insert into stored_file (sha256, size, media_type, created_at)"
            " values (?, 1, 'application/pdf', ?)",
            ("0" * 64, NOW),
        )
        db.execute_sql(
            "insert into paper (kind, posting_id, file_id, about, issued_at, staff_id)"
            " values ('bill', ?, 1, '', ?, ?)",
            (bill, NOW, ANNA),
        )
        for copy, where, to in ((0, "printer", ""), (1, "email", "jane@example.org")):
            db.execute_sql(
                "insert into paper_print (paper_id, copy, goes_to, where_to, at, staff_id)"
                " values (1, ?, ?, ?, ?, ?)",
                (copy, where, to, NOW + 600 + copy, ANNA),
            )

    assert [(one.at - NOW, one.who, one.what, one.amount, one.other, one.note) for one in timeline(bill)] == [
        (0, "Anna Berg", "posted", 8000, "", ""),
        (60, "Dr Sato", "paid", 3000, "P-2026-000001", ""),
        (120, "Anna Berg", "no longer paid", 3000, "P-2026-000001", ""),
        (120, "Anna Berg", "written off", 1000, "WO-2026-000001", "small"),
        (180, "Anna Berg", "voided", 1000, "WO-2026-000001", "not so small"),
        (600, "Anna Berg", "printed", None, "", "bill"),
        (601, "Anna Berg", "emailed", None, "", "bill, COPY 1, jane@example.org"),
    ]
    assert [one.what for one in timeline(payment)] == ["posted", "settles", "settles no longer"]


def test_a_number_that_is_none_or_nobodys_is_told(till: Shop) -> None:
    with pytest.raises(Invalid, match="is not a number such as S-2026-000012"):
        find_posting("twelve")
    with pytest.raises(NotFound, match="There is no S-2026-000012"):
        find_posting("S-2026-000012")
    with pytest.raises(NotFound):
        bill_page(12)


@pytest.mark.sqlite
def test_every_read_goes_by_an_index(till: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    bill = till.post(line(TABLETS, 2), paid=1000).ids[0]
    asked: list[tuple[str, object]] = []
    book, plain = current(), current().select
    monkeypatch.setattr(
        book, "select", lambda sql, params=(): asked.append((sql, params)) or plain(sql, params)
    )
    bill_page(bill)
    timeline(bill)
    balance(JANE)
    dues(JANE)

    plans = [plain(f"explain query plan {sql}", params) for sql, params in asked]
    told = [row[3] for plan in plans for row in plan]
    assert len(asked) == 15
    # What was gathered by an index is then walked through: it is no table.
    gathered = ("SCAN e", "SCAN a", "SCAN found", "SCAN CONSTANT ROW")
    assert [one for one in told if one.startswith("SCAN") and one not in gathered] == []
