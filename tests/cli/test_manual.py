"""``pim-tui manual``: by subject, as plain text, without a book."""

from __future__ import annotations

import json

import pytest

from tests.cli.shell import Shell


def test_the_subjects_are_listed_by_part_and_one_is_shown_without_a_book(shell: Shell) -> None:
    listed = shell.run("manual")
    assert listed.out.startswith("In and out\n  Bringing records in\n")
    assert "\n  Signing in\n    Locking the screen\n  The next opening\n" in listed.out
    shown = shell.run("manual", "waiting", "list")
    assert (shown.code, shown.err) == (0, "")
    title, blank, first, *rest = shown.out.splitlines()
    assert (title, blank) == ("Waiting list and held times", "")
    assert first.startswith('"H" in the calendar holds the time under the cursor')
    assert max(map(len, rest)) <= 79
    assert not shell.home.exists()


def test_settings_that_cannot_be_read_keep_nobody_from_it(shell: Shell) -> None:
    shell.settings("zone = [")
    assert shell.run("manual", "till").out.startswith("The till\n\nF4 opens the till")


def test_in_json_there_are_titles_parts_and_the_text(shell: Shell) -> None:
    listed = json.loads(shell.run("manual", "--json").out)
    assert {"title": "Locking the screen", "part": "At the desk", "of": "Signing in"} in listed
    shown = json.loads(shell.run("manual", "--json", "till").out)
    assert shown["title"] == "The till"
    assert shown["text"].startswith("F4 opens the till")


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ("tilll", "No subject of the manual is called tilll. Near it: The till."),
        ("rec", "rec could be several subjects. Say which: Bringing records in, Handing records out, Two"),
        ("\x1b]0;x\x07", "No subject of the manual is called ␛]0;x␇."),
    ],
)
def test_what_is_none_is_refused_in_one_harmless_line(shell: Shell, said: str, complaint: str) -> None:
    answer = shell.run("manual", said)
    assert (answer.code, answer.out) == (1, "")
    assert complaint in answer.complaint


def test_the_hint_of_an_empty_setting_names_a_subject_that_there_is(shell: Shell, clinic: Shell) -> None:
    complaint = clinic.run("upload-page").complaint
    words = complaint.rpartition("see pim-tui manual ")[2].removesuffix(".").split()
    assert "upload_address" in shell.run("manual", *words).out


def test_every_subject_is_shown_by_its_title_and_in_ascii_where_that_is_all_there_is(shell: Shell) -> None:
    for subject in json.loads(shell.run("manual", "--json").out):
        assert shell.run("manual", subject["title"]).out.startswith(subject["title"])
    assert shell.run("manual", "slow", LC_ALL="C").out.isascii()
