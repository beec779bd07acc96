"""Which keys the footer of the till offers: those that do something to the bill as it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..keys import Key

_ON_LINES = frozenset(("remove", "more", "less", "up", "down"))
"""Keys that are no letters and yet work on the lines only."""
_OF_KIND = {"borrow": ("due", "condition", "lot"), "dispense": ("directions", "lot")}
"""What a kind of bill is mostly changed by: it stands in front."""
_ONLY_ON = {"due": ("borrow",), "condition": ("borrow",), "directions": ("dispense", "sale")}
"""Keys that make sense on these kinds of bill only."""
_OF_POSTED = frozenset(("bill", "print_menu"))
_OF_BILL = frozenset((
    "pay", "lines", "more", "less", "quantity", "price", "discount", "lot", "remove", "payer",
    "bill_discount", "visit", "note", "park",
))  # fmt: skip
"""What an empty bill has no use for."""


def offered(
    keys: Sequence[Key], kind: str, *, typing: bool, lines: bool, shared: bool, posted: bool
) -> list[Key]:
    """The keys in their order. ``typing``: letters go into the line; ``lines``: the bill has some;
    ``shared``: a payer pays a part of it; ``posted``: there is a bill that was posted last."""
    found = [_called(key, typing=typing) for key in keys]
    found = [key for key in found if key.scope != "till" or _works(key.action, kind, lines, shared, posted)]
    if typing:
        found = [replace(key, keys=tuple(name for name in key.keys if _no_text(name))) for key in found]
        return [key for key in found if key.keys and key.action not in _ON_LINES]
    first = ("pay", "lines", *_OF_KIND.get(kind, ()))
    return sorted(found, key=lambda key: first.index(key.action) if key.action in first else len(first))


def _works(action: str, kind: str, lines: bool, shared: bool, posted: bool) -> bool:
    if action in _OF_POSTED:
        return posted
    if action in _OF_BILL and not lines:
        return False
    if action == "share":
        return shared
    return kind in _ONLY_ON.get(action, (kind,))


def _called(key: Key, *, typing: bool) -> Key:
    """What a key is called here."""
    names = {"app.till": "Kind"} if typing else {"app.till": "Kind", "till.lines": "Type"}
    return replace(key, label=names.get(key.id, key.label))


def _no_text(key: str) -> bool:
    """Whether a key, by Textual's name, is typed into no field."""
    return len(key) > 1 and key not in ("plus", "minus", "slash", "question_mark", "space")
