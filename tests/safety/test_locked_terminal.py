"""A terminal that is locked, as people start it: it stands still, and whatever happens to it what everybody
there has typed is kept and their sessions are over."""

from __future__ import annotations

import shutil
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from tests.morning import MORNING
from tests.safety.test_real_terminal import LIMIT, open_in, run
from tests.tui.ptyterm import PtyTerm

PIN = "lantern-204"
NAMES = ("Anna Berg", "Dr Lee")

pytestmark = [pytest.mark.walk, pytest.mark.sqlite]


@pytest.fixture(scope="session")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clinic of two people, both with a PIN."""
    home = tmp_path_factory.mktemp("clinic")
    run(home, "init", "--clinic", "Harbour Clinic", "--zone", MORNING, "--name", NAMES[0], "--name", NAMES[1])
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PIN)
    with closing(sqlite3.connect(home / "data" / "clinic.db")) as db, db:
        db.execute("delete from working_hours")
        for id_ in (1, 2):
            db.execute(
                "insert into staff_pin (staff_id, hash, set_at, failures, wait_until, given)"
                " values (?, ?, 0, 0, 0, 0)",
                (id_, cheap),
            )
    return home


@pytest.fixture
def home(_made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(_made, tmp_path / "clinic"))


def typing(terminal: PtyTerm, line: str) -> None:
    """The quick line, and what is typed into it."""
    terminal.wait_for("Add")
    terminal.feed("a")
    terminal.wait_for("Book:")
    terminal.feed(line)
    terminal.wait_for(line)
    at_rest(terminal)


def at_rest(terminal: PtyTerm) -> None:
    """Read until nothing has come for a second."""
    while terminal.pump(1.0):
        pass


def locked(terminal: PtyTerm) -> None:
    """Lock by the key."""
    terminal.feed("\x0b")
    terminal.wait_for("Locked by")
    at_rest(terminal)


def on_top(terminal: PtyTerm, name: str = NAMES[1]) -> None:
    """Somebody else signs in."""
    terminal.feed(f"\x1b[A{name}\r{PIN}\r")
    terminal.wait_for("Add")


def drafts(home: Path) -> set[tuple[int, str]]:
    with closing(sqlite3.connect(home / "state" / "drafts.db")) as db, db:
        return {(person, fields) for person, fields in db.execute("select person, fields from draft")}


def ended(home: Path) -> list[tuple[int, str]]:
    with closing(sqlite3.connect(home / "data" / "clinic.db")) as db, db:
        rows = db.execute(
            "select staff_id, ended_why from desk_session where ended_at is not null order by id"
        )
        return [(who, why) for who, why in rows]


def test_a_locked_terminal_gets_no_byte_and_costs_next_to_nothing(home: Path) -> None:
    with open_in(home) as terminal:
        typing(terminal, "jane doe")
        before = len(terminal.raw)
        locked(terminal)
        assert b"jane" not in terminal.raw[before:]
        assert "jane" not in terminal.text
        sent, used = len(terminal.raw), terminal.cpu()
        assert not terminal.pump(4.0)
        assert len(terminal.raw) == sent
        assert terminal.cpu() - used <= 4 * 0.01
        terminal.feed(f"{PIN}\r")
        terminal.wait_for("jane doe")


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_signal_ends_everybodys_session_with_what_each_has_typed(
    home: Path, number: signal.Signals
) -> None:
    with open_in(home) as terminal:
        typing(terminal, "jane doe")
        locked(terminal)
        on_top(terminal)
        typing(terminal, "john roe")
        locked(terminal)
        terminal.kill(number)
        assert terminal.ends_within(LIMIT) == 128 + number
    kept = drafts(home)
    assert {who for who, _ in kept} == {1, 2}
    assert any(who == 1 and "jane doe" in fields for who, fields in kept)
    assert any(who == 2 and "john roe" in fields for who, fields in kept)
    assert ended(home) == [(1, "lost"), (2, "lost")]


def test_killed_while_locked_the_drafts_are_there_and_the_next_start_finds_the_sessions_lost(
    home: Path,
) -> None:
    with open_in(home) as terminal:
        typing(terminal, "jane doe")
        locked(terminal)
        terminal.kill(signal.SIGKILL)
        terminal.wait_exit()
    assert any(who == 1 and "jane doe" in fields for who, fields in drafts(home))
    with open_in(home) as terminal:
        terminal.wait_for("Typed and not saved")
    assert (1, "lost") in ended(home)


def test_a_terminal_that_stalls_while_locked_leaves_no_process(home: Path) -> None:
    with open_in(home) as terminal:
        typing(terminal, "jane doe")
        locked(terminal)
        terminal.vanish()
        terminal.ends_within(LIMIT)
    assert any(who == 1 and "jane doe" in fields for who, fields in drafts(home))
