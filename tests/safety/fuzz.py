"""Coverage-guided fuzzing: ``python -m tests.safety.fuzz [--seconds N | --seconds-total N] [NAME ...]``.

Feeds every reader of :mod:`tests.safety.fuzzed`, or those named, for N seconds each (180), or for N seconds
together; ``--at-once`` says how many at a time. Begins with real files where they are at hand. 1 when a
reader let an error through, took more than a second of the processor or 200 MB over an input of 4 kB: the
input is named, and ``NAME --file INPUT`` reads it again. Without a NAME three planted faults must be found.
Needs the extra ``fuzz``.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import redirect_stderr
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

EACH = 180
CONTROL = 60
"""Seconds within which a planted fault must be found; it takes one or two where nothing else runs."""
GRACE = 60
"""Seconds that a reader may take besides, to load and to end."""
FEW, MANY = 12, 1_000
"""Real files that a reader begins with, when there is little time and when there is enough."""
INSTRUMENTED = [
    *(f"pim_tui.{room}" for room in ("imports", "domain", "integrations", "lists", "config", "tui.keyboard")),
    "pim_tui.db.parcel",
    "tests.safety.planted",
]


@dataclass(frozen=True, slots=True)
class Ended:
    """What came of a reader: how many inputs it took, the inputs that broke it, and what was said."""

    name: str
    inputs: int
    found: tuple[Path, ...]
    code: int
    said: str

    @property
    def broken(self) -> bool:
        return bool(self.found) or self.code != 0


@dataclass(frozen=True, slots=True)
class Job:
    """A reader to be fuzzed for so long."""

    name: str
    reader: Any
    seconds: int


class Fuzzer:
    """Runs readers, each in a process forked from this one, which has everything loaded and instrumented."""

    def __init__(self, seeds: int) -> None:
        import atheris

        self._atheris, self._seeds = atheris, seeds
        with redirect_stderr(StringIO()), atheris.instrument_imports(include=INSTRUMENTED):
            from tests.safety.fuzzed import READERS
            from tests.safety.planted import PLANTED
        self.readers, self.planted = READERS, PLANTED

    def run(self, jobs: Iterable[Job], at_once: int) -> Iterator[Ended]:
        """What came of each, in the order in which they end."""
        waiting, running = list(jobs), dict[int, tuple[Job, Path, float]]()
        while waiting or running:
            while waiting and len(running) < at_once:
                job = waiting.pop(0)
                child, folder = self._begun(job)
                running[child] = job, folder, time.monotonic() + job.seconds + GRACE
            time.sleep(0.05)
            for child, (job, folder, until) in list(running.items()):
                code = _code(child, time.monotonic() > until)
                if code is not None:
                    del running[child]
                    yield self._ended(job, folder, code)

    def misses(self, at_once: int) -> list[str]:
        """The planted faults that are not found, or not taken for what they are."""
        jobs = [Job(name, reader, CONTROL) for name, (reader, _) in self.planted.items()]
        return [
            one.name
            for one in self.run(jobs, at_once)
            if not one.found or self.planted[one.name][1] not in one.said
        ]

    def _begun(self, job: Job) -> tuple[int, Path]:
        from tests.safety.fuzz_one import fuzz

        folder = Path(tempfile.mkdtemp(prefix=f"fuzz-{job.name.replace(' ', '-')}-"))
        if (child := os.fork()) == 0:
            fuzz(self._atheris, job.reader, folder, job.seconds, self._seeds)
        return child, folder

    def _ended(self, job: Job, folder: Path, code: int) -> Ended:
        said = (folder / "log").read_text("utf-8", "replace")
        units = re.search(r"number_of_executed_units: (\d+)", said)
        found = sorted(path for kind in ("crash", "timeout", "oom") for path in folder.glob(f"{kind}-*"))
        ended = Ended(job.name, int(units[1]) if units else 0, tuple(found), code, said)
        if not ended.broken or job.name in self.planted:
            shutil.rmtree(folder)
        return ended


def _code(child: int, late: bool) -> int | None:
    """How a process of ours has ended; None while it runs. It is ended when it is late."""
    if late:
        os.kill(child, signal.SIGKILL)
    ended, status = os.waitpid(child, 0 if late else os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if ended else None


def _told(ended: Ended) -> str:
    """A line for a reader, and for one that broke the end of what it said."""
    if not ended.broken:
        return f"ok   {ended.name:12} {ended.inputs:>9,} inputs"
    why = ended.said.partition("=== Uncaught Python exception: ===")[2] or ended.said
    inputs = "\n".join(map(str, ended.found)) or f"ended with {ended.code}"
    return f"FAIL {ended.name:12} {ended.inputs:>9,} inputs\n{why[:3_000]}\n{inputs}"


def _read_again(names: Sequence[str], file: Path, readers: Mapping[str, Any]) -> int:
    began = time.process_time()
    readers[names[0]].read(file.read_bytes())
    print(f"{time.process_time() - began:.3f} s")
    return 0


def main(arguments: Sequence[str]) -> int:
    """1 when a reader breaks, or a planted fault is not found."""
    parser = argparse.ArgumentParser(prog="python -m tests.safety.fuzz")
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--seconds", type=int, default=EACH)
    parser.add_argument("--seconds-total", type=int, default=0)
    parser.add_argument("--at-once", type=int, default=2)
    parser.add_argument("--file", type=Path, help="read this one input again")
    asked = parser.parse_args(arguments)
    if asked.file:
        from tests.safety.fuzzed import READERS

        return _read_again(asked.names, asked.file, READERS)
    fuzzer = Fuzzer(FEW if asked.seconds_total else MANY)
    if unknown := set(asked.names) - set(fuzzer.readers):
        parser.error(f"there is no {', '.join(sorted(unknown))}; choose from {', '.join(fuzzer.readers)}")
    names = asked.names or list(fuzzer.readers)
    share = max(1, asked.seconds_total * asked.at_once // len(names))
    jobs = [Job(one, fuzzer.readers[one], share if asked.seconds_total else asked.seconds) for one in names]
    return _run(fuzzer, jobs, asked.at_once, controls=not asked.names)


def _run(fuzzer: Fuzzer, jobs: Sequence[Job], at_once: int, *, controls: bool) -> int:
    since, inputs, broken = time.monotonic(), 0, []
    missed = fuzzer.misses(at_once) if controls else []
    for ended in fuzzer.run(jobs, at_once):
        print(_told(ended), flush=True)
        inputs += ended.inputs
        broken += [ended.name] if ended.broken else []
    print(
        f"{len(jobs)} readers, {inputs:,} inputs in {time.monotonic() - since:.0f} s: {len(broken)} broke"
        f" ({', '.join(broken) or 'none'}); planted faults missed: {', '.join(missed) or 'none'}"
    )
    return int(bool(broken or missed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
