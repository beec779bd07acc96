"""``pim-tui deliver``: the worker that does what waits, and how it stands; ``pim-tui sync``: chores now."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from ..bootstrap import Clinic, office, opened
from ..domain.rights import Right
from ..errors import Refused, StoreError, StoreUnfit
from . import terminal
from .stopping import stopped_by_signals

if TYPE_CHECKING:
    import argparse
    from threading import Event

    from ..services.chores import Ran
    from ..services.delivery import Round

REST = 15
"""Seconds between two looks at what is due."""
SHOWN = 50
"""Failed messages that are named; the newest."""


def deliver(arguments: argparse.Namespace) -> int:
    """``pim-tui deliver``: 1 while something cannot go."""
    with opened(office()) as clinic:
        if arguments.status:
            return _status(clinic, as_json=arguments.json)
        stop = stopped_by_signals()
        if arguments.loop:
            from .uploads import page_beside

            with page_beside(clinic):
                return _loop(clinic, stop, as_json=arguments.json)
        done, ran = _round(clinic, stop, patient=arguments.once)
        _tell(done, ran, as_json=arguments.json)
        return int(bool(done.held or any(one.trouble for one in ran)))


def sync(arguments: argparse.Namespace) -> int:
    """``pim-tui sync [NAME]``: what is due now and then, done now; 1 where something was in the way."""
    with opened(office()) as clinic:
        from ..services.chores import Turn, run_chores
        from .outside import chores

        found = chores(clinic)
        names = [chore.name for chore in found]
        if arguments.name and arguments.name not in names:
            raise Refused(
                f"{arguments.name} is no service that is set up here.",
                f"There is {', '.join(names)}." if names else "See the settings in the README.",
            )
        stop = stopped_by_signals()
        wanted = [chore for chore in found if arguments.name in (None, chore.name)]
        ran = run_chores(clinic.session, wanted, Turn(stop.is_set, now=True))
        if arguments.json:
            terminal.say_json([asdict(one) for one in ran])
        else:
            _say_each(ran)
    return int(any(one.trouble for one in ran))


def _say_each(ran: list[Ran]) -> None:
    if not ran:
        terminal.say("No service is set up that is asked for anything.")
    for one in ran:
        if one.trouble:
            terminal.complain(f"{one.name}: {one.trouble}")
        else:
            terminal.say(f"{one.name}: {one.says or 'nothing new.'}")


def _loop(clinic: Clinic, stop: Event, *, as_json: bool) -> int:
    """Round after round. The first tries everything: whoever starts it may have put a setting right.

    A server that is away, a book that is locked or a full disk is told once, and waited for: what is due
    is still there afterwards. A book that is no longer this program's ends it.
    """
    patient, missed = False, ""
    while not stop.is_set():
        try:
            clinic.book.connect()
            done, ran = _round(clinic, stop, patient=patient)
        except StoreUnfit:
            raise
        except StoreError as error:
            if str(error) != missed:
                terminal.complain(f"It waits until the book can be used again. {error}")
            missed = str(error)
        else:
            if missed:
                terminal.complain("The book can be used again: it goes on.")
            patient, missed = True, ""
            if done.counts or any(one.new for one in done.held) or any(one.new or one.says for one in ran):
                _tell(done, ran, as_json=as_json)
        stop.wait(REST)
    return 0


def _round(clinic: Clinic, stop: Event, *, patient: bool) -> tuple[Round, list[Ran]]:
    """What is due in the outbox, then the chores that are due."""
    from ..services.chores import Turn, run_chores
    from ..services.delivery import Post, deliver
    from .outside import chores, couriers

    done = deliver(clinic.session, Post(couriers(clinic), stop.is_set, patient=patient))
    return done, run_chores(clinic.session, chores(clinic), Turn(stop.is_set))


def _tell(done: Round, ran: list[Ran], *, as_json: bool) -> None:
    """What a round did. Why nothing can go is said once and not each minute."""
    if as_json:
        terminal.say_json({**asdict(done), "services": [asdict(one) for one in ran]})
        return
    if done.counts:
        terminal.say(", ".join(f"{count} {what}" for what, count in done.counts.items()) + ".")
    for held in done.held:
        if held.new:
            terminal.complain(f"No {held.channel} can go out. {held.says}")
    for one in ran:
        if one.new:
            terminal.complain(f"{one.name}: {one.trouble}")
        elif one.says:
            terminal.say(f"{one.name}: {one.says}")


def _status(clinic: Clinic, *, as_json: bool) -> int:
    """How it stands: 1 where something is in the way or has failed."""
    from ..queries.delivery import failed
    from ..queries.outside import standing

    for right in (Right.DELIVER, Right.SEE_CUSTOMER):
        clinic.session.needs(right)
    now, zone = clinic.session.clock(), clinic.session.zone
    found, lost = standing(now), failed(SHOWN)
    if as_json:
        terminal.say_json(
            {
                "channels": {one.channel: one._asdict() for one in found.channels},
                "held": {name: one._asdict() for name, one in found.held.items() if one.trouble},
                "services": [one._asdict() for one in found.services],
                "failures": [one._asdict() for one in lost],
            }
        )
    else:
        for line in found.lines(now, zone) or ["Nothing waits, and nothing has failed."]:
            terminal.say(line)
        for one in lost:
            whom = f"#{one.number} {one.customer}, " if one.number is not None else ""
            terminal.say(f"  {whom}{one.kind} {one.window}".rstrip() + f": {one.why}")
    return int(found.troubled)
