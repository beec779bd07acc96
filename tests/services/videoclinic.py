"""A clinic whose video visits are at Zoom, with a Zoom that can be told to misbehave."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pim_tui.db.connection import select
from pim_tui.domain.calendarrules import CalendarRules
from pim_tui.domain.meetings import Meetings
from pim_tui.domain.session import Session
from pim_tui.integrations.web import Web
from pim_tui.integrations.zoom import SignIn, Zoom
from pim_tui.models import Staff
from pim_tui.services.delivery import Post, Round, deliver
from pim_tui.services.meeting_courier import ByMeeting
from pim_tui.services.passes import SharedPass
from tests.peers.zoom import ACCOUNT, CLIENT, SECRET, FakeSignIn, FakeZoom
from tests.services.clinic import LEE, SATO, Practice, broken_line, practice

MINUTE, HOUR, DAY = 60, 3600, 86_400
LEE_AT_ZOOM, SATO_AT_ZOOM = "lee@clinic.example", "sato@clinic.example"
FRIDAY = "2026-11-27 10:30"


@dataclass
class Video:
    """A clinic whose video visits are at Zoom, and Zoom."""

    clinic: Practice
    sign_in: FakeSignIn
    zoom: FakeZoom
    login_url: str
    url: str

    def passes(self, session: Session | None = None, secret: str = SECRET) -> SharedPass:
        asker = session or self.clinic.session
        web = Web("Zoom", self.login_url)
        return SharedPass(asker, "zoom", SignIn(ACCOUNT, CLIENT, lambda: secret, asker.clock, web, self.url))

    def adapter(self, session: Session | None = None, passes: SharedPass | None = None) -> Meetings:
        asker = session or self.clinic.session
        return Zoom(passes or self.passes(asker), asker.clock, lambda base: Web("Zoom", base))

    def go(self, seconds: int = 5 * MINUTE, host: str = "", key: str = "") -> Round:
        """A worker comes by after so many seconds."""
        self.clinic.clock[0] += seconds
        self.zoom.now = self.clinic.clock[0]
        session = replace(self.clinic.session, key=key or self.clinic.session.key)
        courier = ByMeeting(self.adapter(session), "Harbour Clinic", host)
        return deliver(session, Post({"meeting": courier}, share=lambda: 1.0))

    def book(self, when: str = FRIDAY, **more: Any) -> int:
        return self.clinic.book(when, **{"mode": "virtual", **more}).ids[0]

    def settled(self) -> None:
        """Workers come by until nothing waits any more."""
        for _ in range(20):
            self.go(HOUR if _open() else 0)
            if not _open():
                return
        raise AssertionError(select("select id, state, why from outbox"))


def _open() -> list[tuple[Any, ...]]:
    return select("select id from outbox where state in ('waiting', 'sending')")


@contextmanager
def video_clinic(folder: Path) -> Iterator[Video]:
    """The clinic and Zoom, and at the end whether both are sound."""
    clinic = practice(folder)
    clinic.session = replace(clinic.session, calendar=CalendarRules(windows=(), video="zoom"))
    with clinic.store.write_tx():
        for id_, email in ((LEE, LEE_AT_ZOOM), (SATO, SATO_AT_ZOOM)):
            Staff.update(email=email, version=2).where(Staff.id == id_).execute()
    clinic.open_always()
    sign_in = FakeSignIn()
    zoom = FakeZoom(sign_in, clinic.clock[0], LEE_AT_ZOOM, SATO_AT_ZOOM)
    with sign_in.serving() as login_url, zoom.serving() as url, zoom.soon_given_up():
        yield Video(clinic, sign_in, zoom, login_url, url)
    assert broken_line(clinic.store) is None
    assert zoom.wrong + sign_in.wrong == []
    clinic.store.close()
