"""Text messages by gammu-smsd: what its files say, and the real daemon over its dummy telephone."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pim_tui.domain.delivery import Trouble, Undelivered
from pim_tui.domain.texts import Fate, Search, Stand, Text
from pim_tui.integrations.sms.gammu import Gammu, written
from tests.peers.present import program

JANE = Text("+4915112345678", "Harbour Clinic: Tue 10:30, Größe {x} €\nsecond line", "clinic-7", 7200)
LONG = Text("+4915112345679", "Я" * 100 + " 😀", "clinic-8", 7200)


def folders(tmp_path: Path) -> Path:
    for name in ("inbox", "outbox", "sent", "error", "phone"):
        (tmp_path / name).mkdir()
    settings = tmp_path / "smsdrc"
    settings.write_text(
        f"[gammu]\nmodel = dummy\nconnection = none\ndevice = {tmp_path}/phone\n[smsd]\nservice = files\n"
        f"logfile = {tmp_path}/log\ninboxpath = {tmp_path}/inbox/\noutboxpath = {tmp_path}/outbox/\n"
        f"sentsmspath = {tmp_path}/sent/\nerrorsmspath = {tmp_path}/error/\ncommtimeout = 1\nloopsleep = 1\n",
        "utf-8",
    )
    return settings


def search(text: Text, since: float, *known: str) -> Search:
    return Search(text, int(since), known.__contains__)


def soon(what: Callable[[], bool]) -> None:
    """Wait for the daemon, which looks each second."""
    ends = time.monotonic() + 20
    while not what():
        assert time.monotonic() < ends
        time.sleep(0.1)


@pytest.mark.peer
def test_the_daemon_takes_texts_sends_them_and_knows_them_again(tmp_path: Path) -> None:
    daemon, _ = program("gammu-smsd"), program("gammu-smsd-inject")
    settings = folders(tmp_path)
    began = time.time()
    made = Gammu(tmp_path, settings)
    keys = [made.send(JANE), made.send(LONG)]
    assert [made.status(key) for key in keys] == [Fate(Stand.UNDER_WAY)] * 2
    assert [made.find(search(text, began)) for text in (JANE, LONG)] == keys
    running = subprocess.Popen([daemon, "-c", str(settings)], stdout=subprocess.DEVNULL)
    try:
        soon(lambda: all(made.status(key) == Fate(Stand.TAKEN) for key in keys))
    finally:
        running.terminate()
        running.wait(10)
    assert [made.find(search(text, began)) for text in (JANE, LONG)] == keys
    assert made.find(search(JANE, began, keys[0])) is None
    assert made.find(search(JANE, began + 60)) is None
    (tmp_path / "sent" / keys[0]).rename(tmp_path / "error" / keys[0])
    assert made.status(keys[0]).stand == Stand.FAILED


@pytest.mark.peer
def test_a_text_that_the_daemon_does_not_take_holds_the_channel(tmp_path: Path) -> None:
    program("gammu-smsd-inject")
    folders(tmp_path)
    (tmp_path / "outbox").rmdir()
    with pytest.raises(Undelivered, match="takes no text") as refused:
        Gammu(tmp_path, tmp_path / "smsdrc").send(JANE)
    assert refused.value.trouble == Trouble.SETTINGS


def test_a_program_that_is_missing_or_hangs_is_told_apart(tmp_path: Path) -> None:
    slow = tmp_path / "slow"
    slow.write_text("#!/bin/sh\nexec sleep 5\n", "utf-8")
    slow.chmod(0o700)
    for name, expected in ((str(tmp_path / "none"), Trouble.SETTINGS), (str(slow), Trouble.UNSURE)):
        with pytest.raises(Undelivered) as refused:
            Gammu(tmp_path, tmp_path / "rc", program=name, timeout=0.1).send(JANE)
        assert refused.value.trouble == expected
    with pytest.raises(Undelivered) as refused:
        Gammu(tmp_path, tmp_path / "rc").find(search(JANE, 0))
    assert refused.value.trouble == Trouble.UNSURE


def test_what_lies_in_the_inbox_comes_in_as_one_text_each(tmp_path: Path) -> None:
    folders(tmp_path)
    inbox = tmp_path / "inbox"
    (inbox / "IN20261126_101500_00_+4915112345678_01.txt").write_bytes("Größe".encode("utf-16"))
    (inbox / "IN20261126_101500_00_+4915112345678_00.txt").write_bytes(b"I am late. ")
    (inbox / "IN20261126_101501_00_Carrier_00.smsbackup").write_text(
        "[SMSBackup000]\n; Hi\nText00 = 00480069\n[SMSBackup001]\nText00 = 0021\r\n", "utf-8"
    )
    (inbox / "notes.txt").write_text("nothing", "utf-8")
    (inbox / "IN20261126_101502_00_+49151_00.txt").symlink_to("/etc/passwd")
    os.utime(inbox / "IN20261126_101501_00_Carrier_00.smsbackup", (1000, 1000))
    made = Gammu(tmp_path, tmp_path / "smsdrc")
    came = {one.sender: one.text for one in made.inbound(0)}
    assert came == {"+4915112345678": "I am late. Größe", "Carrier": "Hi!", "+49151": ""}
    assert [one.sender for one in made.inbound(2000)] == ["+4915112345678", "+49151"]
    assert written(b"\xff\xfe") == ""
