"""The lists of a customer's page for the whole clinic: appointments, notes, documents."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from pim_tui.db.connection import Book, write_tx
from pim_tui.domain.customer import CustomerFields
from pim_tui.domain.moments import resolve
from pim_tui.errors import Refused
from pim_tui.models import Attachment, Note, StoredFile
from pim_tui.queries import matching
from pim_tui.queries.customers import AppointmentFilter, appointments_of
from pim_tui.queries.files import DocumentFilter, documents_of
from pim_tui.queries.notes import NoteFilter, notes_of
from pim_tui.services.customers import CreateCustomer, create_customer
from tests.services.desk import TODAY, ZONE, appointment, desk, staff

OCTOBER = date(2026, 10, 1)


@pytest.fixture
def both(book: Book) -> tuple[int, int]:
    """Jane and Réne."""
    session = desk()
    made = (CustomerFields(first="Jane", last="Doe"), CustomerFields(first="Réne", last="Roe"))
    return tuple(create_customer(session, CreateCustomer(one)).ids[0] for one in made)  # type: ignore[return-value]


def at(day: date) -> int:
    return resolve(datetime.combine(day, time(12)), ZONE)


def noted(customer_id: int, day: date, text: str, *, by: str = "Dr Who", withdrawn: bool = False) -> int:
    author = staff(by)
    with write_tx():
        new = Note.insert(
            customer=customer_id, author=author, text=text, written_at=at(day), withdrawn=withdrawn
        )
        return int(new.execute())


def stored(customer_id: int, day: date, name: str, **more: Any) -> int:
    more = {"kind": "document", "added_by": staff(), "subject": "", "removed_reason": "", **more}
    with write_tx():
        file = StoredFile.insert(
            sha256=f"{name:0>64}"[:64], size=1000, media_type="application/pdf", created_at=at(day)
        )
        new = Attachment.insert(
            customer=customer_id, file=file.execute(), name=name, added_at=at(day), **more
        )
        return int(new.execute())


def test_the_clinics_appointments_are_everybodys_and_its_sums_are_of_the_filter(
    both: tuple[int, int],
) -> None:
    jane, rene = both
    first = appointment(jane, OCTOBER, status="C", minutes=45)
    second = appointment(rene, TODAY, clock="09:00", staff=staff("Dr Lee"))
    third = appointment(jane, TODAY, clock="08:30", status="M")

    page = appointments_of(None)
    assert [(row.id, row.customer_id, row.customer) for row in page.rows] == [
        (second, rene, "Réne Roe"),
        (third, jane, "Jane Doe"),
        (first, jane, "Jane Doe"),
    ]
    assert (page.total, page.sums) == (3, {"S": 1, "C": 1, "M": 1, "X": 0, "minutes": 75})
    by_lee = appointments_of(None, AppointmentFilter(staff_ids=(staff("Dr Lee"),), first=OCTOBER))
    assert ([row.id for row in by_lee.rows], by_lee.sums["minutes"]) == ([second], 30)
    assert [row.id for row in appointments_of(None, AppointmentFilter(text="rene")).rows] == [second]
    assert appointments_of(jane, AppointmentFilter(text="jane")).total == 0
    assert appointments_of(None, limit=1, offset=1).rows == page.rows[1:2]


def test_the_clinics_notes_leave_out_what_was_withdrawn_unless_asked(both: tuple[int, int]) -> None:
    jane, rene = both
    old = noted(jane, OCTOBER, "Slept badly", by="Dr Lee")
    gone = noted(jane, TODAY, "Wrong person", withdrawn=True)
    new = noted(rene, TODAY, "Knee is better")

    page = notes_of(None, zone=ZONE)
    assert [(row.id, row.customer) for row in page.rows] == [(new, "Réne Roe"), (old, "Jane Doe")]
    assert page.sums == {"notes": 2, "withdrawn": 0}
    every = notes_of(None, NoteFilter(withdrawn=True, first=TODAY), zone=ZONE)
    assert ([row.id for row in every.rows], every.sums) == ([new, gone], {"notes": 1, "withdrawn": 1})
    by_lee = NoteFilter(author_ids=(staff("Dr Lee"),))
    assert [row.id for row in notes_of(None, by_lee, zone=ZONE).rows] == [old]
    found = notes_of(None, NoteFilter("doe", withdrawn=True), limit=1, offset=1, zone=ZONE)
    assert ([row.id for row in found.rows], found.sums) == ([old], {"notes": 1, "withdrawn": 1})


def test_the_clinics_documents_tell_what_runs_out_whenever_it_was_added(both: tuple[int, int]) -> None:
    jane, rene = both
    old = stored(jane, OCTOBER, "consent.pdf", subject="consent", expires_on=TODAY)
    far = stored(jane, TODAY, "letter.pdf", expires_on=TODAY + timedelta(days=31))
    near = stored(rene, TODAY, "insurance.pdf", expires_on=TODAY + timedelta(days=30))
    gone = stored(
        rene, TODAY, "wrong.pdf", expires_on=OCTOBER, removed_at=at(TODAY), removed_reason="not hers"
    )

    def shown(wanted: DocumentFilter) -> tuple[list[int], dict[str, int]]:
        page = documents_of(None, wanted, zone=ZONE, today=TODAY)
        assert page.total == len(page.rows)
        return [row.id for row in page.rows], dict(page.sums)

    sums = {"documents": 3, "removed": 0, "bytes": 3000, "expired": 2}
    assert shown(DocumentFilter()) == ([near, far, old], sums)
    assert shown(DocumentFilter(removed=True)) == ([gone, near, far, old], {**sums, "removed": 1})
    assert shown(DocumentFilter(expiring=True, removed=True))[0] == [near, old]
    assert shown(DocumentFilter("roe", removed=True)) == (
        [gone, near],
        {"documents": 1, "removed": 1, "bytes": 1000, "expired": 1},
    )
    assert shown(DocumentFilter(subjects=("consent",), adder_ids=(staff(),)))[0] == [old]
    assert documents_of(None, DocumentFilter(expiring=True), zone=ZONE).total == 0
    assert {row.customer for row in documents_of(jane, zone=ZONE).rows} == {"Jane Doe"}


def test_words_are_not_looked_for_in_the_whole_book(
    both: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "MOST_READ", 1)
    for customer_id, day in zip(both, (OCTOBER, TODAY), strict=True):
        appointment(customer_id, day)
        noted(customer_id, day, "Knee")
        stored(customer_id, day, f"knee-{customer_id}.pdf")

    for look in (
        lambda first: appointments_of(None, AppointmentFilter(first=first, text="doctor")),
        lambda first: notes_of(None, NoteFilter("knee", first), zone=ZONE),
        lambda first: documents_of(None, DocumentFilter("knee", first), zone=ZONE),
    ):
        with pytest.raises(Refused, match="2 rows"):
            look(None)
        assert look(TODAY).total <= 1
