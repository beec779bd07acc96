"""Calendar files of the staff: what they are busy with and no more, written anew when that is another."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from pim_tui.domain.delivery import Trouble, Undelivered
from pim_tui.domain.rights import Right
from pim_tui.domain.states import Status
from pim_tui.errors import Forbidden
from pim_tui.models import Staff
from pim_tui.services.chores import Turn, run_chores
from pim_tui.services.feeds import WriteFeeds
from tests.exports.test_ical import CONFIG, khal
from tests.services.clinic import JOHN, LEE, SATO, Practice, at


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "feeds"
    made.mkdir()
    return made


def run(clinic: Practice, feeds: WriteFeeds) -> str:
    return feeds.run(clinic.session, lambda: False)


def test_each_has_a_file_that_is_written_anew_when_it_is_another(clinic: Practice, folder: Path) -> None:
    feeds, file = WriteFeeds(folder), folder / f"staff-{LEE}.ics"
    clinic.book("2026-11-27 10:30", reason="HIV test", note="positive", room_id=1)
    assert run(clinic, feeds) == "2 written: Dr Lee, Dr Sato."
    first = file.read_bytes()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert first.count(b"BEGIN:VEVENT") == 1
    for word in (b"Jane", b"HIV", b"positive", b"Room", b"Follow"):
        assert word not in first
    clinic.clock[0] += 86_400
    assert (run(clinic, feeds), file.read_bytes()) == ("", first)
    clinic.change(1, action="move", starts_at=at("2026-11-27 11:30"))
    assert run(clinic, feeds) == "1 written: Dr Lee."
    clinic.mark(1, Status.CANCELED, "ill", "customer")
    assert run(clinic, feeds) == "1 written: Dr Lee."
    assert b"VEVENT" not in file.read_bytes()
    assert clinic.actions().count("export") == 2
    with clinic.store.write_tx():
        Staff.update(active=False, version=2).where(Staff.id == SATO).execute()
    file.unlink()
    assert run(clinic, feeds) == "1 written: Dr Lee."
    assert not list(folder.glob(".*"))


@pytest.mark.peer
def test_with_names_another_program_shows_whom_and_where(
    clinic: Practice, folder: Path, tmp_path: Path
) -> None:
    clinic.book("2026-11-27 10:30", reason="HIV test", room_id=1)
    clinic.book("2026-11-27 11:30", customer_id=JOHN, minutes=45)
    (ran,) = run_chores(clinic.session, [WriteFeeds(folder, names=True)], Turn(now=True))
    assert (ran.says, ran.trouble) == ("2 written: Dr Lee, Dr Sato.", "")
    (tmp_path / "config").write_text(CONFIG.format(home=tmp_path), "utf-8")
    (tmp_path / "clinic").mkdir()
    khal(tmp_path, "import", "--batch", "-a", "clinic", str(folder / f"staff-{LEE}.ics"))
    form = "{start-long}|{end-time}|{title}|{location}"
    shown = khal(tmp_path, "list", "--format", form, "--day-format", "", "2026-11-27", "1d")
    assert sorted(set(shown.split("\n"))) == [
        "",
        "2026-11-27 10:30|11:00|Jane Doe|Room 1",
        "2026-11-27 11:30|12:15|John Roe|",
    ]


def test_a_folder_that_is_not_there_is_told_and_nobody_without_the_right_writes(
    clinic: Practice, folder: Path
) -> None:
    with pytest.raises(Undelivered, match=r"no such folder.*feed_folder") as told:
        run(clinic, WriteFeeds(folder / "none"))
    assert told.value.trouble == Trouble.SETTINGS
    less = replace(clinic.session, rights=clinic.session.rights - {Right.DELIVER})
    with pytest.raises(Forbidden):
        WriteFeeds(folder).run(less, lambda: False)
    assert not list(folder.iterdir())
