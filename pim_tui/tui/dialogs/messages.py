"""The forms about messages: their words with a preview, another language, and one message to read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Static

from ...domain.messages import (
    BUILT_IN,
    CHANNELS,
    SUBJECT_LIMIT,
    House,
    Told,
    Words,
    faults_of,
    fields_of,
    filled,
    values_of,
)
from ...domain.moments import Zone
from ...domain.owing import Owing, owing_values
from ...domain.smslength import told as told_length
from ...domain.standing import moment
from ...errors import Fault
from ...queries.messagelists import Step, Tried
from ...queries.messages import Composed
from ..base import PimDialog
from ..textsafe import show
from .fields import Field, FormSpec, Values

TEMPLATE = "message_template"
"""The name of the draft."""
TITLES = {"subject": "Subject", "body": "Text"}


def template_form(
    title: str, kind: str, channel: str, language: str, house: House, told: Told, owing: Owing | None = None
) -> FormSpec:
    """The words of a message; what is typed is shown as ``told`` would read it, with its length.

    With ``owing`` it is one about money.
    """

    named = fields_of(kind)

    def reads(values: Values) -> tuple[str, Sequence[Fault]]:
        words = words_of(values)
        wrong = faults_of(words, channel, named)
        told_values = values_of(told, house, language)
        message = filled(words, owing_values(owing, house, language) if owing else told_values)
        lines = [f"! {TITLES[one.field]}: {one.message}" for one in wrong[:3]]
        lines.append(f"Reads as follows, {length_told(message, channel)}:")
        shown = [message.subject, *message.body.split("\n")] if channel == "email" else [message.body]
        return "\n".join([*lines, *(line for line in shown if line)]), wrong

    subject = ((Field("subject", "Subject", limit=SUBJECT_LIMIT),),) if channel == "email" else ()
    body = (Field("body", "Text", lines=6 if channel == "email" else 4),)
    fields = " ".join(f"{{{name}}}" for name in named)
    return FormSpec(title, (*subject, body), reads, TITLES, note=f"Fields: {fields}")


def words_of(values: Values) -> Words:
    """The form as a template."""
    return Words(str(values.get("subject", "")), str(values["body"]))


def length_told(message: Words, channel: str) -> str:
    """How long a message is: a text message in the places and parts it is sent in."""
    if channel == "sms":
        return told_length(message.body)
    return f"{len(message.body)} characters"


def language_form() -> FormSpec:
    """Which message is to have words in another language."""
    options = tuple((key, f"{key[0].replace('_', ' ')} by {CHANNELS[key[1]]}") for key in BUILT_IN)
    lines = ((Field("message", "Message", options),), (Field("language", "Language", limit=12),))
    return FormSpec("Words in another language", lines, note="A code such as de, fr or pt-BR.")


class MessageDialog(PimDialog[None]):
    """One message as it was sent, or as it would be sent now, and its story; Esc or Enter leaves it."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape,enter", "dismiss_none", "Back")]

    def __init__(
        self, message: Composed, tried: Tried | None, steps: Sequence[Step], zone: Zone, now: int
    ) -> None:
        """``tried`` is None of what came in."""
        super().__init__()
        self._message = message
        self._story = moment(message.row.due_at, now, zone)
        if tried is not None:
            self._story = " · ".join(story(message.row.state, tried, steps, zone, now))

    def compose(self) -> ComposeResult:
        """To whom, its fate, how it came to it, its words."""
        row, words = self._message.row, self._message.words
        to = f" {'from' if row.came else 'to'} {self._message.to}" if self._message.to else ""
        with Vertical(classes="panel"):
            yield Static(show(f"{row.about.capitalize()}{to}: {row.fate}"), classes="heading")
            yield Static(show(self._story))
            yield Static(show(length_told(words, row.channel)))
            yield Static(show("\n".join(filter(None, (words.subject, "", words.body)))), id="message")


def story(state: str, tried: Tried, steps: Sequence[Step], zone: Zone, now: int) -> Iterator[str]:
    """How a message came to what it is: queued, tried, what was done with it and by whom, what comes next."""
    yield f"queued {moment(tried.created_at, now, zone)}"
    if tried.tries:
        yield f"tried {tried.tries} {'time' if tried.tries == 1 else 'times'}"
    if tried.troubled_since is not None and state != "sent":
        yield f"in trouble since {moment(tried.troubled_since, now, zone)}"
    for step in steps:
        yield f"{_DID.get(step.action, step.action)} {moment(step.at, now, zone)} by {step.who}"
    if state in ("waiting", "sending"):
        yield f"goes {moment(tried.due_at, now, zone)}"
    if tried.look_at is not None:
        yield f"asked after {moment(tried.look_at, now, zone)}"
    if tried.key:
        yield f"{tried.service or 'the service'} calls it {tried.key}"


_DID = {
    "send": "sent", "withdraw": "withdrawn", "fail": "failed", "retry": "tried anew", "decide": "decided",
    "deliver": "delivered",
}  # fmt: skip
