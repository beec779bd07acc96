"""What is heard while a line is waited for."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from pim_tui.cli import teletype
from pim_tui.cli.teletype import Broken, Teletype


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Where to type; nothing is there yet."""
    reads, writes = os.pipe()
    with open(reads, encoding="utf-8") as stdin, open(writes, "wb", buffering=0):
        monkeypatch.setattr(sys, "stdin", stdin)
        yield writes


@contextmanager
def unnoticed(number: signal.Signals) -> Iterator[None]:
    """A signal comes that does not break off what the main thread waits for, as one does that comes just
    before that: another thread takes it."""
    begins = threading.Event()

    def take() -> None:
        begins.wait()
        signal.pthread_kill(threading.get_ident(), number)

    thread = threading.Thread(target=take)
    thread.start()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {number})
    try:
        threading.Timer(0.05, begins.set).start()
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        thread.join()


@pytest.mark.timeout(20)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_that_comes_just_before_it_waits_is_heard(typed: int, number: signal.Signals) -> None:
    with Teletype() as line, unnoticed(number), pytest.raises(Broken) as broken:
        line.line(None)
    assert broken.value.number == number


@pytest.mark.timeout(20)
def test_so_is_that_it_is_to_stop(typed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped: list[int] = []

    def stop() -> None:
        stopped.append(1)
        os.write(typed, b"and on\n")

    monkeypatch.setattr(teletype.lent, "stop", stop)
    with Teletype() as line, unnoticed(signal.SIGTSTP):
        assert line.line(None) == "and on"
    assert stopped == [1]


@pytest.mark.timeout(20)
def test_whoever_heard_signals_before_hears_them_again(typed: int) -> None:
    heard, told = os.pipe()
    os.set_blocking(told, False)
    before: Any = signal.set_wakeup_fd(told)
    try:
        with Teletype() as line:
            os.write(typed, b"one\n")
            assert line.line(5) == "one"
        assert signal.set_wakeup_fd(before) == told
    finally:
        signal.set_wakeup_fd(before)
        os.close(heard)
        os.close(told)
