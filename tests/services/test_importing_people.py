"""People from vCards and tables becoming customers: known again, given their photos, never mixed up."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import pytest

from pim_tui.db.connection import Book, select
from pim_tui.domain.rights import Right, rights_of
from pim_tui.errors import Forbidden, UsageError
from pim_tui.imports.report import Count
from pim_tui.queries.customers import record
from pim_tui.services.import_kinds import import_file, survey_file
from pim_tui.services.importing import import_customers, survey_customers
from pim_tui.services.incoming import ImportOptions
from pim_tui.services.undoing_imports import undo_import
from tests.services.desk import desk
from tests.services.test_importing import both


def card(*lines: str) -> str:
    return "\r\n".join(("BEGIN:VCARD", "VERSION:3.0", *lines, "END:VCARD", ""))


def file(folder: Path, text: str, name: str = "people.vcf") -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


def photo(color: str = "red") -> str:
    from PIL import Image

    made = io.BytesIO()
    Image.new("RGB", (40, 30), color).save(made, "JPEG")
    return "PHOTO;ENCODING=b;TYPE=JPEG:" + base64.b64encode(made.getvalue()).decode()


JANE = card("UID:1", "N:Doe;Jane;;;", "BDAY:1990-05-14", "TEL;TYPE=CELL:+1 617 555 0123", "NOTE:hello")


def test_cards_become_customers_and_twice_add_nothing(book: Book, tmp_path: Path) -> None:
    path = file(tmp_path, JANE + card("FN:Richard Roe") + card("TEL:1234567"))
    report = both(import_customers, path)
    assert report.counts == (Count("customers", added=2, refused=1, notices=1),)
    assert "people.vcf:13: card: has no name" in str(report.refusals[0])
    assert "its parts are a guess" in str(report.notices[0])
    assert select("select text from note") == [("hello",)]
    again = both(import_customers, path)
    assert again.counts == (Count("customers", already_here=2, refused=1),)


def test_real_cards_are_imported_whole_and_twice_add_nothing(book: Book, shared: Path) -> None:
    for name, added, photos in (
        ("John_Doe_IPHONE.vcf", 1, 1),
        ("fragment_zh_qp_two_cards.vcf", 2, 0),
        ("libical_test.vcf", 2, 0),
        ("vobject_vcard40_multilang.vcf", 1, 0),
        ("icaljs_vcard21_encoding.vcf", 1, 0),
    ):
        before = select("select count(*) from attachment")[0][0]
        assert both(import_customers, shared / "data/vcard" / name).count("customers").added == added
        assert select("select count(*) from attachment")[0][0] == before + photos
        assert both(import_customers, shared / "data/vcard" / name).count("customers").added == 0


def test_a_card_and_a_table_about_one_person_make_one_customer(book: Book, tmp_path: Path) -> None:
    import_customers(desk(), file(tmp_path, JANE), dry_run=False)
    people = "First Name,Last Name,DOB\nJane,Doe,5/14/1990\nJoan,Doe,12/31/1990\n"
    report = both(import_customers, file(tmp_path, people, "people.csv"))
    assert report.counts == (Count("customers", added=1, already_here=1, notices=1),)
    assert "the same name and birth date" in str(report.notices[0])


def test_a_photo_in_a_card_is_the_customers_and_goes_when_the_import_is_taken_back(
    book: Book, tmp_path: Path
) -> None:
    path = file(tmp_path, card("UID:1", "N:Doe;Jane", photo()) + card("UID:2", "N:Roe;Ann", photo()))
    report = both(import_customers, path)
    assert report.counts == (Count("customers", added=2),)
    rows = select(
        "select customer_id, kind, name, media_type from attachment join stored_file s on s.id = file_id"
    )
    assert [row[1:] for row in rows] == [("photo", "from the imported card", "image/jpeg")] * 2
    assert select("select count(*) from journal where kind = 'attachment'") == [(2,)]
    assert both(import_customers, path).counts == (Count("customers", already_here=2),)
    assert report.number is not None
    undo_import(desk(), report.number)
    assert select("select (select count(*) from customer), (select count(*) from attachment)") == [(0, 0)]


def test_a_photo_that_cannot_be_used_is_told_and_the_customer_kept(book: Book, tmp_path: Path) -> None:
    broken = "PHOTO;ENCODING=b;TYPE=JPEG:" + base64.b64encode(b"\xff\xd8\xff nothing").decode()
    report = both(import_customers, file(tmp_path, card("UID:1", "N:Doe;Jane", broken)))
    assert report.counts == (Count("customers", added=1, notices=1),)
    assert "the photo was left out: " in str(report.notices[0])
    may_not = desk(rights=rights_of("owner") - {Right.ATTACH})
    told = import_customers(may_not, file(tmp_path, card("UID:2", "N:Roe;Ann", photo())), dry_run=False)
    assert "may not attach" in str(told.notices[0])
    assert select("select count(*) from attachment") == [(0,)]


def test_the_same_number_in_another_list_is_not_the_same_person(book: Book, tmp_path: Path) -> None:
    mine = file(tmp_path, "id,first name,last name\n1,Jane,Doe\n2,Ann,Roe\n", "mine.csv")
    theirs = file(tmp_path, "id,first name,last name\n1,Bob,Poe\n2,Ann,Roe-Poe\n", "theirs.csv")
    assert both(import_customers, mine).counts == (Count("customers", added=2),)
    assert both(import_customers, mine).counts == (Count("customers", already_here=2),)
    report = both(import_customers, theirs)
    assert report.counts == (Count("customers", already_here=1, refused=1),)
    assert "id 1 already belongs to somebody else (doe jane)" in report.refusals[0].reason
    kept = import_customers(desk(), theirs, dry_run=False, options=ImportOptions({"id": ""}))
    assert kept.counts == (Count("customers", added=2),)


def test_a_second_name_finds_the_same_customer(book: Book, tmp_path: Path) -> None:
    text = card("UID:1", "N;ALTID=1:Yamada;Taro", "N;ALTID=1:山田;太郎", "TEL:+1 617 555 0123")
    both(import_customers, file(tmp_path, text))
    ((id_,),) = select("select id from customer")
    assert record(id_).customer.former_names == ("山田 太郎",)
    assert select("select count(*) from search_word where word in ('山田', '山田太郎') and former = 1") == [
        (2,)
    ]
    other = card("UID:2", "N:山田;太郎", "TEL:+1 617 555 0123")
    assert both(import_customers, file(tmp_path, other)).count("customers").notices == 1


def test_what_a_file_is_taken_for_is_told_before_and_dates_that_do_not_tell_are_said(
    book: Book, tmp_path: Path
) -> None:
    path = file(tmp_path, "Kunde,Geburtsdatum\nRoe,03/04/1990\n", "kunden.csv")
    survey = survey_file(desk(), "customers", path, ImportOptions())
    assert survey.problems == ("choose a column for first name or last name or whole name",)
    options = ImportOptions({"last": "Kunde"}, order="mdy")
    assert survey_customers(desk(), path, options).problems == ()
    report = import_file(desk(), "customers", path, dry_run=False, options=options)
    assert report.counts == (Count("customers", added=1, notices=1),)
    assert "dates are read month first" in str(report.notices[0])
    assert select("select birth_date from customer") == [("1990-03-04",)]
    cards = file(tmp_path, JANE)
    assert survey_customers(desk(), cards, ImportOptions()).layout == "vCard"
    with pytest.raises(UsageError, match="has no columns"):
        survey_customers(desk(), cards, ImportOptions({"last": "N"}))
    with pytest.raises(Forbidden):
        survey_customers(desk(rights=rights_of("owner") - {Right.IMPORT}), cards, ImportOptions())


def test_who_no_longer_comes_stays_so(book: Book, tmp_path: Path) -> None:
    both(
        import_customers,
        file(tmp_path, card("UID:1", "N:Doe;Jane", "X-PIM-ACTIVE:no") + card("UID:2", "N:Roe")),
    )
    assert select("select last_name, active from customer order by id") == [("Doe", 0), ("Roe", 1)]
