"""What the README has whoever runs a PostgreSQL server do, block by block."""

from __future__ import annotations

from tests.readme.pages import block


def statements(kind: str) -> list[str]:
    """The statements of a block of SQL, each in one line."""
    return [" ".join(one.split()) for one in block(f"sql {kind}").split(";") if one.strip()]
