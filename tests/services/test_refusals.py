"""Who was refused what is in the journal, once in a while, and nothing else of the attempt is."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from pim_tui.db.connection import write_tx
from pim_tui.domain.rights import Right
from pim_tui.errors import Forbidden
from pim_tui.services.booking import BookAppointment, book
from pim_tui.services.refusals import QUIET, refusals_told
from tests.services.clinic import NOW, Practice, broken_line


def lines(clinic: Practice) -> list[tuple[str, str, str, dict[str, object]]]:
    rows = clinic.store.select(
        "select j.action, j.kind, j.reason, v.after from journal j join journal_values v on v.seq_id = j.seq"
        " where j.action = 'refused' order by j.seq"
    )
    return [(*row[:3], json.loads(row[3])) for row in rows]


def try_to_book(clinic: Practice, key: str = "a") -> None:
    session = replace(clinic.as_(1, Right.BOOK), key=key)
    with pytest.raises(Forbidden) as refused:
        book(session, BookAppointment(clinic.details("2026-11-24 10:00")))
    assert refused.value.hint == "Who may: owner, supervisor, receptionist, clinician."


def test_a_refusal_is_one_line_with_the_right_and_the_service(clinic: Practice) -> None:
    try_to_book(clinic)
    assert lines(clinic) == [("refused", "appointment", "appointment.book", {"service": "booking.book"})]
    assert clinic.count() == 0
    assert broken_line(clinic.store) is None


def test_what_repeats_is_told_once_in_a_while_and_counted(clinic: Practice) -> None:
    for _ in range(10):
        try_to_book(clinic, "repeats")
    clinic.clock[0] = NOW + QUIET
    try_to_book(clinic, "repeats")
    try_to_book(clinic, "another desk")
    clinic.clock[0] = NOW - 60
    try_to_book(clinic, "repeats")
    assert [told[3].get("times", 1) for told in lines(clinic)] == [1, 10, 1, 1]


def test_a_right_that_was_taken_away_meanwhile_is_a_refusal_as_well(clinic: Practice) -> None:
    with write_tx():
        clinic.store.db.execute_sql("update staff set role = 'cashier', version = version + 1 where id = 1")
    with pytest.raises(Forbidden, match="no longer"):
        book(clinic.as_(1, key="since"), BookAppointment(clinic.details("2026-11-24 10:00")))
    assert [told[2] for told in lines(clinic)] == ["appointment.book"]


def test_it_is_noted_by_the_innermost_door_only_and_rules_only_by_use_cases(clinic: Practice) -> None:
    with pytest.raises(Forbidden), refusals_told(clinic.session, "outer"):
        try_to_book_and_raise(clinic)
    assert [told[3]["service"] for told in lines(clinic)] == ["booking.book"]
    with pytest.raises(Forbidden), refusals_told(clinic.session, "form"):
        raise Forbidden("You may not overbook.", rule="T9")
    assert len(lines(clinic)) == 1


def try_to_book_and_raise(clinic: Practice) -> None:
    book(replace(clinic.as_(1, Right.BOOK), key="raise"), BookAppointment(clinic.details("11:00")))
