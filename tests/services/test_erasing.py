"""A customer is made anonymous: what goes, what the law keeps, and a journal that stays whole (P5)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from peewee import IntegrityError

from pim_tui.db.connection import select, write_tx
from pim_tui.db.filestore import store_of
from pim_tui.domain.basket import Basket
from pim_tui.domain.customer import ConsentEntry, CustomerFields, NewCustomer, as_fields
from pim_tui.domain.names import PersonName
from pim_tui.domain.states import Status
from pim_tui.domain.waiting import Slot, Wish
from pim_tui.errors import Invalid, Refused, Stale
from pim_tui.integrations.inbox import Inbox
from pim_tui.queries.checks import faults
from pim_tui.queries.customers import editable, record
from pim_tui.queries.erasing import erase_preview
from pim_tui.queries.search import find
from pim_tui.services.customers import ChangeCustomer, CreateCustomer, change_customer, create_customer
from pim_tui.services.drafts import ParkBill, park_bill
from pim_tui.services.erasing import EraseCustomer, erase_customer
from pim_tui.services.files import AttachFile, attach_document, attach_photo, sweep
from pim_tui.services.merging import MergeCustomers, UnmergeCustomers, merge_customers, unmerge_customers
from pim_tui.services.notes import AddNote, add_note
from pim_tui.services.offers import OfferTime, offer_time
from pim_tui.services.waiting import AddWaiting, add_waiting
from pim_tui.services.work import Done
from tests.db.walls import tables, take_away
from tests.integrations.pictures import as_file, face
from tests.services.clinic import JANE, LEE, at, broken_line
from tests.services.shop import BANDAGE, CRUTCHES, FIRST_PAIR, Shop, line

TODAY = date(2026, 11, 23)
MAX = 4


@pytest.fixture
def clinic(till: Shop, tmp_path: Path) -> Shop:
    """The shop with Max Power, who paid a bill, came once, and left a photo and two documents."""
    person = NewCustomer(
        PersonName("", "Max", "", "Power", ""), "M", date(1970, 5, 5), None, "1 Secret Street", "Berlin",
        phones=(("", "030 7770000"),), emails=(("", "max@example.org"),), alerts=("Secret allergy",),
        consents=(ConsentEntry("email", "yes", None, ""),), external_ids=(("old", "S-9"),),
    )  # fmt: skip
    create_customer(till.session, CreateCustomer(as_fields(person), request="form-1"))
    till.post(line(BANDAGE), customer_id=MAX, paid=595)
    visit = till.book("2026-11-23 08:30", customer_id=MAX, reason="Secret reason").ids[0]
    till.mark(visit, Status.COMPLETED)
    add_note(till.session, AddNote(MAX, "Secret note."))
    park_bill(till.session, ParkBill(Basket("sale", (line(),), customer_id=MAX), "for Max Power"))
    inbox = Inbox(tmp_path / "inbox")
    inbox.files()
    for name, data in (("max.jpg", as_file(face())), ("max id.pdf", b"%PDF-1.4 id"), ("max.txt", b"report")):
        (inbox.folder / name).write_bytes(data)
    attach_photo(till.session, AttachFile(MAX, inbox, "max.jpg"))
    attach_document(till.session, AttachFile(MAX, inbox, "max id.pdf", "identity"))
    attach_document(till.session, AttachFile(MAX, inbox, "max.txt", "result"))
    return till


def erased(clinic: Shop, id_: int = MAX, *, clinical: bool = False, number: int | None = None) -> Done:
    found = record(id_)
    command = EraseCustomer(id_, found.version, number or found.number, "asked for it", clinical)
    return erase_customer(clinic.session, command)


def secrets(clinic: Shop) -> list[str]:
    """Tables that still tell something of the person."""
    found = []
    for table in tables():
        for row in select(f"select * from {table}"):
            text = " ".join(map(str, row)).casefold()
            if any(word in text for word in ("power", "secret", "7770000", "max@", "1970-05-05", "max.jpg")):
                found.append(table)
                break
    return sorted(found)


def test_contact_data_go_and_what_must_be_kept_stays_to_the_cent(clinic: Shop) -> None:
    money = select("select * from posting order by id"), select("select * from entry order by id")
    assert erased(clinic).says == "Customer 4 is erased."
    assert (select("select * from posting order by id"), select("select * from entry order by id")) == money
    now = record(MAX)
    assert (now.customer, now.active) == (NewCustomer(PersonName("", "", "", "Erased 4", ""), "M"), False)
    assert secrets(clinic) == ["appointment", "journal_values", "note"], "clinical, and kept unless asked"
    assert select("select name, removed_reason from attachment order by id") == [
        ("photo 1", "erased"),
        ("identity 2", "erased"),
        ("result 3", ""),
    ]
    assert clinic.count("draft_bill") == 0
    kept = select("select kept from erasure")[0][0]
    assert "clinical note" in kept


def test_with_the_clinical_part_nothing_tells_who_it_was(clinic: Shop) -> None:
    erased(clinic, clinical=True)
    assert secrets(clinic) == []
    assert select("select count(*) from attachment where removed_at is null") == [(0,)]


def test_the_chain_stays_whole_and_check_tells_emptied_from_lost(clinic: Shop) -> None:
    erased(clinic)
    assert broken_line(clinic.store) is None
    assert [fault for fault in faults() if fault.code not in ("C11", "C12") or fault.row == MAX] == []
    take_away(clinic.store, "journal_values_fixed")
    for kind in ("posting", "note"):
        emptied = f"(select seq from journal where kind = '{kind}' limit 1)"
        clinic.store.db.execute_sql(
            f"update journal_values set before = '', after = '' where seq_id in {emptied}"
        )
    told = [fault for fault in faults() if fault.code == "C06"]
    assert len(told) == 1, "what was posted is never emptied; a note of somebody erased may be"


@pytest.mark.parametrize(
    "change",
    [
        "update journal_values set before = '', after = '' where seq_id = 1",
        "update journal_values set after = '{}' where seq_id ="
        " (select seq from journal where kind = 'customer' and action = 'erase')",
        "update journal_values set before = '', after = '' where seq_id ="
        " (select seq from journal where kind = 'posting' limit 1)",
        "delete from journal_values",
    ],
)
def test_the_journal_is_emptied_only_for_the_erased_and_never_rewritten(clinic: Shop, change: str) -> None:
    if "erase" in change or "posting" in change:
        erased(clinic)
    with pytest.raises(IntegrityError, match="PIM A1"), write_tx():
        clinic.store.db.execute_sql(change)


def test_only_the_number_finds_who_was_erased(clinic: Shop) -> None:
    erased(clinic)
    assert [one.listed for one in find("#4", today=TODAY)] == ["Erased 4"]
    for typed in ("power", "erased", "7770000", "1970-05-05"):
        assert find(typed, today=TODAY) == ()


def test_files_of_nobody_else_are_gone_from_the_disk_and_others_are_not(clinic: Shop, tmp_path: Path) -> None:
    inbox = Inbox(tmp_path / "inbox")
    attach_document(clinic.session, AttachFile(JANE, inbox, "max id.pdf"))
    photo, identity, result = (row[0] for row in select("select sha256 from stored_file order by id"))
    erased(clinic)
    store = store_of(clinic.store)
    assert (store.has(photo), store.has(identity), store.has(result)) == (False, True, True)
    assert sweep(clinic.session) == 0


def test_it_is_refused_while_something_is_open_and_says_what_to_do(clinic: Shop) -> None:
    due = {"due_on": date(2026, 12, 24), "lot_id": FIRST_PAIR}
    loan = clinic.post(line(CRUTCHES, **due), kind="borrow", customer_id=MAX)
    assert loan
    clinic.post(line(BANDAGE), customer_id=MAX)
    clinic.book("2026-11-30 10:30", customer_id=MAX)
    with pytest.raises(Refused) as refused:
        erased(clinic)
    for told in (
        "5.95 EUR is owed: take the payment or write it off",
        "1 item lent and not back",
        "1 visit not resolved: cancel or mark first",
    ):
        assert told in str(refused.value)
    assert clinic.count("erasure") == 0
    assert record(MAX).customer.name.last == "Power"


def test_no_time_stays_held_for_who_is_erased(clinic: Shop) -> None:
    waits = add_waiting(clinic.session, AddWaiting(MAX, Wish(30))).ids[0]
    offer_time(clinic.session, OfferTime(waits, Slot(LEE, None, at("2026-11-24 15:00"), 30)))
    assert clinic.count("hold") == 1
    erased(clinic)
    assert clinic.count("hold") == 0


def test_a_slip_erases_nobody(clinic: Shop) -> None:
    with pytest.raises(Invalid, match="number: is not that of Max Power"):
        erased(clinic, number=7)
    with pytest.raises(Invalid, match="reason"):
        erase_customer(clinic.session, EraseCustomer(MAX, record(MAX).version, 4, " "))
    with pytest.raises(Stale):
        erase_customer(clinic.session, EraseCustomer(MAX, 9, 4, "asked for it"))
    erased(clinic)
    with pytest.raises(Refused, match="erased already"):
        erased(clinic)
    was = editable(MAX)
    with pytest.raises(Refused, match="was erased"):
        change_customer(clinic.session, ChangeCustomer(MAX, was.version, was.fields, was.fields))
    with pytest.raises(Refused, match="was erased"):
        add_note(clinic.session, AddNote(MAX, "Came again."))


def test_a_request_that_was_answered_before_is_not_carried_out_again(clinic: Shop) -> None:
    erased(clinic)
    with pytest.raises(Refused, match="erased since"):
        create_customer(clinic.session, CreateCustomer(CustomerFields(last="Power"), request="form-1"))


def test_the_records_that_became_part_of_it_are_erased_as_well(clinic: Shop) -> None:
    merge_customers(clinic.session, MergeCustomers(JANE, MAX, 1, record(MAX).version))
    seen = erase_preview(JANE, TODAY, "EUR")
    assert seen.ids == (JANE, MAX)
    assert erase_preview(MAX, TODAY, "EUR").against == ("It is part of customer 1: erase that one.",)
    erased(clinic, JANE, clinical=True)
    assert secrets(clinic) == []
    assert [record(id_).customer.name.last for id_ in (JANE, MAX)] == ["Erased 1", "Erased 4"]
    with pytest.raises(Refused, match="the customer was erased"):
        unmerge_customers(clinic.session, UnmergeCustomers(1, 3))
