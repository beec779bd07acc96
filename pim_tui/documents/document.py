"""What every paper can do: become a PDF, and become text."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from .fonts import Fonts
from .paper import Printed


class Document(Protocol):
    """A paper as plain data."""

    @property
    def title(self) -> str:
        """What it is, for the head of a preview; names no customer."""
        ...

    def pdf(self, created: datetime, *, size: str = "A4", fonts: Fonts | None = None) -> Printed:
        """The paper as PDF. ``created`` (with its zone) is stored in the file.

        A paper size that does not exist is refused.
        """
        ...

    def text(self, *, width: int = 80, ascii_only: bool = False) -> str:
        """The paper in lines of at most ``width`` columns, ended by newlines."""
        ...
