"""When the line to the terminal can take the next picture: arithmetic alone, for `outlet`.

What a line has taken cannot be taken back. Were a picture sent for each key of one that is held down, a
slow line would show them one behind the other, seconds late. So a picture is made only when the line is
nearly free again, and then of what is to be seen by then: those that were not sent have become one.

Three things tell how much is under way: the kernel, of a serial port; the speed of the line, where one is
told; and the terminal itself, which answers a question when it has come to it. Between here and a terminal
at the other end of SSH there is room for many pictures, and nobody else tells of them.
"""

from __future__ import annotations

import math
from collections import deque
from typing import Final, NamedTuple

SMOOTH: Final = 0.1
"""Seconds that the bytes under way may still take when the next picture is made."""
LEAST, USUAL, MOST = 96, 4096, 16_384
"""Bytes that may be under way: on the slowest line, on one of unknown speed, on the fastest."""
PATIENCE: Final = 10.0
"""Seconds besides those for the bytes before it after which no answer is waited for, nor asked for again."""
_SLOWEST: Final = 30.0
"""Bytes a second of a line nobody knows, when it is asked how long it may take."""
_JITTER: Final = 0.02
"""Seconds that an answer may come late for other reasons than the bytes before it."""
_GLANCE: Final = 0.05
"""Seconds until a serial port whose speed is not slow enough to be counted with is looked at again."""
_TELLING: Final = 100
"""Bytes behind which an answer tells how fast the line is."""


class _Question(NamedTuple):
    """What had been sent when it was asked, what was under way then, and when that was."""

    sent: int
    behind: int
    at: float


class Pace:
    """Counts what is given to a line. Times are monotonic seconds, ``rate`` is bytes a second.

    ``asks`` allows questions to the terminal. One that has never answered is asked once and never waited
    for.
    """

    def __init__(self, rate: float | None = None, *, asks: bool = False) -> None:
        self.rate = rate
        self._asks = asks
        self._answers = False
        self._asked: deque[_Question] = deque()
        self._sent = self._seen = 0
        self._busy_until = 0.0
        self._way = math.inf

    @property
    def window(self) -> float:
        """Bytes that may be under way when the next picture is made."""
        return USUAL if self.rate is None else min(max(self.rate * SMOOTH, LEAST), MOST)

    @property
    def unanswered(self) -> int:
        """Questions to a terminal that answers, the answers to which are still to come."""
        return len(self._asked) if self._answers else 0

    def sent(self, count: int, now: float) -> None:
        """The line was given ``count`` bytes."""
        self._sent += count
        if self.rate is not None:
            self._busy_until = max(self._busy_until, now) + count / self.rate

    def should_ask(self) -> bool:
        """Whether a question should follow what was just sent: enough of it is not asked after yet."""
        if not self._asks or (self._asked and not self._answers):
            return False
        if not self._answers:
            return True  # at once: the first answer, with little before it, tells how long the way is
        fresh = self._sent - (self._asked[-1].sent if self._asked else self._seen)
        return fresh * 2 >= self.window

    def asked(self, now: float) -> None:
        """The question was sent."""
        self._asked.append(_Question(self._sent, self._sent - self._seen, now))

    def answered(self, now: float) -> None:
        """The terminal has come to the oldest question: so long the bytes before it took.

        The quickest answer of all tells how long the way there and back is. Of a long way the line seems
        faster than it is, since bytes had arrived whose answers had not: so much faster that the window
        holds what is on the way as well, and `SMOOTH` seconds besides.
        """
        if not self._asked:
            return
        question = self._asked.popleft()
        self._way = min(self._way, now - question.at)
        took = now - question.at - self._way
        if question.behind >= _TELLING and (took > _JITTER or self.rate is not None):
            found = question.behind / max(took, _JITTER)
            self.rate = found if self.rate is None else (self.rate + found) / 2
        self._answers, self._seen = True, question.sent

    def wait(self, queued: int, now: float) -> float:
        """Seconds until the next picture may be made, 0 for now; an answer may come earlier.

        ``queued`` is what the kernel still holds.
        """
        if self._asked and now >= self._ends(self._asked[0]):
            self._asks = self._answers = False
            self._asked.clear()
        if self._answers:
            fits = self._sent - self._seen <= self.window
            # Without a question under way nothing would ever tell that the line is free again.
            return 0.0 if fits or not self._asked else self._ends(self._asked[0]) - now
        if self.rate is None:
            return _GLANCE if queued > LEAST else 0.0
        return max(0.0, self._busy_until - now - SMOOTH, queued / self.rate - SMOOTH)

    def _ends(self, question: _Question) -> float:
        """Until when its answer is waited for."""
        return question.at + PATIENCE + question.behind / (self.rate or _SLOWEST)
