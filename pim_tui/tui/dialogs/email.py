"""An email with a document in it: to whom, about what, and a few words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from ...domain.customer import EMAIL_LIMIT
from ...domain.letters import SUBJECT_LIMIT, Letter, faults_of
from ...errors import Invalid, PimError
from ..base import PimDialog
from ..stylesheets import sheet
from ..textsafe import show
from ..widgets.labelled import labelled
from ..widgets.prose import Prose


class EmailDialog(PimDialog[Letter]):
    """Enter in the first two lines sends it, Ctrl+S from everywhere; Tab goes on to the text."""

    CSS_PATH = sheet("bill")
    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "dismiss_none", "Back"),
        ("ctrl+s,f9", "send", "Send"),
    ]

    def __init__(
        self,
        title: str,
        letter: Letter,
        file: str,
        others: Sequence[str] = (),
        refusal: PimError | None = None,
        keep: Callable[[Letter], None] | None = None,
    ) -> None:
        """``file`` names what is attached, ``others`` are all addresses known; ``keep`` keeps a draft."""
        super().__init__()
        self._title, self._letter, self._file, self._others = title, letter, file, others
        self._refusal, self._keep = refusal, keep

    def compose(self) -> ComposeResult:
        """To, subject, text, the file."""
        with Vertical(classes="panel"):
            yield Static(show(f"{self._title}   (Enter sends, Esc leaves)"), classes="heading")
            yield from labelled("To", Input(self._letter.to, compact=True, max_length=EMAIL_LIMIT, id="to"))
            subject = Input(self._letter.subject, compact=True, max_length=SUBJECT_LIMIT, id="subject")
            yield from labelled("Subject", subject)
            yield Prose(self._letter.text, compact=True, show_line_numbers=False, tab_behavior="focus")
            yield Static(show(self._told()), classes="reading")
            yield Static("", classes="warning")

    def on_mount(self) -> None:
        """Ready to be sent."""
        self.pim.dress(self)
        self.query_one("#to", Input).focus()
        self.warn(str(self._refusal or ""))

    def _told(self) -> str:
        known = [one for one in self._others if one != self._letter.to]
        also = f" Other addresses: {', '.join(known)}." if known else ""
        return self.keyed(f"Attached: {self._file}. ", "Ctrl+S sends from the text, too.") + also

    def on_input_changed(self, event: Input.Changed) -> None:
        """What was wrong is being corrected."""
        self._changed()

    def on_text_area_changed(self, event: Prose.Changed) -> None:
        """The same in the text."""
        self._changed()

    def _changed(self) -> None:
        if self.letter == self._letter:
            return
        self.warn("")
        if self._keep is not None:
            self._keep(self.letter)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Send it."""
        self.action_send()

    @property
    def letter(self) -> Letter:
        """As it stands there."""
        values: Mapping[str, str] = {field.id or "": field.value for field in self.query(Input)}
        return Letter(values["to"].strip(), values["subject"], self.query_one(Prose).text)

    def action_send(self) -> None:
        """Return the letter unless something is wrong with it."""
        if wrong := faults_of(self.letter):
            self.warn(str(Invalid(wrong)))
            found = self.query(f"#{wrong[0].field}")
            (found.first() if found else self.query_one(Prose)).focus()
        else:
            self.dismiss(self.letter)
