"""The journal is searched by its indexes, page by page, and shows nobody more than they may see."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from pim_tui.db.connection import select, write_tx
from pim_tui.domain.rights import Right, rights_of
from pim_tui.errors import Forbidden, NotFound
from pim_tui.queries import journal
from pim_tui.queries.gate import on_behalf_of
from pim_tui.queries.journal import JournalWanted, customer_numbered, journal_page, words_used
from pim_tui.queries.journal_line import journal_line
from pim_tui.services import audit
from pim_tui.services.notes import AddNote, add_note
from pim_tui.tui.dialogs.journalline import told_of
from tests.services.clinic import JANE, JOHN, LEE, SATO, ZONE, Practice


@pytest.fixture
def clinic(clinic: Practice) -> Practice:
    """Six lines: three visits of Jane, one of John, a note about Jane, a cancelation."""
    for hour in ("10:00", "11:00", "12:00"):
        clinic.book(f"2026-11-24 {hour}")
    clinic.book("2026-11-24 13:00", customer_id=JOHN, staff_id=SATO)
    clinic.clock[0] += 86_400
    add_note(clinic.as_(LEE), AddNote(JANE, "Sleeps badly"))
    from pim_tui.domain.states import Status

    clinic.mark(1, Status.CANCELED, "Has a Cold, 100%", "customer")
    return clinic


def found(wanted: JournalWanted, limit: int = 50, before: int | None = None) -> list[int]:
    return [row.id for row in journal_page(wanted, limit, before, zone=ZONE).rows]


@pytest.mark.parametrize(
    ("wanted", "seqs"),
    [
        (JournalWanted(), [6, 5, 4, 3, 2, 1]),
        (JournalWanted(staff_ids=(LEE,)), [5]),
        (JournalWanted(actions=("book", "write")), [5, 4, 3, 2, 1]),
        (JournalWanted(actions=("book",), staff_ids=(LEE,)), []),
        (JournalWanted(kinds=("note",)), [5]),
        (JournalWanted(kinds=("appointment",), row_id=1), [6, 1]),
        (JournalWanted(customer_id=JANE), [6, 5, 3, 2, 1]),
        (JournalWanted(customer_id=JANE, actions=("book",)), [3, 2, 1]),
        (JournalWanted(first=date(2026, 11, 24)), [6, 5]),
        (JournalWanted(last=date(2026, 11, 23)), [4, 3, 2, 1]),
        (JournalWanted(first=date(2030, 1, 1)), []),
        (JournalWanted(words="cold 100%"), [6]),
        (JournalWanted(words="%"), [6]),
        (JournalWanted(words="cold!"), []),
    ],
)
def test_it_is_narrowed(clinic: Practice, wanted: JournalWanted, seqs: list[int]) -> None:
    assert found(wanted) == seqs
    assert journal_page(wanted, 1, zone=ZONE).total == len(seqs)


def test_pages_follow_the_numbers_whatever_is_written_meanwhile(clinic: Practice) -> None:
    first = found(JournalWanted(actions=("book",)), 2)
    clinic.book("2026-11-24 15:00")
    assert (first, found(JournalWanted(actions=("book",)), 2, first[-1])) == ([4, 3], [2, 1])


def test_what_can_be_asked_for_is_read_from_it(clinic: Practice) -> None:
    assert words_used("action") == ("book", "cancel", "write")
    assert words_used("kind") == ("appointment", "note")
    assert (customer_numbered("#2"), customer_numbered("99"), customer_numbered("x")) == (JOHN, None, None)


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (JournalWanted(), "INTEGER PRIMARY KEY (rowid>? AND rowid<?)"),
        (
            JournalWanted(actions=("book",), staff_ids=(2,), kinds=("note",)),
            "journal_of_action (action=? AND",
        ),
        (JournalWanted(staff_ids=(2,), kinds=("note",)), "journal_of_staff (staff_id=? AND rowid"),
        (JournalWanted(kinds=("note",), words="x"), "journal_of_kind (kind=? AND rowid"),
        (JournalWanted(kinds=("note",), row_id=1), "(kind=? AND row_id=?"),
        (JournalWanted(customer_id=1), "(kind=? AND row_id=?"),
    ],
)
def test_no_search_goes_through_the_whole_journal(
    clinic: Practice, wanted: JournalWanted, index: str
) -> None:
    sql, params = journal._seqs(wanted, 1, 9, 50)
    plan = [str(row[-1]) for row in select(f"explain query plan {sql}", params)]
    assert any(index in step.replace(" AND seq", " AND rowid") for step in plan), plan
    assert not [step for step in plan if step.startswith(("SCAN j", "SCAN k"))], plan


def line(clinic: Practice, seq: int, *rights: Right) -> Any:
    with on_behalf_of(replace(clinic.session, rights=frozenset({Right.SEE_JOURNAL, *rights}))):
        return journal_line(seq)


def test_a_line_is_whole_for_whoever_may_see_what_it_is_about(clinic: Practice) -> None:
    note = line(clinic, 5, Right.SEE_NOTE)
    assert [(one.name, one.after) for one in note.fields] == [("customer_id", "1"), ("text", "Sleeps badly")]
    assert (note.hidden, note.erased, note.row.what) == (None, False, "note 1")
    canceled = line(clinic, 6, Right.SEE_APPOINTMENT)
    assert {one.name: (one.before, one.after) for one in canceled.fields if one.changed}["status"] == (
        "S",
        "X",
    )
    assert canceled.prev == note.hash
    with pytest.raises(NotFound):
        line(clinic, 99)


def test_of_a_list_that_changed_a_line_tells_what_is_gone_and_what_is_new(clinic: Practice) -> None:
    with write_tx():
        was, is_ = {"rights": ["bill.post", "bill.see"]}, {"rights": ["bill.see", "customer.see"]}
        audit.append(clinic.session, [audit.Change("change", "role", 6, was, is_)])
    told = told_of(line(clinic, 7, *Right), ZONE)
    assert "* rights: gone: bill.post; new: customer.see" in told


def test_whoever_reads_the_journal_does_not_therefore_read_the_records(clinic: Practice) -> None:
    note = line(clinic, 5)
    assert note.hidden == Right.SEE_NOTE
    assert {one.before + one.after for one in note.fields} == {""}
    assert "Sleeps" not in repr(note)
    with on_behalf_of(replace(clinic.session, rights=rights_of("administrator"))):
        rows = journal_page(JournalWanted(), 50, zone=ZONE).rows
        assert {row.reason for row in rows if row.kind in ("appointment", "customer", "note")} == {""}
        with pytest.raises(Forbidden, match="see customers and how to reach them"):
            journal_page(JournalWanted(words="sick"), 5, zone=ZONE)
        assert journal_line(6).row.reason == ""
    with on_behalf_of(clinic.session):
        assert any(
            row.reason for row in journal_page(JournalWanted(kinds=("appointment",)), 9, zone=ZONE).rows
        )
    nobody = replace(clinic.session, rights=frozenset(Right) - {Right.SEE_JOURNAL})
    with on_behalf_of(nobody):
        for ask in (lambda: journal_line(5), lambda: journal_page(JournalWanted(), 5, zone=ZONE)):
            with pytest.raises(Forbidden, match="read the journal"):
                ask()
