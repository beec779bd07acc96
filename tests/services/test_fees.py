"""Late cancelations, their fees and waivers (S5), and the words of messages, by the services."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pim_tui.domain.messages import BUILT_IN, Words
from pim_tui.domain.states import Status
from pim_tui.errors import Invalid, Refused, Stale
from pim_tui.queries.notkept import not_kept
from pim_tui.queries.templates import templates, words_for
from pim_tui.queries.visitlists import UnpaidFilter, unpaid_visits
from pim_tui.services.booking import BookAppointment, book
from pim_tui.services.fees import WaiveFee, waive_fee
from pim_tui.services.templates import SaveTemplate, save_template
from pim_tui.services.undo import Undo, undo
from tests.services.clinic import JANE, Practice, at

S, C, M, X = Status
REMINDER = BUILT_IN["reminder", "sms"]


@pytest.fixture
def clinic(clinic: Practice) -> Practice:
    rules = replace(clinic.session.calendar, late_fee="LATE", missed_fee="MISS")
    clinic.session = replace(clinic.session, calendar=rules)
    return clinic


@pytest.mark.parametrize(("when", "by", "late"), [
    ("2026-11-24 09:15", "customer", 1), ("2026-11-24 09:30", "customer", 0),
    ("2026-11-24 09:15", "clinic", 0), ("2026-11-23 08:00", "customer", 1),
])  # fmt: skip
def test_only_the_customers_cancelation_within_the_notice_is_late(
    clinic: Practice, when: str, by: str, late: int
) -> None:
    clinic.book(when)
    done = clinic.mark(1, X, "ill", by)
    assert clinic.row(1)["late_cancel"] == late
    assert done.says.startswith("Canceled late" if late else "Canceled:")


def test_reopening_clears_it_and_undo_brings_it_back(clinic: Practice) -> None:
    clinic.book("14:00")
    clinic.mark(1, X, "ill", "customer")
    waive_fee(clinic.session, WaiveFee(1, 2, "first time"))
    clinic.mark(1, S)
    assert (clinic.row(1)["late_cancel"], clinic.row(1)["fee_waived"]) == (0, "")
    undo(clinic.session, Undo())
    assert (clinic.row(1)["late_cancel"], clinic.row(1)["fee_waived"]) == (1, "first time")


def test_a_fee_is_waived_once_with_a_reason_where_there_is_one(clinic: Practice) -> None:
    clinic.book("08:00")
    with pytest.raises(Refused, match="Nothing is charged"):
        waive_fee(clinic.session, WaiveFee(1, 1, "kind"))
    clinic.mark(1, M)
    assert open_fees(clinic) == [1]
    for command, says in ((WaiveFee(1, 2, " "), "needs a reason"), (WaiveFee(1, 1, "kind"), "meanwhile")):
        with pytest.raises(Refused, match=says):
            waive_fee(clinic.session, command)
    waive_fee(clinic.session, WaiveFee(1, 2, "kind"))
    assert clinic.row(1)["fee_waived"] == "kind"
    assert open_fees(clinic) == []


def open_fees(clinic: Practice) -> list[int]:
    return [row.id for row in unpaid_visits(UnpaidFilter(fees=("M", "X"))).rows]


def test_visits_not_kept_are_counted_for_a_year(clinic: Practice) -> None:
    for day in ("2025-11-20", "2025-11-25", "2026-11-20"):
        details = clinic.details(f"{day} 09:00")
        book(replace(clinic.session, clock=lambda: at("2025-11-19 09:00")), BookAppointment(details))
    for id_ in (1, 2, 3):
        clinic.mark(id_, M)
    clinic.book("14:00")
    clinic.mark(4, X, "ill", "customer")
    assert not_kept(JANE, clinic.clock[0]).says == "2 missed, 1 late cancel in 12 months"
    assert not_kept(2, clinic.clock[0]).says == ""


# --- words -----------------------------------------------------------------------------------------


def save(clinic: Practice, body: str, version: int = 0, language: str = "en", kind: str = "reminder") -> None:
    command = SaveTemplate(kind, "sms", language, version, REMINDER, Words("never kept", body))
    save_template(clinic.session, command)


def test_words_are_the_clinics_once_changed_and_english_where_there_are_no_others(clinic: Practice) -> None:
    assert words_for("reminder", "sms", "de") == (REMINDER, "en")
    save(clinic, "Hello {first_name}")
    save(clinic, "Hallo {first_name}", language="de")
    assert words_for("reminder", "sms", "en") == (Words("", "Hello {first_name}"), "en")
    assert words_for("reminder", "sms", "de") == (Words("", "Hallo {first_name}"), "de")
    assert words_for("reminder", "sms", "fr")[1] == "en"
    assert len(templates()) == len(BUILT_IN) + 1


def test_wrong_words_and_those_somebody_else_changed_are_refused(clinic: Practice) -> None:
    for body, language, kind in (
        ("{reason}", "en", "reminder"),
        ("{owed}", "en", "reminder"),
        ("x", "German", "reminder"),
        ("x", "en", "bill"),
    ):
        with pytest.raises(Invalid):
            save(clinic, body, language=language, kind=kind)
    save(clinic, "one")
    with pytest.raises(Stale):
        save(clinic, "two")
    save(clinic, "two", version=1)
    assert clinic.store.select("select body, version from message_template") == [("two", 2)]
