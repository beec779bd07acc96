"""What was under way for somebody who has left."""

from __future__ import annotations


class Left(Exception):
    """Whoever it was for has left: nothing of it goes on, and nobody is told."""
