"""Text messages by a GSM stick: gammu-smsd (FILES backend) sends what lies in its outbox.

It takes a text by a command of its own, moves the file to ``sent`` or ``error``, and puts what comes in into
``inbox``. That the network took a text is all that is ever known.
"""

from __future__ import annotations

import os
import re
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

from ...domain.delivery import Trouble, Undelivered
from ...domain.smslength import length_of
from ...domain.texts import Came, Fate, Search, Stand, Text

PROGRAM = "gammu-smsd-inject"
TIMEOUT_SECONDS = 30.0
SKEW, LARGEST = 5, 64 * 1024
"""Seconds by which a file may seem older than it is, and bytes of one message."""
_KEY = re.compile(r"Written message with ID (?:.*/)?(OUT[^/\s]+)")
_IN = re.compile(r"(IN\d{8}_\d{6}_\d+_(.+))_(\d+)\.\w+")
_PART = re.compile(r"\[SMSBackup(\d{1,9})\]")
_PIECES = re.compile(r"^Text\d\d = ([0-9A-F]+)\r?$", re.MULTILINE)


class Gammu:
    """A :class:`~pim_tui.domain.texts.Texter`. ``folder`` holds ``inbox``, ``outbox``, ``sent`` and
    ``error``; ``settings`` is the daemon's own file.
    """

    name, tells, hears = "gammu", True, True

    def __init__(
        self, folder: Path, settings: Path, *, program: str = PROGRAM, timeout: float = TIMEOUT_SECONDS
    ) -> None:
        self._folder, self._settings = folder, settings
        self._program, self._timeout = program, timeout

    def send(self, text: Text) -> str:
        """Put it into the outbox; the file's name. The words go in by standard input, the number as one
        argument."""
        odd = length_of(text.text).odd
        characters = len(text.text.encode("utf-16-le")) // 2
        world = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"}
        command = [self._program, "-c", str(self._settings), "TEXT", text.to, "-len", str(characters)]
        try:
            ended = subprocess.run(
                [*command, *(["-unicode"] if odd else [])],
                input=text.text.encode(),
                capture_output=True,
                timeout=self._timeout,
                check=False,
                cwd="/",
                env=world,
            )
        except subprocess.TimeoutExpired as error:
            raise Undelivered(
                Trouble.UNSURE, "gammu-smsd-inject did not come to an end: the text may have gone."
            ) from error
        except (OSError, ValueError) as error:
            raise Undelivered(Trouble.SETTINGS, "gammu-smsd-inject does not start: is it here?") from error
        found = _KEY.search(ended.stdout.decode("utf-8", "replace"))
        if ended.returncode or found is None:
            raise Undelivered(
                Trouble.SETTINGS,
                f"gammu-smsd-inject takes no text (code {ended.returncode}): see sms_gammu and sms_folder.",
            )
        return found[1]

    def find(self, search: Search) -> str | None:
        """Among its files to that number since then, by the words."""
        for place in ("outbox", "sent", "error"):
            for file in self._files(place, f"OUT*_{search.text.to}_*"):
                found = file.name
                fresh = _changed(file) >= search.since - SKEW
                if fresh and written(_read(file)) == search.text.text and not search.known(found):
                    return found
        return None

    def status(self, key: str) -> Fate:
        """Where its file lies."""
        if (self._folder / "sent" / key).exists():
            return Fate(Stand.TAKEN)
        if (self._folder / "error" / key).exists():
            return Fate(Stand.FAILED, Trouble.BUSY, "The GSM stick could not send the text.")
        return Fate(Stand.UNDER_WAY)

    def inbound(self, since: int) -> Iterator[Came]:
        """What lies in the inbox; a long text lies there in parts."""
        parts: dict[str, list[tuple[int, Path]]] = {}
        senders: dict[str, str] = {}
        for file in self._files("inbox", "IN*"):
            if (found := _IN.fullmatch(file.name)) and _changed(file) >= since:
                parts.setdefault(found[1], []).append((int(found[3]), file))
                senders[found[1]] = found[2]
        for key, files in parts.items():
            text = "".join(written(_read(file)) for _, file in sorted(files))
            yield Came(key, senders[key], text, min(_changed(file) for _, file in files))

    def close(self) -> None:
        """There is no line."""

    def _files(self, place: str, pattern: str) -> list[Path]:
        """Files in one of its folders, by name. Raises UNSURE where nobody can look."""
        folder = self._folder / place
        try:
            with os.scandir(folder):
                return sorted(folder.glob(pattern.replace("[", "[[]")))
        except OSError as error:
            raise Undelivered(
                Trouble.UNSURE, f"The folder {place} in sms_folder cannot be read: {error.strerror}."
            ) from error


def written(raw: bytes) -> str:
    """The words in one of its files: backup format, UTF-16 with a mark, or UTF-8."""
    if raw.startswith((b"\xfe\xff", b"\xff\xfe")):
        return raw.decode("utf-16", "replace")
    text = raw.decode("utf-8", "replace")
    if "[SMSBackup" not in text:
        return text
    # The daemon puts what it has sent before what it was given, each part anew: the last of each counts.
    _, *found = _PART.split(text)
    parts = dict(zip(map(int, found[::2]), found[1::2], strict=True))
    pieces = [piece for _, part in sorted(parts.items()) for piece in _PIECES.findall(part)]
    letters = "".join(piece[: len(piece) // 4 * 4] for piece in pieces)
    return bytes.fromhex(letters).decode("utf-16-be", "replace")


def _read(file: Path) -> bytes:
    """Its first bytes; nothing where it is no ordinary file, or has gone meanwhile."""
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return b""
    try:
        ordinary = stat.S_ISREG(os.fstat(descriptor).st_mode)
        return os.read(descriptor, LARGEST) if ordinary else b""
    finally:
        os.close(descriptor)


def _changed(file: Path) -> int:
    try:
        return int(file.lstat().st_mtime)
    except OSError:
        return 0
