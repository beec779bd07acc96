"""What sessions run lies together in memory, so that a copy of this process writes to few pages of it.

Python writes into the code that it runs: how often each place was passed, what was found there the last time,
and, before 3.12, how many hold it. Where a program is loaded, what is run lies between what is not, and a
session has a page of its own for each few functions. Here each function that ran is given a copy of its code,
and the copies lie side by side, in the order in which they first ran: 2 MB of each session.
"""

from __future__ import annotations

import gc
import os
import sys
import threading
from array import array
from collections.abc import Callable, Collection
from types import CodeType, FrameType, FunctionType

from .behind import in_a_copy
from .holes import filled

Places = dict[int, None]
"""Where code lies, in the order in which it first ran: code that does the same is equal."""


def noted(act: Callable[[], object]) -> Places:
    """Where all code lies that runs while ``act`` is done in a copy of this process, in whatever thread.

    Not in this one: code that was watched once runs slower from then on, a sixth with Python 3.13. Raises
    OSError where no copy can be made or it fails.
    """
    found = os.memfd_create("ran")
    try:
        in_a_copy(lambda: _tell(act, found))
        size = os.lseek(found, 0, os.SEEK_END)
        places = array("Q", os.pread(found, size, 0))
    finally:
        os.close(found)
    return dict.fromkeys(places)


def _tell(act: Callable[[], object], found: int) -> None:
    """In the copy. What runs is kept, so that nothing else comes to lie there."""
    ran: dict[int, CodeType] = {}

    def note(frame: FrameType, event: str, told: object) -> None:
        if event == "call":
            ran[id(frame.f_code)] = frame.f_code

    threading.setprofile(note)
    sys.setprofile(note)
    try:
        act()
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
    with open(found, "wb", closefd=False) as file:
        array("Q", ran).tofile(file)


def written_in(names: Collection[str]) -> Places:
    """Where the code of all functions and methods of these modules lies."""
    found = [one for one in gc.get_objects() if type(one) is FunctionType and one.__module__ in names]
    return dict.fromkeys(id(one.__code__) for one in found)


def gather(ran: Places) -> int:
    """Give each function whose code lies at one of ``ran`` a copy of it; how many copies there are.

    What Python had learnt of the code it learns anew, so that it should run a few times afterwards. Call it
    while no thread runs any of it.
    """
    # It holds each code until the end: a copy would come to lie where one of them was.
    functions: dict[int, tuple[CodeType, list[FunctionType]]] = {}
    for one in gc.get_objects():
        if type(one) is FunctionType:
            functions.setdefault(id(one.__code__), (one.__code__, []))[1].append(one)
    copies: dict[int, CodeType] = {}
    with filled():
        for place in filter(functions.__contains__, ran):
            code, those = functions[place]
            for function in those:
                function.__code__ = _copied(code, ran, copies)
    return len(copies)


def _copied(code: CodeType, ran: Places, copies: dict[int, CodeType]) -> CodeType:
    """The one copy of ``code``, in which functions that it makes and that ran have theirs as well."""
    if id(code) not in copies:
        inside = tuple(
            _copied(one, ran, copies) if isinstance(one, CodeType) and id(one) in ran else one
            for one in code.co_consts
        )
        copies[id(code)] = code.replace(co_consts=inside)
    return copies[id(code)]
