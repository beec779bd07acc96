"""What the README has whoever runs a PostgreSQL server do, block by block."""

from __future__ import annotations

import re

from tests.peers.program import ROOT


def block(kind: str) -> str:
    """The code block whose first line says ``kind``."""
    readme = (ROOT / "README.md").read_text("utf-8")
    (found,) = re.findall(rf"^```{kind}\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    return str(found)


def statements(kind: str) -> list[str]:
    """The statements of a block of SQL, each in one line."""
    return [" ".join(one.split()) for one in block(f"sql {kind}").split(";") if one.strip()]
