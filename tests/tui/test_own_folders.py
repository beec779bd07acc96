"""Whoever works in a shared account reads from their own inbox and writes into their own outbox."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from pim_tui.config import Settings
from pim_tui.db.drafts import DraftStore
from pim_tui.errors import FileProblem
from pim_tui.imports.plainfile import opened_file
from pim_tui.paths import Places
from pim_tui.services.recording import digest_of
from pim_tui.tui.desk import Desk
from tests.fences.rules import ROOT
from tests.tui.stage import set_up

pytestmark = pytest.mark.sqlite


def test_everybody_but_the_accounts_own_person_has_a_folder_of_their_own(tmp_path: Path) -> None:
    stage = set_up(tmp_path)
    places = Places(tmp_path, tmp_path, tmp_path)
    desk = Desk(stage.session, stage.book, Settings(), places, DraftStore(tmp_path / "d", clock=lambda: 0))
    mine = replace(desk, account=stage.session.staff_id)
    assert desk.own == mine.own == places
    shared = replace(desk, account=0)
    other = replace(mine, session=replace(stage.session, staff_id=7))
    assert shared.own.inbox == tmp_path / "inbox" / f"staff-{stage.session.staff_id}"
    assert other.own.inbox == tmp_path / "inbox" / "staff-7"
    assert other.outbox_file("x.pdf") == str(tmp_path / "outbox" / "staff-7" / "x.pdf")
    assert (tmp_path / "outbox" / "staff-7").stat().st_mode & 0o777 == 0o700
    stage.book.close()


def test_no_screen_asks_for_the_folders_of_anybody_else() -> None:
    asking = [
        str(file)
        for file in (ROOT / "pim_tui" / "tui").rglob("*.py")
        if any(word in file.read_text("utf-8") for word in ("places.inbox", "places.outbox"))
    ]
    assert asking == []


@pytest.mark.parametrize("made", ["link", "pipe", "folder", "device"])
def test_what_takes_a_files_place_after_it_was_chosen_is_not_read(tmp_path: Path, made: str) -> None:
    file, secret = tmp_path / "people.csv", tmp_path / "secret.csv"
    secret.write_text("First Name,Last Name\nJane,Doe\n")
    if made == "device" and os.geteuid() != 0:
        pytest.skip("only root can make a device")
    {
        "link": lambda: file.symlink_to(secret),
        "pipe": lambda: os.mkfifo(file),
        "folder": file.mkdir,
        "device": lambda: os.mknod(file, 0o020600, os.makedev(1, 3)),
    }[made]()
    with pytest.raises(FileProblem):
        opened_file(file)
    assert digest_of(file) == ""
