"""Photos and documents are attached, replaced and removed with a trace, and never point to nothing (A1)."""

from __future__ import annotations

import io
import json
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from pim_tui.db.connection import select, write_tx
from pim_tui.db.filestore import store_of
from pim_tui.errors import FileProblem, NotFound, Refused, Stale
from pim_tui.integrations.inbox import Inbox
from pim_tui.queries.files import DocumentFilter, documents_of, integrity, photo_of
from pim_tui.services import files
from pim_tui.services.files import AttachFile, RemoveFile, attach_document, attach_photo, remove_file
from tests.integrations.pictures import as_file, face, photo_file
from tests.services.clinic import JANE, JOHN, NOW, ZONE, Practice

LETTER = b"%PDF-1.4\n%letter of the insurance"


@pytest.fixture
def inbox(clinic: Practice, tmp_path: Path) -> Inbox:
    made = Inbox(tmp_path / "inbox")
    made.files()
    (made.folder / "face.jpg").write_bytes(as_file(face()))
    (made.folder / "red.jpg").write_bytes(photo_file())
    (made.folder / "letter.pdf").write_bytes(LETTER)
    return made


def journal() -> list[tuple[Any, ...]]:
    return select(
        "select j.action, j.row_id, j.reason, v.after from journal j"
        " join journal_values v on v.seq_id = j.seq order by j.seq"
    )


def test_a_photo_is_kept_small_and_bare_with_who_and_when(clinic: Practice, inbox: Inbox) -> None:
    done = attach_photo(clinic.session, AttachFile(JANE, inbox, "face.jpg"))

    photo = photo_of(JANE)
    assert photo is not None
    assert (photo.id, photo.name, photo.added_at, photo.added_by) == (*done.ids, "face.jpg", NOW, "Anna Berg")
    kept = Image.open(io.BytesIO(store_of(clinic.store).read(photo.sha256)))
    assert (kept.format, kept.size) == ("JPEG", (120, 160))
    ((action, id_, _, after),) = journal()
    assert (action, id_) == ("attach", photo.id)
    assert json.loads(after)["sha256"] == photo.sha256


def test_replacing_a_photo_keeps_the_old_one_as_removed(clinic: Practice, inbox: Inbox) -> None:
    attach_photo(clinic.session, AttachFile(JANE, inbox, "face.jpg"))
    clinic.clock[0] += 60
    done = attach_photo(clinic.session, AttachFile(JANE, inbox, "red.jpg"))

    assert done.says == "Photo replaced."
    assert select("select name, removed_at, removed_reason, version from attachment order by id") == [
        ("face.jpg", NOW + 60, "replaced", 2),
        ("red.jpg", None, "", 1),
    ]
    assert [line[:3] for line in journal()[1:]] == [("remove", 1, "replaced"), ("attach", 2, "")]


def test_a_photo_is_removed_with_a_reason_and_its_file_stays(clinic: Practice, inbox: Inbox) -> None:
    attach_photo(clinic.session, AttachFile(JANE, inbox, "face.jpg"))
    photo = photo_of(JANE)
    assert photo is not None
    with pytest.raises(Refused, match="needs a reason"):
        remove_file(clinic.session, RemoveFile(photo.id, 1, "  "))
    remove_file(clinic.session, RemoveFile(photo.id, 1, "asked for it"))

    assert photo_of(JANE) is None
    assert integrity(photo.sha256) is None
    assert journal()[-1][:3] == ("remove", photo.id, "asked for it")
    with pytest.raises(NotFound):
        remove_file(clinic.session, RemoveFile(photo.id, 2, "again"))


def test_a_file_changed_meanwhile_is_not_removed(clinic: Practice, inbox: Inbox) -> None:
    id_ = attach_document(clinic.session, AttachFile(JANE, inbox, "letter.pdf")).ids[0]
    with pytest.raises(Stale):
        remove_file(clinic.session, RemoveFile(id_, 7, "wrong person"))


def test_documents_are_kept_as_they_are_and_listed_by_customer(clinic: Practice, inbox: Inbox) -> None:
    first = attach_document(clinic.session, AttachFile(JANE, inbox, "letter.pdf")).ids[0]
    attach_document(clinic.session, AttachFile(JANE, inbox, "red.jpg"))
    attach_document(clinic.session, AttachFile(JOHN, inbox, "letter.pdf"))
    page = documents_of(JANE, zone=ZONE)

    assert [(row.name, row.kind, row.size) for row in page.rows] == [
        ("red.jpg", "JPEG", len(photo_file())),
        ("letter.pdf", "PDF", len(LETTER)),
    ]
    assert store_of(clinic.store).read(page.rows[1].sha256) == LETTER
    assert page.sums["bytes"] == len(LETTER) + len(photo_file())
    assert clinic.count("stored_file") == 2, "the same content is one file"
    remove_file(clinic.session, RemoveFile(first, 1, "wrong person"))
    assert [row.name for row in documents_of(JANE, zone=ZONE).rows] == ["red.jpg"]
    (gone,) = documents_of(JANE, DocumentFilter("letter", removed=True), zone=ZONE).rows
    assert (gone.withdrawn, gone.removed_reason) == (True, "wrong person")


def test_the_same_request_twice_attaches_once(clinic: Practice, inbox: Inbox) -> None:
    command = AttachFile(JANE, inbox, "letter.pdf", request="form-1")
    assert attach_document(clinic.session, command) == attach_document(clinic.session, command)
    assert clinic.count("attachment") == 1


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("run.pdf", b"MZ\x90\0", "a program"),
        ("page.txt", b"\x1b]0;owned\x07", "neither a picture nor a PDF nor text"),
        ("phone.jpg", b"\0\0\0\x18ftypheic\0\0", "a HEIC picture"),
        ("empty.pdf", b"", "empty"),
    ],
)
def test_what_a_file_is_called_does_not_decide_what_it_is(
    clinic: Practice, inbox: Inbox, name: str, data: bytes, why: str
) -> None:
    (inbox.folder / name).write_bytes(data)
    for act in (attach_document, attach_photo):
        with pytest.raises(FileProblem, match=why):
            act(clinic.session, AttachFile(JANE, inbox, name))
    assert clinic.count("attachment") == clinic.count("journal") == 0


def test_a_document_is_no_photo_and_nobody_has_none(clinic: Practice, inbox: Inbox) -> None:
    with pytest.raises(FileProblem, match="not a picture"):
        attach_photo(clinic.session, AttachFile(JANE, inbox, "letter.pdf"))
    with pytest.raises(NotFound):
        attach_document(clinic.session, AttachFile(99, inbox, "letter.pdf"))


def test_an_import_prepares_before_and_attaches_inside_its_transaction(clinic: Practice) -> None:
    ready = files.prepare_photo(as_file(face()))
    assert clinic.count("stored_file") == 0
    with write_tx():
        made = files.attach_prepared(clinic.session, JANE, ready, "photo of the card", NOW)
    photo = photo_of(JANE)
    assert photo is not None
    assert (photo.id, photo.sha256) == (made.id, ready.sha256)
    assert made.values["kind"] == "photo"
    with pytest.raises(Refused, match="a photo already"), write_tx():
        files.attach_prepared(clinic.session, JANE, ready, "again", NOW)


def test_two_desks_attach_the_same_file_at_once(clinic: Practice, inbox: Inbox) -> None:
    refused = list[BaseException]()

    def act(customer: int) -> None:
        clinic.store.connect()
        try:
            attach_document(
                replace(clinic.session, key=f"desk-{customer}"), AttachFile(customer, inbox, "letter.pdf")
            )
        except BaseException as error:
            refused.append(error)
        finally:
            clinic.store.close()

    desks = [threading.Thread(target=act, args=(customer,)) for customer in (JANE, JOHN)]
    for desk in desks:
        desk.start()
    for desk in desks:
        desk.join()
    assert refused == []
    assert (clinic.count("stored_file"), clinic.count("attachment")) == (1, 2)
