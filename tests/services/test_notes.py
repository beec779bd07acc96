"""Notes are written, corrected and withdrawn, never deleted (A1)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pim_tui.db.connection import Book, select
from pim_tui.domain.customer import CustomerFields
from pim_tui.errors import Invalid, NotFound, Refused, Stale
from pim_tui.queries.notes import NoteFilter, note, notes_of
from pim_tui.services.customers import CreateCustomer, create_customer
from pim_tui.services.notes import AddNote, ChangeNote, WithdrawNote, add_note, change_note, withdraw_note
from tests.services.desk import NOW, TODAY, ZONE, desk, staff


@pytest.fixture
def customer(book: Book) -> int:
    return create_customer(desk(), CreateCustomer(CustomerFields(first="Jane", last="Doe"))).ids[0]


def write(customer: int, text: str = "Slept badly.\nMore tomorrow.") -> int:
    return add_note(desk(), AddNote(customer, text)).ids[0]


def last_line() -> tuple[Any, ...]:
    return select(
        "select j.action, j.row_id, j.reason, v.before, v.after from journal j"
        " join journal_values v on v.seq_id = j.seq order by j.seq desc limit 1"
    )[0]


def test_a_note_keeps_its_lines_its_author_and_its_time(customer: int) -> None:
    row = note(write(customer), zone=ZONE)

    assert (row.text, row.author, row.written_at, row.day) == (
        "Slept badly.\nMore tomorrow.",
        "Dr Who",
        NOW,
        TODAY,
    )
    assert last_line()[0] == "write"


@pytest.mark.parametrize(("text", "why"), [(" \n ", "is empty"), ("x" * 8001, "at most 8000 characters")])
def test_an_empty_or_endless_note_is_refused(customer: int, text: str, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        write(customer, text)


def test_a_note_about_nobody_is_refused(book: Book) -> None:
    with pytest.raises(NotFound):
        write(99)


def test_the_same_request_twice_writes_once(customer: int) -> None:
    command = AddNote(customer, "Once.", request="note-1")

    assert add_note(desk(), command) == add_note(desk(), command)
    assert notes_of(customer, zone=ZONE).total == 1


def test_a_correction_leaves_the_first_text_in_the_journal(customer: int) -> None:
    id_ = write(customer, "Left knee")
    change_note(desk(), ChangeNote(id_, 1, "Left knee", "Right knee"))

    action, row_id, _, before, after = last_line()
    assert (action, row_id, json.loads(before), json.loads(after)) == (
        "change",
        id_,
        {"text": "Left knee"},
        {"text": "Right knee"},
    )
    assert note(id_, zone=ZONE).version == 2


def test_a_stale_correction_is_told_both_texts(customer: int) -> None:
    id_ = write(customer, "Left knee")
    change_note(desk(), ChangeNote(id_, 1, "Left knee", "Right knee"))

    with pytest.raises(Stale) as stale:
        change_note(desk(), ChangeNote(id_, 1, "Left knee", "Both knees"))

    (told,) = stale.value.differences
    assert (told.was, told.theirs, told.yours) == ("Left knee", "Right knee", "Both knees")


def test_a_correction_that_corrects_nothing_is_refused(customer: int) -> None:
    id_ = write(customer, "Left knee")

    with pytest.raises(Refused, match="Nothing was changed"):
        change_note(desk(), ChangeNote(id_, 1, "Left knee", " Left knee "))


def test_withdrawing_needs_a_reason_and_is_final(customer: int) -> None:
    id_ = write(customer)
    with pytest.raises(Refused, match="needs a reason"):
        withdraw_note(desk(), WithdrawNote(id_, 1, "  "))

    withdraw_note(desk(), WithdrawNote(id_, 1, "wrong customer"))

    assert last_line()[:3] == ("withdraw", id_, "wrong customer")
    with pytest.raises(Refused, match="was withdrawn"):
        change_note(desk(), ChangeNote(id_, 2, "", "back again"))
    with pytest.raises(Refused, match="was withdrawn"):
        withdraw_note(desk(), WithdrawNote(id_, 2, "again"))


def test_a_withdrawn_note_is_seen_only_when_asked_for(customer: int) -> None:
    write(customer, "stays")
    withdraw_note(desk(), WithdrawNote(write(customer, "goes"), 1, "wrong customer"))

    page = notes_of(customer, zone=ZONE)
    assert ([row.text for row in page.rows], page.total) == (["stays"], 1)
    page = notes_of(customer, NoteFilter(withdrawn=True), zone=ZONE)
    assert ([row.text for row in page.rows], page.sums) == (["goes", "stays"], {"notes": 1, "withdrawn": 1})


def test_notes_are_found_by_text_and_by_day(customer: int) -> None:
    yesterday = desk(now=NOW - 86_400)
    add_note(yesterday, AddNote(customer, "Café au lait"))
    write(customer, "Tea")

    assert [row.text for row in notes_of(customer, NoteFilter(text="CAFE lait"), zone=ZONE).rows] == [
        "Café au lait"
    ]
    assert [row.text for row in notes_of(customer, NoteFilter(first=TODAY), zone=ZONE).rows] == ["Tea"]
    assert [
        row.text for row in notes_of(customer, NoteFilter(last=TODAY), zone=ZONE, limit=1, offset=1).rows
    ] == ["Café au lait"]


def test_an_unknown_note_is_told(book: Book) -> None:
    staff()
    with pytest.raises(NotFound):
        note(7, zone=ZONE)
    with pytest.raises(NotFound):
        withdraw_note(desk(), WithdrawNote(7, 1, "why"))
