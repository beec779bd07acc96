"""An empty book for every test that asks for one."""

from __future__ import annotations

from tests.db.book import book

__all__ = ["book"]
