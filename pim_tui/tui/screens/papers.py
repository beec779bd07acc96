"""The print key, for every screen that shows something to print."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..base import PimScreen
from ..requests import new_request

if TYPE_CHECKING:
    from ...services.printing import Stationery
    from ...services.wanted import Wanted
    from ..dialogs.papers import Chosen

    _Base = PimScreen
else:
    _Base = object


class PrintKeys(_Base):
    """A screen says what it can print, the likeliest first."""

    def papers(self) -> Sequence[tuple[str, Wanted]]:
        """What can be printed here: names for the menu, and what they ask for."""
        raise NotImplementedError

    def action_print_menu(self) -> None:
        """Choose a paper, its size and where it goes."""
        from ...integrations import printer
        from ..dialogs.papers import PrintMenu

        offered = self.papers()
        if not offered:
            self.pim.say("There is nothing to print here.")
            return
        size = self.pim.desk.settings.paper

        def chosen(answer: Chosen | None) -> None:
            if answer is not None:
                self._take(offered[answer.at][1], answer)

        menu = PrintMenu([name for name, _ in offered], size, printer.available())
        self.app.push_screen(menu, chosen)

    def _take(self, wanted: Wanted, answer: Chosen) -> None:
        from ...services.printing import stationery

        settings = self.pim.desk.settings
        paper = stationery(settings)
        if answer.size != settings.paper:
            paper = paper.on(answer.size)
        if not answer.look:
            self.send_paper(wanted, paper, answer.kind)
            return
        from .preview import PreviewScreen

        self.app.push_screen(
            PreviewScreen(wanted, paper, lambda: self.send_paper(wanted, paper, answer.kind))
        )

    def send_paper(self, wanted: Wanted, paper: Stationery, kind: str) -> None:
        """To the printer, or with ``kind`` (pdf, txt) into a file of the outbox."""
        from ...services.printing import PrintPaper, print_paper

        to = self.pim.desk.outbox_file(f"{wanted.stem}.{kind}") if kind else ""
        self.pim.say("Printing…")
        command = PrintPaper(wanted, paper, to, new_request())
        self.pim.submit(print_paper, command, lambda done: self.pim.say(done.says), waits=False)
