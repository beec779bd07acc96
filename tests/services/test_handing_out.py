"""What leaves the house holds only what whoever lets it leave may see; many people leave by right alone."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest

from pim_tui.documents.blocks import Letterhead
from pim_tui.domain.handout import CustomersWanted, VisitsWanted
from pim_tui.domain.rights import Right, rights_of
from pim_tui.domain.session import Session
from pim_tui.errors import Forbidden, NeedsAnswer, Refused
from pim_tui.integrations.inbox import Inbox
from pim_tui.lists.clinic import CLINIC_NOTES
from pim_tui.lists.spec import Scope
from pim_tui.models import Customer
from pim_tui.services.exporting import (
    ExportAppointments,
    ExportCustomers,
    ExportList,
    export_appointments,
    export_customers,
    export_list,
)
from pim_tui.services.files import AttachFile, SaveCopy, attach_document, picture, save_copy
from pim_tui.services.leaving import Form
from pim_tui.services.notes import AddNote, add_note
from pim_tui.services.papers import make
from pim_tui.services.pins import SetPin, set_pin
from pim_tui.services.stepup import FEW
from pim_tui.services.wanted import ListPaper, RecordPaper
from tests.services.clinic import ANNA, JANE, NOW, ZONE, Practice
from tests.services.paper import PAPER

NOTE, OWN = "penicillin rash", "lantern-2"


@pytest.fixture
def clinic(clinic: Practice, tmp_path: Path) -> Practice:
    """The small clinic; of Jane there is a note and a document."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "result.txt").write_text("biopsy benign\n", "utf-8")
    add_note(clinic.session, AddNote(JANE, NOTE))
    attach_document(clinic.session, AttachFile(JANE, Inbox(inbox), "result.txt"))
    clinic.book("10:30")
    return clinic


def with_role(clinic: Practice, role: str, *more: Right) -> Session:
    """Anna in another role, with some rights besides."""
    owner = clinic.session
    with clinic.store.write_tx():
        clinic.store.db.execute_sql(
            "update staff set role = ?, version = version + 1 where id = ?", (role, ANNA)
        )
        for right in set(more) - rights_of(role):
            clinic.store.db.execute_sql(
                "insert into role_right (role_id, name) select id, ? from role where name = ?",
                (right.value, role),
            )
    return replace(owner, rights=rights_of(role) | set(more))


def exported(session: Session, kind: str, *, pin: str = "") -> str:
    out = io.BytesIO()
    export_customers(session, ExportCustomers(CustomersWanted(), Form(kind, "-", PAPER), pin=pin), out=out)
    return out.getvalue().decode()


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_customers_leave_without_notes_where_those_are_not_to_be_read(clinic: Practice, kind: str) -> None:
    assert NOTE in exported(clinic.session, kind)
    told = exported(with_role(clinic, "cashier", Right.EXPORT), kind)
    assert "Jane" in told
    assert NOTE not in told


def test_a_list_of_notes_is_neither_exported_nor_printed(clinic: Practice) -> None:
    cashier = with_role(clinic, "cashier", Right.EXPORT)
    with pytest.raises(Forbidden, match="read notes"):
        export_list(
            cashier,
            ExportList(CLINIC_NOTES, Scope(None, ZONE), {}, Form("csv", "-", PAPER)),
            out=io.BytesIO(),
        )
    with pytest.raises(Forbidden, match="read notes"):
        make(cashier, ListPaper("notes", JANE), Letterhead("Harbour Clinic"))


def test_a_record_on_paper_says_that_notes_are_left_out(clinic: Practice) -> None:
    assert NOTE in make(clinic.session, RecordPaper(JANE), Letterhead("Harbour Clinic")).document.text()
    told = make(with_role(clinic, "cashier"), RecordPaper(JANE), Letterhead("Harbour Clinic")).document.text()
    assert NOTE not in told
    assert "Notes are left out" in told
    assert "result.txt" in told


def test_a_document_is_no_picture_and_no_copy_for_whoever_may_not_read_it(
    clinic: Practice, tmp_path: Path
) -> None:
    ((id_, sha256),) = clinic.store.select(
        "select a.id, f.sha256 from attachment a join stored_file f on f.id = a.file_id"
    )
    cashier = with_role(clinic, "cashier", Right.EXPORT)
    with pytest.raises(Forbidden, match="read documents"):
        picture(cashier, sha256, 8, 8)
    with pytest.raises(Forbidden, match="read documents"):
        save_copy(cashier, SaveCopy(id_, str(tmp_path)))


def test_more_than_a_few_people_leave_by_a_right_of_their_own_and_with_the_pin(clinic: Practice) -> None:
    with clinic.store.write_tx():
        for number in range(4, FEW + 2):
            Customer.create(
                number=number,
                first_name="Ann",
                last_name=f"No{number}",
                sort_name=f"no{number}",
                created_at=NOW,
                active=True,
            )
    with pytest.raises(Refused, match="you have none yet"):
        exported(clinic.session, "csv")
    set_pin(clinic.session, SetPin(ANNA, OWN))
    for pin in ("", "wrong-1"):
        with pytest.raises(NeedsAnswer):
            exported(clinic.session, "csv", pin=pin)
    assert exported(clinic.session, "csv", pin=OWN).count("\n") >= FEW + 1
    clinician = with_role(clinic, "clinician")
    with pytest.raises(Forbidden, match="export more than 50 people at once"):
        exported(clinician, "csv", pin=OWN)
    few = ExportAppointments(VisitsWanted(), Form("csv", "-", PAPER))
    assert export_appointments(clinician, few, out=io.BytesIO()).rows == 1
