"""One reader under the fuzzer, in a process of its own that was forked from one with everything loaded.

Time is the processor's, so that a busy machine is no fault; memory is the most that the process ever held.
"""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from tests.safety.reader import MEGABYTES, SECONDS, SHARED, Reader

LONGEST = 1 << 12
"""Bytes of a made-up input: more only makes it slower."""
STUCK = 20
"""Seconds on the clock after which an input is given up that not even a signal gets through to."""
ROOM = 600 << 20
"""Bytes of address space beyond the present: the machine itself is not to suffer."""


class Overtime(BaseException):
    """An input took longer than it may; no reader catches it."""


class Overweight(BaseException):
    """An input took more memory than it may."""


class Measured:
    """``read``, with what each call may cost."""

    def __init__(self, read: Callable[[bytes], object], seconds: float = SECONDS) -> None:
        self._read, self._seconds, self._most = read, seconds, held() + MEGABYTES
        signal.signal(signal.SIGPROF, _too_long)

    def __call__(self, data: bytes) -> None:
        """Read an input; Overtime or Overweight where it costs too much."""
        signal.setitimer(signal.ITIMER_PROF, self._seconds)
        try:
            self._read(bytes(data))
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        if held() > self._most:
            raise Overweight


def held() -> int:
    """The most megabytes that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


def _too_long(*_: Any) -> NoReturn:
    raise Overtime


def samples(reader: Reader, seeds: int) -> Iterator[bytes]:
    """What a reader begins with; ``seeds`` is the most that are taken of real files, evenly."""
    yield "".join(reader.words).encode()
    yield from (word.encode() for word in reader.words if len(word) > LONGEST // 64)
    yield from reader.whole
    under, ending = reader.seeds
    files = sorted((SHARED / under).rglob(f"*{ending}")) if ending else []
    yield from (path.read_bytes()[:LONGEST] for path in files[:: -(-len(files) // seeds) or 1])


def fuzz(atheris: Any, reader: Reader, folder: Path, seconds: int, seeds: int) -> NoReturn:
    """Fuzz for so long; what is found lies in ``folder``, and what the fuzzer said in ``folder/log``.

    Never returns: the process ends, with 0 when nothing was found. It has to end by itself, because the
    fuzzer writes down what it has found when it is left.
    """
    log = os.open(folder / "log", os.O_WRONLY | os.O_CREAT, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    corpus = folder / "corpus"
    corpus.mkdir()
    for number, data in enumerate(samples(reader, seeds)):
        (corpus / str(number)).write_bytes(data[:LONGEST])
        with suppress(Exception):
            reader.read(data[:LONGEST])  # what it loads when it is first used counts as there before
    words = ["".join(f"\\x{byte:02x}" for byte in word.encode()) for word in (*reader.words, "\n")]
    (folder / "words").write_text("".join(f'"{word}"\n' for word in words), "ascii")
    space = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (space + ROOM, space + ROOM))
    options = [
        "fuzz", f"-max_total_time={seconds}", f"-max_len={LONGEST}", f"-timeout={STUCK}", "-rss_limit_mb=0",
        f"-artifact_prefix={folder}/", f"-dict={folder}/words", "-print_final_stats=1", str(corpus),
    ]  # fmt: skip
    atheris.Setup(options, Measured(reader.read))
    atheris.Fuzz()
    raise SystemExit
