"""Everybody signs in at eight o'clock, and some guess: ``python -m tests.safety.signin``, half a minute.

Hashes cost here what they cost in earnest. The control looks first and counts afterwards, as one would.
"""

from __future__ import annotations

import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from pim_tui.db.connection import open_book, select
from pim_tui.domain.pins import FREE_TRIES
from pim_tui.domain.rights import Right
from pim_tui.domain.session import Session
from pim_tui.errors import Refused
from pim_tui.models import Staff, StaffPin
from pim_tui.services import pins, tries
from pim_tui.services.signing import Door, SignIn
from tests.safety.alone import crowd
from tests.services.clinic import LEE, SATO, Practice, broken_line, practice

PIN = "heron on 1 leg"


def _made(folder: str, people: int) -> Practice:
    """A clinic of so many, ``Person 1`` and so on besides the usual three; all but Dr Sato have the PIN."""
    made = practice(Path(folder))
    hash_ = pins.first_hash(PIN)
    with made.store.write_tx():
        for number in range(1, people + 1):
            Staff.create(name=f"Person {number}", initials=f"P{number}", role="receptionist", active=True)
        for (id_,) in select("select id from staff where id <> ?", [SATO]):
            StaffPin.create(staff=id_, hash=hash_, set_at=made.clock[0])
    made.store.close()
    return made


def _door(made: Practice, origin: str, clock: Callable[[], int] | None = None) -> Door:
    """The way in, by the clinic's own clock unless another is given."""
    open_book(str(made.store.file))
    usual = replace(made.session, clock=clock or made.session.clock)

    def session(staff_id: int, name: str, rights: frozenset[Right], key: str) -> Session:
        return replace(usual, staff_id=staff_id, name=name, rights=rights, key=key)

    return Door(origin, usual.clock, session)


def rush(folder: str, people: int) -> dict[str, Any]:
    """Everybody signs in at once, each in a process of their own: seconds, and MiB of the largest process."""
    made = _made(folder, people)

    def one(number: int) -> dict[str, float]:
        began = time.monotonic()
        door = _door(made, f"tty{number}", lambda: int(time.time()))
        door.sign_in(SignIn(f"Person {number + 1}", PIN, door.origin))
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        return {"seconds": time.monotonic() - began, "mib": most}

    answers = crowd(people, one)
    store = open_book(str(made.store.file))
    ((count,),) = select("select count(*) from desk_session")
    return {
        "in": count,
        "first": min(one["seconds"] for one in answers),
        "broken": broken_line(store),
        "last": max(one["seconds"] for one in answers),
        "mib": max(one["mib"] for one in answers),
    }


def guessed(folder: str, processes: int, *, careful: bool) -> int:
    """How many guesses at one PIN were looked at, made at once from as many places."""
    made = _made(folder, 0)

    def one(number: int) -> int:
        door = _door(made, f"tty{number}")
        guess = partial(_guess, door) if careful else partial(_guess_carelessly, made)
        return sum(guess() for _ in range(4))

    return sum(crowd(processes, one))


def _guess(door: Door) -> bool:
    try:
        door.sign_in(SignIn("Dr Lee", "guessed", door.origin))
    except Refused as error:
        return "Too many" not in str(error)
    raise AssertionError("a guess was let in")


def _guess_carelessly(made: Practice) -> bool:
    ((kept, until),) = select("select hash, wait_until from staff_pin where staff_id = ?", [LEE])
    if made.clock[0] < until:
        return False
    pins.fits(kept, "guessed", LEE)
    tries.count(made.clock[0], LEE)
    return True


def told_apart(folder: str, rounds: int) -> dict[str, float]:
    """Milliseconds that it takes to be refused, by who was tried: the median."""
    made = _made(folder, 0)
    door = _door(made, "tty1")
    taken: dict[str, list[float]] = {"Dr Lee": [], "Dr Sato": [], "Nobody": []}
    for _ in range(rounds):
        for name, times in taken.items():
            made.clock[0] += 3600
            began = time.perf_counter()
            try:
                door.sign_in(SignIn(name, "guessed", door.origin))
            except Refused:
                times.append((time.perf_counter() - began) * 1000)
    return {name: statistics.median(times) for name, times in taken.items()}


def main() -> int:
    """Run all, print a line for each; 1 when anything is not as promised, or the control saw nothing."""
    passed = True
    with tempfile.TemporaryDirectory() as folder:
        for name, good, said in _runs(Path(folder)):
            passed &= good
            print(f"{'ok  ' if good else 'FAIL'} {name}: {said}", flush=True)
    return 0 if passed else 1


def _runs(folder: Path):  # type: ignore[no-untyped-def]
    def room(name: str) -> str:
        made = folder / name
        made.mkdir()
        return str(made)

    found = rush(room("rush"), 20)
    good = found["in"] == 20 and not found["broken"]
    said = f"the last after {found['last']:.1f} s, {found['mib']:.0f} MiB at most"
    yield f"20 sign in at once on {os.cpu_count()} cores", good, said
    looked = guessed(room("guessed"), 8, careful=True)
    yield (
        "8 processes guess at once",
        looked == FREE_TRIES,
        f"{looked} guesses looked at, {FREE_TRIES} are free",
    )
    looked = guessed(room("naive"), 8, careful=False)
    yield "control: look, then count", looked > FREE_TRIES, f"{looked} guesses looked at"
    times = told_apart(room("apart"), 15)
    apart = max(times.values()) / min(times.values())
    said = ", ".join(f"{name} {value:.0f} ms" for name, value in times.items())
    yield "a name that nobody has takes as long, within a fifth", apart < 1.2, said


if __name__ == "__main__":
    sys.exit(main())
