"""``pim-tui deliver``: sends, tells how it stands, ends when it is told to."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from peewee import sqlite3  # type: ignore[attr-defined]

from pim_tui.bootstrap import office, opened
from pim_tui.cli.delivery import _loop
from tests.cli.rests import Rests
from tests.cli.shell import ROOT, Shell, without_privileges
from tests.integrations.mailserver import USER, WORD, MailServer, certificate, mail_server


@pytest.fixture
def clinic(shell: Shell) -> Shell:
    """A shell with an empty clinic."""
    assert shell.run("init", "--clinic", "Quay").code == 0
    return shell


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A server that wants encryption and a password."""
    with mail_server("starttls", signed=True) as made:
        yield made


def configure(shell: Shell, port: int, password: str) -> None:
    shell.settings(
        f'smtp_host = "127.0.0.1"\nsmtp_port = {port}\nsmtp_user = "{USER}"\nsmtp_password = "{password}"\n'
        f'smtp_ca_file = "{certificate()}"\nmail_from = "desk@clinic.example"\nquiet_from = "00:00"\n'
        'quiet_to = "00:00"\n'
    )


def queue(shell: Shell, *addresses: str) -> None:
    """Emails that are due, about nobody."""
    now = int(time.time())
    with closing(sqlite3.connect(shell.book)) as db, db:
        for address in addresses:
            payload = json.dumps({"to": address, "subject": "s", "text": "t"})
            db.execute(
                "insert into outbox (kind, window, payload, due_at, state, created_at, channel)"
                " values ('email', '', ?, ?, 'waiting', ?, 'email')",
                (payload, now, now),
            )


def test_it_sends_what_is_due_and_tells_how_it_stands(clinic: Shell, server: MailServer) -> None:
    configure(clinic, server.port, "env:CLINIC_MAIL")
    server.answers["RCPT"] = ["250 OK", "550 5.1.1 nobody"]
    queue(clinic, "a@mail.example", "b@mail.example", "c@mail.example")
    done = clinic.run("deliver", CLINIC_MAIL=WORD)
    assert (done.code, done.out, done.err) == (0, "2 sent, 1 failed.\n", "")
    assert server.to == ["a@mail.example", "c@mail.example"]
    again = clinic.run("deliver", "--once", CLINIC_MAIL=WORD)
    assert (again.code, again.out, again.err) == (0, "", "")
    stands = clinic.run("deliver", "--status")
    assert stands.code == 1
    assert "Email: nothing waits, 1 failed since " in stands.out
    told = json.loads(clinic.run("deliver", "--status", "--json").out)
    assert (told["channels"]["email"]["failed"], told["held"]) == (1, {})
    assert told["failures"][0]["why"] == "The mail server does not know this address: 550 5.1.1 nobody."


def test_a_wrong_password_holds_everything_and_is_told_once(
    clinic: Shell, server: MailServer, tmp_path: Path
) -> None:
    word = tmp_path / "word"
    word.write_text(f"{WORD}!", "utf-8")
    word.chmod(0o600)
    configure(clinic, server.port, f"file:{word}")
    queue(clinic, "a@mail.example", "b@mail.example")
    first, second = (clinic.run("deliver", "--once") for _ in range(2))
    assert (first.code, second.code, second.out, second.err) == (1, 1, "", "")
    assert "No email can go out. The mail server does not take the name or the password" in first.complaint
    assert WORD not in first.err
    status = clinic.run("deliver", "--status")
    assert "Email: 2 waiting, held since " in status.out
    assert "does not take the name or the password" in status.out
    word.write_text(WORD, "utf-8")
    assert clinic.run("deliver", "--json").out.startswith('{\n  "sent": 2,')
    assert clinic.run("deliver", "--status").code == 0


@pytest.mark.walk
def test_the_loop_ends_well_when_it_is_told_to(clinic: Shell, server: MailServer) -> None:
    configure(clinic, server.port, f"cmd:echo {WORD}")
    queue(clinic, "a@mail.example")
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PIM_")}
    worker = subprocess.Popen(
        [sys.executable, "-u", "-m", "pim_tui", "deliver", "--loop"],
        cwd=ROOT,
        env={**clean, "PIM_HOME": str(clinic.home)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == "1 sent.\n"
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(20) == 0
    worker.stdout.close()
    assert server.to == ["a@mail.example"]


def test_services_are_asked_at_once_and_what_is_not_set_up_is_said(clinic: Shell) -> None:
    done = clinic.run("sync")
    assert (done.code, done.out) == (0, "No service is set up that is asked for anything.\n")
    assert clinic.run("sync", "--json").out == "[]\n"
    wrong = clinic.run("sync", "calendly")
    assert wrong.code == 1
    assert "calendly is no service that is set up here." in wrong.complaint


@pytest.mark.walk
def test_a_channel_in_trouble_is_left_alone_by_the_timer_and_tried_by_hand(
    clinic: Shell, server: MailServer
) -> None:
    configure(clinic, server.port, "env:CLINIC_MAIL")
    queue(clinic, "a@mail.example")
    assert clinic.run("deliver", "--once", CLINIC_MAIL=f"{WORD}!").code == 1
    tried = server.lines
    assert clinic.run("deliver", "--once", CLINIC_MAIL=WORD).code == 1
    assert server.lines == tried
    assert clinic.run("deliver", CLINIC_MAIL=WORD).out == "1 sent.\n"


@pytest.mark.sqlite
def test_a_worker_waits_for_a_book_that_is_locked_and_then_sends(
    clinic: Shell, server: MailServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    configure(clinic, server.port, f"cmd:echo {WORD}")
    monkeypatch.setenv("PIM_HOME", str(clinic.home))
    with opened(office()) as found:
        found.book.db.execute_sql("pragma busy_timeout = 1")
        other = sqlite3.connect(clinic.book, isolation_level=None)

        def lock() -> None:
            queue(clinic, "a@mail.example")
            other.execute("begin immediate")

        rests = Rests(lock, lambda: None, lambda: other.execute("rollback"), lambda: None)
        assert _loop(found, rests, as_json=False) == 0
        other.close()
    said = capsys.readouterr()
    assert said.out == "1 sent.\n"
    assert [line.partition(". ")[0] for line in said.err.splitlines()] == [
        "pim-tui: It waits until the book can be used again",
        "pim-tui: The book can be used again: it goes on.",
    ]
    assert server.to == ["a@mail.example"]


def test_of_a_book_that_cannot_be_written_to_it_is_said_at_once(clinic: Shell) -> None:
    clinic.book.chmod(0o400)
    done = clinic.run("deliver", "--loop", before=without_privileges)
    assert (done.code, done.out) == (1, "")
    assert f"{clinic.book} cannot be written to. Check the permissions" in done.complaint
