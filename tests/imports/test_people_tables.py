"""Tables of people: Outlook's, any other by its columns, dates by the whole file, encodings, the mapping."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pim_tui.domain.customer import PhoneEntry
from pim_tui.domain.people import Order
from pim_tui.domain.text import tidy
from pim_tui.errors import FileProblem, UsageError
from pim_tui.imports.customers_csv import open_customers, survey_table
from pim_tui.imports.people import Row
from pim_tui.imports.people_table import TARGETS
from pim_tui.imports.report import Refusal
from tests.safety.readers import read_people

TODAY = date(2026, 11, 23)

PLAIN = (
    "First Name",
    "Surname",
    "DOB",
    "Gender",
    "Street",
    "Town",
    "Zip",
    "Phone",
    "Mobile",
    "E-mail",
    "Comments",
)


def table(
    folder: Path,
    header: Sequence[str],
    *rows: Mapping[str, str],
    encoding: str = "utf-8",
    separator: str = ",",
) -> Path:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, header, restval="", delimiter=separator)
    writer.writeheader()
    writer.writerows(rows)
    path = folder / "people.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def read(path: Path, order: Order = "dmy", **choices: str) -> list[Row | Refusal]:
    with open_customers(path, TODAY, order=order, choices=choices) as opened:
        return list(opened.rows())


def good(path: Path, order: Order = "dmy", **choices: str) -> Row:
    (row,) = read(path, order, **choices)
    assert isinstance(row, Row), row
    return row


def births(folder: Path, *days: str, order: Order = "dmy") -> list[date | str | None]:
    path = table(
        folder,
        ("name", "birthday", "phone"),
        *({"name": f"A B{n}", "birthday": day} for n, day in enumerate(days)),
    )
    rows = read(path, order)
    return [row.customer.birth_date if isinstance(row, Row) else row.reason for row in rows]


# --- a plain table ---------------------------------------------------------------------------------


def test_a_plain_table_is_read_by_the_names_of_its_columns(tmp_path: Path) -> None:
    row = good(
        table(
            tmp_path,
            PLAIN,
            {
                "First Name": "Jane",
                "Surname": "Doe",
                "DOB": "14.05.1990",
                "Gender": "weiblich",
                "Street": "12 High St",
                "Town": "Ulm",
                "Zip": "089073000",
                "Phone": "1234567",
                "Mobile": "7654321",
                "E-mail": "j@example.org",
                "Comments": "prefers mornings",
            },
        )
    )
    customer = row.customer
    assert (customer.name.listed, customer.birth_date, customer.sex) == ("Doe, Jane", date(1990, 5, 14), "F")
    assert (customer.address, customer.city, customer.postal_code) == ("12 High St", "Ulm", "08907-3000")
    assert customer.phones == (("", "1234567"), ("mobile", "7654321"))
    assert customer.emails == (("", "j@example.org"),)
    assert (row.note, row.own_id, row.remarks) == ("prefers mornings", False, ())


@pytest.mark.parametrize(
    "header",
    [
        ("Vorname", "Nachname", "Geburtsdatum"),
        ("Prénom", "Nom", "Date de naissance"),
        ("NOMBRE", "Apellidos", "fecha de nacimiento"),
        ("nome", "cognome", "Data di nascita"),
        ("voornaam", "achternaam", "geboortedatum"),
        ("first", "last", "dob"),
        ("FirstName", "LastName", "BirthDate"),
    ],
)
def test_columns_are_known_in_other_languages(tmp_path: Path, header: tuple[str, str, str]) -> None:
    row = good(table(tmp_path, header, dict(zip(header, ("Jane", "Doe", "31/12/1990"), strict=True))))
    assert (row.customer.name.full, row.customer.birth_date) == ("Jane Doe", date(1990, 12, 31))


@pytest.mark.parametrize(
    "header",
    [
        ("Vorname", "Nachname", "Straße privat", "Ort privat", "Mobiltelefon", "E-Mail-Adresse"),
        ("Prénom", "Nom", "Rue (domicile)", "Ville (domicile)", "Tél. mobile", "Adresse de messagerie"),
        ("First Name", "Last Name", "Home Address", "Home City", "Mobile Number", "Primary Email"),
    ],
)
def test_mail_programs_columns_are_known_in_their_languages(tmp_path: Path, header: tuple[str, ...]) -> None:
    cells = ("Jane", "Doe", "Main St 1", "Town", "0171 1234", "j@x.example")
    customer = good(table(tmp_path, header, dict(zip(header, cells, strict=True)))).customer
    assert (customer.address, customer.city) == ("Main St 1", "Town")
    assert customer.phones == (("mobile", "0171 1234"),)
    assert customer.emails == (("", "j@x.example"),)


@pytest.mark.parametrize(
    "header",
    [
        ("Anrede", "Vorname", "Nachname", "Firma", "Straße geschäftlich", "Ort geschäftlich", "Straße privat",
         "Straße privat 2", "Ort privat", "Telefon privat", "Fax geschäftlich", "E-Mail-Adresse",
         "E-Mail 2: Adresse", "Geburtstag", "Geschlecht", "Jahrestag"),
        ("Titre", "Prénom", "Nom", "Société", "Rue (bureau)", "Ville (bureau)", "Rue (domicile)",
         "Rue (domicile) 2", "Ville (domicile)", "Téléphone (domicile)", "Télécopie (bureau)",
         "Adresse de messagerie", "Adresse de messagerie 2", "Anniversaire", "Sexe",
         "Anniversaire de mariage ou fête"),
        ("Tratamiento", "Nombre", "Apellidos", "Organización", "Calle del trabajo", "Ciudad del trabajo",
         "Calle del domicilio", "Calle del domicilio 2", "Ciudad de residencia", "Particular",
         "Fax del trabajo", "Dirección de correo electrónico", "Dirección de correo electrónico 2",
         "Cumpleaños", "Sexo", "Aniversario"),
    ],
)  # fmt: skip
def test_outlook_is_known_in_the_languages_it_writes(tmp_path: Path, header: tuple[str, ...]) -> None:
    cells = (
        "Dr.", "Jane", "Doe", "Acme", "Gate 1", "Hof", "Hill 2", "Rear", "Ulm", "0731 1", "09281 2",
        "j@x.example", "k@x.example", "31.1.1980", "Unspecified", "0.0.00",
    )  # fmt: skip
    path = table(tmp_path, header, dict(zip(header, cells, strict=True)), encoding="cp1252", separator=";")
    survey = survey_table(path, "dmy", {})
    assert survey.layout == "Outlook contacts"
    assert survey.mapping is not None
    assert not [column.column for column in survey.mapping.columns if not column.target]
    row = good(path)
    customer = row.customer
    assert (customer.name.full, customer.birth_date) == ("Dr. Jane Doe", date(1980, 1, 31))
    assert (customer.address, customer.city) == ("Hill 2\nRear", "Ulm")
    assert customer.phones == (("home", "0731 1"), ("work fax", "09281 2"))
    assert customer.emails == (("", "j@x.example"), ("", "k@x.example"))
    assert row.note == "Address (work): Gate 1, Hof\nCompany: Acme"


THUNDERBIRD = (
    ("First Name", "Last Name", "Display Name", "Primary Email", "Work Phone", "Mobile Number",
     "Home Address", "Home ZipCode", "Organization", "Birth Year", "Birth Month", "Birth Day", "Custom 1",
     "Notes", ""),
    ("Vorname", "Nachname", "Anzeigename", "Primäre E-Mail-Adresse", "Tel. dienstlich", "Mobil-Tel.-Nr.",
     "Privat: Adresse", "Privat: PLZ", "Organisation", "Geburtsjahr", "Geburtsmonat", "Geburtstag",
     "Benutzerdef. 1", "Notizen", ""),
)  # fmt: skip


@pytest.mark.parametrize("header", THUNDERBIRD)
def test_thunderbirds_contacts_are_read_with_their_birth_date(
    tmp_path: Path, header: tuple[str, ...]
) -> None:
    cells = (
        "Jane", "Doe", "Jane Doe", "j@x.example", "030 1", "0171 2", "Hill 2", "01234", "Acme", "1972", "1",
        "3", "red", "likes tea", "",
    )  # fmt: skip
    path = table(tmp_path, header, dict(zip(header, cells, strict=True)))
    assert survey_table(path, "dmy", {}).layout == "Thunderbird address book"
    row = good(path)
    assert (row.customer.name.full, row.customer.birth_date) == ("Jane Doe", date(1972, 1, 3))
    assert row.customer.phones == (("mobile", "0171 2"), ("work", "030 1"))
    assert (row.customer.address, row.customer.postal_code) == ("Hill 2", "01234")
    assert row.note == "likes tea\nCompany: Acme\nUser 1: red"
    assert row.key[0] == "thunderbird contacts"


def test_a_thunderbird_contact_may_have_only_the_name_it_is_shown_by(tmp_path: Path) -> None:
    row = good(table(tmp_path, THUNDERBIRD[0], {"Display Name": "Max Roe", "Birth Month": "5"}))
    assert (row.customer.name.listed, row.customer.birth_date) == ("Roe, Max", None)
    assert row.remarks[1:] == ("the birthday is not complete and was left out",)


def test_numbers_that_a_shop_keeps_from_a_spreadsheet_lose_their_apostrophe(tmp_path: Path) -> None:
    header = ("Square Customer ID", "First Name", "Last Name", "Postal Code", "Phone Number")
    cells = ("'730001", "Jane", "'t Hooft", "'97301", "'+1 503 555 0100")
    row = good(table(tmp_path, header, dict(zip(header, cells, strict=True))))
    assert (row.key, row.customer.postal_code) == (("customer list", "730001"), "97301")
    assert (row.customer.name.last, row.customer.phones) == ("'t Hooft", (("", "+1 503 555 0100"),))


def test_a_name_in_one_column_is_parted_with_a_remark_on_the_row(tmp_path: Path) -> None:
    header = ("Patient Name", "Phone")
    rows = read(
        table(
            tmp_path,
            header,
            {"Patient Name": "Ana María Roe"},
            {"Patient Name": "Roe, Ana"},
            {"Patient Name": "Madonna"},
        )
    )
    assert [row.customer.name.listed for row in rows if isinstance(row, Row)] == [
        "Roe, Ana María",
        "Roe, Ana",
        "Madonna",
    ]
    remarks = [row.remarks for row in rows if isinstance(row, Row)]
    assert "its parts are a guess" in remarks[0][0]
    assert remarks[1:] == [(), ()]


def test_what_a_spreadsheet_did_to_numbers_is_undone_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text('First name,Last name,Phone\nJane,Doe,"=""0301234"""\nMax,Roe,4.91701E+11\n', "utf-8")
    jane, refusal = read(path)
    assert isinstance(jane, Row)
    assert jane.customer.phones == (("", "0301234"),)
    assert isinstance(refusal, Refusal)
    assert "“4.91701E+11” was shortened by a spreadsheet" in refusal.reason


def test_an_id_is_the_key_and_a_row_without_one_goes_by_its_values(tmp_path: Path) -> None:
    header = ("Patient ID", "Name", "Phone")
    rows = read(
        table(
            tmp_path,
            header,
            {"Patient ID": "7", "Name": "Roe"},
            {"Name": "Poe"},
            {"Patient ID": "x" * 101, "Name": "Doe"},
        )
    )
    first, second, third = rows
    assert isinstance(first, Row)
    assert (first.key, first.own_id) == (("customer list", "7"), True)
    assert isinstance(second, Row)
    assert (second.key[0], second.own_id) == ("customer list contents", False)
    assert isinstance(third, Refusal)
    assert third.reason.startswith("id: is longer")


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_encodings_and_separators_are_recognised(tmp_path: Path, encoding: str, separator: str) -> None:
    rows = [{"Surname": "Müller-Łódź" if encoding != "cp1252" else "Müller", "Street": "Straße 1, Hof"}] * 2
    found = read(table(tmp_path, PLAIN, *rows, encoding=encoding, separator=separator))
    assert [row.customer.name.last for row in found if isinstance(row, Row)] == [rows[0]["Surname"]] * 2
    assert [row.customer.address for row in found if isinstance(row, Row)] == ["Straße 1, Hof"] * 2


def test_a_table_that_only_has_names_or_none_is_not_taken_for_people_unasked(tmp_path: Path) -> None:
    things = table(tmp_path, ("name", "price"), {"name": "Plaster", "price": "3"})
    with pytest.raises(FileProblem, match="columns are not known"):
        read(things)
    assert survey_table(things, "dmy", {}).problems
    assert good(things, name="name").customer.name.full == "Plaster"
    nameless = table(tmp_path, ("code", "phone"), {"code": "Roe", "phone": "1234567"})
    told = survey_table(nameless, "dmy", {}).problems
    assert told == ("choose a column for first name or last name or whole name",)
    assert good(nameless, last="code").customer.name.last == "Roe"


# --- the mapping -----------------------------------------------------------------------------------


def test_the_mapping_is_shown_before_anything_is_read_and_can_be_changed(tmp_path: Path) -> None:
    path = table(
        tmp_path,
        (*PLAIN, "Work"),
        {"Surname": "Roe", "Town": "Ulm", "DOB": "05/14/1990", "Work": "555", "Phone": "1234567"},
    )
    survey = survey_table(path, "dmy", {})
    assert (survey.kind, survey.layout, survey.problems) == ("customers", "plain table", ())
    assert survey.mapping is not None
    shown = {column.column: (column.target, column.example) for column in survey.mapping.columns}
    assert shown["Surname"] == ("last", "Roe")
    assert shown["Work"] == ("", "555")
    assert dict(survey.facts)["dates"].startswith("month first")
    changed = survey_table(path, "dmy", {"work_phone": "Work", "city": ""}).mapping
    assert changed is not None
    assert {column.column: column.target for column in changed.columns}["Town"] == ""
    row = good(path, work_phone="work", city="")
    assert row.customer.city == ""
    assert row.customer.phones == (("", "1234567"), ("work", "555"))
    with pytest.raises(UsageError, match="no column called Nonsense"):
        read(path, last="Nonsense")
    with pytest.raises(UsageError, match="nothing called shoe"):
        read(path, shoe="Town")


def test_what_is_chosen_stands_in_place_of_what_a_known_layout_reads(tmp_path: Path) -> None:
    header = (
        "First Name",
        "Last Name",
        "Name Prefix",
        "Notes",
        "Phone 1 - Value",
        "Phone 2 - Value",
        "Occupation",
    )
    cells = dict(zip(header, ("Jane", "Roe", "Dr.", "old", "1234567", "7654321", "baker"), strict=True))
    path = table(tmp_path, header, cells)
    survey = survey_table(path, "dmy", {"note": "Occupation"})
    assert survey.layout == "Google Contacts"
    assert survey.mapping is not None
    shown = {column.column: column.target for column in survey.mapping.columns}
    assert (shown["Notes"], shown["Occupation"], shown["Phone 2 - Value"]) == ("", "note", "phone")
    row = good(path, note="Occupation")
    assert (row.note, len(row.customer.phones)) == ("baker", 2)
    row = good(path, phone="Phone 2 - Value", prefix="")
    assert row.customer.phones == (("", "7654321"),)
    assert row.customer.name.full == "Jane Roe"


def test_no_two_targets_share_a_name() -> None:
    names = [name for target in TARGETS for name in {target.key, target.title, *target.aliases}]
    assert sorted(names) == sorted(set(names))


# --- dates by the whole file -----------------------------------------------------------------------


def test_one_date_that_tells_settles_the_order_of_all(tmp_path: Path) -> None:
    assert births(tmp_path, "03/04/1990", "12/31/1990") == [date(1990, 3, 4), date(1990, 12, 31)]
    assert births(tmp_path, "03/04/1990", "31/12/1990", order="mdy") == [date(1990, 4, 3), date(1990, 12, 31)]
    assert births(tmp_path, "03.04.1990", "1990-12-31", "14 May 1990") == [
        date(1990, 4, 3),
        date(1990, 12, 31),
        date(1990, 5, 14),
    ]


def test_where_no_date_tells_the_clinics_order_is_taken_and_said_so(tmp_path: Path) -> None:
    assert births(tmp_path, "03/04/1990") == [date(1990, 4, 3)]
    assert births(tmp_path, "03/04/1990", order="mdy") == [date(1990, 3, 4)]
    with open_customers(tmp_path / "people.csv", TODAY, order="mdy") as opened:
        (remark,) = opened.remarks
    assert "month first" in remark
    assert "the column does not tell" in remark
    (reason,) = births(tmp_path, "03/04/1990", order="auto")
    assert "can mean" in str(reason)


def test_a_date_against_the_others_is_refused(tmp_path: Path) -> None:
    *kept, refused = births(tmp_path, "12/31/1990", "12/30/1990", "31/12/1990")
    assert kept == [date(1990, 12, 31), date(1990, 12, 30)]
    assert "not a date" in str(refused)


@pytest.mark.parametrize(
    ("written", "day", "remarks"),
    [
        ("31.12.46", date(1946, 12, 31), 0),
        ("31.12.20", date(2020, 12, 31), 1),
        ("0/0/00", None, 0),
        ("00.00.0000", None, 0),
        ("31.12.1990 00:00:00", date(1990, 12, 31), 0),
        ("31/12/1990 0:00", date(1990, 12, 31), 0),
    ],
)
def test_short_years_and_dates_as_programs_write_them(
    tmp_path: Path, written: str, day: date | None, remarks: int
) -> None:
    row = good(table(tmp_path, ("name", "born"), {"name": "Roe", "born": written}))
    assert row.customer.birth_date == day
    assert len(row.remarks) == remarks
    assert not remarks or row.remarks[0] == "birth date “31.12.20” is read as 2020-12-31, not 1920"


# --- Outlook ---------------------------------------------------------------------------------------

OUTLOOK = (
    "Title",
    "First Name",
    "Middle Name",
    "Last Name",
    "Suffix",
    "Company",
    "Job Title",
    "Business Street",
    "Business City",
    "Business State",
    "Business Postal Code",
    "Business Country/Region",
    "Home Street",
    "Home Street 2",
    "Home City",
    "Home State",
    "Home Postal Code",
    "Home Country/Region",
    "Business Fax",
    "Business Phone",
    "Home Phone",
    "Mobile Phone",
    "Primary Phone",
    "Birthday",
    "Categories",
    "E-mail Address",
    "E-mail 2 Address",
    "Gender",
    "Notes",
    "Web Page",
)


def test_outlook_contacts_are_read_and_what_has_no_field_is_a_line_of_the_note(tmp_path: Path) -> None:
    values = (
        "Dr.",
        "Jane",
        "Q.",
        "Doe",
        "Jr.",
        "Acme",
        "Baker",
        "1 Work St",
        "Boston",
        "MA",
        "02101",
        "USA",
        "12 High St",
        "Rear",
        "Ulm",
        "",
        "089073",
        "",
        "111",
        "222",
        "333",
        "444",
        "444",
        "5/14/1990",
        "VIP",
        "j@example.org",
        "/o=ExchangeLabs/cn=x",
        "Unspecified",
        "hello",
        "http://a.example",
    )
    row = good(table(tmp_path, OUTLOOK, dict(zip(OUTLOOK, values, strict=True))))
    customer = row.customer
    assert customer.name.full == "Dr. Jane Q. Doe Jr."
    assert (customer.birth_date, customer.sex) == (date(1990, 5, 14), "")
    assert (customer.address, customer.city, customer.postal_code) == ("12 High St\nRear", "Ulm", "089073")
    assert customer.phones == (("mobile", "444"), ("home", "333"), ("work", "222"), ("work fax", "111"))
    assert customer.emails == (("", "j@example.org"),)
    assert row.note.split("\n") == [
        "hello",
        "Address (work): 1 Work St, Boston, MA, 02101, USA",
        "Company: Acme",
        "Job title: Baker",
        "Web: http://a.example",
        "Categories: VIP",
    ]
    assert row.remarks == ("an address of an Exchange server was left out",)
    assert row.key[0] == "outlook contacts"


def test_outlooks_business_address_serves_when_there_is_no_other(tmp_path: Path) -> None:
    cells = {
        "Last Name": "Doe",
        "Business Street": "1 Work St",
        "Business City": "Boston",
        "Birthday": "0/0/00",
    }
    row = good(table(tmp_path, OUTLOOK, cells))
    assert (row.customer.address, row.customer.city, row.note) == ("1 Work St", "Boston", "")
    assert row.customer.birth_date is None


@pytest.mark.parametrize("layout", ["outlook_contacts", "desktop_mail_client", "google_contacts"])
def test_the_headers_that_programs_write_are_known(shared: Path, tmp_path: Path, layout: str) -> None:
    header = json.loads((shared / "data/csv_exports/known_headers.json").read_text())["layouts"][layout]
    first = "Given Name" if layout == "google_contacts" else "First Name"
    path = table(tmp_path, header, {first: "Jane", "Notes": "hello"})
    survey = survey_table(path, "dmy", {})
    assert survey.layout == ("Google Contacts" if layout == "google_contacts" else "Outlook contacts")
    row = good(path)
    assert (row.customer.name.first, row.note) == ("Jane", "hello")


# --- real files ------------------------------------------------------------------------------------

REAL = {
    "csv_exports/google_contacts_layout.csv": ("Google Contacts", 40, 0),
    "csv_exports/calendly_layout.csv": None,
    "csv_exports/google_calendar_layout.csv": None,
    "synthea/patients.csv": ("Synthea patients", 56, 0),
    "synthea/patients_1150_half.csv": ("Synthea patients", 575, 0),
    "synthea/patients_small_bom.csv": None,
    "synthea/providers.csv": ("plain table", 148, 0),
    "synthea/encounters.csv": None,
    "synthea/payers.csv": None,
    "products/products_from_synthea.csv": None,
    "products/openlmis_ndc.csv": None,
    "products/barcodes_food.csv": None,
    "products/vendure_multiple_languages.csv": None,
    "names/world_names.csv": None,
}
"""Layout, rows accepted and refused; None: nobody said what is what, and the file is not taken for people."""


def test_every_real_table_is_read_or_refused_as_told(shared: Path) -> None:
    found: dict[str, tuple[str, int, int] | None] = {}
    for name in REAL:
        try:
            with open_customers(shared / "data" / name, TODAY, order="dmy") as opened:
                rows = list(opened.rows())
            kept = sum(isinstance(row, Row) for row in rows)
            found[name] = (opened.mapping.layout, kept, len(rows) - kept)
        except FileProblem:
            found[name] = None
    assert found == REAL


def test_names_of_the_whole_world_come_through_a_table_unchanged(shared: Path) -> None:
    path = shared / "data/names/world_names.csv"
    with path.open(newline="", encoding="utf-8") as source:
        expected = [(tidy(row["localized"]), tidy(row["romanized"])) for row in csv.DictReader(source)]
    rows = read(path, first="localized", last="romanized")
    names = [(row.customer.name.first, row.customer.name.last) for row in rows if isinstance(row, Row)]
    assert names == expected


def test_names_in_one_piece_are_parted_as_people_part_them_and_told(shared: Path, tmp_path: Path) -> None:
    cases = json.loads((shared / "data/names/name_parsing.json").read_text())["cases"]
    path = table(tmp_path, ("whole name", "phone"), *({"whole name": case["text"]} for case in cases))
    rows = read(path)
    assert len(rows) == len(cases)
    told = 0
    for case, row in zip(cases, rows, strict=True):
        assert isinstance(row, Row), case
        wanted = case["expect"]
        told += bool(row.remarks)
        if "," not in case["text"] and len([part for part in wanted.values() if part]) > 1:
            assert row.remarks, case
    assert told


def test_naughty_strings_never_raise_and_are_kept_as_they_may_be(shared: Path, tmp_path: Path) -> None:
    strings = [
        one["text"].encode("utf-8", "replace").decode()
        for one in json.loads((shared / "data/names/naughty_strings.json").read_text())["strings"]
    ]
    short = [text for text in strings if 0 < len(tidy(text)) <= 120 and "\0" not in text]
    path = table(
        tmp_path, ("last name", "phone", "note"), *({"last name": text, "note": text} for text in short)
    )
    rows = read(path)
    assert [row.customer.name.last if isinstance(row, Row) else "" for row in rows] == [
        tidy(text) for text in short
    ]


def test_real_phone_numbers_are_kept_as_they_were_written(shared: Path, tmp_path: Path) -> None:
    told = json.loads((shared / "data/phones/phone_numbers.json").read_text())
    numbers = [one["international"] for one in told["examples"]] + [
        one["national"] for one in told["examples"]
    ]
    path = table(
        tmp_path, ("last name", "phone"), *({"last name": "Roe", "phone": number} for number in numbers)
    )
    kept = [row.customer.phones[0][1] for row in read(path) if isinstance(row, Row)]
    assert kept == [tidy(number) for number in numbers]


# --- anything at all -------------------------------------------------------------------------------

CELLS = st.sampled_from(
    [
        "Jane",
        "Doe, Jane",
        "14/05/1990",
        "5/14/90",
        "0/0/00",
        "--05-14",
        "x" * 400,
        "\x1b[31m",
        "é",
        "1234567",
        "a@b.org",
        "F",
        "2126-01-01",
        "'",
        '"',
        "\u0661\u0662",
        "",
    ]
) | st.text(max_size=8)
HEADER = st.sampled_from(
    [target.title for target in TARGETS] + ["Given Name", "Name Prefix", "Home Street", "x", ""]
)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_whatever_is_in_a_table_it_gives_people_who_can_be_stored_or_refusals(data: st.DataObject) -> None:
    header = data.draw(st.lists(HEADER, min_size=1, max_size=8))
    rows = data.draw(st.lists(st.lists(CELLS, min_size=len(header), max_size=len(header)), max_size=4))
    text = io.StringIO(newline="")
    csv.writer(text).writerows([header, *rows])
    read_people(text.getvalue().encode("utf-8", "replace") + data.draw(st.binary(max_size=6)))


@pytest.mark.parametrize(
    "header",
    ["Vorname;Nachname;E-Mail-Adresse;Straße privat;Telefon;Kundennummer",
     "First Name;Last Name;Primary Email;Birth Year;Phone;Id"],
)  # fmt: skip
def test_what_a_translated_layout_would_leave_out_makes_it_a_plain_table(tmp_path: Path, header: str) -> None:
    path = tmp_path / "people.csv"
    path.write_text(f"{header}\nJane;Doe;jane@example.org;1970;030 1234567;77\n", "utf-8")
    with open_customers(path, date(2026, 11, 23)) as opened:
        (row,) = opened.rows()
    assert isinstance(row, Row)
    assert row.customer.phones == (PhoneEntry("", "030 1234567"),)
    assert row.customer.external_ids[0][1] == "77"
