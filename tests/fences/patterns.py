"""``python -m tests.fences.patterns``: compile the patterns of a start, and keep what comes of it.

To be run again when a start compiles patterns that are not kept, as after an update of Textual: see
:mod:`pim_tui.quickpatterns`.
"""

from __future__ import annotations

import re._compiler as compiler
import re._parser as parser
import sys
import tempfile
from array import array
from ast import literal_eval
from pathlib import Path

from pim_tui import quickpatterns
from pim_tui.quickpatterns import Kept
from tests.fences.starts import told_by_a_start


def compiled(pattern: str | bytes, flags: int) -> Kept:
    """What Python makes of it."""
    read = parser.parse(pattern, flags)
    words = array("I", compiler._code(read, flags)).tobytes()
    return pattern, flags, flags | read.state.flags, words, read.state.groups - 1, read.state.groupdict


def main() -> int:
    """Keep those of a start that does without what was kept before."""
    quickpatterns.keep(())
    with tempfile.TemporaryDirectory() as folder:
        asked = told_by_a_start(Path(folder))["patterns"]
    found = sorted({(literal_eval(text), flags) for text, flags in asked}, key=repr)
    quickpatterns.keep(compiled(*one) for one in found)
    print(f"{len(found)} patterns, {quickpatterns.FILE.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
