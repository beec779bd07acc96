"""Other programs are found where they are said to be, and who is not there is left out by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench import peers
from tests.bench.peers import Absent, Program


def test_who_is_not_there_is_left_out_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named, work = tmp_path / "named", tmp_path / "work"
    named.mkdir()
    work.mkdir()
    (named / "mc").touch(0o755)
    monkeypatch.setattr(peers, "find_spec", lambda name: None)
    monkeypatch.setenv("PATH", str(work))
    monkeypatch.setenv("BENCH_PEERS", str(named))
    found = {one.name: one for one in peers.others(work)}
    assert list(found) == ["ikhal", "calcurse", "mc", "posting", "harlequin"]
    there = found.pop("mc")
    assert isinstance(there, Program)
    assert there.argv[0] == str(named / "mc")
    assert all(isinstance(one, Absent) and one.why for one in found.values())


def test_every_walk_does_something_and_ours_does_it_all() -> None:
    done = {steps.what for steps in peers.OURS if steps.what}
    assert done == {peers.CURSOR, peers.SCROLL, peers.WEEK, peers.TURN, peers.DIALOG}
    for program in peers.textual():
        assert {steps.what for steps in program.walk if steps.what} <= done
