"""A finished paper is taken to its destination: a queue, a receipt printer, this terminal, a folder.

Each goes out once. What may have reached a printer is never sent again by itself: a person looks first.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ..destinations import Destination
from ..documents.billpaper import BillPaper
from ..documents.document import Document
from ..documents.escpos import barcode, qr_code, receipt
from ..documents.paper import ROLL_SIZE
from ..documents.slip import slip_of
from ..documents.testpage import TestPage
from ..errors import FileProblem, Refused
from ..exports.outfile import fresh, write_whole
from ..integrations import mediacopy, printer, rawsocket
from ..paths import private_folder
from .paper_words import METHODS


@dataclass(frozen=True, slots=True)
class Ways:
    """What a process lends to printing: the person's own ``folder``, and with ``write`` a terminal that
    takes a text in one piece, as ASCII where that is all it shows. ``media_copy`` is the setting."""

    folder: str = ""
    write: Callable[[str], object] | None = None
    media_copy: str = "no"
    ascii_only: bool = False


NO_WAYS: Final = Ways()


@dataclass(frozen=True, slots=True)
class Load:
    """What is carried. ``stem`` is what its file is called, ``size`` the paper it was laid out for."""

    document: Document
    data: bytes
    stem: str
    size: str = ""


@dataclass(frozen=True, slots=True)
class Carried:
    """What came of it, to end a sentence; ``job`` is what CUPS calls it, where it took it."""

    says: str
    job: str = ""


def reachable(to: Destination, ways: Ways) -> None:
    """Raise :class:`Refused` where nothing can go there, before anything is told to the journal."""
    if to.kind == "terminal":
        mediacopy.check(ways.media_copy)
        if ways.write is None:
            raise Refused("There is no terminal here that could print.", "Choose another printer.")
    if to.kind == "file" and not (to.target or ways.folder):
        raise Refused("This destination names no folder.", 'Write it as "file:/folder".')


def carry(to: Destination, load: Load, ways: Ways) -> Carried:
    """Take it there, once. Raises :class:`Refused` where the printer does not take it, and
    :class:`FileProblem` where it cannot be written."""
    return _CARRIERS[to.kind](to, load, ways)


def _to_queue(to: Destination, load: Load, ways: Ways) -> Carried:
    data = _as_receipt(to, load.document) if to.receipts else load.data
    with tempfile.TemporaryDirectory(prefix="pim-tui-print-") as folder:
        file = Path(folder) / ("paper.bin" if to.receipts else "paper.pdf")
        file.write_bytes(data)
        tray = "" if to.receipts or load.size == ROLL_SIZE else load.size
        title, raw = load.document.title, to.receipts
        sent = printer.send(file, queue=to.target, title=title, copies=to.copies, paper=tray, raw=raw)
    return Carried(f"was sent to {to.name or 'the printer'}", sent.job)


def _to_socket(to: Destination, load: Load, ways: Ways) -> Carried:
    rawsocket.send(to.target, to.port, _as_receipt(to, load.document))
    return Carried(f"was handed to {to.where}")


def _to_terminal(to: Destination, load: Load, ways: Ways) -> Carried:
    reachable(to, ways)
    assert ways.write is not None
    ways.write(mediacopy.wrapped(load.document.text(ascii_only=to.ascii or ways.ascii_only)))
    return Carried("was sent to your terminal's printer")


def _to_folder(to: Destination, load: Load, ways: Ways) -> Carried:
    folder = Path(to.target or ways.folder).expanduser()
    try:
        private_folder(folder)
    except OSError as error:
        raise FileProblem(
            f"The folder {folder} cannot be made: {error.strerror}.", "Name another one in the settings."
        ) from error
    file = fresh(folder, load.stem, "txt" if to.text else "pdf")
    write_whole(file, load.document.text().encode() if to.text else load.data)
    return Carried(f"is in {file}")


_CARRIERS: Final = {"cups": _to_queue, "socket": _to_socket, "terminal": _to_terminal, "file": _to_folder}


def _as_receipt(to: Destination, document: Document) -> bytes:
    """The paper in the language of receipt printers; a test page shows what they draw themselves as well."""
    drawn = qr_code(document.code) + barcode(document.code) if isinstance(document, TestPage) else b""
    return receipt(
        slip_of(document, to.columns),
        pages=to.pages,
        columns=to.columns,
        cut=to.cut,
        kick=to.drawer and _is_cash(document),
        below=drawn,
    )


def _is_cash(document: Document) -> bool:
    """Whether the drawer is needed: cash comes in or goes back, and it is no copy."""
    if not isinstance(document, BillPaper) or document.bill.copy:
        return False
    moved = (*document.bill.payments, *document.bill.goes_back)
    return bool(document.bill.given) or any(one.label == METHODS["cash"] for one in moved)
