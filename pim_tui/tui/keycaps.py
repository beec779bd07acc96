"""The keys that a terminal has, and what is written on them.

A vt100 has four keys PF1 to PF4, arrows, letters and Ctrl; a vt220 lacks F5. There ``Esc 5`` stands for F5.
On a line that is stopped with Ctrl+S and started with Ctrl+Q these two are the line's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

_PRINTED: Mapping[str, str] = {
    "enter": "Enter", "escape": "Esc", "space": "Space", "tab": "Tab", "plus": "+", "minus": "-",
    "comma": ",", "full_stop": ".", "slash": "/", "left_square_bracket": "[", "delete": "Del",
    "right_square_bracket": "]", "greater_than_sign": ">", "insert": "Ins", "pageup": "PgUp",
    "pagedown": "PgDn", "question_mark": "?", "shift+tab": "Shift+Tab", "home": "Home", "end": "End",
    "up": "Up", "down": "Down", "left": "Left", "right": "Right", "equals_sign": "=",
    "dollar_sign": "$", "at": "@", "backspace": "Backspace", "ctrl+backslash": "Ctrl+\\",
    "ctrl+underscore": "Ctrl+_", "exclamation_mark": "!",
}  # fmt: skip
_EDITING = frozenset(("insert", "delete", "home", "end", "pageup", "pagedown"))
_OF_THE_LINE = frozenset(("ctrl+s", "ctrl+q"))
_FUNCTION = re.compile(r"f(\d{1,2})")
_NAMED = re.compile(r"\bCtrl\+[SQ]\b|\bF\d{1,2}\b|\bDel\b")
_INSTEAD = {"ctrl+s": "f9", "ctrl+q": "ctrl+backslash", "delete": "backspace"}
"""What does the same in every form, everywhere, and in every list."""
_DIGITS = {f"f{n}": str(n % 10) for n in range(1, 11)}


@dataclass(frozen=True, slots=True)
class Keycaps:
    """``functions`` are the numbers of its function keys; ``pf``: the first four are called PF1 to PF4;
    ``edits``: it has Insert to Page Down; ``back_tab``: it has Shift+Tab; ``flow``: Ctrl+S and Ctrl+Q stop
    and start its line and never come here; ``sco``: it sends SCO's codes."""

    functions: frozenset[int] = frozenset(range(1, 13))
    pf: bool = False
    edits: bool = True
    back_tab: bool = True
    flow: bool = False
    sco: bool = False

    @property
    def digits(self) -> bool:
        """Whether Escape and a figure are a function key that it lacks."""
        return not self.functions >= frozenset(range(1, 11))

    def has(self, key: str) -> bool:
        """Whether somebody at it can press the key, given by Textual's name."""
        if found := _FUNCTION.fullmatch(key):
            return int(found[1]) in self.functions or (self.digits and key in _DIGITS)
        if key in _EDITING:
            return self.edits
        if key == "shift+tab":
            return self.back_tab
        return not (self.flow and key in _OF_THE_LINE)

    def printed(self, key: str) -> str:
        """A key as one finds it there."""
        if found := _FUNCTION.fullmatch(key):
            number = int(found[1])
            if number in self.functions or key not in _DIGITS:
                return f"{'P' if self.pf and number <= 4 else ''}F{number}"
            return f"Esc {_DIGITS[key]}"
        if key in _PRINTED:
            return _PRINTED[key]
        return f"Ctrl+{key[5:].upper()}" if key.startswith("ctrl+") else key

    def of(self, keys: Iterable[str]) -> tuple[str, ...]:
        """``keys``, those that it has first: the first one is the one to tell of."""
        return tuple(sorted(keys, key=lambda key: not self.has(key)))

    def told(self, sentence: str) -> str:
        """A sentence of ours, the keys in it called as one finds them there."""
        return _NAMED.sub(lambda found: self._instead(found[0]), sentence)

    def _instead(self, name: str) -> str:
        key = "delete" if name == "Del" else name.lower()
        return self.printed(key if self.has(key) else _INSTEAD.get(key, key))

    def function(self, digit: str) -> str | None:
        """The function key that Escape and ``digit`` stand for; None where it is no figure, or not needed."""
        return next((key for key, one in _DIGITS.items() if one == digit), None) if self.digits else None


EVERY = Keycaps()
"""A keyboard of today."""
_VT100 = Keycaps(frozenset(range(1, 5)), pf=True, edits=False, back_tab=False)
_VT220 = Keycaps(frozenset((1, 2, 3, 4, *range(6, 21))), pf=True, back_tab=False)
_SCO = Keycaps(sco=True)
_OLD = (
    (r"vt(52|1\d\d)", _VT100),
    (r"vt[2-5]\d\d", _VT220),
    (r"putty-sco|scoansi|cons25", _SCO),
)


def caps_of(term: str, *, flow: bool = False) -> Keycaps:
    """The keys of the terminal that calls itself ``term``; ``flow`` as in :class:`Keycaps`."""
    found = next((caps for begins, caps in _OLD if re.match(begins, term)), EVERY)
    return replace(found, flow=flow)


def printed(key: str) -> str:
    """A key as it is called on a keyboard of today."""
    return EVERY.printed(key)
