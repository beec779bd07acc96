"""Everything about one person leaves in one archive, and nothing of anybody else (P5)."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from pim_tui.db.connection import select
from pim_tui.db.filestore import store_of
from pim_tui.errors import Refused
from pim_tui.integrations.inbox import Inbox
from pim_tui.models import TABLES
from pim_tui.queries.customers import record
from pim_tui.queries.merging import GOING, KEPT, MADE_ANEW
from pim_tui.queries.person import PARTS, rows_of
from pim_tui.services.files import AttachFile, attach_document, attach_photo
from pim_tui.services.leaving import Form
from pim_tui.services.merging import MergeCustomers, merge_customers
from pim_tui.services.notes import AddNote, add_note
from pim_tui.services.person_export import ExportPerson, export_person
from tests.integrations.pictures import as_file, face
from tests.services.clinic import JANE, JOHN
from tests.services.paper import PAPER
from tests.services.shop import BANDAGE, Shop, line


@pytest.fixture
def clinic(till: Shop, tmp_path: Path) -> Shop:
    """Jane has a bill, a visit, a note, a photo and a letter; John a note of his own."""
    till.post(line(BANDAGE, 2), paid=500)
    till.book("2026-11-30 10:30", reason="Blood pressure")
    add_note(till.session, AddNote(JANE, "Asked for mornings."))
    add_note(till.session, AddNote(JOHN, "Somebody else."))
    inbox = Inbox(tmp_path / "inbox")
    inbox.files()
    (inbox.folder / ".._etc.jpg").write_bytes(as_file(face()))
    (inbox.folder / "letter.pdf").write_bytes(b"%PDF-1.4 letter")
    attach_photo(till.session, AttachFile(JANE, inbox, ".._etc.jpg"))
    attach_document(till.session, AttachFile(JANE, inbox, "letter.pdf", "insurance"))
    return till


def taken(clinic: Shop, to: Path, id_: int = JANE) -> tuple[dict[str, Any], dict[str, bytes]]:
    done = export_person(clinic.session, ExportPerson(id_, Form("zip", str(to), PAPER)))
    assert done.says.startswith(f"1 person is in {to}.")
    with ZipFile(to) as archive:
        assert archive.testzip() is None
        files = {name: archive.read(name) for name in archive.namelist()}
    return json.loads(files.pop("person.json")), files


def test_all_of_a_person_is_in_it_and_nothing_of_others(clinic: Shop, tmp_path: Path) -> None:
    told, files = taken(clinic, tmp_path / "jane.zip")
    assert stat.S_IMODE((tmp_path / "jane.zip").stat().st_mode) == 0o600
    assert sorted(files) == ["files/etc-1.jpg", "files/letter-2.pdf", "record.pdf"]
    assert files["files/letter-2.pdf"] == b"%PDF-1.4 letter"
    assert files["record.pdf"].startswith(b"%PDF")
    assert (told["number"], told["person"]["last"], told["balance"]["owed"]) == (1, "Doe", 690)
    rows = told["rows"]
    assert [row["text"] for row in rows["note"]] == ["Asked for mornings."]
    assert [row["reason"] for row in rows["appointment"]] == ["Blood pressure"]
    assert [row["description"] for row in rows["bill_line"]] == ["Bandage"]
    assert sorted(row["amount"] for row in rows["entry"]) == [-1000, -500, -190, 500, 1190]
    assert [row["method"] for row in rows["payment_part"]] == ["cash"]
    assert {row["action"] for row in rows["journal"]} >= {"post", "pay", "book", "write", "attach"}
    assert told["names"]["staff"]["1"] == "Anna Berg"
    assert "Somebody else" not in json.dumps(told)
    after = select(
        "select v.after from journal j join journal_values v on v.seq_id = j.seq where j.kind = 'person'"
    )
    assert json.loads(after[0][0])["asked"] == {"customer_id": JANE, "number": 1}


def test_what_became_part_of_the_record_is_in_it(clinic: Shop, tmp_path: Path) -> None:
    versions = record(JANE).version, record(JOHN).version
    merge_customers(clinic.session, MergeCustomers(JANE, JOHN, *versions))
    told, _ = taken(clinic, tmp_path / "jane.zip")
    assert [row["last_name"] for row in told["rows"]["customer"]] == ["Doe", "Roe"]
    assert len(told["rows"]["note"]) == 2


def test_a_damaged_file_is_named_and_stops_nothing(clinic: Shop, tmp_path: Path) -> None:
    digest = select("select sha256 from stored_file order by id")[1][0]
    store_of(clinic.store).forget(digest)
    told, files = taken(clinic, tmp_path / "jane.zip")
    assert sorted(files) == ["files/etc-1.jpg", "record.pdf"]
    assert told["missing"] == ["files/letter-2.pdf: The file is missing from the clinic's files."]


def test_stopped_it_leaves_nothing(clinic: Shop, tmp_path: Path) -> None:
    command = ExportPerson(JANE, Form("zip", str(tmp_path / "jane.zip"), PAPER))
    with pytest.raises(Refused, match="stopped"):
        export_person(clinic.session, command, stop=lambda: True)
    assert [path.name for path in tmp_path.glob("*.zip")] == []
    assert "export" not in clinic.actions()


def test_no_table_that_is_about_people_is_forgotten(clinic: Shop) -> None:
    """A table that points at a table of the person's is in the archive, or is known not to be about them."""
    told = set(rows_of(JANE)) | set(MADE_ANEW)
    assert {one.table for one in GOING} | set(KEPT) | {part[0] for part in PARTS} <= told
    about_others = {"stock_movement", "merged_row", "journal_values", "import_row", "blocked_time"}
    pointing = {
        table._meta.table_name
        for table in TABLES
        for field in table._meta.refs
        if field.rel_model._meta.table_name in told - {"stored_file"}
    }
    assert pointing - told - about_others == set()
