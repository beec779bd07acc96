"""What libraries bring along that no session here uses: left out of a start, of which it was a sixth.

Textual (8.2) loads its command palette, and the fields and lists it is made of, whether it is switched on or
not. asyncio loads TLS, hashlib OpenSSL, and Peewee the system's SQLite beside the newer one: all of them take
a Python that has none as it comes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from types import ModuleType
from typing import Final

_PALETTE: Final = "textual.command"
_OF_PALETTE: Final = (
    "CommandListItem", "CommandPalette", "DiscoveryHit", "Hit", "Hits", "Provider", "SimpleProvider",
)  # fmt: skip
"""The names that Textual takes from there as it is loaded: for annotations, and to derive from."""


def spare() -> None:
    """Leave them out from now on; what is loaded already stays. Before Textual and Peewee are loaded."""
    with _without("ssl"):
        import_module("asyncio")
    with _without("_hashlib"):
        import_module("hashlib")
    with suppress(ImportError):
        import_module("pysqlite3")
        with _without("sqlite3"):
            import_module("peewee")
    if "textual.app" not in sys.modules and _PALETTE not in sys.modules:
        sys.modules[_PALETTE] = _no_palette()


@contextmanager
def _without(name: str) -> Iterator[None]:
    """As if Python did not have that module; whoever asks for it later gets it."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]  # "not there", for Python
    try:
        yield
    finally:
        del sys.modules[name]


def _no_palette() -> ModuleType:
    made = ModuleType(_PALETTE, "The palette that is never opened.")
    for name in _OF_PALETTE:
        setattr(made, name, type(name, (_LeftOut,), {"__module__": __name__}))
    return made


class _LeftOut:
    """Stands for a part of the palette; making one is a fault of the program."""

    def __init__(self, *args: object, **options: object) -> None:
        raise AssertionError(f"{type(self).__name__} was left out")
