"""Memory that is equal in several sessions is kept once, where the machine looks for it.

What a session only looks at it shares with the host until something is written to the page, and Python
writes into what it only looks at. Most of that is the same in each session, and much of it what it was before
as soon as the session waits again. Linux finds such pages (KSM) where ``/sys/kernel/mm/ksm/run`` is 1, in
processes that offer theirs, keeps one of them all, and gives a process a page of its own again when it writes
there. By then a session has 4 MB of its own, under Python 3.11 as well.
"""

from __future__ import annotations

import ctypes
from contextlib import suppress
from typing import Final

from .largepages import own_memory

_OFFER_ALL: Final = 67
"""``PR_SET_MEMORY_MERGE``, from Linux 6.4 on: all memory of this process and its copies, now and later."""
_OFFER: Final = 12
"""``MADV_MERGEABLE``: what lies in one stretch of memory, and in a copy of it."""


def offer() -> bool:
    """Offer the memory of this process and of its copies to the kernel; whether it has taken the offer, which
    costs nothing until it is told to look."""
    system = ctypes.CDLL(None)
    system.prctl.argtypes = (ctypes.c_int, *[ctypes.c_ulong] * 4)
    system.madvise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    if system.prctl(_OFFER_ALL, 1, 0, 0, 0) == 0:
        return True
    taken = False
    with suppress(OSError):
        for begin, end in own_memory():
            taken |= system.madvise(begin, end - begin, _OFFER) == 0
    return taken
