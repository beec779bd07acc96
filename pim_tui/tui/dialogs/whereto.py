"""Where a paper goes: a field of the dialogs that print, and the key that lists the printers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...config import Settings
from ..base import PimDialog
from ..widgets.choice import Choice

if TYPE_CHECKING:
    _Base = PimDialog[Any]
else:
    _Base = object

FILES = (("pdf", "a PDF file in the outbox"), ("txt", "a text file in the outbox"))
_TO = "to:"


def printer_of(place: str) -> str:
    """What the printer that was chosen is called; empty for the usual one and for a file."""
    return place.removeprefix(_TO) if place.startswith(_TO) else ""


class WhereTo(Choice):
    """Its value is empty for the usual printer, ``to:`` and a name for another one, ``pdf`` or ``txt``."""

    def __init__(self, settings: Settings, place: str) -> None:
        self._printers = list(settings.printers)
        super().__init__(self._answers(), place, id="where")

    def take(self, said: str) -> None:
        """Show this printer, also one that the settings do not name; an empty name is the usual one."""
        if said and said not in self._printers:
            self._printers.append(said)
        self.offer(self._answers(), f"{_TO}{said}" if said else "")

    def _answers(self) -> list[tuple[str, str]]:
        printers = [(f"{_TO}{name}", name) for name in self._printers]
        return [("", "the printer"), *printers, *FILES]


class WithPrinters(_Base):
    """A dialog with such a field: its key lists the printers, and takes one for this print."""

    def action_printers(self) -> None:
        """List the printers."""
        from .printers import PrintersDialog

        def chosen(said: str | None) -> None:
            if said is not None:
                self.query_one(WhereTo).take(said)

        self.app.push_screen(PrintersDialog(), chosen)
