"""The page of a document, driven by keys: what it shows, what each key does, what is refused and kept."""

from __future__ import annotations

import asyncio
import csv
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pim_tui.domain.news import News
from pim_tui.domain.rights import Right
from pim_tui.domain.tender import Tender
from pim_tui.models import Consent, Email, Payer
from pim_tui.services.corrections import AdjustBill, WriteOff, adjust_bill, write_off
from pim_tui.services.payments import TakePayment, take_payment
from pim_tui.services.returns import DecideReturn, decide_return
from pim_tui.services.settling import PayBill, pay_bill
from pim_tui.services.voiding import VoidPosting, void_posting
from pim_tui.tui.dialogs.email import EmailDialog
from pim_tui.tui.dialogs.pay import PayDialog
from pim_tui.tui.dialogs.returns import ReturnDialog
from pim_tui.tui.dialogs.typedlines import Fields
from pim_tui.tui.messages import Changed
from pim_tui.tui.screens.calendar import CalendarScreen
from pim_tui.tui.screens.profile import ProfileScreen
from tests.tui.billstage import SHARED, delivered, opened, page, posted, shared_bill, sold
from tests.tui.people import HOSTILE, SHOWN
from tests.tui.refundstage import PIN, asked, type_pin, with_refunds
from tests.tui.refundstage import bill as a_bill
from tests.tui.stage import TODAY, Player, Stage, enter, playing
from tests.tui.tillstage import CRUTCHES, GEL, VISIT, with_till
from tests.walks import some

DAY = 24 * 3600


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return with_till(tmp_path, write_off_limit=2000)


def squeezed(p: Player) -> list[str]:
    """The lines of the screen with runs of blanks made one."""
    return [" ".join(line.split()) for line in p.screen.split("\n")]


def statuses(stage: Stage) -> list[tuple[object, ...]]:
    return stage.rows("select kind, amount from posting order by id")


# --- what it shows ------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", some([(80, 24), (120, 40)]), ids=["80x24", "120x40"])
async def test_the_page_tells_lines_taxes_shares_payments_and_what_is_left(
    stage: Stage, size: tuple[int, int]
) -> None:
    bill = shared_bill(stage)
    async with playing(stage, size) as p:
        await opened(p, bill)
        lines = [line.removesuffix(" a day") for line in squeezed(p)]
        for told in (
            "H Part paid · 18.80 EUR is owed", "Posted 23 Nov 2026 09:20 by Anna Berg",
            "▶For Jane Doe, customer 1", "Payer Good Health", "2 Ultrasound gel 5.95 11.90",
            "lot A7 · payer 9.52 · 1 tablet", "Before tax 20.00", "VAT 19 % of 20.00 3.80",
            "Total EUR 23.80", "Customer's share 14.28", "Payer's share: Good Health 9.52", "Paid 5.00",
            "Left to pay 9.28", "Owed by the payer 9.52", "P-2026-000001 23 Nov 2026 cash Anna Berg 5.00",
        ):  # fmt: skip
            assert told in lines
        assert lines[0].startswith("S-2026-000001 · Sale bill · Jane Doe")
        await p.press("t")
        assert "▶23 Nov 2026 09:20 Anna Berg paid P-2026-000001 5.00" in squeezed(p)
        await p.press("t")
        assert "▶For Jane Doe, customer 1" in squeezed(p)


async def test_a_wide_terminal_shows_what_happened_beside_the_page(stage: Stage) -> None:
    bill = shared_bill(stage)
    async with playing(stage, (160, 40)) as p:
        await opened(p, bill)
        assert "When" in p.screen.split("\n")[1]
        await p.press("t")
        assert "▶23 Nov 2026 09:20 Anna Berg posted 23.80" in " ".join(p.screen.split())


async def test_what_is_asked_back_is_back_once_it_is_approved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = with_refunds(tmp_path, monkeypatch)
    bill = a_bill(stage, (GEL, 3))
    request = asked(stage, bill, 2).ids[0]
    async with playing(stage) as p:
        await opened(p, bill)
        assert "3 Ultrasound gel 5.95 17.85" in squeezed(p)
        assert "2 back when approved" in p.screen
    decide_return(stage.session, DecideReturn(request, 1, True, 2, PIN))
    async with playing(stage) as p:
        await opened(p, bill)
        assert "3 Ultrasound gel 2 5.95 17.85" in squeezed(p)
        assert "when approved" not in p.screen


async def test_a_loan_tells_its_serial_and_when_it_is_due(stage: Stage) -> None:
    bill = posted(stage, [sold(CRUTCHES, lot_id=4, due_on=TODAY + timedelta(days=14))], kind="borrow")
    async with playing(stage) as p:
        await opened(p, bill)
        assert "K-001 · back by 7 Dec 2026" in squeezed(p)
        assert "Borrow bill" in squeezed(p)[0]


async def test_every_kind_of_document_has_a_page_and_enter_follows_its_links(stage: Stage) -> None:
    session = stage.session
    bill = posted(stage, [sold(VISIT)], paid=1000)
    note = adjust_bill(session, AdjustBill(bill, -500, "Goodwill", "waited long")).ids[0]
    more = adjust_bill(session, AdjustBill(bill, 250, "Report", "forgotten")).ids[0]
    given = write_off(session, WriteOff(bill, 100, "small change")).ids[0]
    void = void_posting(session, VoidPosting(more, "twice")).ids[0]
    async with playing(stage) as p:
        for id_, told in (
            (note, "CN-2026-000001 · Credit note"),
            (more, "VOID · DN-2026-000001 · Debit note"),
            (given, "WO-2026-000001 · Write off"),
            (void, "V-2026-000001 · Void"),
            (2, "P-2026-000001 · Payment"),
        ):
            await opened(p, id_)
            assert squeezed(p)[0].startswith(told)
        await p.press("down", "down")
        await p.press("enter")
        assert squeezed(p)[0].startswith("S-2026-000001")
        await p.press("end", "enter")
        assert page(p).posting_id == more
        await p.press("escape", "home", "enter")
        assert isinstance(p.app.screen, ProfileScreen)


async def test_names_and_reasons_of_all_kinds_are_shown_and_nothing_obeys_them(stage: Stage) -> None:
    with stage.book.write_tx():
        Payer.update(name=HOSTILE[0], version=Payer.version + 1).execute()
    lines = [replace(sold(VISIT, payer=SHARED), description=name) for name in HOSTILE]
    bill = posted(stage, lines, payer_id=1)
    write_off(stage.session, WriteOff(bill, 100, HOSTILE[1]))
    async with playing(stage, (80, 40)) as p:
        await opened(p, bill)
        for name in HOSTILE:
            assert SHOWN.get(name, name) in p.screen
        assert p.screen.count(HOSTILE[0]) >= 3
        assert p.screen.count(HOSTILE[1]) >= 2
        await p.press("Y")
        assert f"S-2026-000001 · {HOSTILE[0]}" in p.screen


async def test_the_footer_offers_what_works_and_a_key_that_does_not_says_why(stage: Stage) -> None:
    bill = posted(stage, [sold(GEL)], paid=595)
    async with playing(stage) as p:
        await opened(p, bill)
        assert "Pay" not in squeezed(p)[-1].split()
        await p.press("y")
        assert "Nothing is left to pay on S-2026-000001 by Jane Doe." in p.screen
        await p.press("Y")
        assert "by a payer" in p.screen
        await p.press("k")
        assert "Nothing is left to pay" in p.screen
        await p.press("R")
        assert "No refund of this bill waits." in p.screen
        await opened(p, 2)
        await p.press("y")
        assert "P-2026-000001 is a payment, not a bill. Open the bill it belongs to." in " ".join(squeezed(p))


async def test_without_the_right_to_see_bills_there_is_no_page(stage: Stage) -> None:
    bill = shared_bill(stage)
    stage.session = replace(stage.session, rights=stage.session.rights - {Right.SEE_BILL})
    async with playing(stage) as p:
        await opened(p, bill)
        assert isinstance(p.app.screen, CalendarScreen)
        assert "Anna Berg does not have the right to see bills" in p.screen


# --- money that comes in ------------------------------------------------------------------------------


async def test_y_takes_what_the_customer_owes_and_too_much_becomes_credit(stage: Stage) -> None:
    bill = shared_bill(stage)
    async with playing(stage) as p:
        await opened(p, bill)
        await p.press("y", "k")
        assert isinstance(p.app.screen, PayDialog)
        await enter(p, "20")
        assert "9.28 EUR" not in squeezed(p)[0]
        told = " ".join(squeezed(p))
        assert "20.00 EUR paid (P-2026-000002), 10.72 EUR to the credit." in told
        assert "Left to pay 0.00" in told
        assert "a part of card 20.00" in told
    assert stage.rows("select amount, account from allocation where credit_id > 2") == [(928, "receivable")]


async def test_the_payers_share_is_paid_by_the_payer(stage: Stage) -> None:
    bill = shared_bill(stage)
    async with playing(stage) as p:
        await opened(p, bill)
        await p.press("Y", "t", "enter")
        assert "Owed by the payer 0.00" in squeezed(p)
        assert "transfer, of the payer" in p.screen
    assert stage.rows("select payer_id, customer_id from posting where id > 2") == [(1, None)]


@pytest.mark.walk
async def test_what_was_paid_elsewhere_meanwhile_is_told_and_what_was_typed_stays(stage: Stage) -> None:
    bill = shared_bill(stage)
    async with playing(stage) as p:
        await opened(p, bill)
        await p.press("y", "k")
        await p.type("9.28")
        pay_bill(replace(stage.session, key="desk-2"), PayBill(bill, (Tender("cash", 400),)))
        await p.press("enter")
        assert isinstance(p.app.screen, PayDialog)
        told = " ".join(squeezed(p))
        assert "5.28 EUR is left to pay on S-2026-000001 now, no longer 9.28 EUR." in told
        assert "Left to pay: 5.28 EUR" in told
        assert "k Card 9.28" in told
    assert [amount for _, amount in statuses(stage)] == [2380, 500, 400]


async def test_credit_settles_the_bill_and_what_is_left_of_a_payment_a_bill_that_is_chosen(
    stage: Stage,
) -> None:
    bill, other = posted(stage, [sold(GEL)]), posted(stage, [sold(VISIT)])
    take_payment(
        stage.session, TakePayment((Tender("cash", 1000),), stage.customers["Jane Doe"], ((bill, 1),))
    )
    payment = take_payment(
        stage.session, TakePayment((Tender("card", 1000),), stage.customers["Jane Doe"], ((bill, 1),))
    ).ids[0]
    async with playing(stage) as p:
        await opened(p, bill)
        await p.press("k")
        assert "Use credit for S-2026-000001" in p.screen
        assert "Credit there is 9.99 EUR; then 0.00 EUR is left." in p.screen
        await p.press(*["backspace"] * 4)
        await enter(p, "3.00")
        assert "3.00 EUR of credit used." in p.screen
        assert "Left to pay 2.93" in squeezed(p)
        await opened(p, payment)
        await p.press("k", "down", "enter")
        assert "settles S-2026-000002" in p.screen
    assert stage.rows("select sum(amount) from allocation where debit_id = ?", other)[0][0] > 0


async def test_a_payment_is_parted_from_its_bill(stage: Stage) -> None:
    bill = shared_bill(stage)
    async with playing(stage) as p:
        await opened(p, bill)
        await p.press("d", "enter")
        assert "5.00 of P-2026-000001 is credit again; S-2026-000001 is owed." in p.screen
        assert "U Unpaid · 23.80 EUR is owed" in p.screen
        await p.press("d")
        assert "No payment settles S-2026-000001." in p.screen


# --- corrections --------------------------------------------------------------------------------------


@pytest.mark.walk
async def test_an_amount_with_a_sign_charges_more_or_takes_off(stage: Stage) -> None:
    bill = shared_bill(stage)
    async with playing(stage) as p:
        await opened(p, bill)
        for amount, says in (("-5", "Takes off 5.00 EUR"), ("2.50", "Charges 2.50 EUR")):
            await p.press("j")
            await p.type(amount)
            assert says in p.screen
            await p.press("enter")
            await enter(p, "Goodwill")
            await enter(p, "waited long")
        assert "DN-2026-000001: 2.50 charged." in p.screen
        await p.press("end")
        assert "CN-2026-000001 23 Nov 2026 credit note:" in p.screen.replace("  ", " ")
    assert statuses(stage)[2:] == [("credit_note", 500), ("debit_note", 250)]


@pytest.mark.walk
async def test_a_correction_that_is_refused_comes_back_as_it_was_typed(stage: Stage) -> None:
    bill = shared_bill(stage)
    async with playing(stage) as p:
        await opened(p, bill)
        await p.press("j")
        for text in ("-99", "Goodwill", "waited long"):
            await enter(p, text)
        assert isinstance(p.app.screen, Fields)
        assert p.app.screen.typed == {"amount": "-99", "description": "Goodwill", "reason": "waited long"}
        assert "Credit at most 23.80." in p.screen
        await p.press("escape")
        await p.press("w")
        assert "Gives up 9.28 EUR that Jane Doe owes on S-2026-000001." in p.screen
        await p.press("enter")
        assert "Reason: type it first." in p.screen
        await enter(p, "not worth it")
        assert "9.28 of S-2026-000001 written off." in p.screen
        await p.press("w")
        assert "Gives up 9.52 EUR that Good Health owes" in p.screen
    assert statuses(stage)[2:] == [("write_off", 928)]


async def test_where_nothing_may_be_written_off_no_reason_is_asked_for(tmp_path: Path) -> None:
    stage = with_till(tmp_path)
    bill = shared_bill(stage)
    async with playing(stage) as p:
        await opened(p, bill)
        await p.press("w")
        assert "At most 0.00 of a bill may be written off here." in p.screen
        assert not isinstance(p.app.screen, Fields)


async def test_a_void_is_told_loudly_and_on_another_day_refused_with_what_to_do(stage: Stage) -> None:
    bill, other = shared_bill(stage), posted(stage, [sold(VISIT)])
    async with playing(stage) as p:
        await opened(p, bill)
        await p.press("x")
        await enter(p, "wrong person")
        assert squeezed(p)[0].startswith("VOID · S-2026-000001")
        assert "VOID by V-2026-000001, 23 Nov 2026 09:20 Anna Berg: wrong person" in squeezed(p)
        await p.press("x")
        assert "S-2026-000001 is void already." in p.screen
        stage.clock[0] += DAY
        await opened(p, other)
        assert "x Void" not in p.screen
        await p.press("x")
        assert "S-2026-000002 was posted on 23 Nov 2026." in p.screen
        assert not isinstance(p.app.screen, Fields)


@pytest.mark.walk
async def test_a_reason_that_was_not_finished_is_offered_again(stage: Stage) -> None:
    bill = shared_bill(stage)
    async with playing(stage) as p:
        await opened(p, bill)
        await p.press("x")
        await p.type("wrong per")
        await p.press("ctrl+q")
    async with playing(stage) as p:
        assert "Void S-2026-000001" in p.screen
        await p.press("enter")
        assert isinstance(p.app.screen, Fields)
        await enter(p, "son")
        assert "V Void" in p.screen
    async with playing(stage) as p:
        assert "Typed and not saved" not in p.screen


@pytest.mark.walk
async def test_a_letter_that_was_not_finished_is_offered_again(stage: Stage) -> None:
    bill = shared_bill(stage)
    with stage.book.write_tx():
        Email.create(customer=stage.customers["Jane Doe"], address="jane@mail.example")
    async with playing(stage) as p:
        await opened(p, bill)
        await p.press("e", "tab", "home")
        await p.type("Your ")
        await p.press("ctrl+q")
    async with playing(stage) as p:
        assert "Email S-2026-000001" in p.screen
        await p.press("enter")
        assert isinstance(p.app.screen, EmailDialog)
        assert p.app.screen.letter.subject == "Your Bill S-2026-000001 from Harbour Clinic"
        await p.press("enter")
        assert "waits to be sent" in p.screen


# --- returns ------------------------------------------------------------------------------------------


@pytest.mark.walk
async def test_what_comes_back_is_asked_for_approved_and_paid_on_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = with_refunds(tmp_path, monkeypatch)
    bill = posted(stage, [sold(GEL, 3)], paid=1785, by=3)
    async with playing(stage) as p:
        await opened(p, bill)
        await p.press("r")
        assert isinstance(p.app.screen, ReturnDialog)
        await p.press("1", "enter", "1", "enter")
        assert "requested 23 Nov 2026 not needed Anna Berg 5.95" in squeezed(p)
        assert squeezed(p)[-1].startswith("R Refund")
        await p.press("R")
        await type_pin(p)
        await p.press("enter")
        assert "CN-2026-000001 posted, 5.95 EUR; 5.95 EUR can be paid out." in " ".join(squeezed(p))
        await p.press("R", "enter")
        assert "R-2026-000001" in p.screen
        await p.press("t")
        told = " ".join(squeezed(p))
        for event in ("return asked for", "approved", "credited CN-2026-000001", "paid back R-2026-000001"):
            assert event in told
        page(p).view.go_to(("return", 1))
        await p.press("enter")
        assert "not needed" in p.screen


# --- paper, files, numbers ----------------------------------------------------------------------------


async def test_it_is_printed_as_issued_and_a_copy_says_which_one_it_is(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    bill = shared_bill(stage)
    async with playing(stage) as p:
        await opened(p, bill)
        await p.press("p")
        await delivered(p)
        assert "is in" in p.screen
        assert "COPY" not in p.screen
        await p.press("c")
        await delivered(p)
        assert "COPY 1 was the last one handed out" in squeezed(p)
        await p.press("end")
        assert "bill-1.pdf" in "".join(p.screen.split())
        await p.press("P")
        assert "S-2026-000001 as a copy" in p.screen
        assert "label: Paracetamol 500 mg" in p.screen
    assert stage.rows("select copy, goes_to from paper_print") == [(0, "file"), (1, "file")]


async def test_everything_on_the_page_goes_to_a_file(stage: Stage) -> None:
    bill = shared_bill(stage)
    async with playing(stage) as p:
        await opened(p, bill)
        await p.press("f9", "enter")
        await delivered(p)
        assert "5 rows are in" in p.screen
    with (stage.places.outbox / "S-2026-000001.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [[row[name] for name in ("part", "number", "what", "amount")] for row in csv.DictReader(file)]
    assert rows == [
        ["document", "S-2026-000001", "Sale", "23.80"],
        ["line", "", "Ultrasound gel", "11.90"],
        ["line", "", "Paracetamol 500 mg", "11.90"],
        ["tax", "", "VAT 19 %", "3.80"],
        ["settled by", "P-2026-000001", "cash", "5.00"],
    ]


async def test_a_number_under_the_cursor_tells_the_rows_it_is_made_of(stage: Stage) -> None:
    bill = shared_bill(stage)
    async with playing(stage) as p:
        await opened(p, bill)
        page(p).view.go_to(("number", "left"))
        await p.press("equals_sign")
        assert "Left to pay: 9.28 EUR" in p.screen
        assert "together 9.28 EUR" in p.screen
        await p.press("escape", "home", "equals_sign")
        assert "Explain which number?" in p.screen


# --- email --------------------------------------------------------------------------------------------


@pytest.mark.walk
async def test_a_letter_that_is_refused_stays_and_whoever_cannot_be_written_to_is_told_of(
    stage: Stage,
) -> None:
    bill = shared_bill(stage)
    async with playing(stage) as p:
        await opened(p, bill)
        await p.press("e")
        assert "Jane Doe has no email address." in p.screen
        with stage.book.write_tx():
            for address in ("jane@mail.example", "work@mail.example"):
                Email.create(customer=stage.customers["Jane Doe"], address=address)
        await p.press("e")
        assert "Attached: S-2026-000001.pdf." in p.screen
        assert "work@mail.example" in p.screen
        await p.press("tab", "tab", "end")
        await p.type("!")
        with stage.book.write_tx():
            Consent.create(customer=stage.customers["Jane Doe"], channel="email", answer="no")
        await p.press("ctrl+s")
        assert "Jane Doe does not want email." in p.screen
        assert isinstance(p.app.screen, EmailDialog)
        assert p.app.screen.letter.text.startswith("Dear Jane Doe,!")
        await p.press("end", "x", "at", "enter")
        assert "to is not an email address" in " ".join(squeezed(p)).replace("to: ", "to ")
        await p.press("escape", "e")
        assert "Jane Doe does not want email." in p.screen
    assert stage.rows("select count(*) from outbox") == [(0,)]


# --- below the list ----------------------------------------------------------------------------------


@pytest.mark.walk
async def test_in_a_wide_profile_the_bill_under_the_cursor_is_shown_below_its_list(stage: Stage) -> None:
    shared_bill(stage)
    posted(stage, [sold(VISIT)])
    async with playing(stage, (120, 40)) as p:
        p.app.push_screen(ProfileScreen(stage.customers["Jane Doe"]))
        await p.press(*["left"] * 4)
        await shown_beside(p)
        assert "Left to pay 35.00" in " ".join(squeezed(p))
        await p.press("down")
        await shown_beside(p)
        assert "Left to pay 9.28" in " ".join(squeezed(p))
        await p.press("y", "enter")
        await shown_beside(p)
        assert "Left to pay 0.00" in " ".join(squeezed(p))
        await p.press("right")
        assert "Left to pay" not in p.screen
        await p.press("left", "enter")
        assert page(p).posting_id == 1


async def test_in_a_narrow_profile_enter_opens_the_page_and_nothing_is_read_before(stage: Stage) -> None:
    shared_bill(stage)
    async with playing(stage) as p:
        p.app.push_screen(ProfileScreen(stage.customers["Jane Doe"]))
        await p.press(*["left"] * 4)
        assert "beside" not in p.app.screen._loading  # type: ignore[attr-defined]
        assert "Before tax" not in p.screen
        await p.press("enter")
        assert "Before tax" in p.screen


@pytest.mark.walk
async def test_what_is_refused_in_a_list_is_asked_again_about_the_same_bill(stage: Stage) -> None:
    posted(stage, [sold(VISIT)])
    bill = posted(stage, [sold(GEL)])
    async with playing(stage) as p:
        p.app.push_screen(ProfileScreen(stage.customers["Jane Doe"]))
        await p.press(*["left"] * 4)
        await p.press("f")
        await enter(p, "unpaid")
        await p.press("y")
        assert "S-2026-000002" in p.screen
        pay_bill(replace(stage.session, key="desk-2"), PayBill(bill, (Tender("cash", 595),)))
        for screen in p.app.screen_stack:
            screen.post_message(Changed("posting", (bill,), (), [News("posting", bill)]))
        await p.press()
        await p.press("enter")
        assert not isinstance(p.app.screen, PayDialog)
        assert "Nothing is left to pay on S-2026-000002 by Jane Doe." in p.screen
    assert [amount for _, amount in statuses(stage)] == [3500, 595, 595]


async def shown_beside(p: Player) -> None:
    """No key waits for what is shown below a list: wait until it stands."""
    await asyncio.gather(*p.app.screen._loading.values())  # type: ignore[attr-defined]
    await p.press()


# --- another desk -------------------------------------------------------------------------------------


async def test_what_another_desk_does_is_told_and_the_cursor_stays(stage: Stage) -> None:
    bill, other = shared_bill(stage), posted(stage, [sold(VISIT)])
    colleague = replace(stage.session, staff_id=2, name="Dr Lee", key="desk-2")
    with ThreadPoolExecutor(1) as watch:
        async with playing(stage) as p:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(watch, p.app.live.look)
            await opened(p, bill)
            page(p).view.go_to(("number", "left"))
            for id_, told in ((other, False), (bill, True)):
                pay_bill(colleague, PayBill(id_, (Tender("card", 100),)))
                p.app.heard(await loop.run_in_executor(watch, p.app.live.look))
                await p.press()
                await asyncio.gather(*page(p)._loading.values())
                await p.press()
                assert ("Dr Lee took the payment" in p.screen) == told
            assert page(p).view.cursor_key == ("number", "left")
            assert "▶Left to pay 8.28" in squeezed(p)
            watch.submit(stage.book.close).result()
