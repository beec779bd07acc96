"""Emails a minute to a mail server on this machine, by one worker; its memory over many; its cost at rest."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from pim_tui.cli.delivery import REST
from pim_tui.db.connection import open_book
from pim_tui.domain.delivery import Mail
from pim_tui.domain.session import Session
from pim_tui.integrations.smtp import Server, Smtp
from pim_tui.services.chores import Turn, run_chores
from pim_tui.services.delivery import Post, deliver
from pim_tui.services.mail_courier import ByEmail
from tests.bench.figures import Figure
from tests.safety.deliver import HOUSE, clinic, server
from tests.services.clinic import NOW

MAILS, FIRST, MANY = 1000, 5000, 100_000
HOUR = 3600 // REST
"""Rounds of a worker that stays."""


class _Nowhere:
    """Takes everything, and knows how much memory the process had after the first of it."""

    def __init__(self) -> None:
        self.count, self.first = 0, 0.0

    def send(self, mail: Mail) -> None:
        """Count it."""
        self.count += 1
        if self.count == FIRST:
            self.first = _resident_mb()

    def close(self) -> None:
        """Nothing to let go of."""


class _Chore:
    """Asked once, and then not due for the hour."""

    name, every = "chore", 7200

    def run(self, session: Session, stop: Callable[[], bool]) -> str:
        """Nothing is new."""
        return ""


def figures() -> Iterator[Figure]:
    """The goal is a thousand a minute, and memory that does not grow with the outbox."""
    with TemporaryDirectory() as folder, server(Path(folder)) as (port, ended):
        made = clinic(Path(folder), MAILS)
        open_book(str(made.store.file))
        line = Smtp(Server("127.0.0.1", port, "none", sender="desk@clinic.example"))
        began = time.perf_counter()
        sent = deliver(replace(made.session, clock=lambda: NOW), Post({"email": ByEmail(line, HOUSE)})).sent
        took = time.perf_counter() - began
        assert (sent, len(ended())) == (MAILS, MAILS)
        yield Figure("emails a minute, one worker", sent * 60 / took, "", None, 1000, at_least=True)
    with TemporaryDirectory() as folder:
        made, nowhere = clinic(Path(folder), MANY), _Nowhere()
        store = open_book(str(made.store.file))
        # Only memory is looked at: nothing has to reach the disk.
        store.db.execute_sql("pragma synchronous = off")
        deliver(made.session, Post({"email": ByEmail(nowhere, HOUSE)}))
        assert nowhere.count == MANY
        grown = _resident_mb() - nowhere.first
        yield Figure(f"memory more after {MANY:,} emails than after {FIRST:,}", grown, "MB", None, 4)
        chore = _Chore()
        began = time.process_time()
        for _ in range(HOUR):
            deliver(made.session, Post({"email": ByEmail(nowhere, HOUSE)}, patient=True))
            run_chores(made.session, [chore], Turn())
        yield Figure("a worker that stays, idle for an hour", time.process_time() - began, "s", None, 1)


def _resident_mb() -> float:
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024
