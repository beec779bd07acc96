"""A clinic and a Calendly beside it, with ways to look at both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from pim_tui.db.connection import select
from pim_tui.domain.bookings import Tally
from pim_tui.integrations.calendly import Calendly
from pim_tui.models import Email, Phone, Staff
from pim_tui.services.bookings_courier import ToCalendly
from pim_tui.services.bookings_pass import CalendlyPass
from pim_tui.services.delivery import Post, Round, deliver
from tests.peers.calendly import TOKEN, FakeCalendly
from tests.services.clinic import JANE, JOHN, LEE, SATO, Practice, practice

HOSTS = {"LEE": "lee@clinic.example", "SATO": "sato@clinic.example"}


class Kept(Calendly):
    """Its line stays open from one run to the next: opening one takes as long as a test."""

    def close(self) -> None:
        """Later."""


@dataclass
class Both:
    """A clinic and its Calendly, with ways to look at both."""

    clinic: Practice
    web: FakeCalendly
    base: str

    @cached_property
    def service(self) -> Calendly:
        return Kept(lambda: TOKEN, lambda: self.clinic.clock[0], self.base)

    def sync(self, key: str = "worker-1", stop: Callable[[], bool] = lambda: False) -> Tally:
        chore = CalendlyPass(self.service)
        chore.run(replace(self.clinic.session, key=key), stop)
        return chore.tally

    def deliver(self, seconds: int = 300) -> Round:
        self.clinic.clock[0] += seconds
        post = Post({"booking": ToCalendly(self.service)}, share=lambda: 1.0)
        return deliver(self.clinic.session, post)

    def visits(self) -> list[tuple[Any, ...]]:
        return select("select customer_id, staff_id, starts_at, status from appointment order by id")

    def booking(self, key: str) -> dict[str, Any]:
        rows = select(
            "select state, appointment_id, customer_id, starts_at, why, no_show, missed from booking"
            " where key = ?",
            [key],
        )
        names = ("state", "appointment_id", "customer_id", "starts_at", "why", "no_show", "missed")
        return dict(zip(names, rows[0], strict=True))

    def told(self) -> list[tuple[str, str]]:
        return select("select kind, state from outbox where channel = 'booking' order by id")


@contextmanager
def calendly_clinic(folder: Path) -> Iterator[Both]:
    """Jane and John have addresses, Dr Lee and Dr Sato are hosts."""
    clinic = practice(folder)
    with clinic.store.write_tx():
        for customer, name in ((JANE, "jane"), (JOHN, "john")):
            Email.create(customer=customer, address=f"{name}@mail.example", folded=f"{name}@mail.example")
        Phone.create(customer=JOHN, number="030 5550101", e164="+49305550101")
        for staff, email in ((LEE, HOSTS["LEE"]), (SATO, HOSTS["SATO"])):
            Staff.update(email=email, version=Staff.version + 1).where(Staff.id == staff).execute()
    web = FakeCalendly(clinic.clock, HOSTS)
    specs = Path(__file__).resolve().parents[2].parent / "shared" / "specs"
    if specs.is_dir():
        web.against(specs)
    with web.serving() as base:
        made = Both(clinic, web, base)
        yield made
        Calendly.close(made.service)
    clinic.store.close()
