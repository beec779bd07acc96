"""Who comes in on the command line: the first book, PINs, and names asked for at the terminal."""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from pim_tui import asking, bootstrap
from pim_tui.cli import main
from pim_tui.cli.parser import parse
from pim_tui.cli.people import _with_key
from pim_tui.cli.whereabouts import proposed_country, zone_of_city
from pim_tui.domain.countries import currency_of
from pim_tui.errors import NotFound, UsageError
from pim_tui.queries.desk_sessions import OpenSession
from tests.cli.shell import ROOT, Shell
from tests.tui.ptyterm import PtyTerm

PIN, GIVEN = "heron on 1 leg", "480217"
ME = bootstrap.login()
HERE = "--country US --currency USD"
"""What the settings say by default: nothing is asked about it, nor written down."""


class Terminal:
    """Commands in this process, and somebody who answers what they ask for."""

    def __init__(self, shell: Shell, capture: pytest.CaptureFixture[str]) -> None:
        self.shell, self._capture = shell, capture
        self.there = True
        self.told: list[str] = []
        self._answers: list[tuple[str, str]] = []

    def run(self, line: str, *answers: tuple[str, str]) -> tuple[int, str]:
        """The exit code and all that was said; every answer was asked for, in this order."""
        self._answers = list(answers)
        code = main(line.split())
        assert self._answers == []
        said = self._capture.readouterr()
        return code, said.out + said.err

    def answer(self, question: str, otherwise: str = "") -> str:
        """What is typed."""
        expected, typed = self._answers.pop(0)
        assert expected in question, (expected, question)
        return typed or otherwise

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What is in the book, read from outside the program."""
        with closing(sqlite3.connect(self.shell.book)) as db, db:
            return db.execute(sql).fetchall()

    def begin(self, *names: str) -> None:
        """A book whose owner is Anna Berg and has a PIN."""
        others = " ".join(f"--name {name}" for name in names)
        line = f"init --clinic Quay --zone UTC {HERE} --name Anna-Berg {others}"
        assert self.run(line, ("New PIN or passphrase (Enter: none)", PIN), ("Once more", PIN))[0] == 0


@pytest.fixture
def terminal(shell: Shell, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    """Somebody waits at it, unless ``there`` is set to False."""
    made = Terminal(shell, capsys)
    monkeypatch.setenv("PIM_HOME", str(shell.home))
    monkeypatch.setattr(asking, "can_ask", lambda: made.there)
    monkeypatch.setattr(asking, "somebody_waits", lambda: made.there)
    monkeypatch.setattr(asking, "line", made.answer)
    monkeypatch.setattr(asking, "secret", made.answer)
    monkeypatch.setattr(asking, "tell", made.told.append)
    return made


@pytest.fixture
def asks(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From then on names are asked for."""
    return lambda: monkeypatch.setenv("PIM_SIGN_IN", "ask")


# --- the first book ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("there", "option"), [(False, ""), (True, " --no-pin")])
def test_init_makes_an_owner_without_any_password_and_clinicians_for_the_others(
    terminal: Terminal, there: bool, option: str
) -> None:
    terminal.there = there
    code, said = terminal.run(f"init --zone UTC --name Anna --name Lee{option}")
    assert code == 0
    assert f"Anna has no PIN: only {ME} on this machine comes in. pim-tui pin sets one." in said
    staff = terminal.rows("select name, login, role from staff")
    assert staff == [("Anna", ME, "owner"), ("Lee", None, "clinician")]
    assert terminal.rows("select * from staff_pin") == []


def test_on_a_terminal_init_asks_for_a_pin_twice_and_takes_no_bad_one(terminal: Terminal) -> None:
    code, said = terminal.run(
        f"init --zone UTC {HERE} --name Anna",
        ("New PIN", "anna123"),
        ("New PIN", PIN),
        ("Once more", "another"),
        ("New PIN", PIN),
        ("Once more", PIN),
    )
    assert code == 0
    assert "has no PIN" not in said
    assert "is made of the person's own name" in terminal.told[1]
    assert terminal.told[2] == "The two are not the same."
    assert terminal.rows("select given from staff_pin") == [(0,)]
    assert terminal.rows("select action from journal where kind = 'staff_pin'") == [("set",)]
    assert not [file for file in terminal.shell.book.parent.iterdir() if ".pins" in file.name]
    assert "already something" in terminal.run("init")[1]


def test_after_three_bad_ones_no_book_is_made(terminal: Terminal) -> None:
    code, said = terminal.run(f"init --zone UTC {HERE}", *[("New PIN", "123456")] * 3)
    assert (code, said) == (1, "pim-tui: No PIN was set. Start it again.\n")
    assert not terminal.shell.book.exists()


def test_where_names_are_asked_for_the_first_person_needs_a_pin(
    terminal: Terminal, asks: Callable[[], None]
) -> None:
    asks()
    assert "needs a PIN" in terminal.run("init --zone UTC --no-pin")[1]
    terminal.there = False
    code, said = terminal.run("init --zone UTC")
    assert code == 2
    assert "needs a PIN" in said
    assert not terminal.shell.book.exists()


def test_the_first_start_asks_for_everything(terminal: Terminal) -> None:
    code, said = terminal.run(
        "", ("Make a new one? yes or no", "yes"), ("Name of the clinic", "Quay"), ("time zone", "Nowhere"),
        ("Its time zone", "berlin"), ("Its time zone", ""), ("Its country, two", "Germany"),
        ("Its country", ""), ("Its money, three letters", ""), ("Your name", "Anna Berg"), ("New PIN", PIN),
        ("Once more", PIN),
    )  # fmt: skip
    # There is no terminal to paint on here.
    assert (code, "The calendar needs a terminal." in said) == (2, True)
    assert terminal.rows("select name, zone from clinic") == [("Quay", "Europe/Berlin")]
    assert terminal.rows("select name, login, role from staff") == [("Anna Berg", ME, "owner")]
    assert "GERMANY is no country's two letters" in terminal.told[2]
    kept = terminal.shell.home / "config" / "pim_tui.toml"
    assert kept.read_text("utf-8") == 'country = "DE"\ncurrency = "EUR"\n'
    assert kept.stat().st_mode & 0o777 == 0o600


def test_where_the_clinic_is_may_be_said_and_what_settings_say_is_not_asked(terminal: Terminal) -> None:
    assert "XX is no country's" in terminal.run("init --zone UTC --country xx")[1]
    terminal.shell.settings('country = "IE"\n')
    said = terminal.run(
        "init --zone Europe/Berlin --name Anna", ("Its money, three letters", ""), ("New PIN", "")
    )[1]
    assert 'pim_tui.toml: country = "IE" and below it currency = "EUR"' in said
    assert (terminal.shell.home / "config" / "pim_tui.toml").read_text("utf-8") == 'country = "IE"\n'


def test_without_a_terminal_what_is_proposed_is_taken_and_told(terminal: Terminal) -> None:
    terminal.there = False
    said = terminal.run("init --zone Europe/Berlin --name Anna")[1]
    assert "Telephone numbers are read as in DE, prices are in EUR" in said
    kept = terminal.shell.home / "config" / "pim_tui.toml"
    assert kept.read_text("utf-8") == 'country = "DE"\ncurrency = "EUR"\n'


def test_without_a_terminal_what_settings_say_stands(terminal: Terminal) -> None:
    terminal.there = False
    terminal.shell.settings('country = "CH"\ncurrency = "EUR"\n')
    assert "prices are in" not in terminal.run("init --zone Europe/Berlin --name Anna")[1]


def test_a_city_names_its_time_zone() -> None:
    cities = ("Dublin", " new  york", "ST_JOHNS", "Nowhere", "")
    assert [zone_of_city(city) for city in cities] == [
        "Europe/Dublin", "America/New_York", "America/St_Johns", "", "",
    ]  # fmt: skip


def test_what_is_proposed_comes_from_the_zone_then_from_the_locale() -> None:
    found = [proposed_country(zone, {"LANG": "de_CH.UTF-8"}) for zone in ("Europe/Dublin", "UTC")]
    assert (found, proposed_country("UTC", {"LC_ALL": "C.UTF-8", "LANG": "de_CH"})) == (["IE", "CH"], "")
    nowhere = [proposed_country("UTC", {"LANG": locale}) for locale in ("en_XX.UTF-8", "eo_EU", "C", "")]
    assert nowhere == [""] * 4, "what is asked at a terminal is no answer there either"
    assert [currency_of(one) for one in ("IE", "CH", "GB", "XX")] == ["EUR", "CHF", "GBP", ""]


def test_without_a_yes_no_book_is_made_nor_by_whoever_comes_with_a_key(terminal: Terminal) -> None:
    code, said = terminal.run("", ("Make a new one? yes or no", ""))
    assert (code, "No book was made." in said) == (1, True)
    assert terminal.run("--key anna")[0] == 2
    assert not terminal.shell.book.exists()


# --- names asked for -----------------------------------------------------------------------------------


def test_a_shared_account_is_asked_for_name_and_pin(terminal: Terminal, asks: Callable[[], None]) -> None:
    terminal.begin()
    asks()
    code, said = terminal.run("day --json", ("Name", "anna-berg"), ("PIN", PIN))
    assert (code, json.loads(said)["appointments"]) == (0, [])
    code, said = terminal.run("day", ("Name", "nobody\x1b[2J"), ("PIN", PIN))
    assert code == 1
    assert "That name and that PIN do not belong together." in said
    actions = terminal.rows("select action from journal where action like '%in' or action like 'sign%'")
    assert actions == [("sign in",), ("sign out",), ("wrong pin",)]


def test_an_account_on_no_list_is_asked_too_once_anybody_could_answer(terminal: Terminal) -> None:
    terminal.begin()
    with closing(sqlite3.connect(terminal.shell.book)) as db, db:
        db.execute("update staff set login = 'anna', version = version + 1")
    assert terminal.run("day", ("Name", "a"), ("PIN", PIN))[0] == 0


def test_without_a_terminal_nobody_is_asked(terminal: Terminal) -> None:
    terminal.begin()
    with closing(sqlite3.connect(terminal.shell.book)) as db, db:
        db.execute("update staff set login = 'anna', version = version + 1")
    refused = terminal.shell.run("day", before=os.setsid)
    assert refused.code == 1
    assert "There is no terminal to ask at." in refused.complaint


def test_where_names_are_asked_for_a_timer_works_as_the_account_it_runs_by(
    terminal: Terminal, asks: Callable[[], None]
) -> None:
    terminal.begin()
    asks()
    terminal.there = False
    assert terminal.run("deliver --status")[0] == 0


def test_where_nobody_could_answer_one_is_told_how_to_begin(
    terminal: Terminal, asks: Callable[[], None]
) -> None:
    terminal.run("init --zone UTC --no-pin")
    asks()
    code, said = terminal.run("day")
    assert code == 1
    assert f"Nobody has a PIN yet. Run PIM_SIGN_IN=auto pim-tui pin as {ME}." in said


def test_a_key_goes_with_opening_the_book_alone() -> None:
    assert parse(["--key", "anna"]).key == "anna"
    for line in (["--key", "anna", "day"], ["--key", "anna", "--demo"]):
        with pytest.raises(UsageError, match="opening the book"):
            parse(line)


@pytest.mark.parametrize(
    ("address", "key", "origin"),
    [("", "anna", "ssh key anna"), ("192.0.2.7 50022 192.0.2.1 22", "", "ssh 192.0.2.7"),
     ("\x1b]0;x\x07\u202e9 1 2 3", "", "ssh ␛]0;x␇\ufffd9"), ("9" * 900, "", "ssh " + "9" * 96)],
)  # fmt: skip
def test_where_somebody_comes_from_is_told_without_what_a_terminal_would_obey(
    monkeypatch: pytest.MonkeyPatch, address: str, key: str, origin: str
) -> None:
    monkeypatch.setenv("SSH_CONNECTION", address)
    assert bootstrap.origin(key) == origin


# --- PINs and sessions ---------------------------------------------------------------------------------


def test_ones_own_pin_is_changed_by_the_one_before_it(terminal: Terminal) -> None:
    terminal.begin()
    code, said = terminal.run("pin", ("PIN now", "guessed"), ("New PIN", GIVEN), ("Once more", GIVEN))
    assert (code, "That is not the PIN of Anna-Berg." in said) == (1, True)
    assert terminal.run("pin", ("PIN now", PIN), ("New PIN", GIVEN), ("Once more", GIVEN))[0] == 0
    assert terminal.run("pin --forgotten", ("New PIN", PIN), ("Once more", PIN))[0] == 0
    assert terminal.rows("select reason from journal where action = 'set'") == [("",), ("",), ("forgotten",)]
    terminal.run("pin --staff anna", ("PIN now", PIN), ("New PIN", GIVEN), ("Once more", GIVEN))


def test_whoever_was_given_a_pin_can_do_nothing_but_choose_their_own(
    terminal: Terminal, asks: Callable[[], None]
) -> None:
    terminal.begin("Lee")
    code, said = terminal.run("pin --staff lee", ("New PIN", GIVEN), ("Once more", GIVEN))
    assert (code, said) == (0, "Lee has a new PIN. They choose another when they sign in.\n")
    asks()
    code, said = terminal.run("day", ("Name", "lee"), ("PIN", GIVEN))
    assert (code, "You were given this PIN by somebody else. Run pim-tui pin" in said) == (1, True)
    own = ("Name", "lee"), ("PIN", GIVEN), ("PIN now", GIVEN), ("New PIN", PIN), ("Once more", PIN)
    assert terminal.run("pin", *own)[0] == 0
    assert terminal.run("day", ("Name", "lee"), ("PIN", PIN))[0] == 0
    assert terminal.rows("select count(*) from desk_session where ended_at is null") == [(0,)]


def test_who_is_at_work_is_listed_and_a_session_is_ended_by_its_key(terminal: Terminal) -> None:
    terminal.begin()
    assert terminal.run("sessions") == (0, "Nobody is at work.\n")
    with closing(sqlite3.connect(terminal.shell.book)) as db, db:
        db.execute(
            "insert into desk_session (key, staff_id, began_at, origin, host, pid, ended_why)"
            " values ('k1', 1, 1795422000, 'tty1', 'elsewhere', 7, ''),"
            " ('k20', 1, 1795422000, '', '', 8, ''), ('k2', 1, 1795422000, '', '', 9, '')"
        )
    assert "k1   Anna-Berg  23 Nov 2026 08:20  tty1  elsewhere 7" in terminal.run("sessions")[1]
    found = next(one for one in json.loads(terminal.run("sessions --json")[1]) if one["key"] == "k1")
    assert (found["name"], found["origin"], found["asked_by"]) == ("Anna-Berg", "tty1", "")
    assert "needs --reason" in terminal.run("sessions --end k1")[1]
    assert "No open session" in terminal.run("sessions --end x --reason y")[1]
    assert "3 open sessions have a key that begins so." in terminal.run("sessions --end k --reason y")[1]
    for key, whole in (("k1", "k1"), ("k2", "k2"), ("k20", "k20")):
        ended = terminal.run(f"sessions --end {key} --reason forgotten --json")[1]
        assert json.loads(ended) == {"says": "The session of Anna-Berg ends.", "key": whole}
    assert "Anna-Berg wants it ended" in terminal.run("sessions")[1]


def test_the_beginning_of_a_key_is_enough_where_no_other_begins_so() -> None:
    rows = tuple(OpenSession(1, key, 1, "Anna", 0, "", "", 1, "") for key in ("ab1", "ac2"))
    assert _with_key("ac", rows).key == "ac2"
    for wrong in ("", "a", "x"):
        with pytest.raises(NotFound):
            _with_key(wrong, rows)


# --- at a real terminal --------------------------------------------------------------------------------


def at_terminal(
    home: Path, *arguments: str, before: Callable[[], object] | None = None, **env: str
) -> PtyTerm:
    """``pim-tui`` at a terminal of its own."""
    argv = [sys.executable, "-m", "pim_tui", *arguments]
    return PtyTerm(argv, before=before, env={"PIM_HOME": str(home), "PYTHONPATH": str(ROOT), **env})


def answer(terminal: PtyTerm, *answers: tuple[str, bytes]) -> None:
    """Type each answer once its question is there."""
    for question, typed in answers:
        terminal.wait_for(question)
        terminal.feed(typed + b"\n")


@pytest.mark.walk
def test_questions_go_to_the_terminal_and_what_is_secret_is_not_shown(shell: Shell) -> None:
    with at_terminal(shell.home, *f"init --zone UTC {HERE} --name".split(), "Anna Berg") as terminal:
        answer(terminal, ("New PIN or passphrase (Enter: none)", PIN.encode()), ("Once more", PIN.encode()))
        assert terminal.wait_exit() == 0
        assert PIN.encode() not in terminal.raw
    kept = shell.home / "day.txt"
    with at_terminal(
        shell.home,
        "day",
        "--json",
        PIM_SIGN_IN="ask",
        before=lambda: os.dup2(os.open(kept, os.O_CREAT | os.O_WRONLY, 0o600), 1),
    ) as terminal:
        answer(terminal, ("Name", b"anna berg"), ("PIN", PIN.encode()))
        assert terminal.wait_exit() == 0
    assert json.loads(kept.read_text())["appointments"] == []


@pytest.mark.walk
def test_the_first_start_at_a_terminal_opens_the_book(shell: Shell) -> None:
    with at_terminal(shell.home) as terminal:
        answer(
            terminal, ("Make a new one? yes or no [no]", b"yes"), ("Name of the clinic [My clinic]", b"Quay"),
            ("Its time zone", b"UTC"), ("Its country", b"ie"), ("Its money, three letters [EUR]", b""),
            ("Your name", b"Anna Berg"), ("(Enter: none)", b""),
        )  # fmt: skip
        terminal.wait_for("Quay · Anna Berg")
        terminal.feed("\x11")
        terminal.wait_exit()
    with closing(sqlite3.connect(shell.book)) as db, db:
        assert db.execute("select ended_why from desk_session").fetchall() == [("left",)]
