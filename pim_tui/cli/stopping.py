"""What runs until it is asked to end, and ends in order then."""

from __future__ import annotations

import signal
from threading import Event


def stopped_by_signals() -> Event:
    """Set once this process is asked to end: the message in hand is still written down.

    Who asks a second time is not waited for.
    """
    stop = Event()

    def asked(number: int, _: object) -> None:
        stop.set()
        signal.signal(number, signal.SIG_DFL)

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, asked)
    return stop
