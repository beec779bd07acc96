"""``pim-tui print``: every paper as text, into a file, and what is refused."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from pim_tui.domain.text import cell_width
from tests.cli.shell import Shell
from tests.integrations.programs import LP, put_program

PAPERS = (
    (("week",), "Week sheet"),
    (("month", "in", "6", "weeks"), "visits"),
    (("schedule", "today", "--until", "+3d"), "Schedule"),
    (("card", "--customer", "#3"), "Appointment card"),
    (("list", "--customer", "#3", "--only", "completed", "this", "year"), "Only: Status: Completed; Dates:"),
)


@pytest.mark.parametrize(("words", "told"), PAPERS, ids=[words[0] for words, _ in PAPERS])
def test_each_paper_can_be_seen_as_text(clinic: Shell, words: tuple[str, ...], told: str) -> None:
    done = clinic.run("print", *words, "--text")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("Large Clinic")
    assert told in done.out
    assert max(map(cell_width, done.out.splitlines())) <= 80


def test_a_span_that_was_begins_and_ends_in_one_year(clinic: Shell) -> None:
    """Without their years: from four days ago until yesterday."""
    first, last = (
        date.fromisoformat(json.loads(clinic.run("day", day, "--json").out)["day"]) for day in ("-4d", "-1d")
    )
    since, until = (f"{day.day} {day:%b}".split() for day in (first, last))
    done = clinic.run("print", "schedule", *since, "--until", *until, "--text")
    told = [f"{day.day} {day:%b %Y}" for day in (first, last)]
    assert (done.code, " to ".join(told) in done.out) == (0, True)


def test_a_paper_goes_into_a_file_of_the_size_asked_for(clinic: Shell) -> None:
    file = clinic.home / "card.pdf"
    done = clinic.run("print", "card", "--customer", "#3", "--paper", "a5", "--to", str(file))
    assert (done.code, done.err) == (0, "")
    assert str(file) in done.out
    assert b"/MediaBox [0 0 419.53 595.28]" in file.read_bytes()


@pytest.fixture
def queues(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that can print."""
    put_program(tmp_path, monkeypatch, "lp", LP)


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("week", "--text", "--to", "x.pdf"), 2, "not allowed with"),
        (("week", "--paper", "a0"), 2, "a0"),
        (("card", "--customer", "zzzz zzzz", "--text"), 1, "Nobody is found"),
        (("list", "bills", "--customer", "#3", "--text"), 1, "no list bills"),
        (("schedule", "--until", "+900d", "--text"), 1, "too long"),
        (("card", "--customer", "#3", "--printer", "no such"), 1, "not the name of a printer queue"),
        (("card", "--customer", "#3", "--to", "terminal:"), 1, "own printer is off"),
        (("card", "--customer", "#3", "--to", "socket:a b"), 2, "must be socket:HOST:PORT"),
        (("downtime", "--printer", "no such"), 1, "not the name of a printer queue"),
        (("downtime", "--to", "nowhere"), 1, "nowhere is no folder"),
    ],
)
@pytest.mark.usefixtures("queues")
def test_what_cannot_be_printed_is_told_in_one_line(
    clinic: Shell, words: tuple[str, ...], code: int, told: str
) -> None:
    done = clinic.run("print", *words)
    assert done.code == code
    assert told in done.complaint
    assert not (clinic.home / "x.pdf").exists()


def test_a_paper_goes_to_a_printer_of_the_settings_and_the_printers_are_listed(clinic: Shell) -> None:
    folder = clinic.home / "papers"
    clinic.settings(f'[printers]\nkept = "file:{folder} text"\n')
    done = clinic.run("print", "card", "--customer", "#3", "--to", "kept")
    listed = clinic.run("printers", "--json")
    assert (done.code, done.err) == (0, "")
    assert "Appointment card" in (folder / "card-3.txt").read_text("utf-8")
    assert [row["address"] for row in json.loads(listed.out) if row["said"] == "kept"] == [f"file:{folder}"]
