"""The print key, for every screen that shows something to print."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ...errors import PimError, Refused
from ..base import PimScreen
from ..longwork import Job, Progress, Stop
from ..requests import new_request

if TYPE_CHECKING:
    from ...services.printing import PrintPaper, Stationery
    from ...services.wanted import Wanted
    from ...services.work import Done
    from ..dialogs.papers import Chosen

    _Base = PimScreen
else:
    _Base = object


class PrintKeys(_Base):
    """A screen says what it can print, the likeliest first."""

    @abstractmethod
    def papers(self) -> Sequence[tuple[str, Wanted]]:
        """What can be printed here: names for the menu, and what they ask for."""

    def action_print_menu(self) -> None:
        """Choose a paper, its size and where it goes."""
        from ...services.wanted import SLIPS
        from ..dialogs.papers import PrintMenu

        offered = self.papers()
        if not offered:
            self.pim.say("There is nothing to print here.")
            return
        settings, slips = self.pim.desk.settings, any(isinstance(one, SLIPS) for _, one in offered)
        size = settings.receipt_paper if isinstance(offered[0][1], SLIPS) else settings.paper

        def chosen(answer: Chosen | None) -> None:
            if answer is not None:
                self._take(offered[answer.at][1], answer)

        usual = self.pim.printing.usual_place(offered[0][1])
        menu = PrintMenu([name for name, _ in offered], size, usual, slips=slips)
        self.app.push_screen(menu, chosen)

    def _take(self, wanted: Wanted, answer: Chosen) -> None:
        from ...services.printing import stationery

        paper = stationery(self.pim.desk.settings).on(answer.size)
        if not answer.look:
            self.send_paper(wanted, paper, answer.kind)
            return
        from .preview import PreviewScreen

        self.app.push_screen(
            PreviewScreen(wanted, paper, lambda: self.send_paper(wanted, paper, answer.kind))
        )

    def send_paper(
        self,
        wanted: Wanted,
        paper: Stationery,
        kind: str,
        also: str = "",
        refused: Callable[[PimError], object] | None = None,
    ) -> None:
        """To the usual printer, or with ``kind`` into a file of the outbox (pdf, txt) or to another printer
        (see :func:`~pim_tui.tui.dialogs.whereto.printer_of`); ``also`` and ``refused`` as
        :meth:`Printing.send <pim_tui.tui.printing.Printing.send>` has them."""
        from ...services.printing import PrintPaper
        from ...services.wanted import LONG
        from ..dialogs.whereto import printer_of

        if said := printer_of(kind):
            paper, kind = paper.through(said), ""
        to = self.pim.desk.outbox_file(f"{wanted.stem}.{kind}") if kind else ""
        command = PrintPaper(wanted, paper, to, new_request())
        if isinstance(wanted, LONG):
            self._watched(command)
            return
        self.pim.printing.send(command, also, refused)

    def _watched(self, command: PrintPaper) -> None:
        """A paper that may have a hundred pages: with its progress, and a way to stop it."""
        from ...documents.watch import Watch
        from ...services.printing import print_paper
        from ..dialogs.paperwork import PaperWork

        pim, session = self.pim, self.pim.desk.session
        ways = pim.printing.ways()

        def act(progress: Progress, stop: Stop) -> Done:
            return print_paper(session, command, Watch(progress, stop), ways)

        def told(_: None) -> None:
            if job.error is not None:
                pim.tell(job.error)
            elif job.result is not None:
                pim.say(job.result.says)
                pim.printing.follow(job.result)

        job = Job("Making the paper", act)
        try:
            pim.work.start(job, _nothing_more)
        except Refused as error:
            pim.tell(error)
        else:
            pim.push_screen(PaperWork(job), told)


def _nothing_more(job: Job) -> None:
    """The dialog that waits for the paper tells what came of it, once it has gone."""
