"""Whoever has come in: what they type is a command, an answer, or about the conversation itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from ..errors import PimError
from .answers import Ask, Say
from .clerk import Clerk
from .commands import BY_NAME
from .dialogue import Dialogue
from .ownwords import HELP, OWN, help_, out, quit_
from .presence import Presence
from .speech import Speech


@dataclass(slots=True)
class Seat:
    """``origin`` is where they sit; ``leave`` ends the conversation, ``sign_out`` asks who is next."""

    clerk: Clerk
    presence: Presence
    dialogue: Dialogue
    speech: Speech
    origin: str
    leave: Callable[[], None]
    sign_out: Callable[[], Ask]

    def hear(self, line: str, typed: str) -> Say | Ask | None:
        """What is said to a ``line``, ``typed`` letter for letter; None for nothing."""
        if (ask := self.dialogue.ask) is None:
            return self.commanded(line)
        if not line:
            return self.dialogue.give_up()
        if line == HELP:
            return help_(self, "")
        free = ask.wants(line)
        name, _, text = line.removeprefix(".").partition(" ")
        if (line.startswith(".") or not free) and (own := OWN.get(name.casefold())):
            return own(self, text.strip())
        if not free and line.casefold() in ("no", "n", "none"):
            return self.dialogue.give_up()
        said = self.dialogue.reply(ask, line, typed)
        if isinstance(said, Say) and self.dialogue.ask is ask and name.casefold() in BY_NAME:
            return replace(said, details=("What else you want waits until this is answered or left.",))
        return said

    def commanded(self, line: str) -> Say | Ask | None:
        """Carry out a command, open a number, or take the line for a name or a booking."""
        name, _, text = line.partition(" ")
        if not line:
            return None
        if own := OWN.get(name.casefold()):
            return own(self, text.strip())
        command = BY_NAME.get(name.casefold())
        if command is not None:
            return self.dialogue.begin(command.carry_out(self.clerk, text.strip()))
        from .plain import plain

        return self.dialogue.begin(plain(self.clerk, line))

    def unlock(self, typed: str) -> Say | Ask:
        """The PIN, and nothing else, opens the line again, as it was: a question is asked once more."""
        name = self.clerk.session.name
        word = typed.strip().casefold()
        if word in BY_NAME["quit"].names:
            return quit_(self, "")
        if word in BY_NAME["out"].names:
            return out(self, "")
        if word in ("", HELP):
            return Say(f"Locked. Type the PIN of {name}, or quit, or out for somebody else.")
        try:
            self.presence.unlock(typed)
        except PimError as error:
            return Say(error.message, details=(error.hint,))
        return self.dialogue.ask or Say("Unlocked.", details=("again repeats the last answer.",))
