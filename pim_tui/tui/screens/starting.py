"""A video visit is started: the link that makes its holder the host, shown once and kept nowhere."""

from __future__ import annotations

from dataclasses import dataclass, field

from ...domain.rights import Right
from ...domain.session import Session
from ...services.starting import start_link
from ...services.work import Done
from ...services.zoom import meetings_at_a_desk
from ..base import PimScreen
from ..dialogs.links import LinkDialog

TOLD = "Whoever opens it is the host. It is good for two hours, and is not kept here."


@dataclass(frozen=True, slots=True)
class Start:
    """Ask for the link of one visit; it is put into ``found``, which nobody else sees."""

    appointment_id: int
    found: list[str] = field(default_factory=list, repr=False)
    request: str = ""


class Starting:
    """Starts a visit, on top of ``screen``."""

    def __init__(self, screen: PimScreen) -> None:
        self._screen = screen
        self._pim = screen.pim

    def start(self, appointment_id: int, title: str) -> None:
        """Fetch the link while the screen goes on, then show it."""
        if not self._screen.allowed(Right.START_VIDEO):
            return
        settings = self._pim.desk.settings

        def ask(session: Session, command: Start) -> Done:
            link = start_link(session, lambda: meetings_at_a_desk(session, settings), command.appointment_id)
            command.found.append(link)
            return Done("meeting", (command.appointment_id,))

        command = Start(appointment_id)
        self._pim.say("Zoom is asked for the link ...")
        self._pim.submit(ask, command, lambda _: self._show(title, command.found.pop()), waits=False)

    def _show(self, title: str, link: str) -> None:
        self._pim.push_screen(LinkDialog(title, TOLD, link))
