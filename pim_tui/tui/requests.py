"""Request ids: made when a form opens, so that the same form sent twice is carried out once."""

from __future__ import annotations

import os


def new_request() -> str:
    """An id that no other form of any session has."""
    return os.urandom(12).hex()
