"""Every error this program raises on purpose.

Each carries words for the person at the desk: ``message`` says what is wrong and where, ``hint``
what to do next. Nothing below the screens and the command line decides how they are shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum


class PimError(Exception):
    """The root of the error tree: a sentence for a person and a next step."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class UsageError(PimError):
    """The command was written wrongly: exit code 2."""

    exit_code = 2


class SettingsError(PimError):
    """A setting has a wrong name or value."""


class Refused(PimError):
    """A rule of the clinic says no.

    ``rule`` is its name in the domain rules (``T7``, ``S2``) and ``offers`` are start times in UTC
    seconds which would have been accepted, nearest first. ``step`` is the id, in the table of keys, of what
    does the thing that ``hint`` asks for first.
    """

    def __init__(
        self, message: str, hint: str = "", *, rule: str = "", offers: Sequence[int] = (), step: str = ""
    ) -> None:
        super().__init__(message, hint)
        self.rule = rule
        self.offers = tuple(offers)
        self.step = step

    def hint_by(self, way: str) -> str:
        """The hint with ``way``, how one does what it asks for first; empty where that is not known."""
        return self.hint.replace(" first", f" first ({way})", 1) if way else self.hint


class NotTaken(Refused):
    """A printer refused a paper before any of it was sent: nothing of it is printed."""


class NeedsAnswer(Refused):
    """Allowed once the person has said yes: ``question`` names the answer the command must carry."""

    def __init__(
        self, message: str, hint: str = "", *, question: str, rule: str = "", offers: Sequence[int] = ()
    ) -> None:
        super().__init__(message, hint, rule=rule, offers=offers)
        self.question = question


class Forbidden(Refused):
    """The person lacks the named ``right``, or must not be the one who says yes.

    ``told`` is set once the journal has it.
    """

    def __init__(
        self, message: str, hint: str = "", *, right: str = "", rule: str = "", offers: Sequence[int] = ()
    ) -> None:
        super().__init__(message, hint, rule=rule, offers=offers)
        self.right = right
        self.told = False


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with one field of a form, a row or a file."""

    field: str
    message: str


class Invalid(PimError):
    """Input that cannot be stored; every fault is reported at once."""

    def __init__(self, faults: Sequence[Fault], hint: str = "") -> None:
        super().__init__("; ".join(f"{f.field}: {f.message}" for f in faults), hint)
        self.faults = tuple(faults)

    def __str__(self) -> str:
        """Faults are no sentences; one ends where the next step begins."""
        return f"{self.message}. {self.hint}" if self.hint else self.message


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that somebody else changed while it was being edited."""

    field: str
    was: str
    theirs: str
    yours: str


class Stale(PimError):
    """The record was changed by somebody else since it was read."""

    def __init__(self, what: str, differences: Sequence[Difference], version: int) -> None:
        super().__init__(
            f"{what} was changed by somebody else while you were editing.",
            "Compare both values and save again.",
        )
        self.differences = tuple(differences)
        self.version = version


class NotFound(PimError):
    """The record does not exist, or no longer does."""


class StoreError(PimError):
    """The database cannot be used; the subclasses say why."""


class StoreBusy(StoreError):
    """Somebody else has been writing for too long."""


class StoreCollided(StoreBusy):
    """Two transactions were in each other's way and this one was given up: the same again may well pass."""


class StoreAway(StoreError):
    """The database server cannot be reached, now; it may be back any moment."""


class StoreFull(StoreError):
    """The disk is full."""


class StoreReadOnly(StoreError):
    """The database or its folder cannot be written to."""


class Gate(IntEnum):
    """Why a book is not opened at all, as the exit code that a script can tell it by."""

    LIBRARY = 11
    NETWORK = 12
    EMPTY = 13
    FOREIGN = 14
    NEWER = 15
    OLDER = 16
    OPEN = 17
    KEY = 18


class StoreUnfit(StoreError):
    """The file is missing, empty, damaged, newer than the program or not a clinic's book at all.

    ``gate`` is which of the checks at the start it was that refused, where it was one.
    """

    def __init__(self, message: str, hint: str = "", *, gate: Gate | None = None) -> None:
        super().__init__(message, hint)
        self.exit_code = gate or type(self).exit_code


class FileProblem(PimError):
    """A file somebody named cannot be read or written."""


class ProgramReplaced(PimError):
    """The program was updated while this process ran: what it has not loaded yet is of another version."""

    exit_code = 75

    def __init__(self) -> None:
        super().__init__(
            "pim-tui was updated while it was open.", "Leave and start again: what you typed is kept."
        )
