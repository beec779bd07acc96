"""Calendars told by invitations alone, at random for long: ``python -m tests.safety.told [WALKS]``.

Visits and series are booked, moved, stretched, parted, ended, canceled and taken back in any order, while
messages go out at once, later, or too late. Each time a calendar that does what it is asked to, and nothing
else, must end up with the visits that the book has. With what is told of a series as a whole forgotten, the
same walks must not pass.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from pim_tui.services import messages
from tests.services.test_inviting import agreed
from tests.services.test_told_calendars import lived


def walk(seed: int, steps: int = 14) -> None:
    """One walk. Raises AssertionError where calendar and book differ."""
    with tempfile.TemporaryDirectory() as folder:
        clinic = agreed(Path(folder))
        try:
            clinic.open_always()
            list(lived(clinic, seed, steps))
        finally:
            clinic.store.close()


def forgetful(walks: int) -> bool:
    """The control: whether walks in which series are forgotten are found out."""
    kept, messages.queued_whole = messages.queued_whole, lambda ids: {}
    try:
        for seed in range(walks):
            walk(seed)
    except AssertionError:
        return True
    finally:
        messages.queued_whole = kept
    return False


def main(walks: int) -> int:
    """Exit code 1 where a walk failed or the control passed."""
    if not forgetful(40):
        print("The control passed: these walks would not see a fault.")
        return 1
    wrong = []
    for seed in range(walks):
        try:
            walk(seed)
        except AssertionError as error:
            wrong.append(seed)
            print(f"walk {seed}: {str(error)[:200]}")
    print(f"{walks - len(wrong)} of {walks} calendars are as the book.")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 500))
