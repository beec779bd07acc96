"""``pim-tui`` as a shell starts it: a process of its own, with its files in the test's folder."""

from __future__ import annotations

import atexit
import ctypes
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.cli.warm import Warm
from tests.morning import MORNING

ROOT = Path(__file__).resolve().parents[2]
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, PR_CAPBSET_DROP = 1, 2, 24


@dataclass(frozen=True)
class Answer:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def complaint(self) -> str:
        """The one line on stderr; fails when there are more, or a traceback."""
        lines = self.err.splitlines()
        assert len(lines) == 1, self.err
        assert lines[0].startswith("pim-tui: ")
        return lines[0]


_THEIRS = ("PIM_", "LC_", "LANG")
_NOTHING_COMPILED = {"PYTHONDONTWRITEBYTECODE": "1"}
"""On a full disk Python would keep half of what it compiles, and every later start would break on it."""


class Shell:
    """Runs commands with ``PIM_HOME`` in ``home``."""

    def __init__(self, home: Path) -> None:
        self.home = home

    @property
    def book(self) -> Path:
        """Where the clinic's book is."""
        return self.home / "data" / "clinic.db"

    def settings(self, text: str) -> None:
        """Write the settings file."""
        file = self.home / "config" / "pim_tui.toml"
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.write_text(text, "utf-8")

    def run(
        self,
        *arguments: str,
        before: Callable[[], object] | None = None,
        options: tuple[str, ...] = (),
        **env: str,
    ) -> Answer:
        """Run ``pim-tui`` with these arguments, where it is morning and no country's language is spoken.

        A new Python is started only for what is decided while it starts: its options, its coding of text,
        and what a process may do.
        """
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(_THEIRS)}
        ours = {**inherited, "TZ": MORNING, "LANG": "C.UTF-8", "PIM_HOME": str(self.home), **env}
        if not (before or options or any(name.startswith(("PYTHON", "LC_", "LANG")) for name in env)):
            return _answer(*_warm().run(arguments, ours))
        done = subprocess.run(
            [sys.executable, *options, "-m", "pim_tui", *arguments],
            capture_output=True,
            timeout=60,
            stdin=subprocess.DEVNULL,
            cwd=ROOT,
            env={**ours, **_NOTHING_COMPILED, "PYTHONPATH": str(ROOT)},
            preexec_fn=before,
        )
        return _answer(done.returncode, done.stdout, done.stderr)


def _answer(code: int, out: bytes, err: bytes) -> Answer:
    return Answer(code, out.decode("utf-8", "replace"), err.decode("utf-8", "replace"))


@cache
def _warm() -> Warm:
    """The process of this test run in which commands find their modules read."""
    warm = Warm()
    atexit.register(warm.end)
    return warm


def without_privileges() -> None:
    """In the child: even root may do only what the files' modes allow."""
    libc = ctypes.CDLL(None, use_errno=True)
    for capability in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
        libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)


def with_a_full_disk(size: int) -> Callable[[], None]:
    """In the child: no file grows beyond ``size`` bytes, as if the disk were full."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit
