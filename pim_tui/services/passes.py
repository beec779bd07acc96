"""The one pass that all processes share at a service: asking for another one makes this one void.

It lies in the service's row. A worker with the clinic's secret renews it, one at a time: the row is leased
for as long as that takes, and whoever finds it leased comes again. A session only reads it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from ..db.bulk import update
from ..db.connection import begun_again, write_tx
from ..domain.delivery import Trouble, Undelivered
from ..domain.jsontext import from_json
from ..domain.meetings import Issued, Pass
from ..domain.session import Session
from ..models import Service
from ..queries.meetings import PassRow, pass_row

SIGNS_IN = 90
"""Seconds that one worker has for it: longer than the slowest answer."""
AGAIN = 5
"""Seconds after which somebody else looks again."""
AGED, ENDS = 5 * 60, 30
"""Seconds left of its hour when a worker renews it, after 55 minutes, and when nobody uses it any more."""


@dataclass(frozen=True, slots=True)
class SharedPass:
    """:class:`~pim_tui.domain.meetings.Passes` in the row ``name``. ``sign_in`` asks the service for a new
    one; None where this process has no secret, and leaves it to the worker.
    """

    session: Session
    name: str
    sign_in: Callable[[], Issued] | None = None

    def current(self) -> Pass:
        """The pass in use; a new one where it is about to end."""
        row = pass_row(self.name)
        return _of(row) if row and self._good(row) else self._renew(row.token if row else "")

    def renewed(self, refused: Pass) -> Pass:
        """The one that somebody has got meanwhile, or a new one."""
        row = pass_row(self.name)
        return (
            _of(row) if row and self._good(row) and row.token != refused.token else self._renew(refused.token)
        )

    def _good(self, row: PassRow) -> bool:
        left = AGED if self.sign_in else ENDS
        return bool(row.token) and row.ends_at is not None and self.session.clock() < row.ends_at - left

    def _renew(self, old: str) -> Pass:
        if self.sign_in is None:
            self._hand_over(old)
            raise Undelivered(
                Trouble.LATER,
                "Whoever sends what waits (pim-tui deliver) has to sign in first.",
                self.session.clock() + AGAIN,
            )
        ours = self._ours()
        if not ours and not self._lease(old):
            now = self.session.clock()
            raise Undelivered(Trouble.LATER, "Another worker is signing in.", now + AGAIN)
        try:
            issued = self.sign_in()
            self._write(issued)
        finally:
            if not ours:
                self._let_go()
        return Pass(issued.token, issued.base)

    @begun_again
    def _hand_over(self, old: str) -> None:
        """The worker finds at its next look that it is void."""
        with write_tx():
            update(
                "update service set token_ends = null, due_at = 0 where name = ? and token = ? returning id",
                [self.name, old],
            )

    def _ours(self) -> bool:
        """Whether this worker has the row already, because it does the service's chore."""
        row = pass_row(self.name)
        now = self.session.clock()
        return row is not None and row.leased_by == self.session.key and (row.leased_until or 0) > now

    @begun_again
    def _lease(self, old: str) -> bool:
        """Whether it is ours to renew; not where somebody is at it, or has done it since ``old`` was read."""
        now = self.session.clock()
        with write_tx():
            Service.insert(name=self.name).on_conflict_ignore().execute()
            return bool(
                update(
                    "update service set leased_by = ?, leased_until = ? where name = ? and token = ?"
                    " and (leased_until is null or leased_until <= ?) returning id",
                    [self.session.key, now + SIGNS_IN, self.name, old, now],
                )
            )

    @begun_again
    def _write(self, issued: Issued) -> None:
        ends, memory = self.session.clock() + issued.seconds, json.dumps({"base": issued.base})
        with write_tx():
            update(
                "update service set token = ?, token_ends = ?, memory = ? where name = ? and leased_by = ?"
                " returning id",
                [issued.token, ends, memory, self.name, self.session.key],
            )

    @begun_again
    def _let_go(self) -> None:
        with write_tx():
            update(
                "update service set leased_by = '', leased_until = null where name = ? and leased_by = ?"
                " returning id",
                [self.name, self.session.key],
            )


def _of(row: PassRow) -> Pass:
    return Pass(row.token, str(from_json(row.memory).get("base", "")))
