"""Commands that speak to the outside: they say and write no secret, and no text commands a terminal."""

from __future__ import annotations

import json
import time
from contextlib import closing

import pytest
from peewee import sqlite3  # type: ignore[attr-defined]

from tests.cli.shell import Shell
from tests.tui.hostile import FORBIDDEN, TEXTS

NOWHERE = "http://127.0.0.1:9"
WORDS = {f"CANARY_{name}": f"Geheim-{name}-77" for name in ("MAIL", "SMS", "ZOOM", "CALENDLY", "DAV")}
SETTINGS = f"""
smtp_host = "127.0.0.1"
smtp_port = 9
smtp_user = "u"
smtp_password = "env:CANARY_MAIL"
mail_from = "desk@clinic.example"
sms_service = "twilio"
sms_url = "{NOWHERE}"
sms_account = "AC1"
sms_from = "+4930123"
sms_secret = "env:CANARY_SMS"
video_service = "zoom"
zoom_account = "a"
zoom_client = "c"
zoom_secret = "env:CANARY_ZOOM"
zoom_login_url = "{NOWHERE}"
zoom_url = "{NOWHERE}"
calendly_token = "env:CANARY_CALENDLY"
calendly_url = "{NOWHERE}"
quiet_from = "00:00"
quiet_to = "00:00"
[caldav]
Owner = "http://u@127.0.0.1:9/cal/"
[caldav_passwords]
Owner = "env:CANARY_DAV"
"""


def poisoned(shell: Shell) -> None:
    """Hostile texts wait, have failed, and are why a channel is held."""
    now = int(time.time())
    with closing(sqlite3.connect(shell.book)) as db, db:
        for n, text in enumerate(TEXTS):
            payload = json.dumps({"to": "a@mail.example", "subject": text, "text": text})
            row = (text[:40], payload, now, "waiting" if n % 2 else "failed", now, text[:200])
            db.execute(
                "insert into outbox (kind, window, payload, due_at, state, created_at, why, channel)"
                " values ('email', ?, ?, ?, ?, ?, ?, 'email')",
                row,
            )
        db.execute(
            "insert into service (name, trouble, why, troubled_since, due_at, token, memory, leased_by)"
            " values ('channel meeting', 'login', ?, ?, 0, '', '{}', '')",
            (TEXTS[1][:200], now),
        )


@pytest.mark.walk
def test_no_command_says_a_secret_or_commands_the_terminal(shell: Shell) -> None:
    assert shell.run("init", "--clinic", "Quay").code == 0
    shell.settings(SETTINGS)
    poisoned(shell)
    said = ""
    for command in (
        ("deliver",), ("sync", "--json"), ("sync", "\x1b[2J"), ("deliver", "--status"), ("doctor",),
        ("printers", "--test", "\x1b]0;x\x07"),
    ):  # fmt: skip
        answer = shell.run(*command, **WORDS)
        assert answer.code == 1, command
        said += answer.out + answer.err
    assert not FORBIDDEN.search(said.replace("\n", ""))
    assert "Traceback" not in said
    for told in (
        "Twilio was not reached",
        "Zoom was not reached",
        "Calendly was not reached",
        "␛[2J",
        "[/foo]",
    ):
        assert told in said
    files = [file.read_bytes() for file in shell.home.rglob("*") if file.is_file()]
    for word in WORDS.values():
        assert word not in said
        assert not any(word.encode() in written for written in files)
