"""What every paper of the clinic carries, and a paper made on it."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from ..config import Settings
from ..destinations import Destination, meant, read_destinations
from ..documents.blocks import Letterhead
from ..documents.ink import Picture
from ..documents.ledger import Ledger
from ..documents.paper import Printed
from ..documents.record import Record
from ..documents.statement import Statement
from ..documents.watch import UNWATCHED, Watch
from ..domain.moments import zone_info
from ..domain.rights import Right
from ..domain.session import Session
from ..errors import FileProblem, UsageError
from ..integrations import pictures
from .papers import make
from .wanted import MONEY, Made, Wanted

LOGO = (900, 400)
"""Pixels at most: twice what a printer shows in the box a logo has."""


@dataclass(frozen=True, slots=True)
class Stationery:
    """The clinic's head, the paper's size, and the printer (empty: the system's own).

    ``logo`` is the file of the settings; it is read when something is printed. ``tax_number`` and how to
    ``pay_by`` stand on papers about money. Receipts go onto ``receipt`` paper and, like labels, to a printer
    of their own where the clinic has one. Each is the name of one of the ``destinations``, or a queue.
    """

    clinic: Letterhead
    size: str = "a4"
    queue: str = ""
    logo: str = ""
    tax_number: str = ""
    pay_by: str = ""
    receipt: str = "roll"
    receipt_queue: str = ""
    label_queue: str = ""
    destinations: tuple[Destination, ...] = ()

    def on(self, size: str) -> Stationery:
        """The same with everything on paper of this size."""
        return replace(self, size=size, receipt=size)

    def through(self, queue: str) -> Stationery:
        """The same with everything to this queue."""
        return replace(self, queue=queue, receipt_queue=queue, label_queue=queue)

    def head(self, wanted: Wanted) -> Letterhead:
        """The head of such a paper, without the logo."""
        if not isinstance(wanted, MONEY):
            return self.clinic
        return replace(self.clinic, tax_number=self.tax_number, pay_by=self.pay_by)

    def size_of(self, made: Made) -> str:
        """The paper it is printed on."""
        return self.receipt if made.slip else self.size

    def queue_of(self, made: Made) -> str:
        """The printer it goes to, as the settings call it."""
        return self.usual(slip=made.slip, label=made.label)

    def usual(self, *, slip: bool = False, label: bool = False) -> str:
        """The printer of a kind of papers, as the settings call it."""
        own = self.label_queue if label else self.receipt_queue if slip else ""
        return own or self.queue

    def destination(self, said: str) -> Destination:
        """What a name means. Raises :class:`UsageError` for a destination that is written out wrongly."""
        try:
            return meant(said, self.destinations)
        except ValueError as error:
            raise UsageError(
                f"{said[:60]} is no printer: it {error}.", "pim-tui printers lists them."
            ) from None


def stationery(settings: Settings) -> Stationery:
    """The clinic's paper as the settings have it."""
    clinic = Letterhead(settings.clinic_name, _lines(settings.clinic_address), settings.clinic_phone)
    return Stationery(
        clinic,
        settings.paper,
        settings.printer,
        settings.clinic_logo,
        settings.clinic_tax_number,
        " ".join(_lines(settings.clinic_pay_by)),
        settings.receipt_paper,
        settings.receipt_printer,
        settings.label_printer,
        read_destinations(settings.printers),
    )


def _lines(setting: str) -> tuple[str, ...]:
    return tuple(setting.replace("\\n", "\n").splitlines())


@dataclass(frozen=True, slots=True)
class Rendered:
    """A paper as PDF, and what the person should know about it."""

    data: bytes
    made: Made
    note: str


def render(session: Session, wanted: Wanted, paper: Stationery, watch: Watch = UNWATCHED) -> Rendered:
    """The paper as PDF. A logo that cannot be read stops nothing: the note says why it is missing.

    Raises as :func:`~pim_tui.services.papers.make`, and :class:`Refused` when ``watch`` stops it.
    """
    session.needs(Right.PRINT)
    picture, missed = logo_of(paper.logo)
    made = make(session, wanted, replace(paper.head(wanted), logo=picture))
    created = datetime.fromtimestamp(session.clock(), zone_info(session.zone))
    printed = _printed(made, created, paper.size_of(made), watch)
    return Rendered(printed.data, made, " ".join(filter(None, (printed.note, missed))))


_LONG = (Ledger, Record, Statement)
"""Papers of many pages, which whoever waits may want to watch and to stop."""


def _printed(made: Made, created: datetime, size: str, watch: Watch) -> Printed:
    if isinstance(made.document, _LONG):
        return made.document.pdf(created, size=size, watch=watch)
    return made.document.pdf(created, size=size)


def logo_of(file: str) -> tuple[Picture | None, str]:
    """The picture, or why there is none; neither when the settings name no file."""
    if not file:
        return None, ""
    try:
        small = pictures.thumbnail(_read(Path(file).expanduser()), *LOGO, whole=True)
    except FileProblem as error:
        return None, f"Without the logo {file}: {error.message}"
    return Picture(small.rgb, small.width, small.height), ""


def _read(path: Path) -> bytes:
    """The start of a regular file, as much as a logo may have; a pipe does not hold the printing up."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise FileProblem("It is not a file.", "Name a PNG or JPEG file.")
            return file.read(pictures.MOST + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "It cannot be read"
        raise FileProblem(f"{why}.", "Look at the setting clinic_logo.") from error
