"""The small clinic for every test that asks for one."""

from __future__ import annotations

from tests.services.clinic import clinic

__all__ = ["clinic"]
