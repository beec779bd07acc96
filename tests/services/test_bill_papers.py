"""Papers about money from a real book: what is printed is what is stored, and stays so."""

from __future__ import annotations

import hashlib
import io
import os
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from pim_tui.config import Settings
from pim_tui.db.filestore import store_of
from pim_tui.documents.bill import Bill
from pim_tui.documents.billpaper import BillPaper
from pim_tui.documents.slip import slip_of
from pim_tui.documents.watch import Watch
from pim_tui.domain.basket import Basket, Discount, Share
from pim_tui.domain.money import figures
from pim_tui.domain.pricing import price
from pim_tui.domain.rights import Right
from pim_tui.domain.taxes import UNTAXED, TaxClass
from pim_tui.domain.terms import terms_of
from pim_tui.errors import FileProblem, Forbidden, NotFound, Refused
from pim_tui.models import DayClose, Drawer, DrawerMove
from pim_tui.queries import papers as kept
from pim_tui.services import account_papers, issuing
from pim_tui.services.corrections import AdjustBill, adjust_bill
from pim_tui.services.issuing import GoesTo, HandedOut, HandOut, hand_out
from pim_tui.services.papers import make
from pim_tui.services.printing import PrintPaper, preview, print_paper, stationery
from pim_tui.services.till import ParkBill, park_bill
from pim_tui.services.voiding import VoidPosting, void_posting
from pim_tui.services.wanted import (
    ClosePaper,
    DraftPaper,
    LabelPaper,
    LedgerPaper,
    PostingPaper,
    RecordPaper,
    StatementPaper,
    Wanted,
)
from tests.services.clinic import ANNA, JANE, JOHN, LEE, at
from tests.services.shop import (
    BANDAGE,
    CONSULTATION,
    INSURER,
    REDUCED,
    STANDARD,
    TABLETS,
    Shop,
    card,
    cash,
    line,
)

MONDAY = date(2026, 11, 23)
PAPER = stationery(
    Settings(
        clinic_name="Harbour Clinic", clinic_address="12 Quay Street\\nGalway", clinic_phone="+353 91 000",
        clinic_tax_number="IE 1234567A", clinic_pay_by="Pay to IE29 AIBK 9311 5212 3456 78",
    )
)  # fmt: skip
DIRECTIONS = "One tablet three times a day, with food."
MEDICINE = line(TABLETS, 3, directions=DIRECTIONS, unit="pack")
GOODS = (
    MEDICINE,
    line(CONSULTATION, taxes=REDUCED),
    *(line(BANDAGE, count, unit_price=330 + count, discount=Discount(5_000)) for count in (2, 3, 4)),
)


@pytest.fixture
def clinic(till: Shop) -> Shop:
    """A clinic that has goods to sell."""
    return till


def sell(clinic: Shop, count: int = 3, **more: Any) -> int:
    """Sell the first of the goods."""
    return clinic.post(*GOODS[:count], **more).ids[0]


def total(clinic: Shop, bill_id: int, column: str = "customer_share") -> int:
    """What the lines of a bill come to."""
    ((found,),) = clinic.store.select(f"select sum({column}) from bill_line where bill_id = ?", [bill_id])
    return int(found)


def text_of(data: bytes) -> str:
    """All words of a PDF."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages).split())


def handed(clinic: Shop, wanted: PostingPaper | LabelPaper | ClosePaper, to: GoesTo = "file") -> HandedOut:
    """The paper as it leaves the book."""
    return hand_out(clinic.session, HandOut(wanted, PAPER, to, "somewhere"))


def said(clinic: Shop, wanted: Wanted) -> tuple[str, str]:
    """The words of the PDF, and of the preview."""
    file = clinic.store.place.parent / "paper.pdf"
    print_paper(clinic.session, PrintPaper(wanted, PAPER, str(file)))
    shown = preview(clinic.session, wanted, PAPER, 132)
    return text_of(file.read_bytes()), " ".join(" ".join(shown.lines).split())


def stored(clinic: Shop, sql: str, *params: object) -> list[str]:
    """Amounts straight from the tables, as papers write them."""
    return [
        figures(int(value), "EUR") for row in clinic.store.select(sql, list(params)) for value in row if value
    ]


def test_a_receipt_says_what_the_tables_hold(clinic: Shop) -> None:
    bill_id = sell(clinic, 5, discount=Discount(amount=137), paid=(card(2_000), cash(20_000)))
    amounts = stored(clinic, "select unit_price, discount from bill_line where bill_id = ?", bill_id)
    amounts += stored(clinic, "select amount from posting where id = ?", bill_id)
    amounts += stored(
        clinic,
        "select sum(t.base), sum(t.amount) from line_tax t join bill_line l on l.id = t.line_id"
        " where l.bill_id = ? group by t.rate",
        bill_id,
    )
    amounts += stored(clinic, "select amount, tendered from payment_part")
    names = clinic.store.select("select description from bill_line where bill_id = ?", [bill_id])
    told = ["Receipt", "S-2026-000001", "Jane Doe", "Anna Berg", "lot A7", "use before 31 Dec 2026"]
    told += ["IE 1234567A", "VAT 19 %", "VAT 7 %", "Discount on the bill -1.37", "Left to pay EUR 0.00"]
    for found in said(clinic, PostingPaper(bill_id)):
        assert [part for part in (*amounts, *told, *(name for (name,) in names)) if part not in found] == []
        assert "Pay to" not in found
        assert re.search(r"Cash given 200.00 Change \d", found)


def test_the_lines_of_a_paper_add_up_to_its_total(clinic: Shop) -> None:
    for inclusive in (True, False):
        clinic.rules(inclusive=inclusive)
        bill = _bill(clinic, PostingPaper(sell(clinic, 5, discount=Discount(amount=137))))
        assert sum(one.total for one in bill.lines) == bill.subtotal
        assert bill.subtotal - bill.discount + bill.tax_on_top == bill.total
        assert bill.tax_on_top == (0 if inclusive else sum(row.tax for row in bill.taxes))


@pytest.mark.parametrize("inclusive", [True, False], ids=["inclusive", "exclusive"])
def test_the_bases_of_a_paper_add_up_to_its_total_with_what_is_untaxed(clinic: Shop, inclusive: bool) -> None:
    clinic.rules(inclusive=inclusive)
    goods = (*GOODS[:2], line(CONSULTATION, taxes=UNTAXED, unit_price=4_000))
    bill_id = clinic.post(*goods, discount=Discount(amount=137)).ids[0]
    charge = adjust_bill(clinic.session, AdjustBill(bill_id, 1_000, "Report", "forgotten")).ids[0]
    for posting_id in (bill_id, charge):
        bill = _bill(clinic, PostingPaper(posting_id))
        rest = bill.taxes[-1]
        assert (rest.rate, rest.tax, rest.base > 0) == ("Untaxed", 0, True)
        assert sum(row.base + row.tax for row in bill.taxes) == bill.total
        base = bill.figures(rest.base)
        made, created = BillPaper(bill), datetime(2026, 11, 23, 9, 20, tzinfo=UTC)
        assert f"Untaxed {base} 0.00 {base}" in text_of(made.pdf(created).data)
        assert f"Untaxed {base} 0.00 {base}" in " ".join(made.text().split())
        assert f"Untaxed {base} 0.00" in text_of(made.pdf(created, size="roll").data)
        assert f"Untaxed {base} 0.00" in [" ".join(one.text.split()) for one in slip_of(made, 42)]


@pytest.mark.parametrize("taxes", [(UNTAXED, UNTAXED), (STANDARD, REDUCED)], ids=["untaxed", "taxed"])
def test_a_bill_all_taxed_or_all_untaxed_says_nothing_of_that(
    clinic: Shop, taxes: tuple[TaxClass, TaxClass]
) -> None:
    bill_id = clinic.post(*(line(CONSULTATION, taxes=one) for one in taxes)).ids[0]
    for found in said(clinic, PostingPaper(bill_id)):
        assert "Untaxed" not in found


def test_a_bill_that_is_not_paid_says_how_to_pay(clinic: Shop) -> None:
    shared = replace(line(CONSULTATION), payer=Share(50_000))
    bill_id = clinic.post(shared, payer_id=INSURER).ids[0]
    for found in said(clinic, PostingPaper(bill_id)):
        assert "Bill" in found
        assert "Payer's share 40.00" in found
        assert "Left to pay EUR 40.00" in found
        assert "Pay to IE29" in found
        (name,) = clinic.store.select("select name from payer where id = ?", [INSURER])[0]
        assert f"Payer {name}" in found


def test_cash_that_was_rounded_says_by_how_much(clinic: Shop) -> None:
    clinic.rules(cash_step=5)
    bill_id = clinic.post(line(None, unit_price=1_498), paid=(cash(1_500, 2_000),), customer_id=None).ids[0]
    for found in said(clinic, PostingPaper(bill_id)):
        assert "Rounding 0.02 Cash 15.00 Cash given 20.00 Change 5.00 Left to pay EUR 0.00" in found
        assert "without a customer" in found


def test_a_payment_names_the_bills_it_settles(clinic: Shop) -> None:
    one, other = clinic.post(line(CONSULTATION)).ids[0], clinic.post(line(CONSULTATION)).ids[0]
    payment = clinic.pay((card(10_000),), bills=((one, 8_000), (other, 1_500))).ids[0]
    for found in said(clinic, PostingPaper(payment)):
        assert "P-2026-000001" in found
        assert "Total EUR 100.00 Card 100.00" in found
        assert "Settles S-2026-000001 80.00 S-2026-000002 15.00 Credit of the customer 5.00" in found
    assert "Payment P-2026-000001 15.00 Left to pay EUR 65.00" in said(clinic, PostingPaper(other))[0]


def test_a_credit_note_says_what_it_corrects_and_where_the_money_goes(clinic: Shop) -> None:
    shared = replace(line(CONSULTATION), payer=Share(25_000))
    bill_id = clinic.post(shared, payer_id=INSURER, paid=(card(3_000),)).ids[0]
    command = AdjustBill(bill_id, -4_800, "Half the time", "Left early")
    note = adjust_bill(clinic.session, command).ids[0]
    for found in said(clinic, PostingPaper(note)):
        for part in ("Credit note", "Corrects S-2026-000001 of 23 Nov 2026", "Reason Left early",
                     "Half the time", "Total EUR 48.00", "Taken off S-2026-000001 30.00",
                     "Credit of the customer 6.00", "To the payer 12.00"):  # fmt: skip
            assert part in found


def test_a_draft_is_no_receipt(clinic: Shop) -> None:
    goods = (*GOODS, line(CONSULTATION, taxes=UNTAXED, unit_price=4_000))
    basket = Basket("sale", goods, customer_id=JANE)
    draft = park_bill(clinic.session, ParkBill(basket, "Jane")).ids[0]
    for found in said(clinic, DraftPaper(draft)):
        assert "DRAFT - NOT A RECEIPT" in found
        assert f"Total EUR {figures(price(basket, terms_of(clinic.session)).total, 'EUR')}" in found
        assert "Untaxed 40.00 0.00" in found
    assert clinic.count("paper") == 0
    with pytest.raises(NotFound):
        said(clinic, DraftPaper(99))


# --- kept as issued ----------------------------------------------------------------------------------


def test_what_was_issued_is_handed_out_again_byte_for_byte(clinic: Shop) -> None:
    bill_id = sell(clinic)
    first = handed(clinic, PostingPaper(bill_id))
    clinic.clock[0] += 3_600
    clinic.pay((card(total(clinic, bill_id)),))
    mailed = handed(clinic, PostingPaper(bill_id), "email")
    assert mailed.data == first.data
    assert mailed.copy == 0
    paper = kept.of_posting(bill_id)
    assert paper is not None
    assert paper.sha256 == hashlib.sha256(first.data).hexdigest()
    assert store_of(clinic.store).read(paper.sha256) == first.data
    prints = clinic.store.select(
        "select copy, goes_to from paper_print where paper_id = ? order by id", [paper.id]
    )
    assert prints == [(0, "file"), (0, "email")]
    assert clinic.count("paper") == 1


def test_a_reprint_says_which_copy_it_is_and_tells_what_the_first_one_told(clinic: Shop) -> None:
    bill_id = sell(clinic)
    handed(clinic, PostingPaper(bill_id))
    clinic.clock[0] += 3_600
    clinic.pay((card(total(clinic, bill_id)),))
    for number in (1, 2):
        copy = handed(clinic, PostingPaper(bill_id, again=True))
        assert copy.copy == number
        assert f"COPY {number}" in text_of(copy.data)
        assert f"Left to pay EUR {figures(total(clinic, bill_id), 'EUR')}" in text_of(copy.data)
    assert "COPY" not in text_of(handed(clinic, PostingPaper(bill_id)).data)


def test_what_has_gone_to_a_printer_once_goes_there_as_a_copy(clinic: Shop) -> None:
    bill_id = sell(clinic)
    assert handed(clinic, PostingPaper(bill_id), "printer").copy == 0
    assert handed(clinic, PostingPaper(bill_id), "printer").copy == 1
    assert handed(clinic, PostingPaper(bill_id), "email").copy == 0


def test_a_bill_voided_since_is_never_handed_out_as_if_it_stood(clinic: Shop) -> None:
    bill_id = sell(clinic)
    handed(clinic, PostingPaper(bill_id))
    clinic.clock[0] += 60
    void_posting(clinic.session, VoidPosting(bill_id, "Wrong customer"))
    found = handed(clinic, PostingPaper(bill_id), "email")
    assert found.copy == 1
    assert "VOID" in text_of(found.data)
    assert "by Anna Berg: Wrong customer" in text_of(found.data)


def test_a_stored_paper_that_was_tampered_with_is_not_handed_out(clinic: Shop) -> None:
    bill_id = sell(clinic)
    sha256 = handed(clinic, PostingPaper(bill_id)).sha256
    file = store_of(clinic.store).folder / sha256[:2] / sha256[2:]
    os.chmod(file, 0o600)
    file.write_bytes(file.read_bytes() + b" ")
    with pytest.raises(FileProblem, match="damaged"):
        handed(clinic, PostingPaper(bill_id))


def test_two_desks_give_no_copy_the_same_number(clinic: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    bill_id = sell(clinic)
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


def test_the_journal_knows_every_print(clinic: Shop) -> None:
    bill_id = sell(clinic, 1)
    handed(clinic, PostingPaper(bill_id), "email")
    handed(clinic, PostingPaper(bill_id, again=True))
    assert clinic.actions()[-2:] == ["email", "print"]


@pytest.mark.parametrize("right", [Right.PRINT, Right.SEE_BILL])
def test_without_the_right_nothing_is_issued(clinic: Shop, right: Right) -> None:
    bill_id = sell(clinic, 1)
    with pytest.raises(Forbidden):
        hand_out(clinic.as_(LEE, right), HandOut(PostingPaper(bill_id), PAPER, "file"))
    assert clinic.count("paper") == 0
    with pytest.raises(NotFound):
        handed(clinic, PostingPaper(99))


def test_a_label_is_kept_and_its_reprints_are_counted(clinic: Shop) -> None:
    bill_id = sell(clinic, 1, kind="dispense")
    ((line_id,),) = clinic.store.select("select id from bill_line where bill_id = ?", [bill_id])
    found = text_of(handed(clinic, LabelPaper(line_id)).data)
    told = ["Jane Doe", "Tablets", DIRECTIONS, "3 pack", "23 Nov 2026", "Harbour Clinic", "Lot A7"]
    assert [part for part in (*told, "use before 31 Dec 2026") if part not in found] == []
    assert "COPY 1" in text_of(handed(clinic, LabelPaper(line_id, again=True)).data)


# --- accounts ----------------------------------------------------------------------------------------


def busy(clinic: Shop) -> None:
    """Bills and payments over some days, the first before the statement."""
    for day in ("2026-10-05 09:00", "2026-11-10 09:00", "2026-11-20 09:00"):
        clinic.clock[0] = at(day)
        sell(clinic, 3, paid=(card(1_000),))
        sell(clinic, 2, customer_id=JOHN)
    clinic.clock[0] = at("2026-11-23 09:00")
    clinic.pay((card(700),))


def test_a_statement_leads_from_one_balance_to_the_other(clinic: Shop) -> None:
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
        assert "Sale: Tablets and 2 more" in found
        assert "Payment: Card" in found
        assert "Pay to IE29" in found
    assert clinic.count("paper") == 1


def test_the_ages_of_a_statement_add_up_to_its_balance(clinic: Shop) -> None:
    busy(clinic)
    for last in (date(2026, 10, 31), date(2026, 11, 15), MONDAY):
        document = _made(clinic, StatementPaper(JANE, date(2026, 10, 1), last))
        assert sum(one.amount for one in document.ageing) == document.account.closing
    assert {one.label for one in document.ageing} == {"0-30 days", "31-60 days"}


def test_a_ledger_is_of_a_customer_or_of_all(clinic: Shop) -> None:
    busy(clinic)
    whole = _made(clinic, LedgerPaper(date(2026, 1, 1), MONDAY))
    ((balance,),) = clinic.store.select("select sum(amount) from entry where account = 'receivable'")
    assert whole.account.closing == balance
    assert {row.who for row in whole.account.rows} == {"Doe, Jane", "Roe, John"}
    mine = _made(clinic, LedgerPaper(date(2026, 11, 1), MONDAY, JANE))
    assert mine.account.opening
    assert "2026-11-23" not in said(clinic, LedgerPaper(date(2026, 11, 1), MONDAY, JANE))[0]
    assert clinic.count("paper") == 0


def test_a_ledger_that_nobody_would_read_is_refused(clinic: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    busy(clinic)
    monkeypatch.setattr(account_papers, "MOST_LINES", 3)
    with pytest.raises(Refused, match="more than 3 lines"):
        _made(clinic, LedgerPaper(date(2026, 1, 1), MONDAY))


def test_a_ledger_can_be_stopped_and_then_nothing_is_written(clinic: Shop, tmp_path: Path) -> None:
    busy(clinic)
    lines, file = clinic.count("journal"), tmp_path / "ledger.pdf"
    command = PrintPaper(LedgerPaper(date(2026, 1, 1), MONDAY), PAPER, str(file))
    with pytest.raises(Refused, match="stopped"):
        print_paper(clinic.session, command, Watch(stop=lambda: True))
    assert not file.exists()
    assert clinic.count("journal") == lines


def test_a_record_has_bills_and_notes(clinic: Shop) -> None:
    busy(clinic)
    clinic.book("2026-11-25 10:30", reason="Knee")
    for found in said(clinic, RecordPaper(JANE)):
        for part in ("Jane Doe", "Knee", "Scheduled", "S-2026-000001", "Part paid", "Notes None."):
            assert part in found
        assert "S-2026-000002" not in found


# --- the day -----------------------------------------------------------------------------------------


def test_the_close_of_a_day_says_what_the_day_came_to(clinic: Shop) -> None:
    with clinic.store.write_tx():
        Drawer.create(name="till", opened_at=at("08:00"), opened_by=ANNA, day=MONDAY, float_amount=10_000)
        DrawerMove.create(drawer=1, kind="out", amount=-2_500, reason="Stamps", at=at("09:00"), staff=ANNA)
    sell(clinic, 3, paid=(cash(20_000),))
    gone = sell(clinic, 1)
    void_posting(clinic.session, VoidPosting(gone, "Typed twice"))
    for found in said(clinic, ClosePaper(MONDAY)):
        told = [
            "X report",
            f"Sale 1 {figures(total(clinic, 1), 'EUR')}",
            "Cash 1",
            "S-2026-000002",
            "Typed twice",
            f"Cash taken less given back {figures(total(clinic, 1), 'EUR')}",
        ]
        told += ["Float at opening 100.00", "Stamps", "-25.00", "was not counted"]
        assert [part for part in told if part not in found] == []
    assert clinic.count("paper") == 0


def test_a_z_report_is_kept(clinic: Shop) -> None:
    with clinic.store.write_tx():
        DayClose.create(day=MONDAY, number=17, at=at("18:00"), staff=ANNA)
    first = handed(clinic, ClosePaper(MONDAY))
    clinic.clock[0] += 60
    assert handed(clinic, ClosePaper(MONDAY)).data == first.data
    assert "Z report 000017" in text_of(first.data)
    assert "Z report 000017 COPY 1" in text_of(handed(clinic, ClosePaper(MONDAY, again=True)).data)


def _made(clinic: Shop, wanted: Wanted) -> Any:
    """The paper as data."""
    return make(clinic.session, wanted, PAPER.head(wanted)).document


def _bill(clinic: Shop, wanted: PostingPaper) -> Bill:
    """The bill on it, as data."""
    found: Bill = _made(clinic, wanted).bill
    return found
