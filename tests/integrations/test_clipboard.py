"""The clipboard is reached through whatever lies before the terminal, and is never read."""

from __future__ import annotations

import time
from base64 import b64decode
from pathlib import Path

import pytest

from pim_tui.errors import Refused
from pim_tui.integrations import clipboard
from pim_tui.integrations.clipboard import LIMIT, SCREEN_LIMIT, Way, load_tmux, sequence, way


def test_what_lies_between_is_told_by_what_tmux_and_screen_set() -> None:
    assert way({"TMUX": "/run/tmux-1/default,1,0"}) is Way.TMUX
    assert way({"STY": "1.pts"}) is Way.SCREEN
    assert way({"TMUX": "x", "STY": "1.pts"}) is Way.TMUX
    assert way({"TERM": "xterm"}) is Way.PLAIN


def test_a_text_travels_as_base64_so_that_nothing_in_it_ends_the_sequence() -> None:
    made = sequence("0151\x07 \x1b\\é")
    assert made.startswith("\x1b]52;c;")
    assert made.endswith("\x07")
    assert b64decode(made[7:-1]).decode() == "0151\x07 \x1b\\é"
    assert ";?" not in made


def test_screen_is_sent_a_wrapped_one_and_nothing_that_it_would_drop() -> None:
    made = sequence("0151 2345", Way.SCREEN)
    assert (made[:2], made[-2:]) == ("\x1bP", "\x1b\\")
    assert made[2:-2] == sequence("0151 2345")
    assert len(sequence("x" * 360, Way.SCREEN)) <= SCREEN_LIMIT
    with pytest.raises(Refused, match="too long to go through screen"):
        sequence("x" * 400, Way.SCREEN)


def test_more_than_the_limit_goes_nowhere() -> None:
    assert sequence("x" * LIMIT)
    for send in (sequence, load_tmux):
        with pytest.raises(Refused, match="at most 64 kB"):
            send("é" * (LIMIT // 2 + 1))


def tmux(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program of that name, the only one there is."""
    program = folder / "tmux"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    monkeypatch.setenv("CLINIC_SECRET", "right-horse")


def test_tmux_is_handed_the_text_on_its_input_and_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmux(tmp_path, f'echo "$@" > {tmp_path}/said; cat > {tmp_path}/in; env > {tmp_path}/env', monkeypatch)
    assert load_tmux("$(id) -w ; é", timeout=20)
    assert (tmp_path / "said").read_text() == "load-buffer -w -\n"
    assert (tmp_path / "in").read_text("utf-8") == "$(id) -w ; é"
    assert "right-horse" not in (tmp_path / "env").read_text()


@pytest.mark.parametrize("script", ["exit 1", "exec sleep 5"], ids=["refuses", "hangs"])
def test_a_tmux_that_will_not_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    tmux(tmp_path, script, monkeypatch)
    begun = time.monotonic()
    assert not load_tmux("x", timeout=0.1)
    assert time.monotonic() - begun < 3
    monkeypatch.setenv("PATH", str(tmp_path / "none"))
    assert not load_tmux("x")
    assert clipboard.TIMEOUT_SECONDS == 1.0
