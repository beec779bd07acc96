"""The pass to a service of meetings is kept fresh by the worker, so that sessions find one that is good."""

from __future__ import annotations

from dataclasses import dataclass

from ..domain.meetings import Passes
from ..domain.rights import Right
from ..domain.session import Session
from .chores import Stop


@dataclass(frozen=True, slots=True)
class KeepPass:
    """The :class:`~pim_tui.services.chores.Chore` that renews the pass before it ends."""

    passes: Passes
    name: str = "zoom"
    every: int = 240

    def run(self, session: Session, stop: Stop) -> str:
        """Nothing where it is good for a while."""
        session.needs(Right.DELIVER)
        self.passes.current()
        return ""
