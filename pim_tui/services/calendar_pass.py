"""The pass over somebody's calendar on a server, and the end of keeping it alike.

Pull, write down, push, and only then remember where to go on from: a pass that was cut after any request is
done anew from where the last whole one ended, and meets what it did already as it finds it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass

from ..db.bulk import update
from ..db.connection import write_tx
from ..domain.calendars import PREFIX, Account, Memory, RemoteCalendar, Tally, Window
from ..domain.delivery import Trouble, Undelivered
from ..domain.rights import Right
from ..domain.session import Session
from ..queries.calendars import items, memory, staff_called
from ..queries.exporting import clinic_key
from .blocked_time import forget, forget_words
from .calendar_giving import Giving, give_out
from .calendar_rows import Whose
from .calendar_taking import Taking, look, take_in
from .chores import Stop
from .work import Work

EVERY = 300
"""Seconds between two passes."""


@dataclass(frozen=True, slots=True)
class KeepAlike:
    """A :class:`~.chores.Chore`: the calendar of one staff member. ``reach`` makes a line to it."""

    account: Account
    reach: Callable[[], RemoteCalendar]

    @property
    def name(self) -> str:
        """``caldav Dr Lee``."""
        return f"{PREFIX}{self.account.staff}"

    @property
    def every(self) -> int:
        """Seconds."""
        return EVERY

    def run(self, session: Session, stop: Stop) -> str:
        """One pass; see :class:`~.chores.Chore`."""
        session.needs(Right.DELIVER)
        work, staff_id = Work(session, session.clock()), _staff(self.account.staff)
        remote = self.reach()
        try:
            return self._pass(work, remote, staff_id, stop)
        finally:
            remote.close()

    def _pass(self, work: Work, remote: RemoteCalendar, staff_id: int, stop: Stop) -> str:
        account, tally, was = self.account, Tally(), memory(self.name)
        window = Window.of(work.now, work.session.zone, account.days)
        whose = Whose(staff_id, account.staff, remote.named(""), clinic_key())
        known = items(staff_id, window.first)
        other = was.address not in ("", account.address)
        if strangers := [one for one in known if other or not one.href.startswith(whose.folder)]:
            forget(work, whose, strangers, window)
            known = items(staff_id, window.first)
        if was.names and not account.names:
            forget_words(whose)
        seen = look(remote, was, account, window, known)
        taken = take_in(work, Taking(account, whose, window, tally), seen, known, stop)
        if taken and give_out(Giving(work, remote, account, whose, window, tally), stop) and not stop():
            now = Memory(account.address, window.key, account.names, seen.token, seen.mark)
            _remember(work, self.name, now)
        return tally.told(account.staff)


@dataclass(frozen=True, slots=True)
class LetGo:
    """A chore, too: a calendar that the settings do not name any more takes nobody's time.

    What is on the server stays there: nobody can sign in to it any more.
    """

    staff: str

    @property
    def name(self) -> str:
        """As it was before."""
        return f"{PREFIX}{self.staff}"

    @property
    def every(self) -> int:
        """Seconds."""
        return EVERY

    def run(self, session: Session, stop: Stop) -> str:
        """Forget its members; see :class:`~.chores.Chore`."""
        session.needs(Right.DELIVER)
        work = Work(session, session.clock())
        window = Window.of(work.now, session.zone, 0)
        for staff_id in staff_called(self.staff, left=True):
            forget(work, Whose(staff_id, self.staff, "", ""), items(staff_id, 0), window)
        _remember(work, self.name, Memory())
        return f"The calendar of {self.staff} is not in the settings any more and takes no time."


def _staff(name: str) -> int:
    found = staff_called(name)
    if len(found) != 1:
        who = "is nobody" if not found else "are several people"
        raise Undelivered(Trouble.SETTINGS, f"There {who} called {name} here: see the setting caldav.")
    return found[0]


def _remember(work: Work, name: str, now: Memory) -> None:
    """Where the next pass goes on, if this one is still the only one."""
    with write_tx():
        update(
            "update service set memory = ? where name = ? and leased_by = ? returning id",
            [json.dumps(asdict(now)), name, work.session.key],
        )
