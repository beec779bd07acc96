"""The couriers of texts and meetings as they are, over HTTP to a Twilio and a Zoom in a process of their own,
while their workers are killed at any moment.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from pim_tui.db.connection import open_book, select
from pim_tui.domain.calendarrules import CalendarRules
from pim_tui.domain.messages import House
from pim_tui.integrations.sms.twilio import Twilio
from pim_tui.integrations.web import Web
from pim_tui.integrations.zoom import SignIn, Zoom
from pim_tui.models import Outbox, Staff
from pim_tui.queries.delivery import Taken
from pim_tui.services.couriers import Courier, Handed
from pim_tui.services.delivery import Post, deliver
from pim_tui.services.leasing import LEASE
from pim_tui.services.meeting_courier import ByMeeting
from pim_tui.services.passes import SharedPass
from pim_tui.services.sms_courier import BySms
from pim_tui.services.work import Work
from tests.peers.fakeweb import Asked
from tests.peers.twilio import ACCOUNT, OURS, USER, WORD, FakeTwilio
from tests.peers.zoom import ACCOUNT as ZOOM
from tests.peers.zoom import CLIENT, SECRET, FakeSignIn, FakeZoom
from tests.safety.deliver import Told
from tests.safety.kill import _killed, _start
from tests.services.clinic import LEE, NOW, SATO, Practice, broken_line, practice

DAY = 86_400
HOSTS = {LEE: "lee@clinic.example", SATO: "sato@clinic.example"}


@dataclass
class _Telling:
    """Tells before and after each row, so that a worker dies on either side of it, or in between."""

    inner: Courier
    told: Told

    @property
    def channel(self) -> str:
        return self.inner.channel

    def carry(self, work: Work, row: Taken) -> Handed:
        self.told(0)
        handed = self.inner.carry(work, row)
        self.told(1)
        return handed

    def close(self) -> None:
        self.inner.close()


@contextmanager
def services(folder: Path) -> Iterator[tuple[list[str], Callable[[], dict[str, Any]]]]:
    """The addresses of Twilio, Zoom's sign-in and Zoom in a child; how it is ended, and what was done there.

    Twilio's clock is ahead of all workers: what it has was never there before it was asked for.
    """
    told, stop = os.pipe(), os.pipe()
    child, file = os.fork(), folder / "done.json"
    if child == 0:
        # A request that breaks off with its worker is told there, and is nobody's fault.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        twilio, sign_in = FakeTwilio(lambda: NOW + 3 * DAY), FakeSignIn()
        zoom = FakeZoom(sign_in, NOW, *HOSTS.values())
        zoom.share = 1_000_000
        with twilio.serving() as texts, sign_in.serving() as passes, zoom.serving() as meetings:
            os.write(told[1], json.dumps([texts, passes, meetings]).encode())
            os.read(stop[0], 1)
        made = filter(None, (_reference(one) for one in zoom.asked if one.method == "POST"))
        found = {
            "texts": Counter(one["body"] for one in twilio.messages),
            "made": Counter(made),
            "there": Counter(one["agenda"] for one in zoom.meetings.values()),
            "wrong": twilio.wrong + sign_in.wrong + zoom.wrong,
        }
        file.write_text(json.dumps(found), "utf-8")
        os._exit(0)

    def ended() -> dict[str, Any]:
        os.write(stop[1], b".")
        os.waitpid(child, 0)
        found: dict[str, Any] = json.loads(file.read_text("utf-8"))
        return found

    yield json.loads(os.read(told[0], 999)), ended
    for end in (*told, *stop):
        os.close(end)


def _reference(asked: Asked) -> str:
    """Which meeting was asked for; empty where the request broke off and asked for nothing."""
    try:
        return str(asked.json["agenda"])
    except (TypeError, ValueError):
        return ""


def clinic(folder: Path, count: int) -> Practice:
    """A clinic with so many texts and so many video visits that a service is to be told of, all due."""
    made = practice(folder)
    made.session = replace(made.session, calendar=CalendarRules(windows=(), video="zoom", quiet=(0, 0)))
    made.open_always()
    with made.store.write_tx():
        for id_, email in HOSTS.items():
            Staff.update(email=email, version=2).where(Staff.id == id_).execute()
    for number in range(count):
        staff, at = (LEE, SATO)[number % 2], NOW + 4 * DAY + number // 2 * 3600
        made.book(at, staff_id=staff, mode="virtual", customer_id=1 + number % 2)
    rows = [
        {
            "kind": "reminder", "window": str(number), "channel": "sms", "created_at": NOW, "due_at": NOW,
            "payload": json.dumps({"to": f"+4915112{number:06}", "text": f"Text {number}"}),
        }
        for number in range(count)
    ]  # fmt: skip
    with made.store.write_tx():
        for start in range(0, count, 100):
            Outbox.insert_many(rows[start : start + 100]).execute()
        Outbox.update(due_at=NOW).execute()
    made.store.close()
    return made


def killed(folder: str, count: int, kills: int, seed: int) -> dict[str, Any]:
    """So many texts, so many meetings and so many workers that die; what the services were asked for."""
    made, rng = clinic(Path(folder), count), Random(seed)
    with services(Path(folder)) as (addresses, ended):
        work = partial(_work, made, addresses)
        most = max(2, 6 * count // max(1, kills))
        for number in range(kills):
            _killed(*_start(partial(work, number)), rng.randint(1, most), rng.randint(0, 400))
        number = kills
        while number < kills + 20 and (number == kills or _open(made)):
            work(number, lambda _: None)
            number += 1
        done = ended()
    store = open_book(str(made.store.file))
    states = Counter(tuple(row) for row in select("select channel, state from outbox"))
    return {
        "texts": states["sms", "sent"],
        "texts unknown": states["sms", "unknown"],
        "texts lost": sum(not done["texts"].get(text) for text in _sent()),
        "texts twice": sum(times > 1 for times in done["texts"].values()),
        "meetings": states["meeting", "sent"],
        "meetings there": len(done["there"]),
        "meetings twice": sum(times > 1 for times in (*done["made"].values(), *done["there"].values())),
        "wrong": done["wrong"],
        "broken": broken_line(store),
    }


def _sent() -> list[str]:
    rows = select("select payload from outbox where channel = 'sms' and state = 'sent'")
    return [json.loads(payload)["text"] for (payload,) in rows]


def _open(made: Practice) -> bool:
    open_book(str(made.store.file))
    return bool(select("select 1 from outbox where state in ('waiting', 'sending') limit 1"))


def _work(made: Practice, addresses: list[str], number: int, told: Told) -> None:
    """One worker, ten minutes after the one before, with the couriers as the program makes them."""
    open_book(str(made.store.file))
    texts, passes, meetings = addresses
    now = NOW + number * LEASE
    session = replace(made.session, clock=lambda: now, key=f"worker-{number}")
    twilio = Twilio(Web("Twilio", texts), ACCOUNT, USER, lambda: WORD, OURS, session.clock)
    sign_in = SignIn(ZOOM, CLIENT, lambda: SECRET, session.clock, Web("Zoom", passes), meetings)
    zoom = Zoom(SharedPass(session, "zoom", sign_in), session.clock)
    couriers: list[Courier] = [BySms(twilio, House()), ByMeeting(zoom, "Harbour Clinic")]
    deliver(session, Post({one.channel: _Telling(one, told) for one in couriers}))
