"""How many widgets there were is kept beside their class, and not in it.

Textual (8.2) counts them up in an attribute of the class, for their order. Python forgets whatever it has
learnt of a class, and of all that derive from it, when one of its attributes is set: each new widget cost the
others their short ways to methods, and a session of the host 40 pages of its own.
"""

from __future__ import annotations

from typing import Final

from textual.widget import Widget

from .textsafe import private

_NAME: Final = "_sort_order"


class _Count:
    """The attribute as the class of the class has it: that goes first, and setting it changes neither."""

    def __init__(self, count: int) -> None:
        self._count = count

    def __get__(self, kind: object, of: object = None) -> int:
        return self._count

    def __set__(self, kind: object, count: int) -> None:
        self._count = count


def install() -> None:
    """Once per process. Raises TextualChanged where widgets are not counted."""
    kind = type(Widget)
    if _NAME not in vars(kind):
        setattr(kind, _NAME, _Count(private(Widget, _NAME)))
