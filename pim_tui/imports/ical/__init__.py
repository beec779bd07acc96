"""Calendar files (iCalendar, RFC 5545; vCalendar 1.0 as far as it is alike), read however broken they are.

The text is parted into components first and each is understood by itself, so that a damaged one costs
itself only. Reading is our own: the library for it refuses a file, or hangs on it, for a line that
has nothing to do with the appointments, and takes as long for an event as an import has for the whole
row. It lends its table of Windows' zone names, and its answers are compared with ours in the tests.

Layers: :mod:`.text` lines, :mod:`.parts` components, :mod:`.values` dates and people, :mod:`.zones` and
:mod:`.timezone` what a TZID means, :mod:`.events` one appointment, :mod:`.series` how it repeats
(:mod:`.oldrules` in vCalendar 1.0), :mod:`.file` all of it, :mod:`.busy` when somebody is busy by it.
"""

from __future__ import annotations

from pathlib import Path

from ...domain.moments import Zone
from .file import EventFile

__all__ = ["EventFile", "open_events"]


def open_events(path: Path, zone: Zone) -> EventFile:
    """The appointments of a calendar file as rows or refusals.

    Times without a zone are in the one that the calendar names for them, else in ``zone``. Raises
    :class:`FileProblem` when it is no calendar or cannot be read.
    """
    return EventFile(path, zone)
