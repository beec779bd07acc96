"""The downtime pack in a folder: what a timer writes every evening, and whoever asks for it at the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ..domain.moments import day_label
from ..domain.rights import Right
from ..domain.session import Session
from ..errors import FileProblem
from .printing import PrintPaper, print_paper
from .stationery import Stationery
from .wanted import DowntimePaper
from .work import Done


@dataclass(frozen=True, slots=True)
class KeepPack:
    """Write the pack of ``day`` into ``folder``, as PDF and as text."""

    day: date
    folder: str
    paper: Stationery
    request: str = ""


def keep_pack(session: Session, command: KeepPack) -> Done:
    """Write both files, named by the day; those of an earlier pack of that day are replaced.

    They are private files, as all papers are. Raises :class:`FileProblem` where there is no such folder.
    """
    session.needs(Right.PRINT)
    folder = Path(command.folder).expanduser()
    if not folder.is_dir():
        raise FileProblem(f"{folder} is no folder.", "Name a folder that exists.")
    wanted = DowntimePaper(command.day)
    for kind in ("pdf", "txt"):
        request = f"{command.request}-{kind}" if command.request else ""
        print_paper(
            session, PrintPaper(wanted, command.paper, str(folder / f"{wanted.stem}.{kind}"), request)
        )
    where = folder / f"{wanted.stem}.pdf"
    says = f"The downtime pack of {day_label(command.day)} is in {where}, and beside it as text."
    return Done("downtime", (), (command.day.isoformat(),), says=says)
