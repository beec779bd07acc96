"""Write a note about a customer, or change one."""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from ...errors import Fault, Invalid, PimError
from ...services.notes import LONGEST
from ..base import RecordDialog
from ..stylesheets import sheet
from ..widgets.prose import Prose

_TELL_FROM = LONGEST * 3 // 4
"""From this length on the room that is left is told."""


class NoteDialog(RecordDialog[str]):
    """A text of several lines; Ctrl+S returns it, Esc gives it up."""

    FORM = "note"
    CSS_PATH = sheet("profile")

    def __init__(
        self,
        title: str,
        text: str,
        refusal: PimError | None = None,
        *,
        record: str = "",
        version: int = 0,
        draft: Mapping[str, str] | None = None,
    ) -> None:
        """``record`` and ``version`` name the draft; ``draft`` is kept with the text."""
        super().__init__()
        self._title, self._text, self._refusal = title, text, refusal
        self._record, self._version, self._draft = record, version, dict(draft or {})

    def compose(self) -> ComposeResult:
        """Title, text, what is wrong with it."""
        with Vertical(classes="panel tall"):
            yield self.headed(self._title, "Ctrl+S saves, Esc leaves")
            yield Prose(self._text, compact=True, show_line_numbers=False)
            yield Static("", classes="warning")

    def on_mount(self) -> None:
        """Go on where the text ends."""
        area = self.query_one(Prose)
        area.focus()
        area.move_cursor(area.document.end)
        self.warn(str(self._refusal) if self._refusal else "")

    def on_text_area_changed(self, event: Prose.Changed) -> None:
        """Keep a draft; say when it gets long."""
        text = event.text_area.text
        if text == self._text:
            return
        self.pim.keep_draft(self.FORM, {**self._draft, "text": text}, self._record, self._version)
        left = LONGEST - len(text)
        self.warn(f"{left} characters left." if 0 <= left < LONGEST - _TELL_FROM else self._too_long(text))

    def action_save(self) -> None:
        """Return the text."""
        text = self.query_one(Prose).text
        if not text.strip():
            self.warn("Write something first, or press Esc.")
        elif problem := self._too_long(text):
            self.warn(problem)
        else:
            self.dismiss(text)

    def _too_long(self, text: str) -> str:
        if len(text) <= LONGEST:
            return ""
        fault = Fault("text", f"takes at most {LONGEST} characters, and this has {len(text)}")
        return str(Invalid([fault], "Shorten it, or write two notes."))
