"""A backup from the desk: where it goes, when the last ones were made, how far the one under way is."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Static

from ...db.disk import megabytes
from ...domain.keeping import FAULTY, GOOD, UNVERIFIED
from ...domain.moments import clock, day_label, day_of
from ...errors import PimError, Refused
from ...queries.backups import Made, last_backup
from ...services.backups import Copier, Kept, Taken, backups_kept, take_backup_apart
from ...services.work import Done
from ..base import PimDialog
from ..longwork import Job, Moved, Progress, Stop
from ..textsafe import show

SHOWN: Final = 5
"""Backups of the folder that are listed."""
_WORTH: Final = {GOOD: "whole", UNVERIFIED: "not looked at", FAULTY: "NOT WHOLE"}


class BackupDialog(PimDialog[None]):
    """Enter makes one behind the desk's work, s stops it; Esc leaves, and it goes on."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "dismiss_none", "Back"),
        ("enter", "begin", "Begin"),
        ("s", "stop", "Stop"),
    ]

    def __init__(self, copier: Copier) -> None:
        super().__init__()
        self._copier = copier

    def compose(self) -> ComposeResult:
        """What is known, and how far it is."""
        with Vertical(classes="panel"):
            yield Static("Backup of the whole book", classes="heading")
            yield Static("", classes="facts")
            yield Static("", classes="reading")
            yield Static("", classes="warning")

    def on_mount(self) -> None:
        """Look what is there."""
        self.pim.dress(self)
        self.load(self._read)

    async def _read(self, outcome: str | PimError = "") -> None:
        kept = await self.fetch(backups_kept, self.pim.desk.session, self._copier, SHOWN)
        last = await self.fetch(last_backup)
        self.query_one(".facts", Static).update(show("\n".join(self._facts(kept, last))))
        self._follow(outcome)

    def _facts(self, kept: tuple[Kept, ...], last: Made | None) -> list[str]:
        here = [f"{self._at(one.at)}, {_WORTH[one.worth]}, {megabytes(one.size)}" for one in kept] or ["none"]
        good = f"{self._at(last.at)}: {last.file}" if last else "none was ever made of this book"
        rows = [("Goes to", str(self._copier.folder)), ("Last good", good), ("Lies there", here[0])]
        return [f"{title:<11} {text}" for title, text in (*rows, *(("", one) for one in here[1:]))]

    def _at(self, instant: int) -> str:
        zone = self.pim.desk.session.zone
        return f"{day_label(day_of(instant, zone))} {clock(instant, zone)}"

    # --- the work ---------------------------------------------------------------------------------

    @property
    def _job(self) -> Job | None:
        """The backup that is under way."""
        job = self.pim.work.running
        return job if job is not None and job.about is BackupDialog else None

    def action_begin(self) -> None:
        """Make one, unless one is being made."""
        if self._job is not None:
            return
        session, copier = self.pim.desk.session, self._copier

        def act(progress: Progress, stop: Stop) -> Taken | None:
            return take_backup_apart(session, copier, progress, stop)

        def ended(job: Job) -> None:
            if job.error is None:
                # Whoever tells how old the last one is reads again.
                self.pim.announce(Done("", ()))
            outcome = _came_to(job)
            # Perhaps another one than this, which has been left and opened again.
            dialog = self.pim.screen
            if isinstance(dialog, BackupDialog):
                dialog.load(dialog._read, outcome)
            elif isinstance(outcome, PimError):
                self.pim.tell(outcome)
            else:
                self.pim.say(outcome, timeout=10)

        try:
            self.pim.work.start(Job("The backup", act, BackupDialog), ended)
        except Refused as error:
            self._follow(error)
        else:
            self._follow()

    def action_stop(self) -> None:
        """Stop it; nothing of it is left then."""
        if (job := self._job) is not None:
            job.stopping.set()
            self._follow()

    def on_moved(self, event: Moved) -> None:
        """Tell how far it is; what came of it is told once it is read what is there now."""
        if not event.job.ended:
            self._follow()

    def _follow(self, outcome: str | PimError = "") -> None:
        job = self._job
        if job is None:
            told = "Enter makes one now and looks whether it is whole; Esc leaves."
        elif job.stopping.is_set():
            told = "The backup is being stopped."
        else:
            told = f"The backup: {job.percent} %. s stops it; Esc leaves, and it goes on."
        wrong = isinstance(outcome, PimError)
        told = f"{outcome}\n{told}" if outcome and not wrong else told
        self.query_one(".reading", Static).update(show(told))
        self.warn(str(outcome) if wrong else "")


def _came_to(job: Job) -> str | PimError:
    """What is told once it has ended."""
    made: Taken | None = job.result
    if job.error is not None:
        return job.error
    if made is None:
        return "The backup was stopped; nothing of it is left."
    if made.faults:
        kept = "It is kept apart, and the last good one is still there."
        return Refused(f"The backup is not whole: {made.faults[0]}. {kept}", "Run pim-tui check.")
    return f"The backup was made and found whole: {made.file}, {megabytes(made.size)}."
