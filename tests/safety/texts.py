"""Workers killed at any moment while they send texts by Twilio, which errs, drops lines and asks to wait.

``python -m tests.safety.texts [TEXTS] [KILLS]`` is the long form. Counted is what came to the service: no
text twice, none that the book calls sent and that never came. The control believes that nothing went whose
answer it did not get.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from pim_tui.db.connection import open_book, select
from pim_tui.domain.calendarrules import CalendarRules
from pim_tui.domain.texts import Search, Text
from pim_tui.integrations.sms.twilio import Twilio
from pim_tui.integrations.web import Web
from pim_tui.models import Outbox
from pim_tui.services.delivery import Post, deliver
from pim_tui.services.leasing import LEASE
from pim_tui.services.sms_courier import BySms
from tests.peers.fakeweb import Asked, Said, Trick
from tests.peers.twilio import ACCOUNT, OURS, USER, WORD, FakeTwilio, refused
from tests.safety.deliver import HOUSE, Told
from tests.safety.kill import _killed, _start
from tests.services.clinic import NOW, Practice, broken_line, practice

SHAKES = (
    Trick(refused(500, 20500), done=True), Trick(refused(500, 20500)), Trick(cut=True, done=True),
    Trick(cut=True), Trick(refused(429, 20429)), Trick(refused(401, 20003)),
)  # fmt: skip
ROUNDS = 40
"""Workers that come after the killed ones, a lease apart each: as many as it takes to come to an end."""


class Shaky(FakeTwilio):
    """One message in twelve meets a trouble."""

    def __init__(self, seed: int) -> None:
        super().__init__(lambda: self.now)
        self._rng, self.now = Random(seed), NOW

    def _trick(self, asked: Asked) -> Trick | None:
        shaken = asked.method == "POST" and self._rng.random() < 1 / 12
        return self._rng.choice(SHAKES) if shaken else None

    def do(self, asked: Asked) -> Said:
        return Said(200, {}) if asked.path == "/" else super().do(asked)


@dataclass
class Telling:
    """Tells before and after each text, so that a worker dies on either side of it."""

    texter: Twilio
    told: Told
    name: str = "twilio"
    tells: bool = True
    hears: bool = True

    def send(self, text: Text) -> str:
        self.told(0)
        key = self.texter.send(text)
        self.told(1)
        return key

    def find(self, search: Search) -> str | None:
        self.told(2)
        return self.texter.find(search)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.texter, name)


class Careless(Telling):
    """The control."""

    def find(self, search: Search) -> str | None:
        return None


def clinic(folder: Path, count: int) -> Practice:
    """A clinic with so many texts due, each to a number of its own."""
    made = practice(folder)
    made.session = replace(made.session, calendar=CalendarRules(quiet=(0, 0)), country="DE")
    rows = [
        {
            "kind": "letter", "window": str(number), "channel": "sms", "due_at": NOW, "created_at": NOW,
            "expires_at": NOW + 10**8,
            "payload": json.dumps({"to": f"+49151{12_000_000 + number}", "text": f"text {number}"}),
        }
        for number in range(count)
    ]  # fmt: skip
    with made.store.write_tx():
        for start in range(0, len(rows), 100):
            Outbox.insert_many(rows[start : start + 100]).execute()
    made.store.close()
    return made


def killed(folder: str, count: int, kills: int, seed: int, careless: bool = False) -> dict[str, Any]:
    """Workers die one after another, then some live; what of the texts came twice, or never."""
    made, rng, fake = clinic(Path(folder), count), Random(seed), Shaky(seed)
    kind = Careless if careless else Telling
    with fake.serving() as base:
        most, barrier = max(2, 4 * count // max(1, kills)), Web("Twilio", base)
        for number in range(kills):
            fake.now = NOW + number * LEASE
            worker = partial(_work, made, kind, base, number)
            _killed(*_start(worker), rng.randint(1, most), rng.randint(0, 400))
            barrier.ask("GET", "/")
        for number in range(kills, kills + ROUNDS):
            fake.now = NOW + number * LEASE
            _work(made, kind, base, number, lambda _: None)
        barrier.close()
    came = Counter(one["body"] for one in fake.messages)
    store = open_book(str(made.store.file))
    rows = select("select state, payload from outbox")
    texts = [json.loads(payload)["text"] for state, payload in rows if state == "sent"]
    return {
        "states": dict(Counter(state for state, _ in rows)),
        "twice": sum(n > 1 for n in came.values()),
        "lost": sum(not came[text] for text in texts),
        "wrong": len(fake.wrong),
        "broken": broken_line(store),
    }


def _work(made: Practice, kind: type[Telling], base: str, number: int, told: Told) -> None:
    """One worker from its start to its end, a lease after the one before it."""
    open_book(str(made.store.file))
    now = NOW + number * LEASE
    web = Web("Twilio", base, timeout=20)
    texter = kind(Twilio(web, ACCOUNT, USER, lambda: WORD, OURS, lambda: now), told)
    session = replace(made.session, clock=lambda: now, key=f"worker-{number}")
    deliver(session, Post({"sms": BySms(texter, HOUSE)}))


def main(count: int, kills: int) -> int:
    """The long form; 1 when anything was sent twice or lost."""
    with TemporaryDirectory() as folder:
        found = killed(folder, count, kills, 1)
    print(f"{count} texts, {kills} workers killed: {found}")
    return int(bool(found["twice"] or found["lost"] or found["wrong"] or found["broken"]))


if __name__ == "__main__":
    sys.exit(main(*(int(word) for word in (*sys.argv[1:], "2000", "200")[:2])))
