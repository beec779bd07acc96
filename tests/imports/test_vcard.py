"""vCards of every age: what becomes a field, what becomes a line of the note, and what costs a card."""

from __future__ import annotations

import base64
import csv
import json
import time
import tracemalloc
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pim_tui.domain.text import tidy, visible
from pim_tui.errors import FileProblem
from pim_tui.imports import cards, cardvalues
from pim_tui.imports.people import Row
from pim_tui.imports.peoplefile import survey_people
from pim_tui.imports.report import Refusal
from pim_tui.imports.vcard import open_cards
from tests.safety.readers import read_cards

TODAY = date(2026, 11, 23)


def read(path: Path) -> list[Row | Refusal]:
    with open_cards(path, TODAY) as opened:
        return list(opened.rows())


def file(folder: Path, text: str | bytes) -> Path:
    path = folder / "people.vcf"
    path.write_bytes(text if isinstance(text, bytes) else text.replace("\n", "\r\n").encode())
    return path


def rows_of(folder: Path, text: str | bytes) -> list[Row | Refusal]:
    return read(file(folder, text))


def card(*lines: str, version: str = "3.0") -> str:
    return "\n".join(("BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""))


def one(folder: Path, *lines: str, version: str = "3.0") -> Row:
    (row,) = rows_of(folder, card(*lines, version=version))
    assert isinstance(row, Row), row
    return row


JANE = "N:Doe;Jane;;;"


# --- names -----------------------------------------------------------------------------------------


def test_a_name_is_used_as_it_is_given(tmp_path: Path) -> None:
    row = one(tmp_path, "N:De la Cruz;Ana María;Q.,R.;Dr.;Jr.,M.D.", "FN:Dr. Ana María Q. R. De la Cruz")
    name = row.customer.name
    assert (name.prefix, name.first, name.middle, name.last, name.suffix) == (
        "Dr.", "Ana María", "Q. R.", "De la Cruz", "Jr., M.D.",
    )  # fmt: skip
    assert row.remarks == ()


def test_a_name_in_one_piece_is_parted_and_said_to_be_a_guess(tmp_path: Path) -> None:
    row = one(tmp_path, "FN:Mickey Mouse")
    assert (row.customer.name.first, row.customer.name.last) == ("Mickey", "Mouse")
    assert row.remarks == (
        "the name “Mickey Mouse” is in one piece; its parts are a guess: first name Mickey, last name Mouse",
    )
    assert one(tmp_path, "FN:Cher").remarks == ()
    assert one(tmp_path, "FN:Doe\\, Jane").customer.name.listed == "Doe, Jane"


def test_the_second_language_finds_the_same_person_and_is_told(tmp_path: Path) -> None:
    row = one(
        tmp_path,
        "FN;ALTID=1;LANGUAGE=en:Li Wei",
        "FN;ALTID=1;LANGUAGE=zh:李伟",
        "N;ALTID=1;LANGUAGE=en:Li;Wei;;;",
        "N;ALTID=1;LANGUAGE=zh:李;伟;;;",
        version="4.0",
    )
    assert row.customer.name.full == "Wei Li"
    assert row.customer.former_names == ("李 伟",)
    assert row.remarks == ("is also called “李 伟”, which is kept among the former names",)


def test_a_shown_name_that_says_something_else_stands_in_the_note(tmp_path: Path) -> None:
    assert one(tmp_path, JANE, "FN:Granny").note == "Shown as: Granny"
    assert one(tmp_path, JANE, "FN:doe  jane").note == ""


@pytest.mark.parametrize("lines", [("EMAIL:a@b.org",), ("N:;;;Dr.;",), ("FN:  ",), ("ORG:Acme",), ()])
def test_a_card_without_any_name_is_refused_with_its_line(tmp_path: Path, lines: tuple[str, ...]) -> None:
    rows = rows_of(tmp_path, card(JANE) + "\n" + card(*lines))
    assert isinstance(rows[0], Row)
    assert str(rows[1]) == "people.vcf:6: card: has no name: neither N nor FN says one"


# --- how a card is written -------------------------------------------------------------------------


def test_quoted_printable_with_soft_breaks_is_joined(tmp_path: Path) -> None:
    row = one(
        tmp_path,
        "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=96zt=C3=BCrk;Ay=C5=9F=",
        "e;;;",
        "NOTE;QUOTED-PRINTABLE:one=0D=0A=",
        " two =",
        "three",
        "TITLE:50=50",
        version="2.1",
    )
    assert row.customer.name.full == "Ayşe Öztürk"
    assert row.note == "one\n two three\nTitle: 50=50"


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("N;CHARSET=ISO-8859-2:Łukasz;Jan".encode("iso-8859-2"), "Jan Łukasz"),
        ("N;CHARSET=windows-1251:Иванова;Анна".encode("cp1251"), "Анна Иванова"),
        ("N;CHARSET=SHIFT_JIS:山田;花子".encode("shift-jis"), "山田 花子"),
        ("N:Müller;José".encode(), "José Müller"),
        ("N:Müller;José".encode("cp1252"), "José Müller"),
        ("N;CHARSET=zip:Müller;José".encode(), "José Müller"),
        ("N;CHARSET=utf-8:Müller;José".encode("cp1252"), "José Müller"),
    ],
)
def test_text_is_read_as_it_is_encoded(tmp_path: Path, written: bytes, read_as: str) -> None:
    (row,) = rows_of(tmp_path, b"BEGIN:VCARD\r\nVERSION:2.1\r\n" + written + b"\r\nEND:VCARD\r\n")
    assert isinstance(row, Row)
    assert row.customer.name.full == read_as


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_file_with_a_mark_is_read(tmp_path: Path, encoding: str) -> None:
    (row,) = rows_of(tmp_path, card("N:Иванова;Анна").encode(encoding))
    assert isinstance(row, Row)
    assert row.customer.name.full == "Анна Иванова"


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_any_line_end_any_case_and_folds_within_parameters(tmp_path: Path, end: str) -> None:
    text = (
        'begin:vcard\nversion:4.0\nn:Doe;\n Ja\n\tne\nitem1.TEL;TYPE=work;X-A="a;b:\n c":+1 617 5\n 55 0100\n'
        "end:vcard\n"
    )
    (row,) = rows_of(tmp_path, text.replace("\n", end).encode())
    assert isinstance(row, Row)
    assert row.customer.name.full == "Jane Doe"
    assert row.customer.phones == (("work", "+1 617 555 0100"),)


def test_lines_that_were_broken_and_not_folded_stay_with_their_property(tmp_path: Path) -> None:
    row = one(
        tmp_path, JANE, "NOTE:first", "second line, not a property", "see http", "http://a.example", "UID:7"
    )
    assert row.note == "first\nsecond line, not a property\nsee http\nhttp://a.example"
    assert row.key == ("vcard", "7")


def test_a_bad_card_costs_one_card(tmp_path: Path) -> None:
    text = (
        card("N:Roe;Ann")
        + "BEGIN:VCARD\nVERSION:3.0\nN:Poe;Bob\nTEL:1\n"
        + card(JANE)
        + "garbage\n"
        + card("N:End;The")
    )
    rows = rows_of(tmp_path, text + "BEGIN:VCARD\nN:Cut;Off")
    names = [row.customer.name.full if isinstance(row, Row) else row.reason for row in rows]
    assert names == ["Ann Roe", "Bob Poe", "Jane Doe", "The End", "Off Cut"]
    told = "the card has no END; the file may be damaged or cut off here"
    assert [told in row.remarks for row in rows if isinstance(row, Row)] == [False, True, False, False, True]
    assert [row.line for row in rows] == [1, 5, 9, 14, 18]


def test_the_card_of_an_agent_is_passed_over_and_told(tmp_path: Path) -> None:
    row = one(
        tmp_path, JANE, "AGENT:", "BEGIN:VCARD", "VERSION:2.1", "N:Secret;Agent", "TEL:007", "END:VCARD",
        "TEL:1234567", version="2.1",
    )  # fmt: skip
    assert row.customer.name.full == "Jane Doe"
    assert [number for _, number in row.customer.phones] == ["1234567"]
    assert row.remarks == ("the card of somebody else in it (AGENT) was left out",)


def test_a_label_that_a_telephone_puts_among_the_types_does_not_hide_the_number(tmp_path: Path) -> None:
    label = "TEL;X-Custom(CHARSET=UTF-8,ENCODING=QUOTED-PRINTABLE,=E6=89=8B):12345"
    row = one(tmp_path, JANE, label, version="2.1")
    assert [number for _, number in row.customer.phones] == ["12345"]
    assert not row.note


def test_a_calendar_and_other_files_are_refused_as_what_they_are(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match=r"is a calendar.*import appointments"):
        read(file(tmp_path, "BEGIN:VCALENDAR\nVERSION:2.0\nEND:VCALENDAR\n"))
    with pytest.raises(FileProblem, match="holds no contact card"):
        read(file(tmp_path, "Name,Phone\nJane,1\n"))
    with pytest.raises(FileProblem, match="holds no contact card"):
        survey_people(file(tmp_path, '["vcard",[]]'), TODAY, "dmy", {})
    with pytest.raises(FileProblem, match="is empty"):
        read(file(tmp_path, ""))
    with pytest.raises(FileProblem, match="a folder, not a vCard file"):
        read(tmp_path)


# --- values ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("BDAY:19960415", "1996-04-15"),
        ("BDAY:1996-04-15", "1996-04-15"),
        ("BDAY:1996-04-15T23:30:00Z", "1996-04-15"),
        ("BDAY;VALUE=text:15 April 1996", "1996-04-15"),
        ("BDAY:--0415", None),
        ("BDAY:---15", None),
        ("BDAY:1996-04", None),
        ("BDAY:0000", None),
        ("BDAY;X-APPLE-OMIT-YEAR=1604:1604-04-15", None),
        ("BDAY;VALUE=text:circa 1800", None),
        ("BDAY:1996-02-30", None),
        ("BDAY:2126-01-01", None),
    ],
)
def test_birthdays_in_every_form(tmp_path: Path, line: str, day: str | None) -> None:
    row = one(tmp_path, JANE, line, version="4.0")
    assert row.customer.birth_date == (date.fromisoformat(day) if day else None)
    if day is None:
        assert len(row.remarks) == 1
        assert line.partition(":")[2] in row.note
    else:
        assert (row.remarks, row.note) == ((), "")


def test_several_bare_types_begin_a_line_of_their_own(tmp_path: Path) -> None:
    row = one(tmp_path, JANE, "TEL;WORK:1111111", "TEL;FAX,WORK:2222222", version="2.1")
    assert row.customer.phones == (("work", "1111111"), ("work fax", "2222222"))


@pytest.mark.parametrize("line", ["KIND:group", "X-ADDRESSBOOKSERVER-KIND:group"])
def test_a_group_of_contacts_is_no_person(tmp_path: Path, line: str) -> None:
    (refusal,) = rows_of(tmp_path, card("N:Our patients", "FN:Our patients", line, version="4.0"))
    assert isinstance(refusal, Refusal)
    assert refusal.reason == "card: is a group of contacts, not a person"
    assert one(tmp_path, JANE, "KIND:individual", version="4.0").customer.name.full


def test_phones_by_what_they_are_for_the_preferred_first_the_fax_last(tmp_path: Path) -> None:
    row = one(
        tmp_path,
        JANE,
        "TEL;TYPE=FAX,WORK:1111111",
        "TEL;TYPE=HOME:2222222",
        "item1.TEL:3333333",
        "item1.X-ABLabel:_$!<AssistantPhone>!$_",
        'TEL;VALUE=uri;TYPE="cell,voice";PREF=1:tel:+1-418-656-9254;ext=102',
        "EMAIL;TYPE=INTERNET,WORK:jane@example.org",
        "EMAIL:mailto:pref@example.org",
        version="4.0",
    )
    assert row.customer.phones == (
        ("mobile", "+1-418-656-9254 ext. 102"),
        ("home", "2222222"),
        ("assistant phone", "3333333"),
        ("work fax", "1111111"),
    )
    assert row.customer.emails == (("work", "jane@example.org"), ("", "pref@example.org"))


def test_the_home_address_is_the_customers_and_the_others_are_in_the_note(tmp_path: Path) -> None:
    row = one(
        tmp_path, JANE,
        "ADR;TYPE=WORK,PREF:;;1 Work St;Boston;MA;02101;USA",
        "ADR;TYPE=HOME:PO 7;Apt 2;12 High St\\nRear;Ulm;;89073;", "ORG:Acme\\, Inc.;Sales",
        "TITLE:Head; of all", "NICKNAME:Janey", "URL:http://a.example/?x=1;y=2", "SEX:2",
    )  # fmt: skip
    customer = row.customer
    assert (customer.address, customer.city, customer.postal_code) == (
        "12 High St\nRear\nApt 2\nPO 7",
        "Ulm",
        "89073",
    )
    assert customer.sex == "F"
    assert row.note.split("\n") == [
        "Address (work): 1 Work St, Boston, MA, 02101, USA",
        "Nickname: Janey",
        "Organization: Acme, Inc., Sales",
        "Title: Head; of all",
        "Web: http://a.example/?x=1;y=2",
    ]
    assert row.remarks == ()


def test_what_no_form_would_take_is_in_the_note_and_the_card_is_kept(tmp_path: Path) -> None:
    row = one(
        tmp_path, JANE, "TEL:ask at the desk", "TEL:1234567", "EMAIL:jane at home", f"ADR:;;{'x' * 400};;;;",
        "DEATHDATE:1890-01-01", "BDAY:1990-05-14", "GENDER:Q;it's complicated", "X-FOO:bar", version="4.0",
    )  # fmt: skip
    assert row.customer.phones == (("", "1234567"),)
    assert row.customer.emails == ()
    assert row.customer.death_date is None
    assert len(row.customer.address) == 300
    for text in (
        "Phone: ask at the desk",
        "Email: jane at home",
        "x" * 400,
        "1890-01-01",
        "it's complicated",
    ):
        assert text in row.note
    assert len(row.remarks) == 6
    assert "left out: x-foo" in row.remarks


def test_a_uid_is_the_key_and_without_one_the_values_are(tmp_path: Path) -> None:
    assert one(tmp_path, JANE, "UID:urn:uuid:7").key == ("vcard", "urn:uuid:7")
    assert len(one(tmp_path, JANE, "UID:" + "x" * 500).key[1]) == 32
    row = one(tmp_path, JANE, "TEL:1234567")
    assert row.key[0] == "vcard contents"
    assert not row.own_id
    assert one(tmp_path, JANE, "TEL:1234567", "NOTE:new").key == row.key
    assert one(tmp_path, JANE, "TEL:7654321").key != row.key


# --- photos ----------------------------------------------------------------------------------------

PICTURE = b"\xff\xd8\xff not really a picture"
PACKED = base64.b64encode(PICTURE).decode()


@pytest.mark.parametrize(
    ("lines", "version"),
    [
        ([f"PHOTO;ENCODING=b;TYPE=JPEG:{PACKED[:20]}", f" {PACKED[20:]}"], "3.0"),
        (["PHOTO;JPEG;BASE64:", f"  {PACKED[:20]}", f"  {PACKED[20:]}", "", "REV:1"], "2.1"),
        (["PHOTO;ENCODING=BASE64;TYPE=JPEG:", PACKED[:20], PACKED[20:]], "2.1"),
        ([f"PHOTO:data:image/jpeg;base64,{PACKED}"], "4.0"),
        (["PHOTO:https://example.org/a.jpg", f"PHOTO;ENCODING=b;TYPE=JPEG:{PACKED}"], "3.0"),
    ],
)
def test_a_photo_in_the_card_is_kept_as_it_is(tmp_path: Path, lines: list[str], version: str) -> None:
    row = one(tmp_path, JANE, *lines, version=version)
    assert (row.photo, row.photo_type) == (PICTURE, "jpeg")
    assert row.customer.name.full == "Jane Doe"


def test_a_photo_that_is_a_link_damaged_or_too_large_is_left_out_with_a_remark(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    linked = one(tmp_path, JANE, "PHOTO;VALUE=uri:http://example.org/me.jpg")
    assert (linked.photo, linked.remarks) == (
        b"",
        ("the photo is a link and not in the card; links are not followed",),
    )
    damaged = one(tmp_path, JANE, "PHOTO;ENCODING=b:x")
    assert (damaged.photo, damaged.remarks) == (b"", ("the photo is damaged and was left out",))
    monkeypatch.setattr(cardvalues, "LARGEST_PHOTO", 10)
    large = one(tmp_path, JANE, f"PHOTO;ENCODING=b:{PACKED}")
    assert (large.photo, large.remarks) == (b"", ("the photo is larger than 0 MB and was left out",))


def test_huge_cards_cost_little_and_only_themselves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cards, "LONGEST_PROPERTY", 2_000)
    monkeypatch.setattr(cards, "LARGEST_CARD", 5_000)
    folded = "\n".join([" " + "A" * 70] * 50)
    text = (
        card(JANE, f"PHOTO;ENCODING=b:\n{folded}", "TEL:1234567")
        + card(JANE, "NOTE:" + "x" * 3_000, "TEL:1234567")
        + card("N:Big;Too", *["NOTE:x" * 20] * 100)
        + card("N:End;The")
    )
    photo, note, big, last = rows_of(tmp_path, text)
    assert isinstance(photo, Row)
    assert photo.remarks == ("the photo is larger than 2 MB and was left out",)
    assert isinstance(note, Row)
    assert note.customer.phones
    assert len(note.note) <= 2_000
    assert isinstance(big, Refusal)
    assert "is larger than" in big.reason
    assert isinstance(last, Row)


# --- real files ------------------------------------------------------------------------------------

REAL = {
    "John_Doe_EVOLUTION.vcf": (1, 0), "John_Doe_IPHONE.vcf": (1, 0), "John_Doe_MS_OUTLOOK.vcf": (1, 0),
    "fragment_mixed_scripts_v4_qp.vcf": (1, 0), "fragment_zh_qp_grouped.vcf": (1, 0),
    "fragment_zh_qp_two_cards.vcf": (2, 0), "fullcontact.vcf": (1, 0), "gmail-single.vcf": (1, 0),
    "icaljs_vcard21_encoding.vcf": (1, 0), "icaljs_vcard21_escaping.vcf": (1, 0),
    "icaljs_vcard21_newline.vcf": (1, 0), "libical_test.vcf": (2, 0), "libical_user-cal.vcf": None,
    "outlook-2007.vcf": (1, 0), "rfc2426-example.vcf": (2, 0), "rfc6350-example.vcf": (1, 0),
    "thunderbird-MoreFunctionsForAddressBook-extension.vcf": (1, 0), "vobject_vcard40_multilang.vcf": (1, 0),
}  # fmt: skip
"""Cards accepted and refused; None: the file is refused as a whole."""


def test_every_real_file_is_read_or_refused_as_told_within_its_limits(shared: Path) -> None:
    found: dict[str, tuple[int, int] | None] = {}
    tracemalloc.start()
    for path in sorted((shared / "data/vcard").glob("*.vcf")):
        began = time.process_time()
        try:
            rows = read(path)
            good = sum(isinstance(row, Row) for row in rows)
            found[path.name] = (good, len(rows) - good)
        except FileProblem:
            found[path.name] = None
        assert time.process_time() - began < 2
    assert found == REAL
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 200 << 20


def expected_cards(shared: Path) -> list[tuple[str, list[dict[str, Any]], list[Row | Refusal]]]:
    told = json.loads((shared / "data/vcard/expected_fields.json").read_text())["files"]
    return [(name, file["cards"], read(shared / "data/vcard" / name)) for name, file in told.items()]


def squeezed(text: str) -> str:
    """Without spaces, commas and line ends: the sources print several lines as one."""
    return "".join(text.replace(",", "").split())


def test_what_others_found_in_the_real_files_is_found(shared: Path) -> None:
    for name, expected, rows in expected_cards(shared):
        assert len(rows) == len(expected), name
        for wanted, row in zip(expected, rows, strict=True):
            assert isinstance(row, Row)
            _compare(name, wanted, row)


def _compare(name: str, wanted: Mapping[str, Any], row: Row) -> None:
    customer = row.customer
    if "N" in wanted:
        first = wanted["N"][0]
        assert customer.name.last == first.get("family", "")
        assert customer.name.first == first.get("given", "")
        assert customer.name.middle == " ".join(first.get("additional", []))
        assert customer.name.prefix == " ".join(first.get("prefixes", []))
        assert customer.name.suffix == ", ".join(first.get("suffixes", []))
        for other in wanted["N"][1:]:
            assert any(other["family"] in former for former in customer.former_names)
    numbers = {"".join(c for c in number if c.isdigit()) for _, number in customer.phones}
    for phone in wanted.get("TEL", []):
        assert "".join(c for c in phone.get("text", phone.get("uri", "")) if c.isdigit()) in numbers
    kept = [address for _, address in customer.emails]
    for email in wanted.get("EMAIL", []):
        assert email["value"] in kept or f"Email: {email['value']}" in row.note
    told = (customer.address, customer.city, customer.region, customer.postal_code, row.note)
    addresses = squeezed("".join(told))
    for address in wanted.get("ADR", []):
        for part in ("streetAddress", "extendedAddress", "poBox", "locality", "postalCode"):
            value = address.get(part, "")
            for piece in [value] if isinstance(value, str) else value:
                assert squeezed(piece) in addresses, (name, part)
    days = [one["date"] for one in wanted.get("BDAY", []) if "date" in one]
    assert customer.birth_date == (date.fromisoformat(days[0]) if days else None)
    for kind in ("ORG", "NICKNAME", "CATEGORIES"):
        for one in wanted.get(kind, []):
            assert all(value in row.note for value in one["values"])
    for kind in ("TITLE", "ROLE", "URL"):
        assert all(one["value"] in row.note for one in wanted.get(kind, []))
    if name != "icaljs_vcard21_encoding.vcf":
        assert all(squeezed(one["value"]) in squeezed(row.note) for one in wanted.get("NOTE", []))
    else:
        assert "speciäl chäracters and a line" in row.note
        assert "Quoted-Printable encoding" in row.note
    photos = [one["bytes"] for one in wanted.get("PHOTO", []) if "bytes" in one]
    assert len(row.photo) == (photos[0] if photos else 0)
    for uid in wanted.get("UID", []):
        assert row.key == ("vcard", uid["value"])


def test_names_of_the_whole_world_come_through_a_card_unchanged(shared: Path, tmp_path: Path) -> None:
    with (shared / "data/names/world_names.csv").open(newline="", encoding="utf-8") as source:
        names = [
            row[kind] for row in csv.DictReader(source) for kind in ("localized", "romanized") if row[kind]
        ]
    names += [
        " ".join(case["fields"].get(part, "") for part in ("given", "given2")).strip()
        for case in json.loads((shared / "data/names/person_name_formats.json").read_text())["cases"]
    ]
    text = "".join(
        card(f"N:{name};{name};;;", version=version) for name in names for version in ("2.1", "4.0")
    )
    rows = rows_of(tmp_path, text)
    assert len(rows) == 2 * len(names)
    for place, row in enumerate(rows):
        assert isinstance(row, Row)
        assert row.customer.name.first == row.customer.name.last == tidy(names[place // 2])


def test_naughty_strings_are_kept_as_notes_and_never_raise(shared: Path, tmp_path: Path) -> None:
    strings = [
        one["text"] for one in json.loads((shared / "data/names/naughty_strings.json").read_text())["strings"]
    ]
    for text in strings:
        escaped = text.replace("\\", "\\\\").replace("\n", "\\n").replace(";", "\\;").replace(",", "\\,")
        (row,) = rows_of(tmp_path, card(JANE, f"NOTE:{escaped}").encode("utf-8", "replace"))
        assert isinstance(row, Row)
        assert row.note == visible(text.encode("utf-8", "replace").decode()).strip()


# --- anything at all -------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        b"BEGIN:VCARD\r\n", b"END:VCARD\r\n", b"VERSION:2.1\n", b"VERSION:4.0\n", b"N:Doe;Jane\n", b"FN:",
        b"TEL;TYPE=", b"PHOTO;ENCODING=b:", b"data:image/png;base64,", b"=\r\n", b"=C3=B6", b" ", b"AGENT:\n",
        b";ENCODING=QUOTED-PRINTABLE:", b"BDAY:", b"--0415", b"\xff\xfe", b"\xc3", b"\\n", b"\\", b'"', b";",
        b",", b":", b"item1.", b"\n", b"X-ABLABEL:", b"CHARSET=utf-16", b"ADR:;;", b"EMAIL:", b"\0", b"\r",
    ]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES | st.binary(max_size=12), max_size=40))
def test_whatever_is_in_a_file_it_gives_people_who_can_be_stored_or_refusals(pieces: list[bytes]) -> None:
    read_cards(b"BEGIN:VCARD\r\n" + b"".join(pieces))
