"""Screens under test settle on what they do; Textual's own pause looks whether the process is at rest.

It looks in steps of 20 milliseconds, which in thousands of pauses is most of the time the tests take.
"""

from __future__ import annotations

from textual import _wait

_STEP = 1 / 250

assert (_wait.SLEEP_GRANULARITY, _wait.SLEEP_IDLE) == (1 / 50, 1 / 1000), "Textual pauses in another way now"
_wait.SLEEP_GRANULARITY, _wait.SLEEP_IDLE = _STEP, _STEP / 20
