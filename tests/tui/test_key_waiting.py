"""Whoever waits for keys sleeps while nobody types, hears each at once, and is woken at the end."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator

import pytest

from pim_tui.tui.terminal import driver
from pim_tui.tui.terminal.driver import _Keys


@pytest.fixture
def keyboard() -> Iterator[tuple[int, int]]:
    """Where keys are read, and where they are typed."""
    reads, types = os.pipe()
    yield reads, types
    os.close(reads)
    os.close(types)


@pytest.fixture
def pipe() -> tuple[int, int]:
    """The end that is watched, and the one that is closed; the selector closes the first."""
    ends, held = os.pipe()
    return ends, held


@pytest.mark.timeout(20)
def test_it_sleeps_until_a_key_comes_and_then_looks_whether_there_is_more(
    keyboard: tuple[int, int], pipe: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "_AWAKE", -1.0)
    keys = _Keys(pipe[0]).SelectSelector()
    keys.register(keyboard[0], _Keys.EVENT_READ)
    typist = threading.Timer(0.3, os.write, (keyboard[1], b"\x1b"))
    monkeypatch.setattr(driver, "_AWAKE", 60.0)
    began = time.monotonic()
    typist.start()
    assert [one[0].fd for one in keys.select(0.01)] == [keyboard[0]]
    assert time.monotonic() - began > 0.2, "it did not look in between"
    os.read(keyboard[0], 1)
    assert keys.select(0.01) == [], "the rest of the key may still come"
    typist.join()
    os.close(pipe[1])
    keys.close()


@pytest.mark.timeout(20)
def test_the_end_wakes_it(
    keyboard: tuple[int, int], pipe: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "_AWAKE", -1.0)
    keys = _Keys(pipe[0]).SelectSelector()
    keys.register(keyboard[0], _Keys.EVENT_READ)
    ending = threading.Timer(0.1, os.close, (pipe[1],))
    ending.start()
    assert keys.select(0.01) == []
    assert keys.select(0.01) == [], "and keeps it awake"
    ending.join()
    keys.unregister(keyboard[0])
    assert keys.select(0.01) == []
    keys.close()
