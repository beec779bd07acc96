"""Pictures that a slow line has not taken become one: what is seen last is never old for long."""

from __future__ import annotations

from collections import deque

import pytest

from pim_tui.tui.terminal.pace import LEAST, PATIENCE, SMOOTH, Pace
from tests.tui.slowline import CHANNEL, Wire

PICTURE = 200
"""Bytes of the picture that answers one key."""
TICK = 1 / 30
"""Seconds between the repeats of a key that is held down."""


class Line:
    """A wire with a terminal at its end, and the pace of what is sent over it; its clock is ours."""

    def __init__(self, pace: Pace, rate: float, delay: float = 0.0, *, answers: bool = True) -> None:
        self.pace, self.wire, self.now = pace, Wire(rate, buffer=CHANNEL, delay=delay), 100.0
        self._answers, self._due = answers, deque[float]()

    def send(self, count: int) -> None:
        self.wire.take(bytes(count), self.now)
        self.pace.sent(count, self.now)
        if self.pace.should_ask():
            self.pace.asked(self.now)
            if self._answers:
                self._due.append((self.wire.empty_at() or self.now) + self.wire.delay)

    def until(self, then: float) -> None:
        while self._due and self._due[0] <= then:
            self.now = self._due.popleft()
            self.pace.answered(self.now)
        self.now = then

    def held(self, seconds: float) -> tuple[int, float]:
        """Hold a key down; how many pictures were sent, and how long after the last key the last was seen."""
        wants, sent, ends = False, 0, self.now + seconds
        last = key = self.now
        while key < ends or wants:
            if key < ends:
                wants, last, key = True, key, key + TICK
            self.until(max(self.now, key if key < ends else self.now + TICK))
            if wants and self.pace.wait(0, self.now) <= 0:
                self.send(PICTURE)
                wants, sent = False, sent + 1
        return sent, (self.wire.empty_at() or self.now) - last


def test_without_a_pace_a_held_key_is_seen_seconds_late() -> None:
    sent, late = Line(Pace(), 960).held(3)
    assert sent >= 90
    assert late > 10


@pytest.mark.parametrize("answers", [True, False])
def test_on_a_line_whose_speed_is_told_a_held_key_is_seen_at_once(answers: bool) -> None:
    line = Line(Pace(960.0, asks=True), 960, answers=answers)
    line.send(60)
    line.until(101)
    sent, late = line.held(3)
    assert 3 * 960 / PICTURE * 0.9 <= sent <= 3 * 960 / PICTURE + 3
    assert late <= SMOOTH + 2 * PICTURE / 960


@pytest.mark.parametrize(("rate", "delay"), [(960.0, 0.0), (960.0, 0.3), (3840.0, 0.3)])
def test_a_line_whose_speed_nobody_tells_is_learned_from_the_answers(rate: float, delay: float) -> None:
    line = Line(Pace(asks=True), rate, delay)
    line.send(60)
    line.until(101)
    line.send(4000)
    line.until(107)
    sent, late = line.held(9)
    assert sent >= 9 * min(1 / TICK, rate / PICTURE, LEAST / PICTURE / max(2 * delay, TICK)) * 0.8
    assert late <= delay + 2 * SMOOTH + 2 * PICTURE / rate


def test_a_far_line_is_not_waited_for_while_somebody_types() -> None:
    line = Line(Pace(asks=True), 1_000_000, 0.3)
    line.send(60)
    line.until(101)
    for _ in range(20):
        assert line.pace.wait(0, line.now) == 0
        line.send(30)
        line.until(line.now + 0.1)


def test_a_fast_line_is_hardly_asked() -> None:
    line = Line(Pace(asks=True), 1_000_000, 0.001)
    sent, _ = line.held(3)
    assert sent >= 89
    assert line.pace.unanswered == 0
    asked = [line.pace.should_ask() for _ in range(9) if line.send(PICTURE) is None]
    assert not any(asked)


def test_a_terminal_that_never_answers_is_asked_once_and_not_waited_for() -> None:
    line = Line(Pace(asks=True), 1_000_000, answers=False)
    sent, _ = line.held(3)
    assert sent >= 89
    assert not line.pace.should_ask()


def test_a_terminal_that_falls_silent_is_given_up() -> None:
    line = Line(Pace(960.0, asks=True), 960)
    line.send(60)
    line.until(101)
    line._answers = False
    line.send(2000)
    assert line.pace.wait(0, line.now) > PATIENCE
    assert line.pace.unanswered == 1
    line.until(101 + PATIENCE + 4)
    assert line.pace.wait(0, line.now) == 0
    assert not line.pace.should_ask()


def test_what_a_serial_port_still_holds_is_waited_for() -> None:
    pace = Pace(960.0)
    assert pace.wait(960, 100.0) == pytest.approx(1 - SMOOTH)
    assert pace.wait(90, 100.0) == 0
    assert Pace().wait(4000, 100.0) > 0
    assert Pace().wait(90, 100.0) == 0
