"""What somebody owes and pays at the line, and the notes that are written there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pim_tui.domain.basket import Basket, BasketLine
from pim_tui.queries.balances import balance
from pim_tui.services.till import PostBill, post_bill
from tests.line.talking import Line, furnish, line
from tests.services.clinic import JANE, practice


def bill(here: Line, price: int) -> None:
    """A bill of Jane's over so much, in cents."""
    lines = (BasketLine(description="Something", quantity=1, unit_price=price),)
    post_bill(here.clinic.session, PostBill(Basket("sale", lines, customer_id=JANE), ()))


def test_what_is_owed_is_said_bill_by_bill_and_cash_gives_change(here: Line) -> None:
    bill(here, 1000)
    bill(here, 2500)
    here.say("find doe")
    assert here.say("owes 1").splitlines() == [
        "Jane Doe owes 35.00 USD on 2 bills.",
        "S-2026-000001, Monday 23 November, 10.00 USD",
        "S-2026-000002, Monday 23 November, 25.00 USD",
    ]
    assert here.told("pay 1 50 cash").startswith(
        "Take 35.00 USD in cash from Jane Doe, and give 15.00 USD back of"
    )
    assert here.say("no") == "Nothing was paid."
    assert here.told("pay 1 12 card").startswith(
        "Take 12.00 USD by card from Jane Doe? Jane Doe owes 35.00 USD."
    )
    assert here.told("yes") == "Paid: P-2026-000001 12.00 paid."
    assert here.say("owes 1").splitlines()[1:] == [
        "S-2026-000002, Monday 23 November, 23.00 USD, of 25.00 USD"
    ]
    assert here.say("1", "owes").startswith("Jane Doe owes 23.00 USD.")
    here.say("pay this all cash")
    assert here.told("yes") == "Paid: P-2026-000002 23.00 paid."
    assert here.say("yes").startswith("Nothing is being asked.")
    assert balance(JANE).balance == 0


def test_what_is_wrong_of_a_payment_is_asked_for_and_more_than_is_owed_is_told_as_credit(here: Line) -> None:
    bill(here, 1000)
    here.say("find doe")
    for wrong in ("pay 1 cash", "pay 1 12", "pay 1 card cash 5", "pay 1 0 cash", "pay 1 12.3456 card"):
        assert "owes 10.00 USD: how much, and how?" in here.told(wrong), wrong
        here.say("")
    here.say("pay 1")
    assert here.told("twelve").startswith("“twelve” was not understood. Jane Doe owes 10.00 USD")
    assert "2.00 USD of it becomes credit." in here.told("12 card")
    here.say("yes")
    assert balance(JANE).balance == -200
    assert here.told("owes 1") == "Jane Doe owes nothing. To the credit: 2.00 USD."
    assert "There is no number 12." in here.told("pay 12 card")


def test_of_money_without_decimals_it_is_said_what_to_write(tmp_path: Path) -> None:
    clinic = practice(tmp_path, furnish)
    clinic.session = replace(clinic.session, currency="JPY")
    here = line(tmp_path, clinic=clinic)
    bill(here, 3000)
    here.say("find doe")
    told = "“1200.50 card” was not understood, for JPY has no decimals: write 1200. Jane Doe owes 3,000 JPY"
    assert here.told("pay 1 1200.50 card").startswith(told)
    assert here.told("1,200.5 cash").startswith("“1,200.5 cash” was not understood, for JPY has no decimals")
    assert here.told("1200 card").startswith("Take 1,200 JPY by card from Jane Doe?")
    here.talk.end("left")


def test_a_note_is_written_after_a_yes_and_kept_when_the_line_breaks_off(here: Line, tmp_path: Path) -> None:
    here.say("find doe", "note 1 needs a quiet room")
    assert here.flat.startswith("Write about Jane Doe: needs a quiet room. Is that right?")
    here.talk.end("lost")
    again = line(tmp_path, clinic=here.clinic)
    assert "Not finished: note about Jane Doe." in again.flat
    assert "needs a quiet room" in again.told("1")
    assert again.told("yes") == "Note saved."
    assert "needs a quiet room" in again.told("notes 1")
    assert again.say("note 1").startswith("A note about Jane Doe?")
    assert again.say("") == "Nothing was written."
    again.talk.end("left")


def test_a_payment_is_kept_when_the_line_breaks_off_and_is_made_once(here: Line, tmp_path: Path) -> None:
    bill(here, 1000)
    here.say("find doe", "pay 1")
    here.talk.end("lost")
    again = line(tmp_path, clinic=here.clinic)
    assert "Not finished: payment of Jane Doe." in again.flat
    assert again.told("1").startswith("Jane Doe owes 10.00 USD: how much, and how?")
    assert again.told("4 card").startswith("Take 4.00 USD by card from Jane Doe?")
    again.talk.end("lost")
    third = line(tmp_path, clinic=here.clinic)
    assert third.told("1").startswith("Take 4.00 USD by card from Jane Doe? Jane Doe owes 10.00 USD.")
    assert third.told("yes") == "Paid: P-2026-000001 4.00 paid."
    third.talk.end("left")
    assert "Not finished" not in line(tmp_path, clinic=here.clinic).flat


def test_a_payment_that_was_made_is_not_made_again_by_going_on_with_it(here: Line, tmp_path: Path) -> None:
    bill(here, 1000)
    here.say("find doe", "pay 1 4 card")
    clerk = here.clerk
    here.talk.end("lost")
    kept = {draft.form: draft.fields for draft in clerk.drafts.latest(clerk.session.staff_id)}
    again = line(tmp_path, clinic=here.clinic)
    again.say("1", "yes")
    # As where the machine failed before the draft was gone.
    again.clerk.keep("line", kept["line"], kept["line"]["what"])
    again.talk.end("lost")
    third = line(tmp_path, clinic=here.clinic)
    assert third.told("1").startswith("Take 4.00 USD by card from Jane Doe? Jane Doe owes 6.00 USD.")
    assert third.told("yes") == "Paid: P-2026-000001 4.00 paid."
    assert balance(JANE).balance == 600
    third.talk.end("left")
