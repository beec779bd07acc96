"""Twenty desks at once doing whatever desks do: ``python -m tests.safety.desks [--seconds N]``.

Each is a process of its own with a second's thought between two steps at most. Afterwards nobody is booked
twice, ``check`` finds nothing, and nobody was told anything but true conflicts: somebody was faster, or a
rule of the clinic said no. How long people waited is printed. Sixty seconds unless said otherwise; ten
minutes is ``--seconds 600``. With the server of ``TESTS_ON_POSTGRESQL`` the book is there. The control looks
before it books, in a table without rules.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

from pim_tui.db.connection import open_book
from pim_tui.errors import NotFound, Refused, Stale
from tests.safety.alone import alone, crowd
from tests.safety.deskwork import DeskWork, clinic, warmed, wrong_in
from tests.safety.race import naive_booking

DESKS = 20
SECONDS = 60
THOUGHT = (0.05, 0.95)
"""Seconds between two steps of one desk."""
SLOWEST = 15.0
"""Seconds that nobody may have waited, however busy the machine is: later one is refused."""

Answers = dict[str, Any]


def worked(folder: str, desks: int, seconds: float, seed: int) -> Answers:
    """What came of so many desks working for so long: steps, refusals, faults, and seconds waited."""
    door = clinic(Path(folder))
    warmed(door)

    def desk(number: int) -> Answers:
        return _day(DeskWork(door.opened(f"desk-{number}")[1], Random(seed * 100 + number)), seconds)

    answers = crowd(desks, desk)
    store = open_book(door.url, beside=Path(door.beside))
    wrong = [f"desk {number} died" for number, one in enumerate(answers) if one is None]
    told = [one for one in answers if one is not None]
    wrong += [fault for one in told for fault in one["faults"]] + wrong_in(store)
    store.close()
    said = sum((Counter(one["refused"]) for one in told), Counter())
    return {"waited": sorted(s for one in told for s in one["waited"]), "refused": said, "wrong": wrong}


def _day(work: DeskWork, seconds: float) -> Answers:
    """Steps until the time is over."""
    waited, refused, faults = list[float](), Counter[str](), list[str]()
    until, number = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        number += 1
        name, step = work.any_step()
        since = time.perf_counter()
        try:
            done = step(f"{work.session.key}.{number}")
        except (Refused, Stale, NotFound) as error:
            refused[f"{name}: {type(error).__name__} {getattr(error, 'rule', '')}".strip()] += 1
        except Exception as error:
            faults.append(f"{name}: {type(error).__name__}: {error}")
        else:
            waited += [time.perf_counter() - since] if done else []
        time.sleep(work.chance.uniform(*THOUGHT))
    return {"waited": waited, "refused": refused, "faults": faults}


def percentiles(waited: list[float]) -> dict[str, float]:
    """Milliseconds that half, 95 and 99 of a hundred steps took at most, and the longest."""
    last = len(waited) - 1
    places = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
    return {name: round(1000 * waited[round(last * place)], 1) for name, place in places.items()}


def main(arguments: list[str]) -> int:
    """1 when anything is wrong, or the control saw nothing."""
    seconds = float(arguments[1]) if arguments[:1] == ["--seconds"] else SECONDS
    with tempfile.TemporaryDirectory() as book, tempfile.TemporaryDirectory() as naive:
        found = alone(worked, book, DESKS, seconds, 7, timeout=seconds + 300)
        twice = alone(naive_booking, naive, DESKS, 200)
    print("\n".join(f"  {count:6} {words}" for words, count in sorted(found["refused"].items())))
    print("\n".join(found["wrong"]) or "no double booking, books balanced, no error but true conflicts")
    times = ", ".join(f"{name} {ms:.0f}" for name, ms in percentiles(found["waited"]).items())
    print(
        f"{DESKS} desks, {seconds:.0f} s, {len(found['waited'])} steps: {len(found['wrong'])} wrong;"
        f" ms {times}; control doubles {twice} of 200"
    )
    return int(bool(found["wrong"]) or found["waited"][-1] > SLOWEST or not twice)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
