"""What the profile tells, and the appointments of a customer."""

from __future__ import annotations

from datetime import date

import pytest

from pim_tui.db.connection import Book, write_tx
from pim_tui.domain.customer import ConsentEntry, EmailEntry, NewCustomer, PhoneEntry
from pim_tui.domain.names import PersonName
from pim_tui.errors import NotFound
from pim_tui.queries.customers import AppointmentFilter, appointments_of, profile
from pim_tui.services.customers import insert_customers
from pim_tui.services.notes import AddNote, WithdrawNote, add_note, withdraw_note
from tests.services.desk import NOW, TODAY, appointment, desk, staff

JANE = NewCustomer(
    PersonName("Mrs.", "Jane", "", "Doe", "PhD"), "F", date(1990, 11, 24), None,
    "1 High St\nFlat 2", "Quincy", "MA", "02170", "US",
    (("home", "tel:(415) 555-2671"), ("work", "555 0100")), (("", "jane@example.org"),), ("Jane Miller",),
    (("synthea", "x1"),), (ConsentEntry("sms", "no", date(2026, 1, 2), "form"),), ("Allergic to latex",),
)  # fmt: skip


@pytest.fixture
def jane(book: Book) -> int:
    session = desk()
    with write_tx():
        return insert_customers(session, [JANE])[0]


def test_the_profile_tells_who_it_is(jane: int) -> None:
    told = profile(jane, TODAY)

    assert (told.number, told.version, told.name.full, told.age) == (1, 1, "Mrs. Jane Doe PhD", 35)
    assert told.phones == (PhoneEntry("home", "(415) 555-2671"), PhoneEntry("work", "555 0100"))
    assert told.emails == (EmailEntry("", "jane@example.org"),)
    assert told.address_lines == ("1 High St", "Flat 2", "02170 Quincy, MA", "US")
    assert told.former_names == ("Jane Miller",)
    assert told.consents == (ConsentEntry("sms", "no", date(2026, 1, 2), "form"),)
    assert told.alerts == ("Allergic to latex",)
    assert told.external_ids == (("synthea", "x1"),)
    assert (told.appointments, told.next_visit, told.last_visit, told.notes) == (0, None, None, 0)


def test_the_profile_counts_visits_and_notes(jane: int) -> None:
    appointment(jane, date(2026, 5, 4), status="C")
    appointment(jane, date(2026, 6, 4), status="M")
    appointment(jane, date(2026, 7, 6), status="S")
    appointment(jane, date(2026, 8, 3), status="X")
    appointment(jane, TODAY, clock="08:00")
    appointment(jane, date(2026, 12, 1))
    add_note(desk(), AddNote(jane, "stays"))
    withdraw_note(desk(), WithdrawNote(add_note(desk(), AddNote(jane, "goes")).ids[0], 1, "wrong"))

    told = profile(jane, TODAY)

    assert (told.appointments, told.missed, told.canceled, told.notes) == (6, 1, 1, 1)
    assert (told.last_visit, told.next_visit) == (date(2026, 5, 4), TODAY)
    assert told.next_at == NOW - 3600


def test_age_stops_at_death(book: Book) -> None:
    session = desk()
    with write_tx():
        (id_,) = insert_customers(
            session, [NewCustomer(PersonName(first="Ann"), "", date(1930, 5, 1), date(2000, 4, 30))]
        )

    assert profile(id_, TODAY).age == 69


def test_nobody_has_no_profile(book: Book) -> None:
    with pytest.raises(NotFound):
        profile(1, TODAY)


@pytest.fixture
def visits(jane: int) -> int:
    anna = staff("Anna Bérénice")
    appointment(jane, date(2026, 5, 4), status="C", minutes=45, reason="Blood pressure")
    appointment(jane, date(2026, 6, 4), status="M")
    appointment(jane, date(2026, 8, 3), status="X")
    appointment(jane, date(2026, 12, 1), staff=anna, reason="100% sure_thing")
    return jane


def test_appointments_come_latest_first_with_their_sums(visits: int) -> None:
    page = appointments_of(visits)

    assert [(row.day, row.wall, row.status) for row in page.rows] == [
        (date(2026, 12, 1), "10:30", "S"),
        (date(2026, 8, 3), "10:30", "X"),
        (date(2026, 6, 4), "10:30", "M"),
        (date(2026, 5, 4), "10:30", "C"),
    ]
    assert (page.total, page.sums) == (4, {"S": 1, "C": 1, "M": 1, "X": 1, "minutes": 75})


@pytest.mark.parametrize(
    ("shown", "months"),
    [
        (AppointmentFilter(statuses=("C", "X")), [8, 5]),
        (AppointmentFilter(first=date(2026, 6, 4)), [12, 8, 6]),
        (AppointmentFilter(last=date(2026, 6, 4)), [6, 5]),
        (AppointmentFilter(text="berenice"), [12]),
        (AppointmentFilter(text="100% SURE"), [12]),
        (AppointmentFilter(text="pressure", statuses=("S",)), []),
        (AppointmentFilter(text="pressure blood"), [5]),
        (AppointmentFilter(type_ids=(7,)), []),
    ],
)
def test_sums_are_of_what_the_filter_lets_through(
    visits: int, shown: AppointmentFilter, months: list[int]
) -> None:
    page = appointments_of(visits, shown)

    assert [row.day.month for row in page.rows] == months
    assert page.total == len(months) == sum(page.sums[letter] for letter in "SCMX")


@pytest.mark.parametrize("text", ["", "dr who"])
def test_a_page_is_a_part_but_its_sums_are_of_all(visits: int, text: str) -> None:
    whole = appointments_of(visits, AppointmentFilter(text=text))
    page = appointments_of(visits, AppointmentFilter(text=text), limit=2, offset=1)

    assert page.rows == whole.rows[1:3]
    assert (page.total, page.sums, page.offset) == (whole.total, whole.sums, 1)


def test_appointments_of_others_are_not_listed(visits: int) -> None:
    assert appointments_of(visits + 1).total == 0
