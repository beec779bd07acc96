"""The manual, read out."""

from __future__ import annotations

from ..manual.lines import sentences
from ..manual.subjects import subject, subjects
from .answers import Row, Say
from .clerk import Clerk


def manual(clerk: Clerk, text: str) -> Say:
    """``manual``: its subjects; ``manual till``: what it says of one."""
    if text:
        one = subject(text)
        return Say(f"{one.title}.", tuple(map(Row, sentences(one.blocks))))
    found = subjects()
    return Say(
        f"The manual has {len(found)} subjects.",
        tuple(Row(f"{one.title}.") for one in found),
        ("manual and words of a title reads one: manual till.",),
    )
