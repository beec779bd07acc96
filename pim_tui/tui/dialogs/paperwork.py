"""A long paper on its way: how far it is, and the way to stop it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Static

from ..base import PimDialog
from ..longwork import Job, Moved
from ..textsafe import show


class PaperWork(PimDialog[None]):
    """Stays until the paper is made; Esc stops it, and then nothing is printed."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "stop", "Stop")]

    def __init__(self, job: Job) -> None:
        super().__init__()
        self._job = job

    def compose(self) -> ComposeResult:
        """One line."""
        with Vertical(classes="panel"):
            yield Static(show(self._told), classes="heading")

    def on_mount(self) -> None:
        """It may have ended before the dialog was there."""
        self.pim.dress(self)
        self._follow()

    @property
    def _told(self) -> str:
        if self._job.stopping.is_set():
            return f"{self._job.title} is being stopped."
        return f"{self._job.title}: {self._job.percent} %   (Esc stops it, and nothing is printed)"

    def on_moved(self, event: Moved) -> None:
        """Tell how far it is."""
        if event.job is self._job:
            self._follow()

    def action_stop(self) -> None:
        """Stop it; the dialog goes when it has ended."""
        self._job.stopping.set()
        self._follow()

    def _follow(self) -> None:
        if self._job.ended:
            self.dismiss(None)
        else:
            self.query_one(".heading", Static).update(show(self._told))
