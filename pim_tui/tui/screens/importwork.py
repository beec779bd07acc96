"""What the screens of imports share: starting a dry run, an import or an undo, and stopping it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ...domain.text import visible
from ...imports.report import Report
from ...integrations.inbox import Inbox
from ...queries.imports import Imported
from ...services.import_kinds import import_file
from ...services.incoming import ImportOptions
from ...services.undoing_imports import Held, TakenBack, undo_import
from ...services.work import Done
from ..base import PimScreen
from ..dialogs.held import HeldDialog
from ..dialogs.pick import Pick
from ..longwork import Job, Moved, Progress, Stop
from ..widgets.bars import KeyBar

if TYPE_CHECKING:
    from ..app import PimApp

    _Base = PimScreen
else:
    _Base = object


@dataclass(eq=False, slots=True)
class Plan:
    """A file in the inbox that is to be imported, and what was decided about it so far."""

    kind: str
    name: str
    options: ImportOptions

    @property
    def shown(self) -> str:
        """The file's name as a person may see it."""
        return visible(self.name)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A dry run or the import of a plan's file: what such a job is about."""

    plan: Plan
    dry: bool


class ImportWork(_Base):
    """Works on imports without owning the work."""

    _progress = ""

    def begin(self, plan: Plan, *, dry: bool) -> Job:
        """Start a dry run or the import of a file; :class:`Refused` while other work is under way."""
        pim, session, options = self.pim, self.pim.desk.session, plan.options
        file = Inbox(pim.desk.own.inbox).path(plan.name)

        def act(progress: Progress, stop: Stop) -> Report:
            return import_file(
                session, plan.kind, file, dry_run=dry, options=options, progress=progress, stop=stop
            )

        job = Job(f"{'Dry run of' if dry else 'Importing'} {plan.shown}", act, Attempt(plan, dry))
        pim.work.start(job, partial(_ended, pim))
        return job

    def take_back(self, run: Imported) -> None:
        """Ask, then take the import back, if there is anything of it."""
        if not run.stands:
            self.query_one(KeyBar).refuse(f"Import {run.number} was taken back. There is nothing of it left.")
            return

        def answered(answer: tuple[object] | None) -> None:
            if answer == (True,):
                self.load(self._begin_undo, run, group="work")

        told = "Everything it added goes, if nothing depends on it and nobody has changed it since."
        if run.state == "running":
            told += " It may still be under way at another desk; then it ends there."
        title = f"Take back import {run.number}, {run.source}?"
        options = [(False, "No, leave it as it is"), (True, "Yes, take back all it added")]
        self.app.push_screen(Pick(title, options, told=told), answered)

    async def _begin_undo(self, run: Imported) -> None:
        session = self.pim.desk.session

        def act(progress: Progress, stop: Stop) -> TakenBack:
            return undo_import(session, run.number, progress=progress, stop=stop)

        job = Job(f"Taking back import {run.number}", act, run)
        self.pim.work.start(job, partial(_undone, self.pim))
        self._say_how_far(job)

    def action_back(self) -> None:
        """Go back; while something is under way ask whether it is to stop."""
        job = self.pim.work.running
        if job is None:
            self.app.pop_screen()
            return

        def answered(answer: tuple[object] | None) -> None:
            if answer == ("stop",) and not job.ended:
                job.stopping.set()
                self._say_how_far(job)
            elif answer == ("leave",) and self.is_active:
                self.app.pop_screen()

        options = [
            ("on", "Go on, and stay here"),
            ("leave", "Go on, and leave this screen"),
            ("stop", _STOP[type(job.about), getattr(job.about, "dry", False)]),
        ]
        self.app.push_screen(Pick(f"{job.title} is under way", options), answered)

    def on_moved(self, event: Moved) -> None:
        """How far it is, in the footer; nothing of it stays there when it has ended."""
        if event.job.ended:
            self.query_one(KeyBar).unsay(self._progress)
        elif self.is_current:
            self._say_how_far(event.job)

    def _say_how_far(self, job: Job) -> None:
        self._progress = job.says
        self.query_one(KeyBar).say(job.says)


_STOP = {
    (Attempt, True): "Stop, and show what was found so far",
    (Attempt, False): "Stop; what is stored stays, and the same again goes on",
    (Imported, False): "Stop; what is taken back stays so, and the same again goes on",
}
"""What stopping means for a piece of work, by what it is about and whether it is a dry run."""
_ANYTHING = Done("", ())
"""What was changed, for those who show it: it may be anything."""


def _ended(pim: PimApp, job: Job) -> None:
    """A dry run or an import has ended: whoever shows what it touched reads again."""
    if not job.about.dry:
        pim.announce(_ANYTHING)
    if job.error is not None:
        pim.tell(job.error)
    elif job.result is not None:
        counts = "; ".join(map(str, job.result.counts)) or "nothing in it"
        pim.say(f"{job.title} has ended: {counts}. {pim.caps.told('F7 shows the report.')}")


def _undone(pim: PimApp, job: Job) -> None:
    """An import was taken back, or stays."""
    job.seen = True
    pim.announce(_ANYTHING)
    if isinstance(job.error, Held) and isinstance(pim.screen, ImportWork):
        pim.push_screen(HeldDialog(job.error.ties))
    elif job.error is not None:
        pim.tell(job.error)
    elif job.result is not None:
        pim.say(job.result.says)
