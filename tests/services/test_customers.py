"""Adding and changing customers: what is kept, what is refused, and in which words."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from pim_tui.db.connection import Book, select, write_tx
from pim_tui.domain.customer import (
    ConsentEntry,
    CustomerFields,
    EmailEntry,
    NewCustomer,
    PhoneEntry,
    as_fields,
    read_fields,
)
from pim_tui.domain.names import PersonName
from pim_tui.domain.rights import Right, rights_of
from pim_tui.errors import Forbidden, Invalid, NeedsAnswer, NotFound, Refused, Stale
from pim_tui.queries.customers import editable, record
from pim_tui.services.customers import (
    ChangeCustomer,
    CreateCustomer,
    change_customer,
    create_customer,
    insert_customers,
)
from tests.services.desk import TODAY, desk

JANE = CustomerFields(
    prefix="Mrs.", first="Jane", last="Doe", sex="F", birth_date="14.5.1990", address="1 High St\nFlat 2",
    city="Quincy", region="MA", postal_code="02170", country="US",
    phones=(PhoneEntry("mobile", "(415) 555-2671"),), emails=(EmailEntry("", "Jane@Example.org"),),
    consents=(ConsentEntry("email", "yes", date(2026, 1, 2), "form"),), alerts=("Allergic to latex",),
)  # fmt: skip


def create(fields: CustomerFields = JANE, **options: Any) -> int:
    return create_customer(desk(), CreateCustomer(fields, **options)).ids[0]


def change(id_: int, **changes: Any) -> CustomerFields:
    """Changes fields from what the record holds now; what it holds then."""
    was = editable(id_)
    options = {key: changes.pop(key) for key in ("duplicates_seen", "keep_former") if key in changes}
    change_customer(
        desk(), ChangeCustomer(id_, was.version, was.fields, replace(was.fields, **changes), **options)
    )
    return editable(id_).fields


def journal() -> list[tuple[Any, ...]]:
    return select(
        "select j.action, j.kind, j.row_id, v.before, v.after from journal j"
        " join journal_values v on v.seq_id = j.seq order by j.seq"
    )


def faults(fields: CustomerFields) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        create(fields)
    assert select("select count(*) from customer") == [(0,)]
    return {fault.field: fault.message for fault in refused.value.faults}


def test_everything_typed_comes_back_in_the_form(book: Book) -> None:
    id_ = create()

    assert editable(id_).fields == replace(JANE, birth_date="1990-05-14")


def test_numbers_go_on_from_the_highest(book: Book) -> None:
    ids = [create(CustomerFields(first=name)) for name in ("Ann", "Bea", "Cyd")]

    assert [record(id_).number for id_ in ids] == [1, 2, 3]


def test_creation_is_journalled_with_its_values(book: Book) -> None:
    id_ = create()

    ((action, kind, row_id, before, after),) = journal()
    assert (action, kind, row_id, before) == ("create", "customer", id_, "")
    assert json.loads(after)["phones"] == [["mobile", "(415) 555-2671"]]
    assert json.loads(after)["birth_date"] == "1990-05-14"


def test_the_same_request_twice_is_answered_once(book: Book) -> None:
    command = CreateCustomer(JANE, request="form-1")
    first, second = (create_customer(desk(), command) for _ in range(2))

    assert first == second
    assert select("select count(*) from customer") == [(1,)]


def test_every_fault_is_told_at_once(book: Book) -> None:
    told = faults(
        CustomerFields(
            sex="Q",
            birth_date="31.2.1990",
            city="x" * 121,
            phones=(PhoneEntry("", "call mum"),),
            emails=(EmailEntry("", "a@b.org"), EmailEntry("", "no at"), EmailEntry("", "two@at@x.org")),
        )
    )

    assert set(told) == {"last", "sex", "birth_date", "city", "phones 1", "emails 2", "emails 3"}
    assert told["last"] == "a first or a last name is needed"
    assert told["city"] == "takes at most 120 characters, and this has 121"


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("24.11.2026", "future"),
        ("1890-01-01", "130 years"),
        ("01.02.20", "write the year in full"),
        ("soon", "not a date"),
    ],
)
def test_birth_dates_that_cannot_be_are_refused(book: Book, typed: str, why: str) -> None:
    assert why in faults(CustomerFields(first="Ann", birth_date=typed))["birth_date"]


def test_a_birth_today_is_no_future(book: Book) -> None:
    id_ = create(CustomerFields(first="Baby", birth_date="23.11.2026"))

    assert record(id_).customer.birth_date == TODAY


def test_the_clinics_order_reads_the_date(book: Book) -> None:
    id_ = create(CustomerFields(first="Ann", birth_date="3/4/1980"), order="mdy")

    assert record(id_).customer.birth_date == date(1980, 3, 4)


def test_death_before_birth_is_refused(book: Book) -> None:
    told = faults(CustomerFields(first="Ann", birth_date="1980-03-04", death_date="1979-01-01"))

    assert told == {"death_date": "1979-01-01 is before the birth date 1980-03-04"}


@pytest.mark.parametrize(
    "address", ["jane@", "@x.org", "a b@x.org", "a@b@c", "<a@x.org>", "a@x.org\x1b", "a\u202eb@x.org"]
)
def test_odd_email_addresses_are_refused(book: Book, address: str) -> None:
    assert "emails 1" in faults(CustomerFields(first="Ann", emails=(EmailEntry("", address),)))


def test_nothing_hidden_is_stored(book: Book) -> None:
    id_ = create(CustomerFields(first=" Ja\x1bne ", last="D\u202eoe\n", alerts=("  ", "Beware\tof dog")))

    stored = record(id_).customer
    assert stored.name == PersonName(first="Ja␛ne", last="D\ufffdoe")
    assert stored.alerts == ("Beware of dog",)


# --- duplicates -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("second", "why"),
    [
        (CustomerFields(first="JANE", last="Dóe", birth_date="1990-05-14"), "the same name and birth date"),
        (
            CustomerFields(first="Jane", last="Doe", phones=(PhoneEntry("", "+1 415 555 2671"),)),
            "phone number",
        ),
        (
            CustomerFields(first="Jane", last="Doe", emails=(EmailEntry("", "jane@example.ORG"),)),
            "email address",
        ),
        (CustomerFields(first="Jane", last="Doe"), "the same name, and nothing tells them apart"),
    ],
)
def test_a_likely_duplicate_is_asked_about_with_the_reason(
    book: Book, second: CustomerFields, why: str
) -> None:
    create()

    with pytest.raises(NeedsAnswer) as asked:
        create(second)

    assert (asked.value.question, asked.value.rule) == ("duplicate", "P3")
    assert "number 1, Doe, Jane, born 14 May 1990" in asked.value.message
    assert why in asked.value.message
    assert create(second, duplicates_seen=True) != 1
    assert select("select count(*) from customer") == [(2,)]


def test_twins_and_families_are_not_asked_about(book: Book) -> None:
    create()
    create(replace(JANE, first="Paul", emails=()))
    create(replace(JANE, birth_date="2012-08-09", emails=(), phones=()))

    assert select("select count(*) from customer") == [(3,)]


def test_a_duplicate_made_by_an_edit_is_asked_about_but_not_oneself(book: Book) -> None:
    create()
    other = create(CustomerFields(first="Jane", last="Roe", birth_date="1990-05-14"))
    change(other, city="Boston")

    with pytest.raises(NeedsAnswer, match="number 1"):
        change(other, last="Doe")
    assert change(other, last="Doe", duplicates_seen=True).last == "Doe"


# --- changes --------------------------------------------------------------------------------------------


def test_only_what_differs_is_changed_and_journalled(book: Book) -> None:
    id_ = create()
    before = select("select * from customer")[0]
    change(id_, city="Boston")

    after = select("select * from customer")[0]
    assert [(was, now) for was, now in zip(before, after, strict=True) if was != now] == [
        (1, 2),
        ("Quincy", "Boston"),
    ]
    action, _, row_id, was, now = journal()[-1]
    assert (action, row_id, json.loads(was), json.loads(now)) == (
        "change",
        id_,
        {"city": "Quincy"},
        {"city": "Boston"},
    )


def test_all_that_hangs_on_a_customer_can_be_changed(book: Book) -> None:
    id_ = create()
    wanted = {
        "phones": (PhoneEntry("work", "212 555 0100"), PhoneEntry("", "(415) 555-2671")),
        "emails": (),
        "consents": (ConsentEntry("sms", "no", date(2026, 11, 1), "by phone"),),
        "alerts": ("Hard of hearing", "Allergic to latex"),
        "former_names": ("Jane Miller",),
    }

    changed = change(id_, **wanted)

    assert {key: getattr(changed, key) for key in wanted} == wanted
    assert editable(id_).version == 2


def test_an_alert_keeps_the_day_it_was_first_given(book: Book) -> None:
    id_ = create()
    was = editable(id_)
    later = desk(now=desk().clock() + 30 * 86_400)
    change_customer(
        later, ChangeCustomer(id_, 1, was.fields, replace(was.fields, alerts=(*was.fields.alerts, "New")))
    )

    assert dict(record(id_).alerts_since) == {"Allergic to latex": TODAY, "New": date(2026, 12, 23)}


def test_another_name_keeps_the_old_one_as_a_former_name(book: Book) -> None:
    id_ = create()

    assert change(id_, last="Miller").former_names == ("Jane Doe",)
    assert change(id_, first="Janet", keep_former=False).former_names == ("Jane Doe",)
    assert change(id_, first="Jane", last="Doe").former_names == ("Janet Miller",)


def test_another_spelling_leaves_no_former_name(book: Book) -> None:
    id_ = create()

    assert change(id_, first="JANE", last="Döe").former_names == ()


def test_a_stale_form_is_told_both_values(book: Book) -> None:
    id_ = create()
    was = editable(id_)
    change(id_, city="Boston", phones=(PhoneEntry("home", "212 555 0100"),))

    with pytest.raises(Stale) as stale:
        change_customer(
            desk(), ChangeCustomer(id_, was.version, was.fields, replace(was.fields, city="Salem"))
        )

    told = {one.field: (one.was, one.theirs, one.yours) for one in stale.value.differences}
    assert told == {
        "city": ("Quincy", "Boston", "Salem"),
        "phones": ("mobile (415) 555-2671", "home 212 555 0100", "mobile (415) 555-2671"),
    }
    assert stale.value.version == 2
    assert editable(id_).fields.city == "Boston"


def test_saving_without_a_change_is_refused(book: Book) -> None:
    id_ = create()

    with pytest.raises(Refused, match="Nothing was changed"):
        change(id_, city=" Quincy ")


def test_old_faults_left_alone_do_not_stand_in_the_way(book: Book) -> None:
    session = desk()
    odd = NewCustomer(
        PersonName(first="Ann"),
        birth_date=date(2030, 1, 1),
        phones=(("", "call mum"),),
        emails=(("", "none"),),
    )
    with write_tx():
        (id_,) = insert_customers(session, [odd])

    changed = change(id_, city="Salem")

    assert (changed.birth_date, changed.phones, changed.emails) == (
        "2030-01-01",
        (PhoneEntry("", "call mum"),),
        (EmailEntry("", "none"),),
    )
    with pytest.raises(Invalid, match="emails 1"):
        change(id_, emails=(EmailEntry("", "still none"),))


def test_an_unknown_customer_cannot_be_changed(book: Book) -> None:
    with pytest.raises(NotFound):
        change_customer(desk(), ChangeCustomer(99, 1, JANE, JANE))


def test_an_external_id_belongs_to_one_customer(book: Book) -> None:
    create(replace(JANE, external_ids=(("synthea", "x1"),)))

    with pytest.raises(Refused, match=r"synthea x1 already belongs to Mrs. Jane Doe \(number 1\)"):
        create(CustomerFields(first="Bob", external_ids=(("synthea", "x1"),)))


def test_without_the_right_nothing_is_changed(book: Book) -> None:
    nobody = desk(rights=rights_of("owner") - {Right.CHANGE_CUSTOMER})

    with pytest.raises(Forbidden, match="add and change customers"):
        create_customer(nobody, CreateCustomer(JANE))
    assert select("select count(*) from customer") == [(0,)]


# --- many at once ---------------------------------------------------------------------------------------

KEPT = {
    "customer": "version, prefix, first_name, middle_name, last_name, suffix, sort_name, sex, birth_date,"
    " address, city, region, postal_code, country, created_at, active",
    "phone": "position, label, number, e164",
    "email": "position, label, address, folded",
    "former_name": "name",
    "external_id": "system",
    "consent": "channel, answer, given_on, source",
    "alert": "text, since",
    "search_word": "word, former",
    "search_digits": "tail",
    "search_sound": "sound",
}


def rows_of(id_: int) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of one customer, table by table, without ids and numbers."""
    key = {"customer": "id"}
    return {
        table: sorted(
            select(f"select {columns} from {table} where {key.get(table, 'customer_id')} = ?", [id_])
        )
        for table, columns in KEPT.items()
    }


def test_many_at_once_are_stored_as_one_by_one(book: Book) -> None:
    fields = replace(JANE, former_names=("Jane Miller",), external_ids=(("synthea", "a"),))
    single = create(fields)
    customer, _ = read_fields(fields, today=TODAY, order="dmy")
    session = desk()
    with write_tx():
        bulk = insert_customers(
            session, [replace(customer, external_ids=(("synthea", str(place)),)) for place in range(3)]
        )

    assert [record(id_).number for id_ in bulk] == [2, 3, 4]
    assert all(rows_of(id_) == rows_of(single) for id_ in bulk)
    assert all(rows_of(single).values())


def test_a_changed_record_is_stored_as_a_new_one_would_be(book: Book) -> None:
    changed = create()
    change(changed, first="Zoë", last="Smith-Jones", phones=(PhoneEntry("", "212 555 0100"),))
    new = create(editable(changed).fields, duplicates_seen=True)
    one, two = rows_of(changed), rows_of(new)
    for rows in (one, two):
        rows["customer"] = [row[1:] for row in rows["customer"]]  # all but the version
    assert one == two


def test_fields_and_record_are_two_sides_of_one_thing(book: Book) -> None:
    customer, told = read_fields(JANE, today=TODAY, order="dmy")

    assert told == ()
    assert read_fields(as_fields(customer), today=TODAY, order="mdy") == (customer, ())
