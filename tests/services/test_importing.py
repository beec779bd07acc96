"""Importing: a dry run that tells the truth, good rows kept, bad rows named, the same again adds nothing."""

from __future__ import annotations

import csv
import gc
import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pim_tui.db.connection import Book, current, select
from pim_tui.domain import chain
from pim_tui.domain.customer import NewCustomer
from pim_tui.domain.moments import resolve
from pim_tui.domain.rights import Right
from pim_tui.errors import FileProblem, Forbidden
from pim_tui.imports.report import KEPT, Count, Refusal, Report, Tally
from pim_tui.imports.synthea import FILES
from pim_tui.queries.customers import record
from pim_tui.services import customer_rows, importing, incoming_customers
from pim_tui.services.customer_rows import FoundBy, found_by
from pim_tui.services.customers import values_of
from pim_tui.services.importing import import_customers, import_synthea
from tests.db.walls import tables
from tests.services.desk import NOW, ZONE, desk

Rows = Sequence[Mapping[str, str]]

COLUMNS = {
    "organizations.csv": ("Id", "NAME"),
    "providers.csv": ("Id", "ORGANIZATION", "NAME", "SPECIALITY"),
    "patients.csv": ("Id", "BIRTHDATE", "FIRST", "LAST", "GENDER", "SSN"),
    "encounters.csv": (
        "Id", "START", "STOP", "PATIENT", "ORGANIZATION", "PROVIDER", "ENCOUNTERCLASS", "DESCRIPTION",
    ),
}  # fmt: skip
SITE = {"Id": "o-1", "NAME": "Main Street Clinic"}
DOCTOR = {"Id": "d-1", "ORGANIZATION": "o-1", "NAME": "Ted955 Reilly981", "SPECIALITY": "GENERAL PRACTICE"}
JANE = {
    "Id": "p-1", "FIRST": "Jane1", "LAST": "Doe2", "BIRTHDATE": "1990-05-14",
    "GENDER": "F", "SSN": "999-31-1198",
}  # fmt: skip
VISIT = {
    "Id": "v-1", "START": "2025-06-02T10:00:20Z", "STOP": "2025-06-02T10:30:20Z", "PATIENT": "p-1",
    "ORGANIZATION": "o-1", "PROVIDER": "d-1", "ENCOUNTERCLASS": "ambulatory",
    "DESCRIPTION": "Check up (procedure)",
}  # fmt: skip


def write(path: Path, columns: Sequence[str], rows: Rows) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def folder(
    parent: Path,
    visits: Rows = (VISIT,),
    patients: Rows = (JANE,),
    doctors: Rows = (DOCTOR,),
    sites: Rows = (SITE,),
) -> Path:
    made = parent / "synthea"
    made.mkdir(exist_ok=True)
    for name, rows in zip(FILES, (sites, doctors, patients, visits), strict=True):
        write(made / name, COLUMNS[name], rows)
    return made


def both(act: Any, source: Path) -> Report:
    """The report of a real import, once the dry run before it has told the same and written nothing."""
    before = everything()
    foretold = act(desk(), source, dry_run=True)
    assert everything() == before
    done: Report = act(desk(), source, dry_run=False)
    assert replace(foretold, dry_run=False) == done
    return done


def everything() -> list[list[tuple[Any, ...]]]:
    desk()
    return [select(f"select * from {name} order by 1, 2") for name in tables()]


def reasons(report: Report) -> list[str]:
    return [str(refusal) for refusal in report.refusals]


def broken_line() -> object:
    rows = select(
        "select seq, at_ms, staff_id, session, action, kind, row_id, reason, request,"
        " before_hash, after_hash, prev, hash from journal order by seq"
    )
    return chain.first_break((chain.Line(*row[:11]), row[11], row[12]) for row in rows)


# --- the real folder -------------------------------------------------------------------------------


def raw(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def instant(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def overlapping(rows: Sequence[Mapping[str, str]]) -> list[int]:
    """The lines of visits that overlap an earlier one of the same provider, in whole minutes."""
    seen: dict[str, list[tuple[int, int]]] = {}
    lines = []
    for line, row in enumerate(rows, 2):
        start, end = instant(row["START"]) // 60, instant(row["STOP"]) // 60
        end = max(end, start + 1)
        others = seen.setdefault(row["PROVIDER"], [])
        if any(start < other_end and other < end for other, other_end in others):
            lines.append(line)
        others.append((start, end))
    return lines


@pytest.mark.walk
def test_the_real_folder_imports_whole(book: Book, shared: Path) -> None:
    source = shared / "data/synthea"
    people, visits = raw(source / "patients.csv"), raw(source / "encounters.csv")
    report = both(import_synthea, source)
    assert not report.refusals
    assert report.counts == (
        Count("staff members", added=len(raw(source / "providers.csv"))),
        Count("customers", added=len(people)),
        Count("appointment types", added=len({row["ENCOUNTERCLASS"] for row in visits})),
        Count("appointments", added=len(visits), notices=len(overlapping(visits))),
    )
    assert [notice.line for notice in report.notices] == overlapping(visits)
    over = "select count(*) from appointment where overbooked_by_id is not null"
    assert select(over) == [(len(overlapping(visits)),)]
    maiden = [row["MAIDEN"] for row in people if row["MAIDEN"]]
    assert select("select count(*) from former_name") == [(len(maiden),)]
    dead = [row["DEATHDATE"] for row in people if row["DEATHDATE"]]
    assert select("select death_date from customer where death_date is not null order by id") == [
        (d,) for d in dead
    ]
    assert select("select count(*) from appointment where mode = 'virtual'") == [
        (sum(row["ENCOUNTERCLASS"] == "virtual" for row in visits),)
    ]
    assert select("select sum(minutes) from appointment where status = 'C'")[0][0] > 0
    assert not any(letter.isdigit() for (name,) in select("select name from staff") for letter in name)
    assert select("select count(*) from customer where postal_code = '00000'") == [(0,)]


@pytest.mark.walk
def test_the_real_folder_twice_adds_nothing_and_the_journal_holds(book: Book, shared: Path) -> None:
    source = shared / "data/synthea"
    first = import_synthea(desk(), source, dry_run=False)
    lines = select("select count(*) from journal")[0][0]
    assert lines == sum(count.added for count in first.counts)
    again = both(import_synthea, source)
    assert sum(count.added for count in again.counts) == 0
    for count in first.counts:
        assert count.kind == "appointment types" or again.count(count.kind).already_here == count.added
    assert select("select count(*) from journal")[0][0] == lines
    assert broken_line() is None


@pytest.mark.parametrize(
    ("name", "people"),
    [("synthea/patients_1150_half.csv", 575), ("csv_exports/google_contacts_layout.csv", 40)],
)
def test_real_customer_files_import_whole_and_twice_add_nothing(
    book: Book, shared: Path, name: str, people: int
) -> None:
    first = both(import_customers, shared / "data" / name)
    assert first.counts == (Count("customers", added=people),)
    assert select("select count(*) from customer") == [(people,)]
    again = both(import_customers, shared / "data" / name)
    assert again.counts == (Count("customers", already_here=people),)
    assert broken_line() is None


@pytest.mark.walk
def test_googles_contacts_are_recognised_as_the_patients_they_are(book: Book, shared: Path) -> None:
    import_synthea(desk(), shared / "data/synthea", dry_run=False)
    report = both(import_customers, shared / "data/csv_exports/google_contacts_layout.csv")
    assert report.counts == (Count("customers", already_here=40, notices=40),)
    assert "the same name and birth date" in str(report.notices[0])
    assert select("select count(*) from external_id where system = 'google contacts'") == [(40,)]
    again = both(import_customers, shared / "data/csv_exports/google_contacts_layout.csv")
    assert again.counts == (Count("customers", already_here=40),)


@pytest.mark.walk
def test_patients_are_recognised_as_the_contacts_they_are_and_get_their_visits(
    book: Book, shared: Path
) -> None:
    import_customers(desk(), shared / "data/csv_exports/google_contacts_layout.csv", dry_run=False)
    report = both(import_synthea, shared / "data/synthea")
    assert report.count("customers") == Count("customers", added=16, already_here=40, notices=40)
    assert report.count("appointments").added == 2979


# --- what becomes of a visit -----------------------------------------------------------------------


def one_visit() -> dict[str, Any]:
    columns = [column.name for column in current().db.get_columns("appointment")]
    (row,) = select("select * from appointment")
    return dict(zip(columns, row, strict=True))


def test_a_past_visit_is_completed_and_stands_on_the_clinics_clock(book: Book, tmp_path: Path) -> None:
    both(import_synthea, folder(tmp_path))
    visit = one_visit()
    start = resolve(datetime(2025, 6, 2, 12, 0), ZONE)
    assert (visit["starts_at"], visit["ends_at"], visit["minutes"]) == (start, start + 1800, 30)
    assert (visit["day"], visit["wall"], visit["zone"]) == ("2025-06-02", "12:00", ZONE)
    assert (visit["status"], visit["marked_at"], visit["crosses_midnight"]) == ("C", start + 1800, 0)
    assert (visit["occupied_from"], visit["occupied_to"]) == (start, start + 1800)
    assert visit["reason"] == "Check up"
    assert visit["overbooked_by_id"] is None
    assert select(
        "select name, speciality, initials, books, active from staff where external_id is not null"
    ) == [("Ted Reilly", "General practice, Main Street Clinic", "TR", 1, 1)]


@pytest.mark.parametrize(
    ("cells", "columns"),
    [
        (
            {"START": "2027-01-04T08:00:00Z", "STOP": "2027-01-04T08:30:00Z"},
            {"status": "S", "marked_at": None},
        ),
        ({"START": "2026-11-23T07:30:00Z", "STOP": "2026-11-23T09:00:00Z"}, {"status": "S"}),
        ({"START": "2025-06-02T21:30:00Z", "STOP": "2025-06-02T22:30:00Z"}, {"crosses_midnight": 1}),
        ({"START": "2025-06-02T21:30:00Z", "STOP": "2025-06-02T22:00:00Z"}, {"crosses_midnight": 0}),
        ({"START": "2025-10-26T00:30:00Z", "STOP": "2025-10-26T01:30:00Z"}, {"wall": "02:30", "minutes": 60}),
        ({"ENCOUNTERCLASS": "virtual"}, {"mode": "virtual"}),
        ({"ENCOUNTERCLASS": ""}, {"mode": "in_person", "type_id": None}),
        ({"ENCOUNTERCLASS": "[red]x"}, {"type_id": None}),
        ({"ORGANIZATION": "o-2"}, {"note": "At Side Street Clinic."}),
    ],
)
def test_what_a_visit_becomes(
    book: Book, tmp_path: Path, cells: dict[str, str], columns: dict[str, object]
) -> None:
    sites = (SITE, {"Id": "o-2", "NAME": "Side Street Clinic"})
    both(import_synthea, folder(tmp_path, [{**VISIT, **cells}], sites=sites))
    visit = one_visit()
    assert {name: visit[name] for name in columns} == columns


@pytest.mark.parametrize("year", ["2025", "2027"])
def test_an_overlapping_visit_is_kept_marked_and_told(book: Book, tmp_path: Path, year: str) -> None:
    def visit(id_: str, start: str, stop: str) -> dict[str, str]:
        return {**VISIT, "Id": id_, "START": f"{year}-06-{start}Z", "STOP": f"{year}-06-{stop}Z"}

    visits = [
        visit("long", "01T08:00:00", "20T08:00:00"),
        visit("in it", "05T08:00:00", "05T09:00:00"),
        visit("after it", "20T08:00:00", "20T09:00:00"),
        visit("touches", "20T09:00:00", "20T10:00:00"),
        visit("overlaps", "20T09:59:00", "20T11:00:00"),
    ]
    report = both(import_synthea, folder(tmp_path, visits))
    assert report.count("appointments") == Count("appointments", added=5, notices=2)
    assert [(notice.file, notice.line) for notice in report.notices] == [
        ("encounters.csv", 3),
        ("encounters.csv", 6),
    ]
    rows = select("select external_id, overbook_reason from appointment where overbooked_by_id is not null")
    assert {id_ for id_, _ in rows} == {"synthea:in it", "synthea:overlaps"}
    assert {why for _, why in rows} == {"imported: overlapped in the source"}


def test_a_visit_that_overlaps_one_of_an_earlier_import_is_kept_and_marked(
    book: Book, tmp_path: Path
) -> None:
    import_synthea(desk(), folder(tmp_path), dry_run=False)
    report = both(import_synthea, folder(tmp_path, [VISIT, {**VISIT, "Id": "v-2"}]))
    assert report.count("appointments") == Count("appointments", added=1, already_here=1, notices=1)


def test_the_clinics_own_type_of_that_name_is_used(book: Book, tmp_path: Path) -> None:
    import_synthea(desk(), folder(tmp_path), dry_run=False)
    report = both(import_synthea, folder(tmp_path, [{**VISIT, "Id": "v-2", "START": "2025-06-02T10:29:50Z"}]))
    assert report.count("appointment types") == Count("appointment types", already_here=1)
    assert select("select count(*) from appointment_type") == [(1,)]


# --- refusals --------------------------------------------------------------------------------------


def test_every_bad_row_is_named_and_the_good_ones_are_kept(book: Book, tmp_path: Path) -> None:
    source = folder(
        tmp_path,
        visits=[
            VISIT,
            {**VISIT, "Id": "v-2", "PATIENT": "p-3"},
            {**VISIT, "Id": "v-3", "PROVIDER": "nobody"},
            {**VISIT, "Id": "v-4", "STOP": "2025-06-02T09:00:00Z"},
            VISIT,
            {**VISIT, "Id": "v-5", "START": "1997-13-07T00:00:00Z"},
        ],
        patients=[JANE, {**JANE, "FIRST": "Joan"}, {**JANE, "Id": "p-3", "BIRTHDATE": "1997-13-07"}],
        doctors=[DOCTOR, DOCTOR, {**DOCTOR, "Id": "d-2", "NAME": " "}],
        sites=[SITE, SITE],
    )
    report = both(import_synthea, source)
    assert reasons(report) == [
        "organizations.csv:3: has the Id of line 2 again",
        "providers.csv:3: has the Id of line 2 again",
        "providers.csv:4: NAME: is empty",
        "patients.csv:3: has the Id of line 2 again",
        "patients.csv:4: birth date: “1997-13-07” is not a date; write it as in 1990-05-14 or 14 May 1990",
        "encounters.csv:3: its patient p-3 is not in patients.csv, or was refused there",
        "encounters.csv:4: its provider nobody is not in providers.csv, or was refused there",
        "encounters.csv:5: STOP: is before START",
        "encounters.csv:6: has the Id of line 2 again",
        "encounters.csv:7: START: “1997-13-07T00:00:00Z” is not a time such as 2010-01-23T17:45:28Z",
    ]
    assert report.count("appointments") == Count("appointments", added=1, refused=5)
    again = both(import_synthea, source)
    assert reasons(again) == reasons(report)
    assert again.count("appointments") == Count("appointments", already_here=1, refused=5)


def test_no_secret_of_the_source_reaches_the_book(book: Book, tmp_path: Path) -> None:
    import_synthea(desk(), folder(tmp_path), dry_run=False)
    assert "999-31-1198" not in repr(everything())


def test_hostile_names_are_kept_and_harmless(book: Book, tmp_path: Path) -> None:
    names = ["[@click=app.quit]x[/]", "\x1b]0;owned\x07Eve", "a\u202eb", "=cmd()"]
    patients = [{**JANE, "Id": f"p-{place}", "FIRST": name} for place, name in enumerate(names)]
    report = both(import_synthea, folder(tmp_path, (), patients))
    assert report.count("customers") == Count("customers", added=len(names))
    assert not set("\x1b\x07\u202e") & set(repr(select("select first_name from customer")))


def test_a_file_of_another_layout_changes_nothing(book: Book, shared: Path) -> None:
    with pytest.raises(FileProblem, match="these columns are not known"):
        import_customers(desk(), shared / "data/synthea/patients_small_bom.csv", dry_run=False)
    assert select("select count(*) from journal") == [(0,)]


def test_without_the_right_nothing_is_imported(book: Book, tmp_path: Path) -> None:
    session = desk(rights=frozenset(Right) - {Right.IMPORT})
    for act in (import_synthea, import_customers):
        with pytest.raises(Forbidden):
            act(session, folder(tmp_path), dry_run=True)


# --- duplicates ------------------------------------------------------------------------------------


def google(path: Path, *rows: tuple[str, str, str, str]) -> Path:
    columns = ("Given Name", "Family Name", "Name Prefix", "Birthday", "E-mail 1 - Value", "Notes")
    cells = [
        dict(zip(columns, (first, last, "", born, mail, "a note"), strict=True))
        for first, last, born, mail in rows
    ]
    return write(path / "contacts.csv", columns, cells)


def test_the_same_contact_twice_in_one_file_is_added_once(book: Book, tmp_path: Path) -> None:
    source = google(
        tmp_path,
        ("Jane", "Doe", "1990-05-14", ""),
        ("Jane", "Doe", "1990-05-14", ""),
        ("Jane", "Doe", "1990-05-14", "jane@example.org"),
        ("Jill", "Roe", "", "jill@example.org"),
        ("Jill", "Roe", "1991-01-01", "JILL@example.org"),
    )
    report = both(import_customers, source)
    assert report.counts == (Count("customers", added=2, already_here=3, notices=2),)
    assert select("select count(*) from note") == [(2,)]
    assert both(import_customers, source).counts == (Count("customers", already_here=5),)


def test_a_telephone_number_that_the_country_does_not_have_still_tells_who_it_is(
    book: Book, tmp_path: Path
) -> None:
    columns = ("First Name", "Last Name", "Phone")
    for number, (phone, added) in enumerate((("555 0142", 1), ("5550142", 0), ("555 0199", 1))):
        cells = [dict(zip(columns, ("Jill", "Roe", phone), strict=True))]
        report = import_customers(desk(), write(tmp_path / f"{number}.csv", columns, cells), dry_run=False)
        assert report.count("customers").added == added


def test_twins_are_two_people(book: Book, tmp_path: Path) -> None:
    twins = [
        ("Jane", "Doe", "1990-05-14", "doe@example.org"),
        ("Joan", "Doe", "1990-05-14", "doe@example.org"),
    ]
    assert both(import_customers, google(tmp_path, *twins)).counts == (Count("customers", added=2),)


def test_two_ids_of_one_source_are_two_people_even_with_the_same_name_and_birth_date(
    book: Book, tmp_path: Path
) -> None:
    patients = [JANE, {**JANE, "Id": "p-2"}]
    report = both(import_synthea, folder(tmp_path, (), patients))
    assert report.count("customers") == Count("customers", added=2, notices=1)
    assert "may be the same person as" in report.notices[0].reason


# --- batches, progress, stop -----------------------------------------------------------------------


def test_progress_reaches_the_end_and_never_goes_back(book: Book, shared: Path) -> None:
    told: list[tuple[int, int]] = []
    source = shared / "data/synthea"
    import_synthea(desk(), source, dry_run=True, progress=lambda done, total: told.append((done, total)))
    total = sum((source / name).stat().st_size for name in FILES)
    assert {total_told for _, total_told in told} == {total}
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1] == (total, total)


def test_a_stopped_import_keeps_whole_batches_and_goes_on_when_run_again(
    book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 10)
    visits = [{**VISIT, "Id": f"v-{number}", "START": f"2024-01-{number + 1:02}T10:00:00Z",
               "STOP": f"2024-01-{number + 1:02}T10:30:00Z"} for number in range(25)]  # fmt: skip
    source = folder(tmp_path, visits)
    asked: list[int] = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 5

    report = import_synthea(desk(), source, dry_run=False, stop=stop)
    assert report.stopped
    assert report.count("appointments") == Count("appointments", added=20)
    assert select("select count(*) from appointment") == [(20,)]
    assert "Stopped before the end" in "\n".join(report.lines())
    assert broken_line() is None
    rest = import_synthea(desk(), source, dry_run=False)
    assert rest.count("appointments") == Count("appointments", added=5, already_here=20)


def test_what_people_are_found_by_is_worked_out_before_their_transaction_and_not_in_a_dry_run(
    book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside: list[bool] = []

    def watched(row: NewCustomer, region: str) -> FoundBy:
        inside.append(current().db.in_transaction())
        return found_by(row, region)

    monkeypatch.setattr(incoming_customers, "found_by", watched)
    monkeypatch.setattr(customer_rows, "found_by", watched)
    source = folder(tmp_path, [], [JANE, {**JANE, "Id": "p-2", "FIRST": "Zoë"}, JANE])
    import_synthea(desk(), source, dry_run=True)
    assert inside == []
    report = import_synthea(desk(), source, dry_run=False)
    assert report.count("customers").added == 2
    assert inside == [False] * 3
    assert select("select word from search_word where word = 'zoe'") == [("zoe",)]


def test_an_import_leaves_the_collector_as_it_was_however_it_ends(book: Book, tmp_path: Path) -> None:
    before, during = gc.get_threshold(), list[int]()
    source = folder(tmp_path, [VISIT])
    import_synthea(desk(), source, dry_run=True, stop=lambda: bool(during.append(gc.get_threshold()[0])))
    assert min(during) > before[0]
    assert gc.get_threshold() == before
    with pytest.raises(FileProblem):
        import_synthea(desk(), tmp_path / "nothing", dry_run=True)
    assert gc.get_threshold() == before


def test_two_imports_of_the_same_folder_at_once_add_everything_once(
    book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 3)
    patients = [{**JANE, "Id": f"p-{number}", "FIRST": f"Jane{chr(97 + number)}"} for number in range(20)]
    source = folder(tmp_path, [{**VISIT, "PATIENT": "p-3"}], patients)
    session, reports = desk(), list[Report]()

    def act() -> None:
        reports.append(import_synthea(session, source, dry_run=False))
        book.close()

    threads = [threading.Thread(target=act) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for kind, rows in (("customers", 20), ("staff members", 1), ("appointments", 1)):
        assert sum(report.count(kind).added for report in reports) == rows
        assert sum(report.count(kind).already_here for report in reports) == rows
    assert select("select count(*) from customer") == [(20,)]
    assert broken_line() is None


def test_a_batch_is_one_transaction_with_a_line_per_record(
    book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_synthea(desk(), folder(tmp_path), dry_run=False)
    kinds = select("select action, kind, count(*) from journal group by 1, 2 order by 2")
    assert kinds == [("import", kind, 1) for kind in ("appointment", "appointment_type", "customer", "staff")]
    assert select("select count(*) from journal where at_ms = ?", [NOW * 1000]) == [(4,)]


def test_the_journal_keeps_the_customer_as_when_a_person_adds_one(book: Book, tmp_path: Path) -> None:
    import_synthea(desk(), folder(tmp_path), dry_run=False)
    id_, kept = select(
        "select j.row_id, v.after from journal j join journal_values v on v.seq_id = j.seq"
        " where j.kind = 'customer'"
    )[0]
    values = values_of(record(id_).customer)
    assert json.loads(kept) == {field: value for field, value in values.items() if value}


def test_the_report_names_ten_thousand_refusals_and_counts_the_others() -> None:
    tally = Tally()
    for line in range(KEPT + 5):
        tally.refuse("customers", Refusal("f.csv", line, "no"))
    report = tally.report("f.csv", dry_run=True, stopped=False)
    assert (len(report.refusals), report.refusals_left_out) == (KEPT, 5)
    assert report.count("customers").refused == KEPT + 5
    assert report.lines()[-1] == "  and 5 more"
    assert report.to_json()["refusals_left_out"] == 5
    assert report.to_json()["counts"] == {
        "customers": {"added": 0, "already_here": 0, "refused": KEPT + 5, "notices": 0}
    }


# --- anything at all -------------------------------------------------------------------------------

WORDS = st.sampled_from(["p-1", "d-1", "o-1", "v-1", "", "virtual", "2025-06-02T10:00:00Z", "1990-05-14"])
CELL = WORDS | st.text(st.characters(blacklist_categories=("Cs",)), max_size=12)


@given(st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.walk
def test_no_cells_crash_an_import_and_the_dry_run_foretells_it(
    book: Book, tmp_path: Path, data: st.DataObject
) -> None:
    def some(good: Mapping[str, str], columns: Sequence[str]) -> list[Mapping[str, str]]:
        wild = st.fixed_dictionaries(dict.fromkeys(columns, CELL))
        near = st.builds(lambda name, cell: {**good, name: cell}, st.sampled_from(columns), CELL)
        return data.draw(st.lists(st.just(good) | near | wild, max_size=6))

    rows = [some(good, COLUMNS[name]) for name, good in zip(FILES, (SITE, DOCTOR, JANE, VISIT), strict=True)]
    sites, doctors, patients, visits = rows
    both(import_synthea, folder(tmp_path, visits, patients, doctors, sites))
