"""Whoever takes what waits out of the house: a courier for each channel, handed in where a worker starts.

A courier does one row at a time, outside of any transaction, and keeps the promise of its channel (see
:mod:`~pim_tui.domain.delivery`): where ``row.state`` is ``sending`` an earlier try may have gone, and it
looks before it does it again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from ..domain.delivery import Trouble, Undelivered
from ..queries.delivery import Taken
from .work import Work


@dataclass(frozen=True, slots=True)
class Handed:
    """What is written with a row that was taken by its service.

    ``service`` and ``key`` name it there; ``state`` is ``sent``, or ``delivered`` where that is known;
    ``look_at``, UTC seconds, is when the service is asked what became of it. ``payload`` takes the place of
    the row's own where it is given, ``extra`` are further columns of the outbox. ``also`` writes what else
    belongs into the same transaction: it is carried out only where the row is still this worker's.
    """

    service: str = ""
    key: str = ""
    state: str = "sent"
    look_at: int | None = None
    payload: Mapping[str, Any] | None = None
    extra: Mapping[str, object] = field(default_factory=dict)
    also: Callable[[Work], object] | None = None


class NotWanted(Exception):
    """A courier found that the row does not hold any more; ``str`` of it is why. It is withdrawn."""


class Courier(Protocol):
    """One channel to the outside."""

    @property
    def channel(self) -> str:
        """Its name, as the outbox has it."""

    def carry(self, work: Work, row: Taken) -> Handed:
        """Hand one row over, outside of any transaction. ``work.now`` is when it was begun.

        Raises Undelivered; NotWanted; :class:`~pim_tui.errors.SettingsError` for a secret that cannot be
        had, which counts as a trouble with the settings.
        """

    def close(self) -> None:
        """Let go of the line, if there is one."""


@dataclass(frozen=True, slots=True)
class NotSetUp:
    """The courier of a channel that no service is set up for: what waits there is held, and says why."""

    channel: str
    says: str

    def carry(self, work: Work, row: Taken) -> Handed:
        """Nothing goes; see :class:`Courier`."""
        raise Undelivered(Trouble.SETTINGS, self.says)

    def close(self) -> None:
        """There is no line."""
