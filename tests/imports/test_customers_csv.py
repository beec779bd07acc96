"""People in the layouts of other programs."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from pim_tui.errors import FileProblem
from pim_tui.imports.customers_csv import Row, open_customers, postal_code
from pim_tui.imports.report import Refusal

TODAY = date(2026, 11, 23)
SYNTHEA = (
    "Id",
    "BIRTHDATE",
    "DEATHDATE",
    "SSN",
    "PREFIX",
    "FIRST",
    "MIDDLE",
    "LAST",
    "MAIDEN",
    "GENDER",
    "ZIP",
)


def rows_of(path: Path) -> list[Row | Refusal]:
    with open_customers(path, TODAY) as file:
        return list(file.rows())


def written(folder: Path, header: Sequence[str], *rows: dict[str, str]) -> Path:
    path = folder / "people.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, header, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def one(folder: Path, header: Sequence[str] = SYNTHEA, **cells: str) -> Row:
    (row,) = rows_of(written(folder, header, cells))
    assert isinstance(row, Row), row
    return row


def refused(folder: Path, **cells: str) -> str:
    (row,) = rows_of(written(folder, SYNTHEA, {"Id": "a-1", "LAST": "Doe", **cells}))
    assert isinstance(row, Refusal), row
    assert row.line == 2
    return row.reason


def test_glued_digits_are_taken_off_for_display_and_kept_as_a_key(tmp_path: Path) -> None:
    row = one(
        tmp_path, Id="a-1", FIRST="Ramiro608", LAST="O'Connor199", MAIDEN="Witting912", BIRTHDATE="1997-08-07"
    )
    assert row.customer.name.full == "Ramiro O'Connor"
    assert row.customer.former_names == ("Witting",)
    assert row.key == ("synthea", "a-1")
    assert row.customer.external_ids[1] == ("synthea name", "Ramiro608 O'Connor199 1997-08-07")


def test_secrets_are_not_read(shared: Path) -> None:
    path = shared / "data/synthea/patients.csv"
    with path.open(newline="") as file:
        secrets = [
            {row["SSN"], row["DRIVERS"], row["PASSPORT"], row["INCOME"]} - {""}
            for row in csv.DictReader(file)
        ]
    for row, secret in zip(rows_of(path), secrets, strict=True):
        words = set(re.findall(r"[\w-]+", repr(row)))
        assert words.isdisjoint(secret)
        assert words.isdisjoint({"nonhispanic", "hispanic"})


@pytest.mark.parametrize(
    ("zip_", "kept"),
    [("00000", ""), ("", ""), ("000000000", ""), ("01913", "01913"), ("020722571", "02072-2571")],
)
def test_postal_codes(zip_: str, kept: str) -> None:
    assert postal_code(zip_) == kept


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"BIRTHDATE": "1997-13-07"}, "birth date: .*not a date"),
        ({"BIRTHDATE": "2126-01-01"}, "birth date: .*future"),
        ({"BIRTHDATE": "1990-01-02", "DEATHDATE": "1989-01-01"}, "before the birth date"),
        ({"Id": ""}, "Id: is empty"),
        ({"Id": "x" * 101}, "Id: is longer"),
        ({"Id": "a\x1b[31m"}, "Id: holds characters"),
        ({"LAST": "  "}, "name is needed"),
        ({"LAST": "x" * 500}, "takes at most 120 characters"),
        ({"Id": "", "BIRTHDATE": "soon"}, "Id: is empty; birth date: "),
    ],
)
def test_a_bad_row_is_refused_with_everything_that_is_wrong(
    tmp_path: Path, cells: dict[str, str], says: str
) -> None:
    assert re.search(says, refused(tmp_path, **cells))


def test_a_sex_that_is_not_understood_is_left_empty_with_a_remark(tmp_path: Path) -> None:
    row = one(tmp_path, Id="a", LAST="Doe", GENDER="Q")
    assert row.customer.sex == ""
    assert row.remarks == ("sex “Q” is not understood and was left empty",)


@pytest.mark.parametrize(
    "name", ["[red]Eve[/red]", "[@click=app.quit]x[/]", "\x1b]0;owned\x07Eve", "a\u202eb"]
)
def test_hostile_names_are_made_harmless_and_kept(tmp_path: Path, name: str) -> None:
    kept = one(tmp_path, Id="a", FIRST=name, LAST="Doe").customer.name.first
    assert kept
    assert not set(kept) & set("\x1b\x07\u202e")
    assert kept == name or "\x1b" in name or "\u202e" in name


def test_both_synthea_layouts_and_googles_are_read_whole(shared: Path) -> None:
    for name, expected in (
        ("synthea/patients.csv", 56),
        ("synthea/patients_1150_half.csv", 575),
        ("csv_exports/google_contacts_layout.csv", 40),
    ):
        rows = rows_of(shared / "data" / name)
        assert len(rows) == expected
        assert all(isinstance(row, Row) for row in rows)


def test_the_older_google_header_is_the_one_that_google_wrote(shared: Path) -> None:
    known = json.loads((shared / "data/csv_exports/known_headers.json").read_text())["layouts"][
        "google_contacts"
    ]
    with open_customers(shared / "data/csv_exports/google_contacts_layout.csv", TODAY) as file:
        assert list(file.csv.header) == known
        first = next(file.rows())
    assert isinstance(first, Row)
    assert first.customer.name.full == "Mr. Kim Elmer Morissette"
    assert first.customer.address == "604 Leuschke Run"
    assert first.note.startswith("synthea ")
    assert not first.own_id


NEWER = (
    "First Name", "Middle Name", "Last Name", "Name Prefix", "Name Suffix", "Birthday", "Notes", "Labels",
    "E-mail 1 - Label", "E-mail 1 - Value", "Phone 1 - Label", "Phone 1 - Value", "Phone 2 - Label",
    "Phone 2 - Value", "Address 1 - Street", "Address 1 - City", "Address 2 - Street",
)  # fmt: skip


def test_the_newer_google_header_is_read(tmp_path: Path) -> None:
    row = one(
        tmp_path, NEWER,
        **{
            "First Name": "Jane", "Last Name": "Doe", "Name Prefix": "Mrs.", "Birthday": "1990-05-14",
            "E-mail 1 - Label": "* Work", "E-mail 1 - Value": "j@example.org ::: jane@example.org",
            "Phone 1 - Label": "Mobile", "Phone 1 - Value": "+1 617 555 0123", "Address 1 - City": "Ulm",
            "Address 2 - Street": "Main St",
        },
    )  # fmt: skip
    customer = row.customer
    assert customer.name.full == "Mrs. Jane Doe"
    assert customer.birth_date == date(1990, 5, 14)
    assert customer.emails == (("Work", "j@example.org"), ("Work", "jane@example.org"))
    assert customer.phones == (("Mobile", "+1 617 555 0123"),)
    assert (row.note, row.remarks) == ("Address: Main St", ())


def test_what_a_google_contact_has_no_field_for_are_lines_of_the_note(tmp_path: Path) -> None:
    cells = {
        "First Name": "Jane", "Last Name": "Doe", "Name Prefix": "", "Notes": "likes tea", "Nickname": "Jay",
        "Organization Name": "Acme", "Organization Title": "Baker", "Website 1 - Value": "http://a.example",
        "Relation 1 - Label": "Spouse", "Relation 1 - Value": "Max ::: Moe", "Address 2 - Label": "* Work",
        "Address 2 - Street": "Main St 1\nRear", "Address 2 - City": "Hof", "Labels": "Gold ::: * myContacts",
        "Custom Field 1 - Label": "Insurance", "Custom Field 1 - Value": "A 12",
    }  # fmt: skip
    row = one(tmp_path, tuple(cells), **cells)
    assert row.note.splitlines() == [
        "likes tea", "Nickname: Jay", "Organization: Acme", "Job title: Baker",
        "Address (Work): Main St 1, Rear, Hof", "Web: http://a.example", "Spouse: Max", "Spouse: Moe",
        "Insurance: A 12", "Labels: Gold",
    ]  # fmt: skip
    assert not row.remarks


def test_a_google_contact_keeps_its_key_until_it_is_reached_otherwise(
    tmp_path: Path,
) -> None:
    cells = {"First Name": "Jane", "Last Name": "Doe", "Notes": "once"}
    first = one(tmp_path, NEWER, **cells)
    assert one(tmp_path, NEWER, **{**cells, "Notes": "edited"}).key == first.key
    assert one(tmp_path, NEWER, **{**cells, "Phone 1 - Value": "617 555 0123"}).key != first.key


def test_a_birthday_without_a_year_is_left_out_with_a_remark(tmp_path: Path) -> None:
    row = one(tmp_path, NEWER, **{"First Name": "Jane", "Birthday": "--05-14"})
    assert row.customer.birth_date is None
    assert "no year" in row.remarks[0]


def test_a_birth_date_that_can_be_read_in_two_ways_is_refused_naming_both(tmp_path: Path) -> None:
    (row,) = rows_of(written(tmp_path, NEWER, {"First Name": "Jane", "Birthday": "03/04/1990"}))
    assert isinstance(row, Refusal)
    assert "1990-04-03" in row.reason
    assert "1990-03-04" in row.reason


def test_an_unknown_header_is_refused_naming_the_nearest_layout_and_what_was_found(shared: Path) -> None:
    with pytest.raises(FileProblem) as caught:
        open_customers(shared / "data/synthea/patients_small_bom.csv", TODAY)
    says = str(caught.value)
    assert "Nearest is Synthea patients" in says
    assert "missing: BIRTHDATE, FIRST, LAST" in says
    assert "Found: id, age, sex" in says
    assert "\n" not in says


@pytest.mark.parametrize("name", ["calendly_layout.csv", "google_calendar_layout.csv"])
def test_files_that_are_not_about_people_are_refused(shared: Path, name: str) -> None:
    with pytest.raises(FileProblem, match="not known"):
        open_customers(shared / "data/csv_exports" / name, TODAY)
