"""An email or SMS that somebody writes: the clinic's words or their own, and what it becomes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widgets import Input, Static

from ...domain.contact import message_faults
from ...domain.letters import SUBJECT_LIMIT
from ...domain.messages import Words, filled
from ...domain.messages import faults_of as template_faults
from ...errors import Fault, Invalid, PimError
from ..base import PimDialog
from ..stylesheets import sheet
from ..textsafe import show
from ..widgets.choice import Choice
from ..widgets.labelled import labelled
from ..widgets.prose import Prose
from .messages import length_told

FORM = "message"
"""The name of the draft."""
OWN = "own"
"""The template of somebody's own words."""


@dataclass(frozen=True, slots=True)
class Template:
    """Words to begin with, and what their named fields become."""

    key: str
    label: str
    words: Words
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Written:
    """A message as it stands in the form: ``words`` with their named fields, ``template`` is which it was."""

    to: str
    template: str
    words: Words
    urgent: bool = False

    def fields(self) -> dict[str, str]:
        """As a draft keeps it."""
        return {
            "to": self.to,
            "template": self.template,
            "subject": self.words.subject,
            "body": self.words.body,
            "urgent": "yes" if self.urgent else "",
        }

    @classmethod
    def of_draft(cls, fields: Mapping[str, str]) -> Written:
        """The inverse of :meth:`fields`."""
        words = Words(fields.get("subject", ""), fields.get("body", ""))
        return cls(fields.get("to", ""), fields.get("template", OWN), words, bool(fields.get("urgent")))


@dataclass(frozen=True, slots=True)
class Finished:
    """What is sent: the form, and its words with everything filled in."""

    form: Written
    message: Words


class Composer(PimDialog[Finished]):
    """Tab goes from field to field, Ctrl+S sends from anywhere. What was typed comes back with its words."""

    CSS_PATH = sheet("contact")
    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "dismiss_none", "Back"),
        ("ctrl+s,f9", "send", "Send"),
    ]

    def __init__(
        self,
        title: str,
        channel: str,
        to: Sequence[tuple[str, str]],
        templates: Sequence[Template],
        written: Written,
        *,
        delay: int,
        refusal: PimError | None = None,
        keep: Callable[[Written], None] | None = None,
    ) -> None:
        """``to`` are addresses or numbers and what they are called; ``delay`` is how many minutes a message
        waits that is not urgent; ``keep`` keeps a draft.
        """
        super().__init__()
        self._title, self._channel, self._to = title, channel, to
        self._templates = {one.key: one for one in templates}
        self._written, self._delay, self._refusal, self._keep = written, delay, refusal, keep
        self._typed: dict[str, Words] = {}
        self.touched = False
        """Whether anything was typed or chosen here."""

    # --- drawing ----------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """To whom, which words, the text, what it becomes."""
        written = self._written
        words = [(one.key, one.label) for one in self._templates.values()]
        goes = ((False, f"in {self._delay} minutes; u takes it back until then"), (True, "at once"))
        with VerticalScroll(classes="panel", can_focus=False):
            yield self.headed(self._title, "Ctrl+S sends, Esc leaves")
            yield from labelled("To", Choice(self._to, written.to, id="to"))
            yield from labelled("Words", Choice(words, written.template, id="words"))
            yield from labelled("Goes", Choice(goes, written.urgent, id="goes"))
            if self._channel == "email":
                subject = Input(written.words.subject, compact=True, max_length=SUBJECT_LIMIT, id="subject")
                yield from labelled("Subject", subject)
            yield Prose(written.words.body, compact=True, show_line_numbers=False, tab_behavior="focus")
            yield Static("", classes="reading", id="reads")
            yield Static("", classes="warning")

    def on_mount(self) -> None:
        """Ready to be typed into, where the words have a gap for that."""
        self.pim.dress(self)
        self._chosen = self._template
        text = self.query_one(Prose)
        text.focus()
        text.move_cursor(_gap(self._written.words.body))
        self._read()
        self.warn(str(self._refusal or ""))

    @property
    def _template(self) -> Template:
        return self._templates[str(self.query_one("#words", Choice).value)]

    # --- while typing -----------------------------------------------------------------------------

    def on_input_changed(self, event: Input.Changed) -> None:
        """The subject."""
        self._changed()

    def on_text_area_changed(self, event: Prose.Changed) -> None:
        """The text."""
        self._changed()

    def on_choice_changed(self, event: Choice.Changed) -> None:
        """Another address, or other words: those that were typed are kept for when their turn comes again."""
        if event.choice.id == "words":
            self._typed[self._chosen.key] = self.words
            self._chosen = self._template
            self._put(self._typed.get(self._chosen.key, self._chosen.words))
        self._changed()

    def on_choice_taken(self, event: Choice.Taken) -> None:
        """Enter goes on."""
        self.focus_next()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the subject goes on to the text."""
        self.focus_next()

    def _put(self, words: Words) -> None:
        if self._channel == "email":
            self.query_one("#subject", Input).value = words.subject
        text = self.query_one(Prose)
        text.text = words.body
        text.move_cursor(_gap(words.body))

    def _changed(self) -> None:
        if self.written == self._written:
            return
        self.warn("")
        self.touched = True
        if self._keep is not None:
            self._keep(self.written)
        self._read()

    def _read(self) -> None:
        """What it becomes, and how long that is."""
        message = self.message
        told = f"Reads as follows, {length_told(message, self._channel)}:"
        lines = [f"! {one.field}: {one.message}" for one in self._faults()[:2] if one.message != "is empty"]
        shown = filter(None, (message.subject, *message.body.split("\n")))
        self.query_one("#reads", Static).update(show("\n".join((*lines, told, *shown))))

    # --- answering --------------------------------------------------------------------------------

    @property
    def words(self) -> Words:
        """As typed, with named fields."""
        subject = self.query_one("#subject", Input).value if self._channel == "email" else ""
        return Words(subject, self.query_one(Prose).text)

    @property
    def written(self) -> Written:
        """The form as it stands."""
        to, goes = self.query_one("#to", Choice).value, self.query_one("#goes", Choice).value
        return Written(str(to or ""), self._template.key, self.words, bool(goes))

    @property
    def message(self) -> Words:
        """Everything filled in."""
        return filled(self.words, self._template.values)

    def _faults(self) -> list[Fault]:
        """Wrong named fields, then what is wrong with the message."""
        found = template_faults(self.words, self._channel, self._template.values)
        if wrong := [one for one in found if one.message != "is empty"]:
            return wrong
        message = self.message
        return message_faults(self._channel, self.written.to, message.subject, message.body)

    def action_send(self) -> None:
        """Return the message unless something is wrong with it."""
        if wrong := self._faults():
            self.warn(str(Invalid(wrong)))
            found = self.query(f"#{wrong[0].field}")
            (found.first() if found else self.query_one(Prose)).focus()
        else:
            self.dismiss(Finished(self.written, self.message))


def _gap(body: str) -> tuple[int, int]:
    """Where one begins to type: an empty line between two others, else the end."""
    lines = body.split("\n")
    gap = next((at for at in range(2, len(lines)) if not lines[at] and not lines[at - 1]), None)
    return (gap, 0) if gap is not None else (len(lines) - 1, len(lines[-1]))
