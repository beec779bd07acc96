"""``pim-tui manual``: the manual, which needs no book."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from ..manual.lines import WIDEST, lines
from ..manual.subjects import Subject, subject, subjects
from . import terminal

if TYPE_CHECKING:
    import argparse


def manual(arguments: argparse.Namespace) -> int:
    """The subjects by the parts of the manual, or one of them as plain text."""
    if arguments.subject:
        _show(subject(" ".join(arguments.subject)), arguments.json)
    else:
        _list(arguments.json)
    return 0


def _list(json: bool) -> None:
    if json:
        terminal.say_json([terminal.named(one, ("title", "part", "of")) for one in subjects()])
        return
    part = ""
    for one in subjects():
        if one.part != part:
            terminal.say(f"\n{one.part}" if part else one.part)
            part = one.part
        terminal.say(f"    {one.title}" if one.of else f"  {one.title}")
    terminal.say(
        "\npim-tui manual SUBJECT shows one: words of its title are enough, such as pim-tui manual till."
    )


def _show(one: Subject, json: bool) -> None:
    text = "\n".join(lines(one.blocks, WIDEST if json else _columns()))
    if json:
        terminal.say_json({**terminal.named(one, ("title", "part", "of")), "text": text})
    else:
        terminal.say(f"{one.title}\n\n{text}")


def _columns() -> int:
    """How wide the terminal is; into a pipe as wide as reads well."""
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or WIDEST
    except (OSError, ValueError):
        return WIDEST
