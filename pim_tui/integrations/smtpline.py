"""Lines to a mail server whose every reply comes to an end: the library reads one as long as it goes on."""

from __future__ import annotations

import smtplib
import time
from typing import BinaryIO

MOST_LINES = 200
"""Lines of one reply; no server tells of so many things that it can do."""
LONGEST_SECONDS = 60.0
"""For all of a reply."""


class _Reply:
    """What a server says, one reply at a time; one that is too long is a line that broke."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.begin()

    def begin(self) -> None:
        """Another reply comes."""
        self._lines, self._ends = 0, time.monotonic() + LONGEST_SECONDS

    def readline(self, size: int) -> bytes:
        """The next line of it."""
        self._lines += 1
        if self._lines > MOST_LINES or time.monotonic() > self._ends:
            raise OSError("The reply does not come to an end.")
        return self._file.readline(size)

    def close(self) -> None:
        """Nothing more is read."""
        self._file.close()


class _Ending(smtplib.SMTP):
    def getreply(self) -> tuple[int, bytes]:
        """The next reply; the library's own error for a line that broke where it is too long."""
        if self.file is None and self.sock is not None:
            self.file = _Reply(self.sock.makefile("rb"))
        if isinstance(self.file, _Reply):
            self.file.begin()
        return super().getreply()


class Clear(_Ending):
    """A line that begins in clear."""


class Encrypted(_Ending, smtplib.SMTP_SSL):
    """A line that is encrypted from the beginning."""
