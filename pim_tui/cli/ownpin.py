"""The own PIN once more, typed at the terminal, for a command that asks for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from .. import asking
from ..errors import NeedsAnswer, Refused
from ..services.stepup import PIN

R = TypeVar("R")


def with_pin(act: Callable[[Any], R], command: Any) -> R:
    """Carry out ``command``, which has a field ``pin``; where that is asked for, again with what is typed.

    Raises :class:`Refused` where nobody can type it.
    """
    try:
        return act(command)
    except NeedsAnswer as error:
        if error.question != PIN:
            raise
        if not asking.can_ask():
            raise Refused(error.message, "Run it at a terminal, where you can type it.") from error
    return act(replace(command, pin=asking.secret("Your PIN")))
