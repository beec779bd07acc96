"""``pim-tui deliver``: the worker that sends what waits, and how sending stands."""

from __future__ import annotations

import signal
from dataclasses import asdict
from functools import partial
from random import random
from threading import Event
from typing import TYPE_CHECKING

from ..bootstrap import Clinic, office, opened
from ..domain.rights import Right
from . import terminal

if TYPE_CHECKING:
    import argparse

    from ..domain.delivery import Carrier
    from ..queries.delivery import Standing
    from ..services.delivery import Round

REST = 15
"""Seconds between two looks at the outbox."""
SHOWN = 50
"""Failed messages that are named; the newest."""


def deliver(arguments: argparse.Namespace) -> int:
    """``pim-tui deliver``: 1 while nothing can go."""
    with opened(office()) as clinic:
        if arguments.status:
            return _status(clinic, as_json=arguments.json)
        stop = _stopped_by_signals()
        if not arguments.loop:
            done = _round(clinic, stop)
            _tell(done, as_json=arguments.json)
            return int(bool(done.held))
        return _loop(clinic, stop, as_json=arguments.json)


def _loop(clinic: Clinic, stop: Event, *, as_json: bool) -> int:
    """Round after round; where nothing can go, the pauses grow."""
    from ..domain.delivery import pause

    held = 0
    while not stop.is_set():
        done = _round(clinic, stop)
        held = held + 1 if done.held else 0
        if any(asdict(done).values()):
            _tell(done, as_json=as_json)
        stop.wait(max(REST, pause(held, random())) if held else REST)
    return 0


def _round(clinic: Clinic, stop: Event) -> Round:
    from ..domain.messages import House
    from ..services import delivery

    settings = clinic.settings
    house = House(settings.clinic_name, settings.clinic_phone, settings.clinic_address)
    return delivery.deliver(clinic.session, delivery.Post(_carrier(clinic), house, stop.is_set))


def _carrier(clinic: Clinic) -> Carrier:
    from ..integrations.secrets import secret
    from ..integrations.smtp import Server, Smtp

    settings = clinic.settings
    password = partial(secret, settings.smtp_password) if settings.smtp_password else None
    return Smtp(
        Server(
            settings.smtp_host, settings.smtp_port, settings.smtp_security, settings.smtp_user, password,
            settings.mail_from, settings.mail_name or settings.clinic_name, settings.smtp_ca_file,
        )
    )  # fmt: skip


def _stopped_by_signals() -> Event:
    """Set once this process is asked to end: the message in hand is still written down."""
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    return stop


def _tell(done: Round, *, as_json: bool) -> None:
    """What a round did. Why nothing can go is said once and not each minute."""
    if as_json:
        terminal.say_json(asdict(done))
        return
    counts = {"sent": done.sent, "withdrawn": done.withdrawn, "failed": done.failed, "later": done.later}
    if any(counts.values()):
        terminal.say(", ".join(f"{count} {what}" for what, count in counts.items() if count) + ".")
    if done.new:
        terminal.complain(f"No email can go out. {done.held}")


def _status(clinic: Clinic, *, as_json: bool) -> int:
    """How it stands: 1 where something is in the way or has failed."""
    from ..queries.delivery import failed, standing

    for right in (Right.DELIVER, Right.SEE_CUSTOMER):
        clinic.session.needs(right)
    found, lost = standing("email", clinic.session.clock()), failed("email", SHOWN)
    if as_json:
        terminal.say_json({**found._asdict(), "failures": [one._asdict() for one in lost]})
    else:
        for line in _sentences(found, clinic.session.zone):
            terminal.say(line)
        for one in lost:
            whom = f"#{one.number} {one.customer}, " if one.number is not None else ""
            terminal.say(f"  {whom}{one.kind} {one.window}".rstrip() + f": {one.why}")
    return int(bool(found.failed or found.since is not None))


def _sentences(found: Standing, zone: str) -> list[str]:
    lines = [f"{found.waiting} waiting, {found.due} of them due."]
    if found.since is not None:
        lines.append(f"Since {_moment(found.since, zone)}: {found.says}")
    if found.failed:
        first = "" if found.failed_since is None else f", the first on {_moment(found.failed_since, zone)}"
        lines.append(f"{found.failed} failed{first}.")
    return lines


def _moment(instant: int, zone: str) -> str:
    from ..domain.moments import clock, day_label, day_of

    return f"{day_label(day_of(instant, zone))}, {clock(instant, zone)}"
