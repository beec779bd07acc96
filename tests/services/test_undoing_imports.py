"""What an import leaves of itself, and taking all of it back while nothing depends on it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from peewee import IntegrityError

from pim_tui.db.connection import Book, select, write_tx
from pim_tui.domain.rights import Right
from pim_tui.domain.session import Session
from pim_tui.errors import FileProblem, Forbidden, NotFound, Refused, StoreFull
from pim_tui.imports.report import Count, Notice, Refusal, Report
from pim_tui.models import Appointment, Attachment, ImportRow, Product, StoredFile
from pim_tui.queries.customers import editable
from pim_tui.queries.import_ties import Tied
from pim_tui.queries.imports import imports, report_of
from pim_tui.services import importing, undoing_imports
from pim_tui.services.customers import ChangeCustomer, change_customer
from pim_tui.services.importing import import_appointments, import_customers, import_synthea
from pim_tui.services.incoming import ImportOptions
from pim_tui.services.notes import AddNote, WithdrawNote, add_note, withdraw_note
from pim_tui.services.undoing_imports import Held, TakenBack, undo_import
from tests.services.desk import ZONE, appointment, desk, staff
from tests.services.imported import PowerCut, contacts, held, many, state
from tests.services.test_importing import VISIT, broken_line, folder


@pytest.fixture
def anna(book: Book) -> Session:
    """Somebody at the front desk."""
    return replace(desk(), name="Dr Who")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Three contacts."""
    return contacts(tmp_path / "people.csv", ("Jane Doe", "John Roe", "Ann Poe"))


def taken(session: Session, file: Path, **more: Any) -> Report:
    return import_customers(session, file, dry_run=False, **more)


def customer(first: str) -> int:
    return int(select("select id from customer where first_name = ?", [first])[0][0])


def made_of_each_kind() -> list[tuple[str, int]]:
    """How many rows imports have made, by kind."""
    return select("select kind, count(*) from import_row group by kind order by kind")


# --- the record of an import -----------------------------------------------------------------------


def test_an_import_is_recorded_with_what_it_read_and_each_row_it_made(anna: Session, file: Path) -> None:
    report = taken(anna, file)
    (run,) = imports(ZONE)
    assert (run.number, run.kind, run.source, run.state) == (1, "customers", "people.csv", "done")
    assert (run.began, run.staff, run.added, run.refused) == ("23 Nov 2026 09:00", "Dr Who", 3, 0)
    assert made_of_each_kind() == [
        ("customer", 3),
        ("note", 3),
    ]
    assert Report.from_json(report_of(1)) == report
    assert (report.number, select("select length(digest) from import_run")) == (1, [(64,)])


def test_a_dry_run_leaves_nothing_and_neither_does_a_file_that_cannot_be_read(
    anna: Session, file: Path, tmp_path: Path
) -> None:
    import_customers(anna, file, dry_run=True)
    file.write_bytes(b"%PDF-1.4")
    with pytest.raises(FileProblem):
        taken(anna, file)
    assert select("select count(*) from import_run") == [(0,)]


def test_the_same_file_is_recognised_and_adds_nothing(anna: Session, file: Path) -> None:
    taken(anna, file)
    before = held()
    for dry_run in (True, False):
        again = import_customers(anna, file, dry_run=dry_run)
        assert again.count("customers") == Count("customers", already_here=3)
        assert "This very file was imported on 23 Nov 2026 09:00 by Dr Who (import 1)" in again.earlier
    assert held() == before
    undo_import(anna, 2)
    undo_import(anna, 1)
    assert import_customers(anna, file, dry_run=True).earlier == ""


def test_a_crash_leaves_whole_batches_and_says_running_and_the_same_import_goes_on(
    anna: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 10)
    file = contacts(tmp_path / "people.csv", many(35))

    def cut(done: int, total: int) -> None:
        if select("select count(*) from customer") == [(20,)]:
            raise PowerCut

    with pytest.raises(PowerCut):
        taken(anna, file, progress=cut)
    (run,) = imports(ZONE)
    assert (run.state, run.added, report_of(1)) == ("running", 20, {})
    assert made_of_each_kind() == [
        ("customer", 20),
        ("note", 20),
    ]
    rest = taken(anna, file)
    assert rest.count("customers") == Count("customers", added=15, already_here=20)
    assert "was imported in part" in rest.earlier
    assert (state(1), state(2), broken_line()) == ("running", "done", None)
    assert undo_import(anna, 2).kinds == {"note": 15, "customer": 15}
    assert undo_import(anna, 1).kinds == {"note": 20, "customer": 20}
    assert select("select count(*) from customer") == [(0,)]


def test_what_stands_in_the_way_is_told_without_the_words_of_a_note(anna: Session, tmp_path: Path) -> None:
    """Whoever takes imports back need not be one who reads notes."""
    taken(anna, contacts(tmp_path / "people.csv", many(1)))
    ((id_, text),) = select("select id, text from note")
    withdraw_note(anna, WithdrawNote(id_, 1, "Another person"))
    with pytest.raises(Held) as caught:
        undo_import(anna, 1)
    assert [(tie.kind, tie.why) for tie in caught.value.ties] == [("note", "was changed since")]
    assert text[:8] not in caught.value.ties[0].name


def test_what_makes_it_impossible_to_go_on_ends_it_as_stopped(
    anna: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 10)
    file = contacts(tmp_path / "people.csv", many(15))

    def unplugged(done: int, total: int) -> None:
        raise FileProblem("The stick was pulled out.")

    with pytest.raises(FileProblem):
        taken(anna, file, progress=unplugged)
    assert state(1) == "stopped"
    assert Report.from_json(report_of(1)).count("customers").added == 10


def test_on_a_full_disk_what_was_stored_stays_and_is_told(
    anna: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 10)
    file = contacts(tmp_path / "people.csv", many(15))

    def full(done: int, total: int) -> None:
        raise StoreFull("The disk is full; nothing was saved.", "Free some space and save again.")

    with pytest.raises(StoreFull, match="nothing was saved") as error:
        taken(anna, file, progress=full)
    assert "What was stored before stays, as import 1; the same import again goes on." in str(error.value)
    assert (state(1), select("select count(*) from customer")) == ("stopped", [(10,)])
    assert taken(anna, file).count("customers").added == 5


def test_a_first_batch_that_fails_leaves_no_trace_and_says_why(
    anna: Session, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise Refused("Not today.")

    monkeypatch.setattr("pim_tui.services.audit.append", refuse)
    with pytest.raises(Refused, match="Not today"):
        taken(anna, file)
    assert select("select count(*) from import_run") == [(0,)]
    monkeypatch.undo()
    assert [(taken(anna, file).number,)] == select("select id from import_run")


def test_a_long_report_is_cut_where_the_record_ends(anna: Session) -> None:
    said = tuple(Refusal("a.csv", line, "x" * 100) for line in range(100))
    report = Report("a.csv", False, False, (Count("customers", refused=100),), said, (Notice("a", 1, "y"),))
    kept = Report.from_json(json.loads(report.kept(5_000)))
    assert len(report.kept(5_000)) <= 5_000
    assert 0 < len(kept.refusals) == 100 - kept.refusals_left_out < 50
    assert Report.from_json(json.loads(report.kept(100_000))) == report


# --- taking it back --------------------------------------------------------------------------------


def test_a_whole_import_goes_and_the_same_file_is_new_again(anna: Session, file: Path) -> None:
    before = held()
    first = taken(anna, file)
    told: list[tuple[int, int]] = []
    done = undo_import(anna, 1, progress=lambda *far: told.append(far))
    assert (done.kinds, told[-1], state(1)) == ({"note": 3, "customer": 3}, (6, 6), "undone")
    assert held() == before
    assert select("select count(*) from import_row") == [(0,)]
    assert broken_line() is None
    assert taken(anna, file) == first


def test_the_journal_keeps_what_every_record_was(anna: Session, file: Path) -> None:
    taken(anna, file)
    undo_import(anna, 1)
    lines = select(
        "select j.kind, j.reason, v.before, v.after from journal j join journal_values v on v.seq_id = j.seq"
        " where j.action = 'take back' and j.kind = 'customer' order by j.row_id"
    )
    before = json.loads(lines[0][2])
    assert (len(lines), lines[0][1], lines[0][3]) == (3, "import 1", "")
    assert (before["first_name"], before["email"][0]["address"]) == ("Jane", "Jane.Doe@example.org")
    assert before["phone"][0]["number"] == "+49 30 55500000"
    states = select(
        "select v.before, v.after from journal j join journal_values v on v.seq_id = j.seq"
        " where j.kind = 'import_run' order by j.seq"
    )
    assert [json.loads(after)["state"] for _, after in states] == ["undoing", "undone"]


def test_staff_types_and_visits_go_too(anna: Session, tmp_path: Path) -> None:
    before = held()
    visits = [VISIT, {**VISIT, "Id": "v-2", "START": "2025-07-02T10:00:20Z", "STOP": "2025-07-02T10:30:20Z"}]
    import_synthea(anna, folder(tmp_path, visits), dry_run=False)
    assert undo_import(anna, 1).kinds == {"appointment": 2, "customer": 1, "appointment_type": 1, "staff": 1}
    assert held() == before


def test_products_and_photos_go_and_the_stored_file_stays(anna: Session, file: Path) -> None:
    taken(anna, file)
    with write_tx():
        stored = StoredFile.insert(sha256="a" * 64, size=9, media_type="image/png", created_at=1).execute()
        made = {
            "attachment": Attachment.insert(
                customer=customer("Jane"),
                file=stored,
                kind="photo",
                name="jane.png",
                added_at=1,
                added_by=anna.staff_id,
            ).execute(),
            "product": Product.insert(name="Bandage", sort_name="bandage", created_at=1).execute(),
        }
    with pytest.raises(Held, match=r"Jane Doe .1. has a photo or document from elsewhere"):
        undo_import(anna, 1)
    with write_tx():
        for kind, id_ in made.items():
            ImportRow.insert(run=1, kind=kind, row_id=id_).execute()
    assert undo_import(anna, 1).kinds == {"note": 3, "attachment": 1, "customer": 3, "product": 1}
    assert select("select count(*) from stored_file") == [(1,)]


def change(session: Session, first: str) -> None:
    seen = editable(customer(first))
    fields = replace(seen.fields, city="Berlin")
    change_customer(session, ChangeCustomer(seen.id, seen.version, seen.fields, fields, duplicates_seen=True))


def test_it_is_refused_with_the_list_while_anything_depends_on_it(anna: Session, file: Path) -> None:
    taken(anna, file)
    change(anna, "Jane")
    appointment(customer("John"), date(2026, 12, 1))
    add_note(anna, AddNote(customer("Ann"), "Called."))
    before = held()
    with pytest.raises(Held) as caught:
        undo_import(anna, 1)
    assert caught.value.ties == (
        Tied("customer", customer("Jane"), "Jane Doe (1)", "was changed since"),
        Tied("customer", customer("John"), "John Roe (2)", "has an appointment from elsewhere"),
        Tied("customer", customer("Ann"), "Ann Poe (3)", "has a note from elsewhere"),
    )
    assert "Jane Doe (1) was changed since; John Roe (2) has an appointment" in caught.value.message
    assert (held(), state(1)) == (before, "done")


def test_what_a_later_import_tied_to_it_goes_first(anna: Session, file: Path, tmp_path: Path) -> None:
    import_synthea(anna, folder(tmp_path), dry_run=False)
    later = folder(tmp_path, [{**VISIT, "Id": "v-2", "START": "2025-05-01T10:00:00Z"}])
    import_synthea(anna, later, dry_run=False)
    with pytest.raises(Held, match="has an appointment from elsewhere"):
        undo_import(anna, 1)
    undo_import(anna, 2)
    undo_import(anna, 1)
    assert select("select count(*) from appointment") == [(0,)]


def test_ids_given_to_people_who_were_here_are_taken_off_and_the_people_stay(
    anna: Session, tmp_path: Path
) -> None:
    import_synthea(anna, folder(tmp_path), dry_run=False)
    before = held(["customer"])
    jane = tmp_path / "jane.csv"
    jane.write_text("First Name,Last Name,Name Prefix,Birthday\nJane,Doe,,1990-05-14\n", "utf-8")
    assert taken(anna, jane).count("customers").already_here == 1
    assert len(held()["external_id"]) == len(before["external_id"]) + 1
    assert undo_import(anna, 2).kinds == {"link": 1}
    assert held(["customer"]) == before
    assert select("select version from customer") == [(3,)]


def test_an_id_that_somebody_has_taken_off_or_put_on_since_is_left_alone(
    anna: Session, tmp_path: Path, book: Book
) -> None:
    import_synthea(anna, folder(tmp_path), dry_run=False)
    jane = tmp_path / "jane.csv"
    jane.write_text("First Name,Last Name,Name Prefix,Birthday\nJane,Doe,,1990-05-14\n", "utf-8")
    taken(anna, jane)
    with write_tx():
        book.db.execute_sql("delete from external_id where id = (select max(id) from external_id)")
        book.db.execute_sql("insert into external_id (customer_id, system, value) values (1, 'till', '7')")
        book.db.execute_sql("update customer set version = version + 1")
    before = held()
    undo_import(anna, 2)
    assert held() == before


def test_a_person_in_the_file_twice_goes_with_both_ids(anna: Session, tmp_path: Path) -> None:
    head = "First Name,Last Name,Name Prefix,Birthday,Phone 1 - Value\n"
    file = tmp_path / "twice.csv"
    file.write_text(f"{head}Jane,Doe,,1990-05-14,\nJane,Doe,,1990-05-14,030 555\n", "utf-8")
    before = held()
    report = taken(anna, file)
    assert report.count("customers") == Count("customers", added=1, already_here=1, notices=1)
    undo_import(anna, 1)
    assert held() == before


# --- broken off ------------------------------------------------------------------------------------


@pytest.fixture
def hundred(anna: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Forty people, imported; records go ten at a time."""
    monkeypatch.setattr(undoing_imports, "BATCH", 10)
    file = contacts(tmp_path / "people.csv", many(40))
    taken(anna, file)
    return file


def test_it_goes_on_where_it_was_broken_off(anna: Session, hundred: Path) -> None:
    def cut(done: int, total: int) -> None:
        if done == 60:
            raise PowerCut

    with pytest.raises(PowerCut):
        undo_import(anna, 1, progress=cut)
    assert (state(1), select("select count(*) from customer")) == ("undoing", [(20,)])
    rest = undo_import(anna, 1)
    assert (rest.kinds, state(1), broken_line()) == ({"customer": 20}, "undone", None)
    assert taken(anna, hundred).count("customers").added == 40


def test_it_stops_between_two_batches_and_goes_on(anna: Session, hundred: Path) -> None:
    asked: list[int] = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 5

    done = undo_import(anna, 1, stop=stop)
    assert (done.stopped, done.kinds, state(1)) == (True, {"note": 40, "customer": 10}, "undoing")
    assert not undo_import(anna, 1).stopped


def test_two_desks_that_take_back_the_same_do_not_meet_in_one_batch(anna: Session, hundred: Path) -> None:
    other = replace(anna, key="other desk")
    taken_back: list[TakenBack] = []

    def meanwhile() -> bool:
        if not taken_back:
            taken_back.append(undo_import(other, 1))
        return False

    with pytest.raises(Refused, match="was taken back at another desk"):
        undo_import(anna, 1, stop=meanwhile)
    assert (taken_back[0].kinds, state(1), broken_line()) == ({"note": 40, "customer": 40}, "undone", None)


@pytest.mark.sqlite
def test_whoever_gets_an_id_that_has_become_free_meanwhile_is_safe(anna: Session, hundred: Path) -> None:
    def somebody(done: int, total: int) -> None:
        if done == 50:
            with write_tx():
                book = select("select max(id) from customer")[0][0]
                importing_id = book + 1
            new = contacts(hundred.with_name("new.csv"), ("Zoe Zed",))
            import_customers(anna, new, dry_run=False)
            assert customer("Zoe") == importing_id

    undo_import(anna, 1, progress=somebody)
    assert select("select first_name from customer") == [("Zoe",)]


def test_what_is_changed_while_it_goes_stays_and_is_named(anna: Session, hundred: Path) -> None:
    first = select("select first_name from customer where id = 1")[0][0]

    def late(done: int, total: int) -> None:
        if done == 60:
            change(anna, first)

    with pytest.raises(Held, match="was changed since"):
        undo_import(anna, 1, progress=late)
    assert (state(1), select("select count(*) from customer")) == ("stopped", [(10,)])
    assert select("select count(*) from import_row where kind = 'customer'") == [(10,)]


def test_nothing_is_added_to_an_import_that_is_taken_back_while_it_runs(
    anna: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 10)
    file = contacts(tmp_path / "people.csv", many(25))

    def other(done: int, total: int) -> None:
        if select("select count(*) from customer") == [(10,)]:
            undo_import(anna, 1)

    with pytest.raises(Refused, match="was taken back while it ran"):
        taken(anna, file, progress=other)
    assert (state(1), select("select count(*) from customer")) == ("undone", [(0,)])


# --- guards ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", ["note", "customer", "import_row", "import_run"])
def test_the_book_lets_no_record_go_outside_an_undo(
    anna: Session, file: Path, book: Book, table: str
) -> None:
    taken(anna, file)
    with pytest.raises(IntegrityError, match="PIM A1"), write_tx():
        book.db.execute_sql(f"delete from {table}")
    with write_tx():
        book.db.execute_sql("update import_run set state = 'undoing'")
        book.db.execute_sql("delete from note")
        book.db.execute_sql("update import_run set state = 'undone'")
    assert select("select count(*) from note") == [(0,)]


def test_only_once_only_what_there_is_and_only_by_right(anna: Session, file: Path) -> None:
    taken(anna, file)
    with pytest.raises(Forbidden, match="take whole imports back"):
        undo_import(replace(anna, rights=anna.rights - {Right.UNDO_IMPORT}), 1)
    with pytest.raises(NotFound, match="no import 7"):
        undo_import(anna, 7)
    undo_import(anna, 1)
    with pytest.raises(Refused, match="was taken back before"):
        undo_import(anna, 1)


def test_staff_who_have_worked_stay(anna: Session, tmp_path: Path) -> None:
    import_synthea(anna, folder(tmp_path), dry_run=False)
    import_customers(
        replace(anna, staff_id=staff("Ted Reilly")), contacts(tmp_path / "a.csv", ("A B",)), dry_run=False
    )
    with pytest.raises(Held, match="Ted Reilly has"):
        undo_import(anna, 1)


WEEKLY = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//x//y//EN
BEGIN:VEVENT
UID:weekly
DTSTAMP:20260101T000000Z
DTSTART;TZID=Europe/Berlin:20261130T100000
DURATION:PT30M
RRULE:FREQ=WEEKLY;COUNT=5
EXDATE;TZID=Europe/Berlin:20261214T100000
SUMMARY:Mia Moss - knee
END:VEVENT
BEGIN:VEVENT
UID:weekly
DTSTAMP:20260101T000000Z
RECURRENCE-ID;TZID=Europe/Berlin:20261207T100000
DTSTART;TZID=Europe/Berlin:20261207T150000
DURATION:PT30M
SUMMARY:Mia Moss - knee
END:VEVENT
BEGIN:VEVENT
UID:once
DTSTAMP:20260101T000000Z
DTSTART:20270302T090000Z
DURATION:PT30M
SUMMARY:Mia Moss - knee
END:VEVENT
END:VCALENDAR
"""


def test_series_go_with_their_visits_and_their_people(anna: Session, tmp_path: Path) -> None:
    file = tmp_path / "weekly.ics"
    file.write_text(WEEKLY.replace("\n", "\r\n"), "utf-8")
    before, options = held(), ImportOptions(staff_id=anna.staff_id, unknown="create")
    report = import_appointments(anna, file, dry_run=False, options=options)
    assert not report.refusals
    assert select("select count(*) from series_visit") == [(4,)]
    assert undo_import(anna, 1).kinds == {"appointment": 5, "series": 1, "customer": 1}
    assert held() == before
    assert import_appointments(anna, file, dry_run=False, options=options).counts == report.counts


def test_a_series_stays_while_one_of_its_visits_was_moved(anna: Session, tmp_path: Path) -> None:
    file = tmp_path / "weekly.ics"
    file.write_text(WEEKLY.replace("\n", "\r\n"), "utf-8")
    options = ImportOptions(staff_id=anna.staff_id, unknown="create")
    import_appointments(anna, file, dry_run=False, options=options)
    with write_tx():
        Appointment.update(reason="longer", version=2).where(Appointment.id == 2).execute()
    with pytest.raises(Held, match=r"Mia Moss, 20..-..-.. ..:.. was changed since"):
        undo_import(anna, 1)
