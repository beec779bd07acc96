"""Everything about one document, and whether its file is what was stored.

A text is shown as text and a picture in half blocks; a PDF is never opened here, whatever is in it.
"""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from ...domain.filekinds import KINDS, PDF, PICTURES, TEXT, size_words
from ...domain.halfblocks import half_blocks
from ...domain.moments import moment_label
from ...errors import FileProblem
from ...queries.files import DocumentRow, integrity, picture_of, text_of
from ...services import files
from ..base import PimDialog
from ..stylesheets import sheet
from ..textsafe import show
from ..widgets.facts import flowed
from ..widgets.photoview import PhotoView
from ..widgets.textview import TextView


class DocumentDialog(PimDialog[str]):
    """Returns ``save``, ``kind`` or ``remove`` when that is asked for."""

    CSS_PATH = sheet("profile")
    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape,enter", "dismiss_none", "Back"),
        ("s", "answer('save')", "Save a copy"),
        ("t", "answer('kind')", "Kind"),
        ("x,delete", "answer('remove')", "Remove"),
        ("up", "scroll(-1)", "Up"),
        ("down", "scroll(1)", "Down"),
        ("pageup,b,ctrl+b", "page(-1)", "Page up"),
        ("pagedown,space,ctrl+f", "page(1)", "Page down"),
    ]

    def __init__(self, row: DocumentRow) -> None:
        super().__init__()
        self._row = row
        self._kind = KINDS.get(row.media_type)
        self._pictured = self._kind in PICTURES

    def compose(self) -> ComposeResult:
        """The facts, what became of the file, and what it looks like if it is a picture."""
        keys = "s saves a copy, Esc leaves"
        if not self._row.withdrawn:
            keys = "s saves a copy, t kind, x removes, Esc leaves"
        with Vertical(classes="panel tall" if self._is_shown or self._is_text else "panel"):
            yield Static(show(f"Document   ({keys})"), classes="heading")
            with Horizontal(classes="sides" if self._is_shown else "facts"):
                yield Static(show("\n".join(self._facts())), classes="whole")
                if self._is_shown:
                    yield PhotoView(id="preview")
            if self._is_text:
                yield TextView()
            yield Static("", id="integrity")

    @property
    def _is_text(self) -> bool:
        return self._kind is TEXT

    @property
    def _is_shown(self) -> bool:
        return self._pictured and self.pim.photos

    def _facts(self) -> list[str]:
        row = self._row
        removed = f"{self._moment(row.removed_at)}: {row.removed_reason}" if row.removed_at else ""
        facts = (
            ("Name", row.name),
            ("Of", row.customer),
            ("Kind", row.what),
            ("Good to", row.until),
            ("Type", f"{row.kind}, never opened here" if self._kind is PDF else row.kind),
            ("Size", size_words(row.size)),
            ("Added", f"{self._moment(row.added_at)} by {row.added_by}"),
            ("Removed", removed),
            ("SHA-256", row.sha256 if self._kind is PDF else f"{row.sha256[:24]}..."),
        )
        return [f"{title:<8} {value}" for title, value in facts if value]

    def _moment(self, moment: int) -> str:
        zone = self.pim.desk.session.zone
        return moment_label(moment, zone)

    def on_mount(self) -> None:
        """Read the file again."""
        self.pim.dress(self)
        self.load(self._check, group="check")
        if self._is_text:
            self.load(self._read, group="read")
        if self._is_shown:
            self.call_after_refresh(lambda: self.load(self._look, group="look", waits=False))

    async def _check(self) -> None:
        fault = await self.fetch(integrity, self._row.sha256)
        told = (
            f"The file {fault}. Restore it from a backup."
            if fault
            else "Checked now: it is as it was stored."
        )
        line = self.query_one("#integrity", Static)
        line.set_class(bool(fault), "warning")
        line.update(show(told))

    async def _read(self) -> None:
        """The text, as far as it is shown, in lines that fit; a file that is damaged is not shown."""
        view = self.query_one(TextView)
        try:
            lines, whole = await self.fetch(text_of, self._row.sha256)
        except FileProblem as error:
            view.show((str(error),))
            return
        width = max(20, (view.size.width or self.size.width - 4) - 2)
        told = [part for line in lines for part in flowed(line, lambda _: width)]
        view.show([*told, *([] if whole else ["", "It goes on: s saves a copy of all of it."])])

    async def _look(self) -> None:
        view, session = self.query_one(PhotoView), self.pim.desk.session
        size = view.size.width, view.size.height * 2
        try:
            sha256 = await self.fetch(picture_of, self._row.id, customer_id=self._row.customer_id)
            seen = await self.pim.outside(files.picture, session, sha256, *size, whole=True)
        except FileProblem as error:
            view.show(None, str(error))
        else:
            view.show(half_blocks(seen.rgb, seen.width, seen.height, self.pim.depth))

    def action_scroll(self, step: int) -> None:
        """Some lines on."""
        for view in self.query(TextView):
            view.scroll_lines(step)

    def action_page(self, step: int) -> None:
        """A page on."""
        for view in self.query(TextView):
            view.scroll_lines(step * view.page)

    def action_answer(self, answer: str) -> None:
        """Return what is wanted; what was removed stays as it is."""
        if answer == "save" or not self._row.withdrawn:
            self.dismiss(answer)
