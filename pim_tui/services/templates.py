"""The words of the clinic's messages: only named fields in them, and never the reason of a visit (S7)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..domain.messages import BUILT_IN, Words, faults_of, fields_of
from ..domain.rights import Right
from ..domain.versions import meanwhile
from ..errors import Fault, Invalid, Refused, Stale
from ..models import MessageTemplate
from ..queries.templates import template
from .usecase import use_case
from .work import Done, Work

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")


@dataclass(frozen=True, slots=True)
class SaveTemplate:
    """Give a message other words. ``version`` 0 stores them for the first time, over what is built in.

    ``was`` is what the form began with.
    """

    kind: str
    channel: str
    language: str
    version: int
    was: Words
    words: Words
    request: str = ""


@use_case(Right.CHANGE_TEMPLATE)
def save_template(work: Work, command: SaveTemplate) -> Done:
    """Save the words. Raises Invalid with every fault and its place, Stale, Refused."""
    words = command.words if command.channel == "email" else Words("", command.words.body)
    if wrong := [*_kind_faults(command), *faults_of(words, command.channel, fields_of(command.kind))]:
        raise Invalid(wrong, "Correct it; the fields it may have are listed above the text.")
    found = template(command.kind, command.channel, command.language)
    if (found.version if found else 0) != command.version:
        theirs = found.words if found else BUILT_IN[command.kind, command.channel]
        raise Stale("These words", meanwhile(command.was, theirs, words), found.version if found else 0)
    if words == command.was and found:
        raise Refused("Nothing was changed.", "Change the text, or press Escape.")
    key = {"kind": command.kind, "channel": command.channel, "language": command.language}
    told = {"subject": words.subject, "body": words.body}
    if found is None:
        id_ = int(MessageTemplate.insert(**key, **told).execute())
    else:
        id_ = found.id
        MessageTemplate.update(**told, version=found.version + 1).where(
            MessageTemplate.id == id_, MessageTemplate.version == found.version
        ).execute()
    before = {**key, "subject": found.subject, "body": found.body} if found else None
    work.changed("change" if found else "create", "message_template", id_, before, {**key, **told})
    says = f"The words of the {command.kind.replace('_', ' ')} by {command.channel} are saved."
    return Done("message_template", (id_,), (), command.version + 1, says)


def _kind_faults(command: SaveTemplate) -> list[Fault]:
    found = []
    if (command.kind, command.channel) not in BUILT_IN:
        found.append(Fault("kind", f"there is no {command.kind} by {command.channel}"))
    if not _LANGUAGE.fullmatch(command.language):
        found.append(Fault("language", "is a code such as en, de or pt-BR"))
    return found
