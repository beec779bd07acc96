"""The safety set names what there is, and the README promises only what a test here backs."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.safety import all as safety
from tests.safety.all import PIECES, ROOT, Ended, Piece, main, shown


def test_every_piece_is_a_command_that_there_is_and_names_its_control() -> None:
    for piece in PIECES:
        for command in filter(None, (piece.command, piece.short)):
            assert find_spec(command[0]), piece.name
            named = [word for word in command if word.startswith("tests/")]
            assert all((ROOT / word).is_file() for word in named), piece.name
            assert all(find_spec(word) for word in command if word.startswith("tests.")), piece.name
        assert piece.control
    assert len({piece.name for piece in PIECES}) == len(PIECES)


def test_a_piece_that_fails_is_told_with_all_it_has_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = (Piece(name, ("colorsys",), "nothing", ("colorsys",)) for name in ("good", "bad"))
    monkeypatch.setattr(safety, "PIECES", (good, bad))
    monkeypatch.setattr(
        safety, "run", lambda piece, short: Ended(piece, int(piece is bad), "3 lost", "said much", 1.0, 0.5)
    )
    assert main([]) == 1
    assert main(["good"]) == 0
    told = capsys.readouterr().out
    assert "FAIL bad" in told
    assert told.count("said much") == 1
    assert "1 of 2 pieces hold" in told


def test_what_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = safety.run(Piece("server", ("colorsys",), "nothing", needs="no_such_package"), short=False)
    assert "left out: no_such_package is not installed" in shown(ended)
    assert shown(ended).startswith("part server")


def test_what_was_skipped_does_not_hold(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    whole, some, none = (Piece(name, ("colorsys",), "nothing") for name in ("whole", "some", "none"))
    figures = {
        "whole": "9 passed in 1.00s",
        "some": "8 passed, 1 skipped in 1.00s",
        "none": "9 skipped in 1s",
    }
    monkeypatch.setattr(safety, "PIECES", (whole, some, none))
    monkeypatch.setattr(
        safety, "run", lambda piece, short: Ended(piece, 0, figures[piece.name], "", 1.0, 0.5)
    )
    assert main([]) == 0
    assert "1 of 3 pieces hold, 2 in part or not at all," in capsys.readouterr().out


def test_every_promise_names_tests_that_there_are() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    _, _, section = readme.partition("\n## Promises\n")
    promises = re.split(r"^- ", section.partition("\n## ")[0], flags=re.MULTILINE)[1:]
    assert len(promises) >= 6
    for promise in promises:
        named = re.findall(r"`(tests/[\w/]+\.py)`", promise)
        assert named, promise
        assert all((ROOT / Path(name)).is_file() for name in named), promise
