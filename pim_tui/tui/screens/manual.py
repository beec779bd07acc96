"""A subject of the manual, to be read."""

from __future__ import annotations

from collections.abc import Callable

from ...manual.lines import cut, lines
from ...manual.subjects import Subject
from .textscreen import TextScreen


class ManualScreen(TextScreen):
    """Scrolls through it, keys called by what is written on them here; Esc goes back to the others."""

    scope = "manual"

    def __init__(self, subject: Subject, others: Callable[[], None]) -> None:
        """``others`` lists the subjects again."""
        super().__init__()
        self._subject, self._others = subject, others

    async def read(self, width: int) -> None:
        """The subject as it reads without marks."""
        made = lines(self._subject.blocks, width, self.pim.caps.told)
        self.show_text(self._subject.title, list(cut(made, width)))

    def action_subjects(self) -> None:
        """Back to the subjects."""
        self.app.pop_screen()
        self._others()
