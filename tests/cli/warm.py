"""A process that has read the program's modules and becomes ``pim-tui`` in a child for each command.

Run as ``python -m tests.cli.warm``: a command a line on stdin, ``{"arguments", "env", "cwd"}``, an answer a
line on stdout, ``{"code", "out", "err"}``. Half a second of each command went into reading modules; what it
then does is the same: the command line, files, pipes and exit code of a process of its own.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import pkgutil
import runpy
import subprocess
import sys
import threading
import time
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import IO, Any

import pim_tui

ROOT = Path(__file__).resolve().parents[2]
NOT_READ = {"pim_tui.__main__", "pim_tui.tui", "pim_tui.db.migrations"}
"""Modules no command needs before it is carried out, or that are read from their files by name."""
LIBRARIES = ("fpdf", "PIL.Image")


class Warm:
    """The process, and the way to it; started when the first command is given."""

    def __init__(self) -> None:
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        argv, pipe = [sys.executable, "-m", "tests.cli.warm"], subprocess.PIPE
        self._process = subprocess.Popen(argv, env=env, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe)

    def run(self, arguments: tuple[str, ...], env: dict[str, str]) -> tuple[int, bytes, bytes]:
        """Exit code, stdout and stderr of ``pim-tui`` with these arguments in this environment."""
        asked, answers = self._process.stdin, self._process.stdout
        assert asked is not None
        assert answers is not None
        line = json.dumps({"arguments": arguments, "env": env, "cwd": str(ROOT)})
        asked.write(f"{line}\n".encode())
        asked.flush()
        answer = answers.readline()
        assert answer, self._process.communicate()[1].decode()
        said = json.loads(answer)
        return said["code"], said["out"].encode("latin-1"), said["err"].encode("latin-1")

    def end(self) -> None:
        """Nothing more is asked."""
        if self._process.poll() is None:
            self._process.communicate()


def read_all() -> None:
    """Import what commands import: children find it there, and need not look through it when they end."""
    for module in pkgutil.walk_packages(pim_tui.__path__, "pim_tui."):
        if not any(module.name == name or module.name.startswith(f"{name}.") for name in NOT_READ):
            import_module(module.name)
    for name in LIBRARIES:
        import_module(name)
    gc.freeze()


def serve(asked: IO[bytes], answers: IO[bytes]) -> None:
    """Carry out one command after another until nobody asks any more."""
    for line in asked:
        answers.write(json.dumps(_carried_out(json.loads(line))).encode() + b"\n")
        answers.flush()


def _carried_out(command: dict[str, Any]) -> dict[str, Any]:
    pipes = os.pipe(), os.pipe()
    pid = os.fork()
    if pid == 0:
        for number, (_, end) in enumerate(pipes, 1):
            os.dup2(end, number)
        _become(command)
    for _, end in pipes:
        os.close(end)
    heard = [bytearray(), bytearray()]
    readers = [
        threading.Thread(target=_hear, args=(pipe[0], into)) for pipe, into in zip(pipes, heard, strict=True)
    ]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    out, err = (bytes(text).decode("latin-1") for text in heard)
    return {"code": code, "out": out, "err": err}


def _hear(end: int, into: bytearray) -> None:
    with open(end, "rb") as pipe:
        into += pipe.read()


def _become(command: dict[str, Any]) -> None:
    """Be the command, in the child, and end as Python ends, but for taking a thousand modules apart."""
    os.chdir(command["cwd"])
    os.environ.clear()
    os.environ.update(command["env"])
    time.tzset()
    sys.argv = ["pim-tui", *command["arguments"]]
    try:
        runpy.run_module("pim_tui", run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        if ended.code is None or isinstance(ended.code, int):
            _end(ended.code or 0)
        raise


def _end(code: int) -> None:
    """Wait for threads, say farewell and let go what is written; returns when that cannot be written."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    with suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    with open(os.dup(0), "rb") as asked, open(os.dup(1), "wb") as answers:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        read_all()
        serve(asked, answers)
