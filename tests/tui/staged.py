"""The stage's clinic on a real terminal: ``python -m tests.tui.staged FOLDER``.

Its clock stands still, so that every terminal shows the same; ``FOLDER`` gets the book and what is printed.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

from pim_tui.cli import terminal
from pim_tui.config import Settings
from pim_tui.db.drafts import DraftStore
from pim_tui.domain.rights import rights_of
from pim_tui.services import pins
from pim_tui.services.pins import SetPin, set_pin
from pim_tui.tui.app import PimApp
from pim_tui.tui.desk import Desk
from tests.services.refunding import CHEAP
from tests.tui.clinicstage import DAY, busy
from tests.tui.demo import environment
from tests.tui.ptyterm import PtyTerm
from tests.tui.refundstage import PIN, asked, bill
from tests.tui.stage import Stage, add_people
from tests.tui.tillstage import TABLETS

SETTINGS = Settings(
    clinic_name="Harbour Clinic", country="DE", smtp_host="localhost", smtp_security="none",
    mail_from="desk@clinic.example",
)  # fmt: skip
WIDE = (
    ("花子", "山田", "1970-02-03", "030 5550105"),  # two cells a letter
    ("Zoë", "Ångström", "1961-05-06", "030 5550106"),
    ("Ωμέγα", "Ζήνων", "1955-08-09", "030 5550107"),  # ambiguous: one cell, or two in East Asian fonts
    ("Ana", "Nuñez", "1999-10-11", "030 5550108"),  # a mark of its own over the letter
)
PRINTED = "printed"
"""The file in the folder that a printer's paper ends in."""


def command(folder: Path) -> list[str]:
    """How the program is started."""
    return [sys.executable, "-m", "tests.tui.staged", str(folder)]


def surroundings(folder: Path, **more: str) -> dict[str, str]:
    """The environment it needs; a printer is installed, and nothing is known of the tester's terminal."""
    bare = dict.fromkeys(("NO_COLOR", "COLORTERM", "LC_ALL", "LC_CTYPE", "TMUX", "STY"), "")
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    made = environment(**{**bare, "LANG": "C.UTF-8", "PATH": path, **more})
    return {name: value for name, value in made.items() if name != "TERM"}


def opened(terminal: PtyTerm) -> PtyTerm:
    """Wait for the first screen."""
    terminal.wait_for("Anna Berg", 60)
    return terminal


def furnished(folder: Path) -> Stage:
    """A little of everything: the calendar's, refunds that wait, names of every width, two PINs."""
    stage = busy(folder)
    for staff_id in (1, 2):
        set_pin(replace(stage.session, staff_id=staff_id), SetPin(staff_id, PIN))
    add_people(stage, WIDE)
    stage.booked("Zoë Ångström", f"{DAY} 08:30", reason="Rückenschmerzen")
    stage.booked("花子 山田", f"{DAY} 10:30", staff="Nurse Ito", reason="膝の痛み")
    stage.booked("Ana Nuñez", f"{DAY} 10:30", staff="Dr Sato", reason="Ωμέγα ± 5°")
    asked(stage, bill(stage))
    bill(stage, (TABLETS, 1), paid=False)
    bill(stage, (TABLETS, 2))
    return stage


def install_printer(folder: Path) -> None:
    """A program ``lp`` that keeps what it is given."""
    program = folder / "bin" / "lp"
    program.parent.mkdir()
    kept = folder / PRINTED
    program.write_text(f'#!/bin/sh\nfor last; do :; done\ncat "$last" >> {kept}\necho "request id is q-1"\n')
    program.chmod(0o755)


def main(folder: Path) -> int:
    """Show it until somebody leaves."""
    terminal.prepare()
    folder.mkdir(parents=True, exist_ok=True)
    install_printer(folder)
    with patch.object(pins, "COST", CHEAP):
        stage = furnished(folder)
        session = replace(stage.session, rights=rights_of("owner"))
        drafts = DraftStore(stage.places.drafts_file, clock=session.clock)
        return PimApp(Desk(session, stage.book, SETTINGS, stage.places, drafts)).serve()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
