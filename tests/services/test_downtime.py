"""The downtime pack: phones, dues and alerts of a day, in private files of a folder."""

from __future__ import annotations

import stat
from datetime import date
from pathlib import Path

import pytest

from pim_tui.documents.blocks import Letterhead
from pim_tui.domain.rights import Right
from pim_tui.errors import FileProblem, Forbidden
from pim_tui.models import Alert, Phone
from pim_tui.queries.balances import balance
from pim_tui.services.downtime_files import KeepPack, keep_pack
from pim_tui.services.stationery import Stationery
from tests.services.clinic import JANE, JOHN, LEE, NOW, Practice
from tests.services.posted import Posted, Sold

PAPER = Stationery(Letterhead("Harbour Clinic"))
MONDAY = date(2026, 11, 23)


def test_a_day_is_written_with_phones_alerts_and_rows_for_walk_ins(clinic: Practice, tmp_path: Path) -> None:
    with clinic.store.write_tx():
        for number in ("030 5550101", "0170 1"):
            Phone.create(customer=JANE, kind="mobile", number=number, position=0)
        Alert.create(customer=JANE, text="Penicillin allergy", created_at=NOW)
    post = Posted(MONDAY, clinic.session)
    post.bill(JANE, Sold(total=3000), paid=500)
    post.bill(JANE, Sold(total=1190))
    post.payment(JANE, 700)
    post.bill(JOHN, paid=1190)
    assert balance(JANE).owed == 3690
    clinic.book("10:00", reason="cough")
    clinic.book("11:00", customer_id=JOHN, staff_id=LEE)
    done = keep_pack(clinic.session, KeepPack(MONDAY, str(tmp_path), PAPER))
    files = [tmp_path / f"downtime-2026-11-23.{kind}" for kind in ("pdf", "txt")]
    assert str(files[0]) in done.says
    assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600, 0o600]
    assert files[0].read_bytes().startswith(b"%PDF")
    text = files[1].read_text("utf-8")
    assert "Downtime sheet" in text
    assert "030 5550101 / 0170 1" in text
    assert "! Penicillin allergy" in text
    assert [line.strip() for line in text.splitlines() if "owes" in line] == ["owes 36.90 USD"]
    assert text.count("[ ] [ ]  _____________") == 16
    keep_pack(clinic.session, KeepPack(MONDAY, str(tmp_path), PAPER))
    assert clinic.actions().count("print") == 4


def test_a_folder_that_is_none_and_a_missing_right_are_refused(clinic: Practice, tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match="is no folder"):
        keep_pack(clinic.session, KeepPack(MONDAY, str(tmp_path / "none"), PAPER))
    with pytest.raises(Forbidden):
        keep_pack(clinic.as_(LEE, Right.PRINT), KeepPack(MONDAY, str(tmp_path), PAPER))
