"""Text messages by any gateway that takes an HTTP request: address, headers, fields and what means yes are
settings. What became of a text afterwards nobody tells.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NoReturn

from ...domain.delivery import Trouble, Undelivered
from ...domain.texts import Came, Fate, Search, Stand, Text
from ..web import Answer, Web, quoted, told_to_wait

PAUSE = 60
"""Seconds to leave it alone where it does not say for how long."""
_NAME = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Shape:
    """What it is sent, and what means yes. Of ``fields`` and ``headers`` names in braces are filled in;
    ``pointer`` (RFC 6901) leads to the key it gives, empty where it gives none.
    """

    path: str
    fields: Mapping[str, str]
    headers: Mapping[str, str] = field(default_factory=dict)
    as_form: bool = False
    status: int = 200
    pointer: str = ""


class Gateway:
    """A :class:`~pim_tui.domain.texts.Texter`. ``password`` is asked for when a text is sent, if at all."""

    name, tells, hears = "gateway", False, False

    def __init__(
        self, web: Web, shape: Shape, sender: str, password: Callable[[], str], clock: Callable[[], int]
    ) -> None:
        self._web, self._shape, self._clock = web, shape, clock
        self._sender, self._password = sender, password

    def send(self, text: Text) -> str:
        """Hand it over; the gateway's key, or our own mark where it gives none."""
        shape = self._shape
        secret = self._password()
        values = {"to": text.to, "text": text.text, "ref": text.ref, "from": self._sender, "secret": secret}
        # What is written to somebody may have any letter and several lines, and a header has neither.
        ours = {name: value for name, value in values.items() if name != "text"}
        headers = {name: _put_in(value, ours) for name, value in shape.headers.items()}
        fields = {name: _put_in(value, values) for name, value in shape.fields.items()}
        answer = self._web.ask(
            "POST",
            shape.path,
            headers=headers,
            form=fields if shape.as_form else None,
            json=None if shape.as_form else fields,
        )
        if answer.status != shape.status:
            self._refuse(answer, secret)
        key = pointed(answer.json(), shape.pointer) if shape.pointer else text.ref
        if not key:
            said = _said(answer, secret)
            raise Undelivered(Trouble.CONTENT, f"The SMS gateway does not confirm the text{said}.")
        return key

    def find(self, search: Search) -> str | None:
        """Nobody can be asked."""
        raise Undelivered(Trouble.UNSURE, "The SMS gateway does not say whether the text went.")

    def status(self, key: str) -> Fate:
        """No more will be known."""
        return Fate(Stand.TAKEN)

    def inbound(self, since: int) -> Iterator[Came]:
        """Nothing comes in."""
        return iter(())

    def close(self) -> None:
        """Let go of the line."""
        self._web.close()

    def _refuse(self, answer: Answer, secret: str) -> NoReturn:
        """Raise what another status means: only 429 and the gateway's own errors are not for good."""
        trouble, says = Trouble.UNSURE, "The SMS gateway had an error of its own: the text may have gone."
        if answer.status in (401, 403):
            trouble, says = Trouble.LOGIN, "The SMS gateway does not take what sms_secret holds."
        elif answer.status == 429:
            trouble, says = Trouble.LATER, "The SMS gateway asks to go slower."
        elif 300 <= answer.status < 400 or answer.status in (404, 405):
            trouble, says = Trouble.SETTINGS, "There is no SMS gateway at sms_url."
        elif 400 <= answer.status < 500:
            said = _said(answer, secret)
            trouble, says = Trouble.CONTENT, f"The SMS gateway does not take this text{said}."
        at = told_to_wait(answer, self._clock(), PAUSE) if trouble == Trouble.LATER else None
        raise Undelivered(trouble, says, at)


def _said(answer: Answer, secret: str) -> str:
    """What it says; nothing where it repeats the secret, as some do with all that they were sent."""
    found = answer.json()
    values = found.values() if isinstance(found, dict) else ()
    if secret and any(secret in str(value) for value in values):
        return ""
    return quoted(answer, "message", "error", "detail", "description")


def _put_in(value: str, values: Mapping[str, str]) -> str:
    """The value with each name replaced; what is put in is not read again."""
    return _NAME.sub(lambda found: values.get(found[1], found[0]), value)


def pointed(value: object, pointer: str) -> str:
    """What a JSON pointer leads to, as text; empty where that is no text and no number."""
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict):
            value = value.get(name)
        elif isinstance(value, list) and name.isascii() and name.isdigit() and int(name) < len(value):
            value = value[int(name)]
        else:
            return ""
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
