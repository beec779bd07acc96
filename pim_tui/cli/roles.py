"""``pim-tui roles``: roles and rights in one table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..bootstrap import office, opened
from ..domain.roles import RoleFields, matrix
from ..queries import roles as book
from . import terminal

if TYPE_CHECKING:
    import argparse


def roles(arguments: argparse.Namespace) -> int:
    """Every right by what it is about, with a column for each role."""
    with opened(office()):
        found = book.roles()
    if arguments.json:
        terminal.say_json(
            [
                {"role": one.name, "people": one.people, "rights": RoleFields(one.name, one.rights).names}
                for one in found
            ]
        )
        return 0
    lines = [
        (f"  {title}", *cells) if right else (title, *("" for _ in found))
        for title, right, cells in matrix([RoleFields(one.name, one.rights) for one in found])
    ]
    terminal.table(lines, ("A role may", *(one.name for one in found)))
    return 0
