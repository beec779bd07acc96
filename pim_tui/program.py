"""Whether the files of the program are still those that this process began with.

Most modules are loaded when they are first needed. After an update they would be the new version's, in a
process that is still the old one; so nothing more is loaded then, and whoever works is asked to start again.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Final

from .errors import ProgramReplaced

_ROOT: Final = "pim_tui."
_MARK: Final = Path(__file__).with_name("__init__.py")
"""Holds the version: every release writes it anew."""


def _print_of(file: Path) -> tuple[int, int, int] | None:
    """What tells one file from another of the same name; None when it is not there."""
    try:
        found = os.stat(file)
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


_BEGAN_WITH: Final = _print_of(_MARK)


def replaced() -> bool:
    """Whether the program was updated, or taken away, since this process began."""
    return _print_of(_MARK) != _BEGAN_WITH


class _Guard:
    """Stands before the finders of modules; says no more than that one may not be loaded any more."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name.startswith(_ROOT) and replaced():
            raise ProgramReplaced
        return None


def guard() -> None:
    """From now on raise :class:`ProgramReplaced` instead of loading a module of another version."""
    if _Guard not in sys.meta_path:
        sys.meta_path.insert(0, _Guard)
