"""What the host loads before it takes terminals: all that a session could ever need."""

from __future__ import annotations

import pkgutil
from importlib import import_module

import pim_tui

from ..db.connection import is_on_server

_NOT_READ = {"pim_tui.__main__", "pim_tui.db.migrations", "pim_tui.db.server"}
_LIBRARIES = ("fpdf", "PIL.Image", "encodings.idna", "_strptime")


def read_everything(database: str) -> None:
    """Load every module of the program and what they load when they are first needed."""
    for module in pkgutil.walk_packages(pim_tui.__path__, "pim_tui."):
        if not any(module.name == name or module.name.startswith(f"{name}.") for name in _NOT_READ):
            import_module(module.name)
    for name in _LIBRARIES:
        import_module(name)
    if is_on_server(database):
        import_module("pim_tui.db.server")
