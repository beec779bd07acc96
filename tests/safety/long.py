"""The same tests at length, some minutes: ``python -m tests.safety.long``. Every control must fail."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.safety import kill, power, race
from tests.safety.alone import alone


def main() -> int:
    """Run all, print a line for each; 1 when anything was lost or a control saw nothing."""
    passed = True
    with tempfile.TemporaryDirectory() as folder:
        for name, good, said in _runs(Path(folder)):
            passed &= good
            print(f"{'ok  ' if good else 'FAIL'} {name}: {said}", flush=True)
    return 0 if passed else 1


def _runs(folder: Path):  # type: ignore[no-untyped-def]
    def room(name: str) -> Path:
        made = folder / name
        made.mkdir()
        return made

    for number in range(10):
        found = alone(race.booking, room(f"race{number}"), 20, 50)
        words = {word for said in found["answers"] for word in said}
        good = found["booked"] == 50 and not found["overlaps"] and words == {"done", "refused T7"}
        yield f"20 desks, 50 slots, round {number + 1}", good, f"{found['booked']} booked, {sorted(words)}"
    twice = alone(race.naive_booking, room("naive"), 20, 200)
    yield "control: look, then book", twice > 0, f"{twice} of 200 slots given away twice"
    found = alone(race.lost_updates, room("updates"), 20, 25, timeout=300)
    yield (
        "20 desks, 25 edits each",
        found["marks"] == 500,
        f"{found['marks']} of 500 kept, {found['stale']} repeated",
    )
    found = alone(kill.rounds, room("kill"), 200, 7, timeout=600)
    yield (
        "200 kills of two writers",
        not found["faults"],
        f"{found['promised']} promised, {found['faults'][:3]}",
    )
    for synchronous, count in (("full", 200), ("normal", 50), ("off", 50)):
        found = alone(power.cuts, room(synchronous), synchronous, count, 7, timeout=600)
        unharmed = not found["lost"] and not found["broken"]
        name = f"{'' if synchronous == 'full' else 'control: '}{count} power cuts, synchronous={synchronous}"
        yield name, unharmed == (synchronous == "full"), str(found)


if __name__ == "__main__":
    sys.exit(main())
