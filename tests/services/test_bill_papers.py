"""Papers about money from a real book: what is printed is what is stored, and stays so."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from pim_tui.config import Settings
from pim_tui.db.filestore import store_of
from pim_tui.documents.bill import Bill
from pim_tui.documents.watch import Watch
from pim_tui.domain.money import figures
from pim_tui.domain.rights import Right
from pim_tui.errors import FileProblem, Forbidden, NotFound, Refused
from pim_tui.models import DayClose, Drawer, DrawerMove
from pim_tui.queries import papers as kept
from pim_tui.services import issuing
from pim_tui.services.issuing import GoesTo, HandedOut, HandOut, hand_out
from pim_tui.services.papers import make
from pim_tui.services.printing import PrintPaper, preview, print_paper, stationery
from pim_tui.services.wanted import (
    ClosePaper,
    LabelPaper,
    LedgerPaper,
    PostingPaper,
    RecordPaper,
    StatementPaper,
    Wanted,
)
from tests.services.clinic import ANNA, JANE, JOHN, LEE, Practice, at, practice
from tests.services.postings import correct, goods, pay, post_bill, sold

MONDAY = date(2026, 11, 23)
PAPER = stationery(
    Settings(
        clinic_name="Harbour Clinic", clinic_address="12 Quay Street\\nGalway", clinic_phone="+353 91 000",
        clinic_tax_number="IE 1234567A", clinic_pay_by="Pay to IE29 AIBK 9311 5212 3456 78",
    )
)  # fmt: skip


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Practice]:
    """A clinic that has goods to sell."""
    made = practice(tmp_path)
    made.session = replace(made.session, currency="EUR")
    goods(made)
    yield made
    made.store.close()


def text_of(data: bytes) -> str:
    """All words of a PDF."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages).split())


def handed(
    clinic: Practice, wanted: PostingPaper | LabelPaper | ClosePaper, to: GoesTo = "file"
) -> HandedOut:
    """The paper as it leaves the book."""
    return hand_out(clinic.session, HandOut(wanted, PAPER, to, "somewhere"))


def said(clinic: Practice, wanted: Wanted) -> tuple[str, str]:
    """The words of the PDF, and of the preview."""
    file = clinic.store.file.parent / "paper.pdf"
    print_paper(clinic.session, PrintPaper(wanted, PAPER, str(file)))
    shown = preview(clinic.session, wanted, PAPER, 132)
    return text_of(file.read_bytes()), " ".join(" ".join(shown.lines).split())


def stored(clinic: Practice, sql: str, *params: object) -> list[str]:
    """Amounts straight from the tables, as papers write them."""
    return [
        figures(int(value), "EUR") for row in clinic.store.select(sql, list(params)) for value in row if value
    ]


def test_a_receipt_says_what_the_tables_hold(clinic: Practice) -> None:
    bill_id, priced = post_bill(clinic, sold(6), discount=137)
    pay(
        clinic, (("card", 2_000, None), ("cash", priced.total - 2_000, priced.total)), (bill_id, priced.total)
    )
    amounts = stored(clinic, "select unit_price, discount from bill_line where bill_id = ?", bill_id)
    amounts += stored(clinic, "select amount from posting where id = ?", bill_id)
    amounts += stored(
        clinic,
        "select sum(t.base), sum(t.amount) from line_tax t join bill_line l on l.id = t.line_id"
        " where l.bill_id = ? group by t.rate",
        bill_id,
    )
    amounts += stored(clinic, "select amount, tendered from payment_part")
    names = [
        row[0]
        for row in clinic.store.select("select description from bill_line where bill_id = ?", [bill_id])
    ]
    for found in said(clinic, PostingPaper(bill_id)):
        for part in (*amounts, *names, "Receipt", "S-2026-000001", "Jane Doe", "Anna Berg", "lot L00042"):
            assert part in found
        for part in ("IE 1234567A", "VAT 19 %", "VAT 7 %", "Discount on the bill -1.37", "Change 20.00"):
            assert part in found
        assert "Left to pay EUR 0.00" in found
        assert "Pay to" not in found


def test_the_lines_of_a_paper_add_up_to_its_total(clinic: Practice) -> None:
    for inclusive in (True, False):
        bill_id, priced = post_bill(clinic, sold(5), discount=137, inclusive=inclusive)
        bill = _bill(clinic, PostingPaper(bill_id))
        assert sum(line.total for line in bill.lines) == bill.subtotal
        assert bill.subtotal - bill.discount + bill.tax_on_top == bill.total == priced.total
        assert bill.tax_on_top == (0 if inclusive else priced.tax)
        assert sum(row.tax for row in bill.taxes) == priced.tax


def test_a_bill_that_is_not_paid_says_how_to_pay(clinic: Practice) -> None:
    bill_id, priced = post_bill(clinic, sold(3), share=50_000)
    for found in said(clinic, PostingPaper(bill_id)):
        assert "Bill" in found
        assert "Payer Northern Insurance" in found
        assert f"Payer's share {figures(priced.payer, 'EUR')}" in found
        assert f"Left to pay EUR {figures(priced.customer, 'EUR')}" in found
        assert "Pay to IE29" in found


def test_cash_that_was_rounded_says_by_how_much(clinic: Practice) -> None:
    bill_id, priced = post_bill(clinic, sold(1), customer=None)
    assert priced.total == 1_497
    pay(clinic, (("cash", 1_500, 2_000), ("rounding", -3, None)), (bill_id, 1_497), customer=None)
    for found in said(clinic, PostingPaper(bill_id)):
        assert "Rounding 0.03 Cash 15.00" in found
        assert "Cash given 20.00" in found
        assert "Change 5.00" in found
        assert "without a customer" in found


def test_a_payment_names_the_bills_it_settles(clinic: Practice) -> None:
    one, priced = post_bill(clinic, sold(1))
    other, _ = post_bill(clinic, sold(2))
    payment = pay(clinic, (("transfer", 5_000, None),), (one, priced.total), (other, 1_000))
    left = figures(5_000 - priced.total - 1_000, "EUR")
    for found in said(clinic, PostingPaper(payment)):
        assert "P-2026-000001" in found
        assert f"Settles S-2026-000001 {figures(priced.total, 'EUR')} S-2026-000002 10.00" in found
        assert f"Credit of the customer {left}" in found
    assert "Payment P-2026-000001 10.00" in said(clinic, PostingPaper(other))[0]


def test_a_credit_note_says_what_it_corrects_and_where_the_money_goes(clinic: Practice) -> None:
    bill_id, priced = post_bill(clinic, sold(2), share=20_000)
    note = correct(clinic, "credit_note", bill_id, priced, "Wrong patient", off=1_000)
    for found in said(clinic, PostingPaper(note)):
        assert "Credit note" in found
        assert "Corrects S-2026-000001 of 23 Nov 2026" in found
        assert "Reason Wrong patient" in found
        assert "Taken off S-2026-000001 10.00" in found
        assert f"Credit of the customer {figures(priced.customer - 1_000, 'EUR')}" in found
        assert f"To the payer {figures(priced.payer, 'EUR')}" in found


# --- kept as issued ----------------------------------------------------------------------------------


def test_what_was_issued_is_handed_out_again_byte_for_byte(clinic: Practice) -> None:
    bill_id, priced = post_bill(clinic, sold(3))
    first = handed(clinic, PostingPaper(bill_id))
    clinic.clock[0] += 3_600
    pay(clinic, (("card", priced.total, None),), (bill_id, priced.total))
    mailed = handed(clinic, PostingPaper(bill_id), "email")
    assert mailed.data == first.data
    assert mailed.copy == 0
    paper = kept.of_posting(bill_id)
    assert paper is not None
    assert paper.sha256 == hashlib.sha256(first.data).hexdigest()
    assert store_of(clinic.store).read(paper.sha256) == first.data
    assert [(row.copy, row.goes_to) for row in kept.prints_of(paper.id)] == [(0, "file"), (0, "email")]
    assert clinic.count("paper") == 1


def test_a_reprint_says_which_copy_it_is_and_tells_what_the_first_one_told(clinic: Practice) -> None:
    bill_id, priced = post_bill(clinic, sold(3))
    handed(clinic, PostingPaper(bill_id))
    clinic.clock[0] += 3_600
    pay(clinic, (("card", priced.total, None),), (bill_id, priced.total))
    for number in (1, 2):
        copy = handed(clinic, PostingPaper(bill_id, again=True))
        assert copy.copy == number
        assert f"COPY {number}" in text_of(copy.data)
        assert f"Left to pay EUR {figures(priced.total, 'EUR')}" in text_of(copy.data)
    assert "COPY" not in text_of(handed(clinic, PostingPaper(bill_id)).data)


def test_what_has_gone_to_a_printer_once_goes_there_as_a_copy(clinic: Practice) -> None:
    bill_id, _ = post_bill(clinic, sold(3))
    assert handed(clinic, PostingPaper(bill_id), "printer").copy == 0
    assert handed(clinic, PostingPaper(bill_id), "printer").copy == 1
    assert handed(clinic, PostingPaper(bill_id), "email").copy == 0


def test_a_bill_voided_since_is_never_handed_out_as_if_it_stood(clinic: Practice) -> None:
    bill_id, priced = post_bill(clinic, sold(3))
    handed(clinic, PostingPaper(bill_id))
    clinic.clock[0] += 60
    correct(clinic, "void", bill_id, priced, "Wrong customer")
    found = handed(clinic, PostingPaper(bill_id), "email")
    assert found.copy == 1
    assert "VOID" in text_of(found.data)
    assert "by Anna Berg: Wrong customer" in text_of(found.data)


def test_a_stored_paper_that_was_tampered_with_is_not_handed_out(clinic: Practice) -> None:
    bill_id, _ = post_bill(clinic, sold(3))
    sha256 = handed(clinic, PostingPaper(bill_id)).sha256
    file = store_of(clinic.store).folder / sha256[:2] / sha256[2:]
    os.chmod(file, 0o600)
    file.write_bytes(file.read_bytes() + b" ")
    with pytest.raises(FileProblem, match="damaged"):
        handed(clinic, PostingPaper(bill_id))


def test_two_desks_give_no_copy_the_same_number(clinic: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    bill_id, _ = post_bill(clinic, sold(3))
    handed(clinic, PostingPaper(bill_id))
    usual, told = issuing.render, []

    def overtaken(*given: object, **more: object) -> object:
        if not told:
            told.append(1)
            assert handed(clinic, PostingPaper(bill_id, again=True)).copy == 1
        return usual(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(issuing, "render", overtaken)
    mine = handed(clinic, PostingPaper(bill_id, again=True))
    assert mine.copy == 2
    assert "COPY 2" in text_of(mine.data)


def test_the_journal_knows_every_print(clinic: Practice) -> None:
    bill_id, _ = post_bill(clinic, sold(1))
    handed(clinic, PostingPaper(bill_id), "email")
    handed(clinic, PostingPaper(bill_id, again=True))
    assert clinic.actions()[-2:] == ["email", "print"]


@pytest.mark.parametrize("right", [Right.PRINT, Right.SEE_BILL])
def test_without_the_right_nothing_is_issued(clinic: Practice, right: Right) -> None:
    bill_id, _ = post_bill(clinic, sold(1))
    with pytest.raises(Forbidden):
        hand_out(clinic.as_(LEE, right), HandOut(PostingPaper(bill_id), PAPER, "file"))
    assert clinic.count("paper") == 0
    with pytest.raises(NotFound):
        handed(clinic, PostingPaper(99))


def test_a_label_is_kept_and_its_reprints_are_counted(clinic: Practice) -> None:
    bill_id, _ = post_bill(clinic, sold(1), kind="dispense")
    ((line_id,),) = clinic.store.select("select id from bill_line where bill_id = ?", [bill_id])
    found = text_of(handed(clinic, LabelPaper(line_id)).data)
    for part in ("Jane Doe", "Ibuprofen", "One tablet three times a day", "3 pack", "23 Nov 2026",
                 "Harbour Clinic", "Lot L00042", "use before 31 Mar 2027"):  # fmt: skip
        assert part in found
    assert "COPY 1" in text_of(handed(clinic, LabelPaper(line_id, again=True)).data)


# --- accounts ----------------------------------------------------------------------------------------


def busy(clinic: Practice) -> None:
    """Bills and payments over three days, some before the statement."""
    for day in ("2026-10-05 09:00", "2026-11-10 09:00", "2026-11-20 09:00"):
        clinic.clock[0] = at(day)
        bill_id, _ = post_bill(clinic, sold(3))
        post_bill(clinic, sold(2), customer=JOHN)
        pay(clinic, (("card", 1_000, None),), (bill_id, 1_000))
    clinic.clock[0] = at("2026-11-23 09:00")
    pay(clinic, (("transfer", 700, None),))


def test_a_statement_leads_from_one_balance_to_the_other(clinic: Practice) -> None:
    busy(clinic)
    first = date(2026, 11, 1)
    rows = clinic.store.select(
        "select posting_id, sum(amount) from entry where customer_id = ? and account = 'receivable'"
        " and day >= '2026-11-01' group by posting_id order by posting_id",
        [JANE],
    )
    ((opening,),) = clinic.store.select(
        "select sum(amount) from entry where customer_id = ? and account = 'receivable'"
        " and day < '2026-11-01'",
        [JANE],
    )
    balance, running = opening, []
    for _, amount in rows:
        balance += amount
        running.append(figures(balance, "EUR"))
    for found in said(clinic, StatementPaper(JANE, first, MONDAY)):
        assert f"Balance before {figures(opening, 'EUR')}" in found
        assert [part for part in running if part not in found] == []
        assert f"You owe EUR {figures(balance, 'EUR')}" in found
        assert "Sale: Ibuprofen 400 mg, 20 tablets and 2 more" in found
        assert "Pay to IE29" in found
    assert clinic.count("paper") == 1


def test_the_ages_of_a_statement_add_up_to_its_balance(clinic: Practice) -> None:
    busy(clinic)
    for last in (date(2026, 10, 31), date(2026, 11, 15), MONDAY):
        document = _made(clinic, StatementPaper(JANE, date(2026, 10, 1), last))
        assert sum(one.amount for one in document.ageing) == document.account.closing
    assert {one.label for one in document.ageing} == {"0-30 days", "31-60 days"}


def test_a_ledger_is_of_a_customer_or_of_all(clinic: Practice) -> None:
    busy(clinic)
    whole = _made(clinic, LedgerPaper(date(2026, 1, 1), MONDAY))
    ((balance,),) = clinic.store.select("select sum(amount) from entry where account = 'receivable'")
    assert whole.account.closing == balance
    assert {row.who for row in whole.account.rows} == {"Doe, Jane", "Roe, John"}
    mine = _made(clinic, LedgerPaper(date(2026, 11, 1), MONDAY, JANE))
    assert mine.account.opening
    assert "2026-11-23" not in said(clinic, LedgerPaper(date(2026, 11, 1), MONDAY, JANE))[0]
    assert clinic.count("paper") == 0


def test_a_ledger_can_be_stopped_and_then_nothing_is_written(clinic: Practice, tmp_path: Path) -> None:
    busy(clinic)
    lines, file = clinic.count("journal"), tmp_path / "ledger.pdf"
    command = PrintPaper(LedgerPaper(date(2026, 1, 1), MONDAY), PAPER, str(file))
    with pytest.raises(Refused, match="stopped"):
        print_paper(clinic.session, command, Watch(stop=lambda: True))
    assert not file.exists()
    assert clinic.count("journal") == lines


def test_a_record_has_bills_and_notes(clinic: Practice) -> None:
    busy(clinic)
    clinic.book("2026-11-25 10:30", reason="Knee")
    for found in said(clinic, RecordPaper(JANE)):
        for part in ("Jane Doe", "Knee", "Scheduled", "S-2026-000001", "Part paid", "Notes None."):
            assert part in found
        assert "S-2026-000002" not in found


# --- the day -----------------------------------------------------------------------------------------


def test_the_close_of_a_day_says_what_the_day_came_to(clinic: Practice) -> None:
    with clinic.store.write_tx():
        Drawer.create(name="till", opened_at=at("08:00"), opened_by=ANNA, day=MONDAY, float_amount=10_000)
        DrawerMove.create(drawer=1, kind="out", amount=-2_500, reason="Stamps", at=at("09:00"), staff=ANNA)
    one, priced = post_bill(clinic, sold(3))
    pay(clinic, (("cash", priced.total, None),), (one, priced.total))
    gone, other = post_bill(clinic, sold(1))
    correct(clinic, "void", gone, other, "Typed twice")
    for found in said(clinic, ClosePaper(MONDAY)):
        told = [
            "X report",
            f"Sale 1 {figures(priced.total, 'EUR')}",
            "Cash 1",
            "S-2026-000002",
            "Typed twice",
        ]
        told += ["Float at opening 100.00", "Stamps", "-25.00", "was not counted"]
        assert [part for part in told if part not in found] == []
    assert clinic.count("paper") == 0


def test_a_z_report_is_kept(clinic: Practice) -> None:
    with clinic.store.write_tx():
        DayClose.create(day=MONDAY, number=17, at=at("18:00"), staff=ANNA)
    first = handed(clinic, ClosePaper(MONDAY))
    clinic.clock[0] += 60
    assert handed(clinic, ClosePaper(MONDAY)).data == first.data
    assert "Z report 000017" in text_of(first.data)
    assert "Z report 000017 COPY 1" in text_of(handed(clinic, ClosePaper(MONDAY, again=True)).data)


def _made(clinic: Practice, wanted: Wanted) -> Any:
    """The paper as data."""
    return make(clinic.session, wanted, PAPER.head(wanted)).document


def _bill(clinic: Practice, wanted: PostingPaper) -> Bill:
    """The bill on it, as data."""
    found: Bill = _made(clinic, wanted).bill
    return found
