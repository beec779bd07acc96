"""Programs of the system that the test wrote itself, first on the path."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

LP = """
for word in "$@"; do printf '%s\\n' "$word"; done >> "{folder}/lp"
echo "request id is Desk-7 (1 file(s))"
"""


def put_program(folder: Path, patch: pytest.MonkeyPatch, name: str, script: str) -> None:
    """A shell script called ``name``, found before any other; ``{folder}`` in it is the test's own."""
    file = folder / "bin" / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"#!/bin/sh\n{script.replace('{folder}', str(folder))}\n", "utf-8")
    file.chmod(0o755)
    path = os.environ["PATH"]
    if not path.startswith(str(file.parent)):
        patch.setenv("PATH", f"{file.parent}:{path}")
