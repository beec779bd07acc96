"""Work in a process of its own, which may then fork: the test runner has threads, which a fork loses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
_RUN = (
    "import json, sys; from importlib import import_module; module, name, args = sys.argv[1:];"
    " print(json.dumps(getattr(import_module(module), name)(*json.loads(args))))"
)


def alone(act: Callable[..., Any], *args: object, timeout: float = 100) -> Any:
    """What ``act`` answers, run in a fresh process; arguments and answer are what JSON can carry."""
    argv = [
        sys.executable,
        "-c",
        _RUN,
        act.__globals__["__spec__"].name,  # what was started by ``-m`` calls itself __main__
        act.__name__,
        json.dumps([_plain(arg) for arg in args]),
    ]
    ended = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, timeout=timeout, check=False)
    if ended.returncode:
        raise AssertionError(ended.stderr[-4000:])
    return json.loads(ended.stdout.splitlines()[-1])


def _plain(value: object) -> object:
    return str(value) if isinstance(value, Path) else value


def crowd(count: int, act: Callable[[int], Any]) -> list[Any]:
    """Fork ``count`` processes that begin ``act(number)`` at once; what each answered, None if it died."""
    start_reader, start_writer = os.pipe()
    waiting = []
    for number in range(count):
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(start_writer)
            os.read(start_reader, 1)
            _answer(writer, act, number)
        os.close(writer)
        waiting.append((child, reader))
    os.close(start_writer)
    os.close(start_reader)
    answers = []
    for child, reader in waiting:
        with os.fdopen(reader) as answer:
            text = answer.read()
        os.waitpid(child, 0)
        answers.append(json.loads(text) if text else None)
    return answers


def _answer(writer: int, act: Callable[[int], Any], number: int) -> None:
    """In the child: act, tell, and leave without what the parent meant to do at its end."""
    try:
        text = json.dumps(act(number)).encode()
        while text:
            text = text[os.write(writer, text) :]
        os._exit(0)
    finally:
        sys.excepthook(*sys.exc_info())
        os._exit(1)
