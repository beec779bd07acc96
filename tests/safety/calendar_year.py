"""A calendar worked at random for a year in each of six zones: ``python -m tests.safety.calendar_year``.

Bookings, moves, stretches, cancelations, misses, reopenings, undos and leaves come in any order, from two
desks, on the days the clocks change more often than on others; so do holds, the waiting list and its
offers, series that are made, changed and ended, several appointments moved together, and arrivals. A second
calendar is kept in plain loops (:mod:`tests.safety.plain_calendar`). It says beforehand what each step has
to be answered with, and after some steps both must agree on every minute that is taken or held, every rule
that ``check`` goes through must hold, what needs moving must be what lies outside of working time, the next
opening must be the first start that fits, who of the waiting list fits a time must be whom it can be booked
for, and the preview of a series must show what is in the way of each visit. With the check of a booking
taken out, the same year must not pass.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import date
from pathlib import Path
from random import Random

from pim_tui.services import booking
from tests.safety.front_desk import FrontDesk
from tests.services.clinic import practice

ZONES = {
    "Europe/Berlin": date(2026, 1, 5),
    "America/New_York": date(2026, 1, 5),
    "Australia/Lord_Howe": date(2026, 1, 5),
    "Asia/Beirut": date(2026, 1, 5),
    "Antarctica/Troll": date(2026, 1, 5),
    "Pacific/Apia": date(2011, 3, 1),
}
"""Where the clocks change by an hour, at midnight, by half an hour and by two, and where a day is missing."""


def year(zone: str, steps: int, seed: int) -> dict[str, int]:
    """A year in one zone; what was answered how often. Raises AssertionError where something is wrong."""
    with tempfile.TemporaryDirectory() as folder:
        run = FrontDesk(practice(Path(folder)), zone, Random(seed), ZONES[zone])
        try:
            run.run(steps)
        finally:
            run.clinic.store.close()
        return run.answers


def unchecked(steps: int, seed: int) -> str:
    """The control: a year in which a booking is not checked; what gave it away, empty for nothing."""
    checked, booking.check_fit = booking.check_fit, lambda *_, **__: ()
    try:
        year("Europe/Berlin", steps, seed)
    except AssertionError as error:
        return str(error)[:200] or "a rule was broken"
    finally:
        booking.check_fit = checked
    return ""


def main(steps: int) -> int:
    """All zones and the control; 1 when something was wrong, or the control saw nothing."""
    for number, zone in enumerate(ZONES):
        print(f"ok   {zone}: {year(zone, steps, number)}", flush=True)
    found = unchecked(steps, 1)
    print(f"{'ok   control' if found else 'FAIL control'}: {found or 'an unchecked booking was not seen'}")
    return int(not found)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000))
