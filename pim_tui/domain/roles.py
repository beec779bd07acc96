"""A role as a form edits it: what it is called, and what it may."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..errors import Difference, Fault
from .rights import AREAS, TITLES, Right
from .text import tidy

LONGEST = 40
"""Characters of a role's name."""


@dataclass(frozen=True, slots=True)
class RoleFields:
    """A role's name and rights."""

    name: str = ""
    rights: frozenset[Right] = frozenset()

    @property
    def names(self) -> list[str]:
        """The rights by name, as the journal keeps them."""
        return sorted(right.value for right in self.rights)


def read_role(typed: RoleFields) -> tuple[RoleFields, list[Fault]]:
    """The role as it is kept, and what is wrong with it."""
    read = RoleFields(tidy(typed.name, limit=LONGEST), typed.rights)
    return read, [] if read.name else [Fault("name", "is empty")]


def differences(was: RoleFields, now: RoleFields, typed: RoleFields) -> tuple[Difference, ...]:
    """What somebody else has changed since ``was``: the name, and each right by its own."""
    return tuple(_differences(was, now, typed))


def _differences(was: RoleFields, now: RoleFields, typed: RoleFields) -> Iterator[Difference]:
    if was.name != now.name:
        yield Difference("name", was.name, now.name, typed.name)
    for right in TITLES:
        if (right in was.rights) != (right in now.rights):
            yield Difference(right.value, *(yes_no(right in one.rights) for one in (was, now, typed)))


def kept(typed: RoleFields, now: RoleFields, theirs: frozenset[str]) -> RoleFields:
    """``typed``, but of the differences named in ``theirs`` what is there ``now``."""
    name = now.name if "name" in theirs else typed.name
    of_theirs = {right for right in TITLES if right.value in theirs}
    return RoleFields(name, (typed.rights - of_theirs) | (now.rights & of_theirs))


def yes_no(granted: bool) -> str:
    """Whether a role has a right, in letters."""
    return "yes" if granted else "-"


def matrix(roles: list[RoleFields]) -> Iterator[tuple[str, Right | None, tuple[str, ...]]]:
    """The table of rights: a line for each area (no right), then one for each of its rights with a word for
    each role."""
    for area, rights in AREAS.items():
        yield area, None, ()
        for right, title in rights.items():
            yield title, right, tuple(yes_no(right in role.rights) for role in roles)
