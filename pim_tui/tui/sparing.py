"""What Textual brings along and no screen here uses: its command palette, and TLS in asyncio.

Together they are a tenth of what a start costs. Textual (8.2) loads its palette, and the fields and lists it
is made of, whether it is switched on or not; asyncio has always taken a Python without TLS as it comes.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Final

_PALETTE: Final = "textual.command"
_OF_PALETTE: Final = (
    "CommandListItem", "CommandPalette", "DiscoveryHit", "Hit", "Hits", "Provider", "SimpleProvider",
)  # fmt: skip
"""The names that Textual takes from there as it is loaded: for annotations, and to derive from."""


def spare() -> None:
    """Leave them out from now on; what is loaded already stays. Before Textual is first loaded."""
    if "asyncio" not in sys.modules and "ssl" not in sys.modules:
        _load_asyncio()
    if "textual.app" not in sys.modules and _PALETTE not in sys.modules:
        sys.modules[_PALETTE] = _no_palette()


def _load_asyncio() -> None:
    """Without TLS, which whoever speaks it outside loads for themselves."""
    sys.modules["ssl"] = None  # type: ignore[assignment]
    try:
        import asyncio  # noqa: F401
    finally:
        del sys.modules["ssl"]


def _no_palette() -> ModuleType:
    made = ModuleType(_PALETTE, "The palette that is never opened.")
    for name in _OF_PALETTE:
        setattr(made, name, type(name, (_LeftOut,), {"__module__": __name__}))
    return made


class _LeftOut:
    """Stands for a part of the palette; making one is a fault of the program."""

    def __init__(self, *args: object, **options: object) -> None:
        raise AssertionError(f"{type(self).__name__} was left out")
