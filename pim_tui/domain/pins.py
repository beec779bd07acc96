"""What a PIN or passphrase may be, and how long somebody waits who typed a wrong one (R4)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from itertools import pairwise

from ..errors import Fault, Invalid
from .text import fold

SHORTEST, LONGEST = 6, 64
"""Characters of a PIN."""
FREE_TRIES = 5
"""Wrong tries in a row before one has to wait."""
_FIRST_WAIT, _LONGEST_WAIT = 30, 15 * 60

_TRIED_FIRST = (
    "123123 123321 112233 121212 131313 159753 147258 147258369 159357 456456 654321 789456 123654 102030"
    " 010203 696969 142536 258369 987654321 password passwort passwd motdepasse contrasena wachtwoord"
    " qwerty qwertz qwertyuiop azerty asdfgh asdfghjkl yxcvbn zxcvbn qazwsx abcabc letmein iloveyou"
    " welcome willkommen admin administrator changeme secret geheim master login passphrase trustno"
    " clinic practice praxis doctor doktor reception nurse hospital pimtui football baseball basketball"
    " princess sunshine dragon monkey shadow superman batman starwars pokemon whatever freedom"
    " correcthorsebatterystaple"
)
COMMON = frozenset(_TRIED_FIRST.split())
"""What is tried first everywhere: compared without figures at its ends, case, accents and spaces."""


def as_compared(typed: str) -> str:
    """What was typed, so that the same letters from another keyboard are the same PIN."""
    text = typed[: 4 * LONGEST].encode("utf-8", "replace").decode()
    return unicodedata.normalize("NFC", text)


def read_pin(typed: str, called: Iterable[str] = ()) -> str:
    """A new PIN, :func:`as_compared`. ``called`` are names of its owner, which it may not be made of.

    Raises :class:`Invalid` for one that anybody would guess, without repeating it.
    """
    pin = as_compared(typed)
    if fault := _fault(pin) or _guessed(pin, called):
        raise Invalid([Fault("PIN", fault)], "Choose another one.")
    return pin


def _fault(pin: str) -> str:
    if not SHORTEST <= len(pin) <= LONGEST:
        return f"takes {SHORTEST} to {LONGEST} characters"
    if not pin.isprintable() or pin != pin.strip():
        return "holds only what a keyboard prints, without spaces at its ends"
    if len(set(pin.casefold())) < 3:
        return "repeats the same characters"
    steps = {ord(after) - ord(before) for before, after in pairwise(pin)}
    if steps in ({1}, {-1}):
        return "is a row that goes on by ones"
    half = len(pin) // 2
    if any(pin == pin[:size] * (len(pin) // size) for size in range(1, half + 1) if len(pin) % size == 0):
        return "repeats itself"
    return ""


def _guessed(pin: str, called: Iterable[str]) -> str:
    """What is tried first by whoever knows the person, or people: letters beside figures do not hide it."""
    bare = _bare(pin)
    if bare in COMMON or pin.casefold() in COMMON:
        return "is one of those that everybody tries first"
    words = {_bare(part) for name in called for part in (name, *name.split())}
    turned = words | {word[::-1] for word in words}
    rest = bare
    for word in sorted(filter(None, turned), key=len, reverse=True):
        rest = rest.replace(word, "")
    return "" if rest or not bare else "is made of the person's own name"


def _bare(text: str) -> str:
    """The letters of *text* alone, or its figures where there are none."""
    folded = fold(text).replace(" ", "")
    return "".join(filter(str.isalpha, folded)) or folded


def wait_after(failures: int) -> int:
    """Seconds to wait after so many wrong tries in a row: none at first, then doubled up to 15 minutes."""
    if failures < FREE_TRIES:
        return 0
    return int(min(_LONGEST_WAIT, _FIRST_WAIT << min(failures - FREE_TRIES, 10)))


def so_long(seconds: int) -> str:
    """How long to wait, in words: ``30 seconds``, ``2 minutes``. A begun minute counts whole."""
    if seconds == 1:
        return "1 second"
    return f"{seconds} seconds" if seconds <= 90 else f"{-(-seconds // 60)} minutes"
