"""Emails a minute to a mail server on this machine, by one worker; and its memory over many of them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from pim_tui.db.connection import open_book
from pim_tui.domain.delivery import Mail
from pim_tui.integrations.smtp import Server, Smtp
from pim_tui.services.delivery import Post, deliver
from pim_tui.services.mail_courier import ByEmail
from tests.bench.figures import Figure
from tests.safety.deliver import HOUSE, clinic, server
from tests.services.clinic import NOW

MAILS, FIRST, MANY = 1000, 500, 5000


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
        open_book(str(made.store.file))
        deliver(made.session, Post({"email": ByEmail(nowhere, HOUSE)}))
        grown = _resident_mb() - nowhere.first
        yield Figure(f"memory more after {MANY:,} emails than after {FIRST}", grown, "MB", None, 4)


def _resident_mb() -> float:
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024
