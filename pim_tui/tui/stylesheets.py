"""Where the style sheets are: inside the installed package, or beside it in a checkout."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from ..errors import FileProblem

_PACKAGE = Path(__file__).resolve().parents[1]


@cache
def folder() -> Path:
    """The ``styles`` folder; :class:`FileProblem` when the installation lost it."""
    for candidate in (_PACKAGE / "styles", _PACKAGE.parent / "styles"):
        if (candidate / "app.tcss").is_file():
            return candidate
    raise FileProblem("The style sheets are missing from this installation.", "Install pim-tui again.")


@cache
def colours() -> dict[str, str]:
    """The variables of ``app.tcss``: name without the ``$``, and value."""
    text = (folder() / "app.tcss").read_text("utf-8")
    return dict(re.findall(r"^\$([\w-]+):\s*(.+);$", text, re.MULTILINE))


def sheet(name: str) -> str:
    """The path of one sheet, for ``CSS_PATH``."""
    return str(folder() / f"{name}.tcss")
