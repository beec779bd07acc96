"""Two records of one person become one and are parted again, to the row and to the cent (P4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from peewee import ForeignKeyField, IntegrityError

from pim_tui.db.connection import select, write_tx
from pim_tui.domain.basket import Basket
from pim_tui.domain.customer import ConsentEntry, NewCustomer
from pim_tui.domain.names import PersonName
from pim_tui.errors import Refused, Stale
from pim_tui.models import TABLES, Customer, Table
from pim_tui.queries.balances import balance
from pim_tui.queries.checks import faults
from pim_tui.queries.customers import editable, look_alikes, record
from pim_tui.queries.merging import GOING, KEPT, MADE_ANEW, merge_preview, merged_into, pointer
from pim_tui.queries.search import find
from pim_tui.services.customer_rows import insert_customers
from pim_tui.services.customers import ChangeCustomer, change_customer
from pim_tui.services.drafts import ParkBill, park_bill
from pim_tui.services.merging import MergeCustomers, UnmergeCustomers, merge_customers, unmerge_customers
from pim_tui.services.notes import AddNote, add_note
from pim_tui.services.payments import Unallocate, unallocate_payment
from pim_tui.services.returns import RequestReturn, ReturnOf, request_return
from pim_tui.services.work import Done
from tests.services.clinic import LEE, at, broken_line
from tests.services.shop import BANDAGE, CONSULTATION, CRUTCHES, FIRST_PAIR, Shop, line, shop

TODAY = date(2026, 11, 23)
JANE, DOUBLE = 4, 5
JANES = NewCustomer(
    PersonName("", "Jane", "", "Doe", ""), "F", date(1984, 3, 1),
    phones=(("mobile", "030 5550101"),), emails=(("", "jane@example.org"),),
    consents=(ConsentEntry("email", "unknown", None, ""), ConsentEntry("sms", "no", None, "")),
)  # fmt: skip
OTHERS = NewCustomer(
    PersonName("Mrs.", "Jane", "Ann", "Smith", ""), "F", None, None, "12 Harbour Road", "Berlin",
    phones=(("work", "030 5550199"), ("mobile", "+49 30 5550101")), emails=(("", "JANE@example.org"),),
    former_names=("Jane Miller",), external_ids=(("old", "A-17"),),
    consents=(ConsentEntry("email", "yes", date(2026, 1, 5), "form"), ConsentEntry("sms", "yes", None, "")),
    alerts=("Allergic to penicillin",),
)  # fmt: skip


def furnished(folder: Path) -> Shop:
    """The shop with two records of Jane."""
    made = shop(folder)
    with made.store.write_tx():
        insert_customers(made.session, [JANES, OTHERS])
    return made


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Shop]:
    made = furnished(tmp_path)
    yield made
    made.store.close()


def merged(clinic: Shop, survivor: int = JANE, loser: int = DOUBLE) -> Done:
    versions = record(survivor).version, record(loser).version
    return merge_customers(clinic.session, MergeCustomers(survivor, loser, *versions))


def parted(clinic: Shop, survivor: int = JANE) -> Done:
    last = merged_into(survivor)[0]
    return unmerge_customers(clinic.session, UnmergeCustomers(last.merge_id, last.version))


def rows_of_customers() -> dict[str, list[tuple[Any, ...]]]:
    """Every row that says which customer it belongs to, without its version, and the customers."""
    found = {}
    for table, columns in owned().items():
        fields = [name for name in table._meta.columns if name != "version"]
        if table._meta.table_name not in KEPT:
            sql = f"select {', '.join(fields)} from {table._meta.table_name} order by {', '.join(fields)}"
            found[table._meta.table_name] = select(sql)
        assert columns
    fields = [name for name in Customer._meta.columns if name != "version"]
    found["customer"] = select(f"select {', '.join(fields)} from customer order by id")
    return found


def owned() -> dict[type[Table], list[str]]:
    """Tables with the columns that name a customer."""
    found: dict[type[Table], list[str]] = {}
    for table in TABLES:
        for field in table._meta.sorted_fields:
            if isinstance(field, ForeignKeyField) and field.rel_model is Customer:
                found.setdefault(table, []).append(field.column_name)
    return found


def test_no_table_that_names_a_customer_is_forgotten() -> None:
    known = {one.table for one in GOING} | set(MADE_ANEW) | set(KEPT)
    assert {table._meta.table_name for table in owned()} == known
    versioned = {one.table for one in GOING if one.versioned}
    assert versioned == {t._meta.table_name for t in owned() if "version" in t._meta.columns} - set(KEPT)


def test_the_survivors_values_win_blanks_are_filled_and_the_rest_comes_along(clinic: Shop) -> None:
    done = merged(clinic)
    assert done.says == "Customer 5 is part of customer 4 now."
    now = record(JANE).customer
    assert (now.name, now.birth_date) == (PersonName("Mrs.", "Jane", "Ann", "Doe", ""), date(1984, 3, 1))
    assert (now.address, now.city) == ("12 Harbour Road", "Berlin")
    assert now.phones == (("mobile", "030 5550101"), ("work", "030 5550199"))
    assert now.emails == (("", "jane@example.org"),)
    assert now.former_names == ("Jane Miller", "Jane Ann Smith")
    assert now.consents == (
        ConsentEntry("email", "yes", date(2026, 1, 5), "form"),
        ConsentEntry("sms", "no", None, ""),
    )
    assert (now.external_ids, now.alerts) == ((("old", "A-17"),), ("Allergic to penicillin",))
    assert not record(DOUBLE).active
    left = pointer(DOUBLE)
    assert left is not None
    assert (left.survivor_number, left.survivor) == (4, "Jane Doe")
    assert [fault for fault in faults() if fault.code not in ("C11", "C12")] == []


@pytest.mark.parametrize("typed", ["#5", "5", "smith jane", "miller", "5550199", "doe"])
def test_whatever_found_the_other_record_finds_the_survivor(clinic: Shop, typed: str) -> None:
    merged(clinic)
    assert [one.id for one in find(typed, today=TODAY) if one.listed.startswith("Doe, Jane A")] == [JANE]
    if typed == "#5":
        assert find(typed, today=TODAY)[0].former == "number 5"


def test_a_merged_record_is_no_duplicate_any_more_and_takes_nothing_new(clinic: Shop) -> None:
    merged(clinic)
    assert DOUBLE not in [one.id for one in look_alikes(OTHERS, ["+49305550101"], besides=JANE)]
    for act in (
        lambda: add_note(clinic.session, AddNote(DOUBLE, "Asked for mornings.")),
        lambda: clinic.post(line(), customer_id=DOUBLE),
    ):
        with pytest.raises(Refused, match=r"became part of another|merged into another") as refused:
            act()
        assert refused.value.rule == "P4"
    with pytest.raises(Refused, match="part of customer 4 already"):
        merged(clinic, 1, DOUBLE)
    was, version = _fields(DOUBLE), record(DOUBLE).version
    with pytest.raises(Refused, match="part of customer 4"):
        change_customer(clinic.session, ChangeCustomer(DOUBLE, version, was, replace(was, city="Bonn")))


def _fields(customer_id: int) -> Any:
    return editable(customer_id).fields


def test_a_record_changed_meanwhile_is_not_merged_and_nobody_with_themselves(clinic: Shop) -> None:
    with pytest.raises(Stale):
        merge_customers(clinic.session, MergeCustomers(JANE, DOUBLE, 1, 7))
    with pytest.raises(Refused, match="one and the same"):
        merged(clinic, JANE, JANE)
    assert clinic.count("customer_merge") == 0


def test_rows_change_hands_only_while_a_merge_is_under_way(clinic: Shop) -> None:
    clinic.post(line(), customer_id=DOUBLE)
    merged(clinic)
    for sql in (
        "update posting set customer_id = 1",
        "update entry set customer_id = 1 where customer_id is not null",
        "update customer_merge set state = 'moving', version = version + 1",
        "update customer_merge set survivor_id = 1, state = 'undoing', version = version + 1",
    ):
        with pytest.raises(IntegrityError, match="PIM"), write_tx():
            clinic.store.db.execute_sql(sql)


def test_the_preview_counts_what_moves_and_what_is_known_already(clinic: Shop) -> None:
    clinic.post(line(BANDAGE, 2), customer_id=DOUBLE, paid=500)
    clinic.book("2026-11-30 10:30", customer_id=DOUBLE)
    seen = merge_preview(JANE, DOUBLE)
    assert dict(seen.moves) == {
        "appointment": 1, "document": 2, "ledger row": 2, "telephone number": 1, "former name": 1,
        "other id": 1, "alert": 1, "message": 2,
    }  # fmt: skip
    assert dict(seen.stays) == {"telephone number": 1, "email": 1, "consent": 2}
    assert ("city", "Berlin") in seen.fills
    assert (seen.survivor.balance.balance, seen.loser.balance.balance) == (0, 690)


# --- taking it back --------------------------------------------------------------------------------


def test_new_rows_stay_with_the_survivor_and_edited_blanks_too(clinic: Shop) -> None:
    clinic.post(line(), customer_id=DOUBLE)
    merged(clinic)
    new = clinic.post(line(BANDAGE), customer_id=JANE).ids[0]
    was = _fields(JANE)
    change = ChangeCustomer(JANE, record(JANE).version, was, replace(was, city="Bonn"), keep_former=False)
    change_customer(clinic.session, change)
    assert parted(clinic).says == "Customer 5 stands on its own again."
    assert select("select customer_id from posting order by id") == [(DOUBLE,), (JANE,)]
    assert select("select customer_id from posting where id = ?", [new]) == [(JANE,)]
    assert (record(JANE).customer.city, record(JANE).customer.address) == ("Bonn", "")
    assert record(DOUBLE).active


def test_a_payment_that_settles_a_moved_bill_blocks_until_they_are_parted(clinic: Shop) -> None:
    bill = clinic.post(line(), customer_id=DOUBLE).ids[0]
    merged(clinic)
    payment = clinic.pay(3000, JANE).ids[0]
    with pytest.raises(Refused, match="P-2026-000001 settles S-2026-000001; part"):
        parted(clinic)
    unallocate_payment(clinic.session, Unallocate(payment, bill))
    parted(clinic)
    assert (balance(JANE).balance, balance(DOUBLE).balance) == (-3000, 8000)
    assert [fault for fault in faults() if fault.code not in ("C11", "C12")] == []


def test_what_else_depends_on_it_is_named(clinic: Shop) -> None:
    bill = clinic.post(line(BANDAGE, 2), customer_id=DOUBLE, paid=1190).ids[0]
    visit = clinic.book("2026-11-23 08:30", customer_id=DOUBLE).ids[0]
    merged(clinic)
    clinic.post(line(), appointment_id=visit, customer_id=JANE)
    (line_id,) = select("select id from bill_line where bill_id = ?", [bill])[0]
    request_return(clinic.session, RequestReturn(bill, (ReturnOf(line_id, 1),), "not needed"))
    was = _fields(JANE)
    change_customer(
        clinic.session,
        ChangeCustomer(JANE, record(JANE).version, was, replace(was, phones=was.phones[:1]), True),
    )
    with pytest.raises(Refused) as refused:
        parted(clinic)
    for told in (
        "S-2026-000002 bills the visit of 23 Nov 2026",
        "a return of S-2026-000001 was asked for",
        "the telephone numbers that came along were changed since",
    ):
        assert told in str(refused.value)
    merged(clinic, 1, JANE)
    with pytest.raises(Refused, match="became part of customer 1; take that back first"):
        parted(clinic)
    assert [one.id for one in find("#5", today=TODAY)] == [1], "a pointer to a pointer"


# --- for anybody -----------------------------------------------------------------------------------

deeds = st.lists(
    st.tuples(
        st.sampled_from(("bill", "part", "visit", "note", "loan", "return", "account", "draft")),
        st.sampled_from((JANE, DOUBLE)),
        st.integers(1, 3),
    ),
    max_size=9,
)


@settings(max_examples=12, deadline=None)
@given(deeds, st.sampled_from((JANE, DOUBLE)))
def test_merging_and_parting_gives_the_same_rows_and_balances_add_up(
    done: list[tuple[str, int, int]], survivor: int
) -> None:
    with TemporaryDirectory() as folder:
        clinic = furnished(Path(folder))
        for place, (what, whose, many) in enumerate(done):
            live(clinic, what, whose, many, place)
        before, loser = rows_of_customers(), JANE + DOUBLE - survivor
        owed = balance(JANE), balance(DOUBLE)
        merged(clinic, survivor, loser)
        whole = balance(survivor)
        assert whole.balance == owed[0].balance + owed[1].balance
        assert whole.owed == owed[0].owed + owed[1].owed
        assert (balance(loser).owed, balance(loser).credit) == (0, 0)
        parted(clinic, survivor)
        assert rows_of_customers() == before
        assert (balance(JANE), balance(DOUBLE)) == owed
        assert broken_line(clinic.store) is None
        clinic.store.close()


def live(clinic: Shop, what: str, whose: int, many: int, place: int) -> None:
    """Something happens to one of the two records."""
    if what in ("bill", "part"):
        clinic.post(line(BANDAGE, many), customer_id=whose, paid=500 if what == "part" else ())
    elif what == "visit":
        clinic.book(at("2026-12-01 08:00") + place * 3600, customer_id=whose, staff_id=LEE)
    elif what == "note":
        add_note(clinic.session, AddNote(whose, f"Note {place}."))
    elif what == "loan" and clinic.stock(CRUTCHES) == 2:
        due = {"due_on": date(2026, 12, 24), "lot_id": FIRST_PAIR}
        clinic.post(line(CRUTCHES, **due), kind="borrow", customer_id=whose)
    elif what == "return":
        bill = clinic.post(line(BANDAGE, many), customer_id=whose).ids[0]
        (line_id,) = select("select id from bill_line where bill_id = ?", [bill])[0]
        request_return(clinic.session, RequestReturn(bill, (ReturnOf(line_id, 1),), "not needed"))
    elif what == "account":
        clinic.pay(many * 100, whose)
    elif what == "draft":
        park_bill(clinic.session, ParkBill(Basket("sale", (line(CONSULTATION),), customer_id=whose), "x"))
