"""Handing records out: what is wanted and nothing else, whole or not at all, and told to the journal."""

from __future__ import annotations

import csv
import errno
import hashlib
import io
import json
import os
import stat
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import vobject
from icalendar import Calendar

from pim_tui.db.connection import write_tx
from pim_tui.domain.customer import NewCustomer
from pim_tui.domain.handout import CustomersWanted, VisitsWanted
from pim_tui.domain.names import PersonName
from pim_tui.domain.states import Status
from pim_tui.errors import FileProblem, Refused, UsageError
from pim_tui.exports.outfile import OutFile
from pim_tui.integrations.inbox import Inbox
from pim_tui.lists.appointments import APPOINTMENTS
from pim_tui.lists.spec import Scope
from pim_tui.models import Appointment, Series, SeriesDate, SeriesVisit
from pim_tui.queries import exporting as queries
from pim_tui.queries.files import content, photo_of
from pim_tui.services.customer_rows import insert_customers
from pim_tui.services.exporting import (
    ExportAppointments,
    ExportCustomers,
    ExportList,
    export_appointments,
    export_customers,
    export_list,
)
from pim_tui.services.files import AttachFile, attach_photo
from pim_tui.services.leaving import Counting, Exported, Form
from tests.integrations.pictures import as_file, face
from tests.services.clinic import ANNA, JANE, JOHN, LEE, SATO, ZONE, Practice, at
from tests.services.paper import PAPER


@pytest.fixture
def clinic(clinic: Practice) -> Practice:
    """A clinic with four appointments: two of Jane's, one of which was canceled, one over midnight."""
    clinic.open_always()
    clinic.book("2026-11-23 10:30", type_id=1, reason="=1+1")
    canceled = clinic.book("2026-11-24 10:30", staff_id=SATO).ids[0]
    clinic.mark(canceled, Status.CANCELED, "ill", "customer")
    clinic.book("2026-11-25 23:30", 60, customer_id=JOHN, room_id=1)
    clinic.book("2026-11-27 09:00", customer_id=JOHN, staff_id=SATO, type_id=2, note="two\nlines")
    return clinic


def out(clinic: Practice, kind: str, to: Path | str, force: bool = False, **wanted: Any) -> Exported:
    """Export appointments."""
    command = ExportAppointments(VisitsWanted(**wanted), Form(kind, str(to), PAPER, force))
    return export_appointments(clinic.session, command)


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file as a spreadsheet program has them."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


WANTED: tuple[tuple[dict[str, Any], list[str]], ...] = (
    ({}, ["23", "24", "25", "27"]),
    ({"customer_id": JOHN}, ["25", "27"]),
    ({"staff_ids": (SATO,)}, ["24", "27"]),
    ({"room_ids": (1,)}, ["25"]),
    ({"type_ids": (2,)}, ["27"]),
    ({"statuses": ("X",)}, ["24"]),
    ({"statuses": ("S",), "first": date(2026, 11, 24)}, ["25", "27"]),
    ({"first": date(2026, 11, 26), "last": date(2026, 11, 26)}, ["25"]),
    ({"last": date(2026, 11, 24)}, ["23", "24"]),
    ({"ids": (1, 4)}, ["23", "27"]),
    ({"ids": ()}, []),
)


def test_only_what_is_wanted_leaves(
    clinic: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "CHUNK", 1)
    for wanted, days in WANTED:
        done = out(clinic, "csv", tmp_path / "a.csv", True, **wanted)
        assert [row["date"][-2:] for row in read(tmp_path / "a.csv")] == days, wanted
        assert done.rows == len(days)


@pytest.mark.parametrize(("passed", "says"), [
    ("", "0 appointments are"), ("S", "1 appointment is"), ("SS", "2 appointments are"),
    ("SX", "1 appointment and 1 canceled are"), ("SXSX", "2 appointments and 2 canceled are"),
    ("X", "1 canceled appointment is"), ("XX", "2 canceled appointments are"),
])  # fmt: skip
def test_canceled_ones_are_counted_besides_the_others(passed: str, says: str) -> None:
    count = Counting(len(passed))
    assert list(count.each(iter([list(passed)]), lambda row: row == "X")) == list(passed)
    assert (count.done, count.says("appointment")) == (len(passed), says)


def test_the_file_is_private_and_the_journal_knows_exactly_which(clinic: Practice, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    done = out(clinic, "csv", file, customer_id=JANE)
    assert done.says == f"1 appointment and 1 canceled are in {file}."
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert done.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    action, kind, staff, after = clinic.store.select(
        "select j.action, j.kind, j.staff_id, v.after from journal j"
        " join journal_values v on v.seq_id = j.seq order by j.seq desc limit 1"
    )[0]
    assert (action, kind, staff) == ("export", "appointment", ANNA)
    told = json.loads(after)
    assert (told["rows"], told["sha256"], told["format"]) == (2, done.sha256, "csv")
    assert told["asked"] == {"customer_id": JANE}
    assert read(file)[0]["reason"] == "'=1+1"


def refuse(*names: object) -> None:
    """What a stick answers when a file is to have two names."""
    raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))


def half_done(folder: Path, file: Path) -> OutFile:
    """A file written while another one took its name."""
    kept = file.rename(folder / "meanwhile")
    made = OutFile(str(file))
    kept.rename(file)
    return made


def test_a_file_that_is_there_stays_unless_it_is_said(
    clinic: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text("kept", "utf-8")
    before = clinic.count("journal")
    with pytest.raises(FileProblem, match="there already"):
        out(clinic, "jsonl", file)
    assert file.read_text("utf-8") == "kept"
    assert clinic.count("journal") == before
    out(clinic, "jsonl", file, force=True)
    assert [json.loads(line)["minutes"] for line in file.read_text("utf-8").splitlines()] == [30, 30, 60, 30]
    monkeypatch.setattr(os, "link", refuse)
    with half_done(tmp_path, file) as late, pytest.raises(FileProblem, match="there already"):
        late.place()
    out(clinic, "csv", tmp_path / "stick.csv")
    assert len(read(tmp_path / "stick.csv")) == 4
    with pytest.raises(FileProblem, match="not an ordinary file"):
        out(clinic, "csv", tmp_path, force=True)
    with pytest.raises(FileProblem, match="no such folder"):
        out(clinic, "csv", tmp_path / "no" / "a.csv")
    with pytest.raises(UsageError, match="cannot be written as vcf"):
        out(clinic, "vcf", tmp_path / "a.vcf")


def test_stopped_half_way_nothing_is_left(
    clinic: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "CHUNK", 1)
    before, seen = set(tmp_path.iterdir()), list[tuple[int, int]]()
    command = ExportAppointments(VisitsWanted(), Form("csv", str(tmp_path / "a.csv"), PAPER))
    journal = clinic.count("journal")
    with pytest.raises(Refused, match="stopped"):
        export_appointments(
            clinic.session, command, progress=lambda *told: seen.append(told), stop=lambda: len(seen) == 2
        )
    assert seen == [(1, 4), (2, 4)]
    assert set(tmp_path.iterdir()) == before
    assert clinic.count("journal") == journal


def test_into_a_pipe_goes_the_same_without_a_mark(clinic: Practice, tmp_path: Path) -> None:
    out(clinic, "csv", tmp_path / "a.csv")
    pipe = io.BytesIO()
    command = ExportAppointments(VisitsWanted(), Form("csv", "-", PAPER))
    export_appointments(clinic.session, command, out=pipe)
    assert b"\xef\xbb\xbf" + pipe.getvalue() == (tmp_path / "a.csv").read_bytes()


def with_a_series(clinic: Practice) -> None:
    """Jane with Dr Lee on three Tuesdays in December; the second one is an hour later, the third left out."""
    first = at("2026-12-01 10:30")
    series = {
        "uid": "weekly@x", "rule": "FREQ=WEEKLY;COUNT=3", "zone": ZONE, "wall": "2026-12-01T10:30",
        "starts_at": first, "minutes": 30, "customer": JANE, "staff": LEE, "created_at": 0, "created_by": 1,
    }  # fmt: skip
    ids = [clinic.book("2026-12-01 10:30").ids[0], clinic.book("2026-12-08 11:30").ids[0]]
    with write_tx():
        made = Series.insert(**series).execute()
        SeriesDate.insert(series=made, at=at("2026-12-15 10:30"), kind="out").execute()
        for place, id_ in enumerate(ids):
            SeriesVisit.insert(
                appointment=id_, series=made, recurrence_at=first + place * 7 * 86_400
            ).execute()


def test_a_series_leaves_as_a_series_or_in_the_pieces_that_are_wanted(
    clinic: Practice, tmp_path: Path
) -> None:
    with_a_series(clinic)
    out(clinic, "ics", tmp_path / "whole.ics", customer_id=JANE)
    events = Calendar.from_ical((tmp_path / "whole.ics").read_bytes()).walk("VEVENT")
    series = [one for one in events if one["UID"] == "weekly@x"]
    assert len(events) == 4
    assert [one["DTSTART"].dt.isoformat() for one in series] == [
        "2026-12-01T10:30:00+01:00",
        "2026-12-08T10:30:00+00:00",
    ]
    assert series[1]["RECURRENCE-ID"].dt.isoformat() == "2026-12-08T10:30:00+01:00"
    out(clinic, "ics", tmp_path / "week.ics", first=date(2026, 12, 7), last=date(2026, 12, 13))
    (piece,) = Calendar.from_ical((tmp_path / "week.ics").read_bytes()).walk("VEVENT")
    assert "RRULE" not in piece
    assert piece["UID"] != "weekly@x"
    out(clinic, "csv", tmp_path / "a.csv", first=date(2026, 12, 1))
    assert [row["series"] for row in read(tmp_path / "a.csv")] == ["weekly@x"] * 2


def test_the_name_of_an_appointment_outside_is_the_same_in_every_file(
    clinic: Practice, tmp_path: Path
) -> None:
    out(clinic, "csv", tmp_path / "a.csv")
    with write_tx():
        Appointment.update(reason="Knee", version=Appointment.version + 1).where(
            Appointment.id == 1
        ).execute()
    out(clinic, "csv", tmp_path / "b.csv")
    before, after = read(tmp_path / "a.csv"), read(tmp_path / "b.csv")
    assert [row["uid"] for row in before] == [row["uid"] for row in after]
    assert (int(before[0]["sequence"]), int(after[0]["sequence"])) == (0, 1)


@pytest.mark.parametrize(
    ("chosen", "days"), [({}, ["2026-11-24", "2026-11-23"]), ({"status": ("S",)}, ["2026-11-23"])]
)
def test_a_list_leaves_with_every_row_and_column_that_its_filter_lets_through(
    clinic: Practice, tmp_path: Path, chosen: dict[str, Any], days: list[str]
) -> None:
    for kind in ("csv", "ics"):
        form = Form(kind, str(tmp_path / f"a.{kind}"), PAPER)
        export_list(clinic.session, ExportList(APPOINTMENTS, Scope(JANE, ZONE), chosen, form))
    rows = read(tmp_path / "a.csv")
    assert [row["day"] for row in rows] == days
    assert list(rows[0]) == [column.attribute for column in APPOINTMENTS.columns]
    assert len(Calendar.from_ical((tmp_path / "a.ics").read_bytes()).walk("VEVENT")) == len(days)


def test_customers_leave_by_number_with_all_that_is_known(clinic: Practice, tmp_path: Path) -> None:
    with write_tx():
        added = insert_customers(
            clinic.session,
            [
                NewCustomer(
                    PersonName("", "さくら", "", "田中", ""), phones=(("mobile", "+81 3 1"), ("", "2"))
                )
            ],
        )

    def sent(kind: str, **wanted: Any) -> Path:
        to = tmp_path / f"c.{kind}"
        command = ExportCustomers(CustomersWanted(**wanted), Form(kind, str(to), PAPER, True))
        assert export_customers(clinic.session, command).rows == len(wanted.get("ids") or range(4))
        return to

    table = read(sent("csv"))
    assert [row["Last Name"] for row in table] == ["Doe", "Roe", "Smith", "田中"]
    assert (table[3]["Phone 1 - Value"], table[3]["Phone 2 - Value"]) == ("'+81 3 1", "2")
    (document,) = sent("jsonl", ids=(added[0],)).read_text("utf-8").splitlines()
    assert json.loads(document)["phones"][0] == {"label": "mobile", "number": "+81 3 1"}
    assert sent("vcf").read_text("utf-8").count("BEGIN:VCARD") == 4


def test_a_photo_goes_into_the_card_and_one_that_is_lost_is_told(clinic: Practice, tmp_path: Path) -> None:
    inbox = Inbox(tmp_path / "inbox")
    inbox.files()
    (inbox.folder / "face.jpg").write_bytes(as_file(face()))
    attach_photo(clinic.session, AttachFile(JANE, inbox, "face.jpg"))
    form = Form("vcf", str(tmp_path / "a.vcf"), PAPER, True)
    whole = export_customers(clinic.session, ExportCustomers(CustomersWanted((JANE,)), form))
    photo = photo_of(JANE)
    assert photo is not None
    card = vobject.readOne((tmp_path / "a.vcf").read_text("utf-8"))
    assert card.photo.value == content(photo.sha256)
    assert whole.says == f"1 customer is in {tmp_path / 'a.vcf'}."
    for kept in (clinic.store.place.parent / "files").rglob("*"):
        if kept.is_file():
            kept.unlink()
    lost = export_customers(clinic.session, ExportCustomers(CustomersWanted((JANE,)), form))
    assert "missing or damaged: 1" in lost.says
    assert "PHOTO" not in (tmp_path / "a.vcf").read_text("utf-8")
