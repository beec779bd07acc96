"""What CUPS tells of its queues and of the jobs in them, by ``lpstat``.

It tells when a job has left its queue, not that paper came out of the printer; a job that somebody
canceled there looks the same to some versions.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from typing import Final, Literal

from ..domain.text import visible
from ..errors import Refused
from .printer import run

TIMEOUT_SECONDS: Final = 4.0
JobState = Literal["queued", "printed", "stopped", "unknown"]
_JOB: Final = re.compile(r"[A-Za-z0-9_.@+-]{1,127}-\d{1,9}")
_STATE: Final = re.compile(r"^printer (\S+) (.*)$")
_USUAL: Final = re.compile(r"^system default destination: (\S+)", re.MULTILINE)
_ENDED_BADLY: Final = ("aborted", "canceled", "cancelled")


@dataclass(frozen=True, slots=True)
class Told:
    """How a job or a queue stands; ``why`` is what CUPS says of it, for a person."""

    state: JobState
    why: str = ""


def queues(timeout: float = TIMEOUT_SECONDS) -> tuple[str, ...]:
    """The queues of this machine and its network; none where CUPS is not there or does not answer."""
    try:
        code, said = _ask(["-e"], timeout)
    except Refused:
        return ()
    return tuple(line.strip() for line in said.splitlines() if line.strip()) if code == 0 else ()


def usual_queue(timeout: float = TIMEOUT_SECONDS) -> str:
    """The queue that takes what names none; empty where there is none.

    Raises :class:`Refused` where CUPS is not there.
    """
    _, said = _ask(["-d"], timeout)
    found = _USUAL.search(said)
    return found[1] if found else ""


def queue_states(*queues: str, timeout: float = TIMEOUT_SECONDS) -> dict[str, str]:
    """How these queues stand, or all, in CUPS' own words: "idle", "disabled: out of paper".

    A queue that CUPS does not know is missing. Raises :class:`Refused` where CUPS is not there.
    """
    _, said = _ask(["-p", *queues], timeout)
    found: dict[str, str] = {}
    name = ""
    for line in said.splitlines():
        if match := _STATE.match(_plain(line)):
            name, rest = match[1], match[2].removeprefix("is ")
            found[name] = re.split(r"[.] | since ", rest)[0].rstrip(". ")
        elif name and line.strip() and ": " not in found[name]:
            found[name] += f": {_plain(line)}"
    return found


def job_state(job: str, timeout: float = TIMEOUT_SECONDS) -> Told:
    """Where the job ``queue-number`` is: still queued, gone through, or stopped and why."""
    if not _JOB.fullmatch(job):
        return Told("unknown")
    queue = job.rpartition("-")[0]
    waiting = _found(job, "not-completed", queue, timeout)
    if waiting is not None:
        stands = queue_states(queue, timeout=timeout).get(queue, "")
        if stands.startswith("disabled"):
            return Told("stopped", stands)
        return Told("stopped" if _failed(waiting) else "queued", waiting["status"])
    ended = _found(job, "completed", queue, timeout)
    if ended is None:
        return Told("unknown")
    if any(word in ended["alerts"] for word in _ENDED_BADLY) or _failed(ended):
        return Told("stopped", ended["status"] or "canceled at the queue")
    return Told("printed")


def _found(job: str, which: str, queue: str, timeout: float) -> dict[str, str] | None:
    """What a list of jobs tells of this one; None where it is not on it."""
    code, said = _ask(["-l", "-W", which, "-o", queue], timeout)
    if code:
        raise Refused(f"CUPS does not tell about {job}.", "Look at the queue with lpstat -t.")
    facts: dict[str, str] | None = None
    for line in said.splitlines():
        if not line[:1].isspace():
            if facts is not None:
                break
            facts = {"status": "", "alerts": ""} if line.split(maxsplit=1)[:1] == [job] else None
        elif facts is not None:
            name, _, value = line.strip().partition(":")
            if name.lower() in facts:
                facts[name.lower()] = _plain(value)
    return facts


def _failed(job: dict[str, str]) -> bool:
    return "failed" in job["status"].lower()


def _ask(arguments: list[str], timeout: float) -> tuple[int, str]:
    program = shutil.which("lpstat")
    if program is None:
        raise Refused("This machine has no lpstat command.", "Install the CUPS client (package cups-client).")
    return run([program, *arguments], timeout)


def _plain(line: str) -> str:
    return " ".join(visible(line).split())[:120].rstrip(" .")
