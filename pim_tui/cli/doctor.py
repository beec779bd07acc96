"""``pim-tui doctor``: tries what is set up, all at once, and says in sentences what is wrong."""

from __future__ import annotations

import time
from dataclasses import asdict
from threading import Thread
from typing import TYPE_CHECKING

from ..bootstrap import Clinic, office, opened
from ..domain.delivery import Undelivered
from ..domain.rights import Right
from ..domain.trials import Finding, Off, Trial
from ..errors import PimError
from ..tui.crashes import silence
from . import terminal

if TYPE_CHECKING:
    import argparse

SECONDS = 25.0
"""For all of the trials, which run side by side; each has a shorter limit of its own where it can."""
_MARKS = {"good": "  ok ", "off": "  -- ", "wrong": "WRONG"}
_WITHOUT_END = "It did not come to an end within {:g} seconds. Try it by hand."


def doctor(arguments: argparse.Namespace) -> int:
    """Try everything; 1 where something is wrong."""
    from .trials import trials

    with opened(office(), closed=False) as clinic:
        clinic.session.needs(Right.CHECK)
        # What is tried runs on threads, whose errors would be printed with what they hold.
        silence(clinic.places.crash_folder)
        findings = tried(clinic, trials(clinic))
    wrong = sum(one.state == "wrong" for one in findings)
    if arguments.json:
        terminal.say_json({"ok": not wrong, "findings": [asdict(one) for one in findings]})
        return int(bool(wrong))
    for one in findings:
        terminal.say(f"{_MARKS[one.state]} {one.name}: {one.says}")
    terminal.say(f"{wrong} found wrong." if wrong else "Nothing is wrong.")
    return int(bool(wrong))


def tried(clinic: Clinic, trials: list[Trial], seconds: float = SECONDS) -> list[Finding]:
    """What came of each, in their order; one that does not end is told of and left behind."""
    ends, found = time.monotonic() + seconds, dict[int, Finding]()

    def run(at: int, trial: Trial) -> None:
        clinic.book.connect()
        try:
            found[at] = _finding(trial)
        finally:
            clinic.book.close()

    threads = [Thread(target=run, args=each, name="trial", daemon=True) for each in enumerate(trials)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, ends - time.monotonic()))
    late = _WITHOUT_END.format(seconds)
    return [found.get(at, Finding(trial.name, "wrong", late)) for at, trial in enumerate(trials)]


def _finding(trial: Trial) -> Finding:
    try:
        return Finding(trial.name, "good", trial.run())
    except Off as off:
        return Finding(trial.name, "off", str(off))
    except Undelivered as undelivered:
        return Finding(trial.name, "wrong", undelivered.says)
    except (PimError, OSError) as error:
        return Finding(trial.name, "wrong", str(error))
