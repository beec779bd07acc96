"""The printer of the terminal itself: what stands between two sequences goes to it, not to the screen.

That is "media copy" (mc5 and mc4 of terminfo). Where it is not passed on, the paper would be painted over
the screen, so it is refused there.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Mapping
from typing import Final

from ..errors import Refused

ON: Final = "\x1b[5i"
OFF: Final = "\x1b[4i"
_KEPT: Final = "\n\f"
_ELSE: Final = "Choose another printer, or print into a file."


def check(allowed: str, env: Mapping[str, str] = os.environ) -> None:
    """Raise :class:`Refused` where this terminal must not be asked to print; ``allowed`` is the setting
    media_copy: no, yes, or force where the terminal can though its description does not say so."""
    if allowed == "no":
        raise Refused(
            "Printing on the terminal's own printer is off.", 'Set media_copy = "yes" where it has one.'
        )
    for name, program in (("TMUX", "tmux"), ("STY", "screen")):
        if env.get(name):
            raise Refused(
                f"Inside {program} the paper could be painted over the screen: it was not printed.",
                f"Leave {program} for that. {_ELSE}",
            )
    term = env.get("TERM", "")
    if allowed != "force" and not _can(term):
        raise Refused(
            f"The terminal {term[:40] or 'without a name'} has no printer that is known of (no mc5).",
            f'If it does, set media_copy = "force". {_ELSE}',
        )


def _can(term: str) -> bool:
    """Whether the description of the terminal has the sequence. A process can ask about one terminal only,
    and this one has no other."""
    import curses

    try:
        curses.setupterm(term, 1)
        return curses.tigetstr("mc5") == ON.encode()
    except curses.error:
        return False


def wrapped(text: str) -> str:
    """The text as one piece between the two sequences; it must be written at once.

    Nothing in it can end the printing or command the terminal: control characters but the ends of lines and
    pages are left out.
    """
    plain = "".join(char for char in text if char in _KEPT or unicodedata.category(char) != "Cc")
    page = plain if plain.endswith("\f") else f"{plain}\f"
    return f"{ON}{page.replace(chr(10), chr(13) + chr(10))}{OFF}"
