"""What sessions run lies together in memory, so that a copy of this process writes to few pages of it.

Python writes into the code that it runs: how often each place was passed, what was found there the last time,
and, before 3.12, how many hold it. Where a program is loaded, what is run lies between what is not, and a
session has a page of its own for each few functions. Here each function that ran is given a copy of its code,
and the copies lie side by side: 1.4 MB of each session.
"""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import CodeType, FrameType, FunctionType

from .holes import fill

Codes = dict[int, CodeType]
"""Code by where it is: code that does the same is equal."""


@contextmanager
def noted() -> Iterator[Codes]:
    """All code that runs inside, in this thread and in those that begin meanwhile."""
    ran: Codes = {}

    def note(frame: FrameType, event: str, told: object) -> None:
        if event == "call":
            ran[id(frame.f_code)] = frame.f_code

    threading.setprofile(note)
    sys.setprofile(note)
    try:
        yield ran
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


def gather(ran: Codes) -> int:
    """Give each function whose code is among ``ran`` a copy of it; how many copies there are.

    What Python had learnt of the code it learns anew, so that it should run a few times afterwards. Call it
    while no thread runs any of it.
    """
    functions = [one for one in gc.get_objects() if type(one) is FunctionType]
    fill()
    copies: Codes = {}
    for function in functions:
        if id(function.__code__) in ran:
            function.__code__ = _copied(function.__code__, ran, copies)
    return len(copies)


def _copied(code: CodeType, ran: Codes, copies: Codes) -> CodeType:
    """The one copy of ``code``, in which functions that it makes and that ran have theirs as well."""
    if id(code) not in copies:
        inside = tuple(
            _copied(one, ran, copies) if isinstance(one, CodeType) and id(one) in ran else one
            for one in code.co_consts
        )
        copies[id(code)] = code.replace(co_consts=inside)
    return copies[id(code)]
