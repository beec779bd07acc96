"""Sessions of the host: what a start costs on both sides, and the memory of one and of twenty.

Memory once more where the kernel looks for equal pages (``/sys/kernel/mm/ksm/run`` is 1), when it has looked,
which takes some minutes.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.bench.clinics import ROOT, SMALL, ZONE, clinic
from tests.bench.figures import Figure
from tests.bench.terminal import bare, settle
from tests.tui.ptyterm import PtyTerm

RUNS, DESKS = 7, 20
COMMAND = [sys.executable, "-m", "pim_tui"]
KSM = Path("/sys/kernel/mm/ksm")
ROUNDS = 4
"""In the first a page is only noted, in the second compared if it is still the same; the round that goes on
while the sessions begin does not count."""
ONCE = "equal pages kept once"


@dataclass(frozen=True)
class Cost:
    """Milliseconds of CPU of a start on both sides; megabytes that are the session's and the client's own."""

    cpu: float
    session: float
    client: float


def figures() -> Iterator[Figure]:
    """The host beside a bare program in the same run."""
    bares = []
    with hosting() as (host, env):
        costs = [_start(host, env) for _ in range(RUNS + 1)][1:]
        for _ in range(RUNS):
            with bare() as term:
                bares.append(term.cpu() * 1000)
        baseline, cpu = median(bares), median(one.cpu for one in costs)
        yield Figure("start through the host, CPU of both sides", cpu, "ms", baseline, 0.35)
        yield Figure(
            "memory of a session in the host, its own", median(one.session for one in costs), "MB", goal=12
        )
        yield Figure("memory of the client, its own", median(one.client for one in costs), "MB")
        yield from _many(host, env)
        yield Figure("memory of the host alone (PSS)", memory(host, "Pss:"), "MB")


@contextmanager
def hosting() -> Iterator[tuple[int, dict[str, str]]]:
    """A host of a small clinic, ready; its process, and the environment of its clients."""
    with tempfile.TemporaryDirectory() as home:
        env = {
            "PIM_HOME": home,
            "PIM_DATABASE": str(clinic(SMALL)),
            "PIM_ZONE": ZONE,
            "PYTHONPATH": str(ROOT),
        }
        command = [sys.executable, "-m", "pim_tui", "host"]
        run = {"env": {**os.environ, **env}, "cwd": ROOT, "capture_output": True, "text": True}
        subprocess.run(command, check=True, **run)  # type: ignore[call-overload]
        told = subprocess.run([*command, "--status", "--json"], check=True, **run)  # type: ignore[call-overload]
        host = int(json.loads(told.stdout)["pid"])
        try:
            yield host, env
        finally:
            os.kill(host, signal.SIGTERM)


def _start(host: int, env: dict[str, str]) -> Cost:
    """One session from the call to its first screen."""
    before, known = cpu_ms(host), children(host)
    with PtyTerm(COMMAND, env=env) as term:
        term.wait_for("appointment", 60)
        (session,) = children(host) - known
        settle(term)
        at_terminal = clients(term)
        spent = cpu_ms(host) - before + sum(map(cpu_ms, (session, *at_terminal)))
        cost = Cost(spent, memory(session, "Private_"), sum(memory(one, "Private_") for one in at_terminal))
        term.feed("\x11")
        term.wait_exit()
    return cost


def _many(host: int, env: dict[str, str]) -> Iterator[Figure]:
    """All that twenty people at work take."""
    with ExitStack() as desks:
        terms = [desks.enter_context(PtyTerm(COMMAND, env=env)) for _ in range(DESKS)]
        for term in terms:
            term.wait_for("appointment", 120)
        for term in terms:
            settle(term)
        sessions = children(host)
        processes = [host, *sessions, *(one for term in terms for one in clients(term))]
        name = f"memory of {DESKS} sessions, clients and host"
        yield Figure(name, sum(memory(one, "Pss:") for one in processes), "MB", goal=300)
        if _has_looked():
            own = median(memory(one, "Private_") for one in sessions)
            yield Figure(f"memory of a session in the host, its own, {ONCE}", own, "MB", goal=12)
            yield Figure(f"{name}, {ONCE}", sum(memory(one, "Pss:") for one in processes), "MB", goal=300)


def _has_looked() -> bool:
    """Wait until the kernel has gone through all memory often enough to have found what is equal; False
    where it does not look."""
    if not KSM.is_dir() or (KSM / "run").read_text().strip() != "1":
        return False
    rounds = int((KSM / "full_scans").read_text()) + ROUNDS
    while int((KSM / "full_scans").read_text()) < rounds:
        time.sleep(1)
    return True


def clients(term: PtyTerm) -> list[int]:
    """The processes that wait at a terminal."""
    return [term.process.pid, *children(term.process.pid)]


def children(process: int) -> set[int]:
    """The processes that it has made."""
    return {int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()}


def cpu_ms(process: int) -> float:
    """What its threads have used, by the kernel's scheduler."""
    threads = Path(f"/proc/{process}/task").glob("*/schedstat")
    return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e6


def memory(process: int, kind: str) -> float:
    """Megabytes of the kinds of memory that begin with ``kind``."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(kind)) / 1024
