"""Workers that deliver, side by side and killed at any moment, against a real mail server in its own process.

``python -m tests.safety.deliver [MESSAGES] [KILLS]`` is the long form.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import count as counting
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from pim_tui.db.connection import open_book, select
from pim_tui.domain.calendarrules import CalendarRules
from pim_tui.domain.delivery import Carrier, Mail
from pim_tui.domain.messages import House
from pim_tui.integrations.smtp import Server, Smtp
from pim_tui.models import Outbox
from pim_tui.queries.delivery import due
from pim_tui.services.delivery import Post, deliver
from pim_tui.services.leasing import LEASE
from pim_tui.services.mail_courier import ByEmail
from tests.integrations.mailserver import mail_server
from tests.safety.alone import crowd
from tests.safety.kill import _killed, _start
from tests.services.clinic import NOW, Practice, broken_line, practice

HOUSE = House("Harbour Clinic")
Told = Callable[[int], object]


@dataclass
class _Telling:
    """Tells before and after each message, so that a worker dies on either side of it."""

    line: Carrier
    told: Told

    def send(self, mail: Mail) -> None:
        self.told(0)
        self.line.send(mail)
        self.told(1)

    def close(self) -> None:
        self.line.close()


@contextmanager
def server(folder: Path) -> Iterator[tuple[int, Callable[[], list[str]]]]:
    """The port of a server in a child, and how it is ended and asked for the Message-IDs that came."""
    told, stop = os.pipe(), os.pipe()
    child, file = os.fork(), folder / "arrived.json"
    if child == 0:
        with mail_server() as server:
            os.write(told[1], str(server.port).encode())
            os.read(stop[0], 1)
        file.write_text(json.dumps(server.ids), "utf-8")
        os._exit(0)

    def ended() -> list[str]:
        os.write(stop[1], b".")
        os.waitpid(child, 0)
        found: list[str] = json.loads(file.read_text("utf-8"))
        return found

    yield int(os.read(told[0], 9)), ended
    for end in (*told, *stop):
        os.close(end)


def clinic(folder: Path, count: int, channels: Sequence[str] = ("email",)) -> Practice:
    """A clinic with so many rows due on each channel, none of which is about anybody, and no quiet hours."""
    made = practice(folder)
    made.session = replace(made.session, calendar=CalendarRules(quiet=(0, 0)))
    rows = [
        {
            "kind": channel, "window": str(number), "channel": channel, "due_at": NOW, "created_at": NOW,
            "payload": json.dumps({"to": f"c{number}@mail.example", "subject": "s", "text": f"{number}"}),
        }
        for number in range(count)
        for channel in channels
    ]  # fmt: skip
    with made.store.write_tx():
        for start in range(0, len(rows), 100):
            Outbox.insert_many(rows[start : start + 100]).execute()
    made.store.close()
    return made


def _work(made: Practice, port: int, now: int, key: str, told: Told | None = None) -> int:
    """One worker from its start to its end; how many it sent."""
    open_book(str(made.store.file))
    line: Carrier = Smtp(Server("127.0.0.1", port, "none", sender="desk@clinic.example", timeout=20))
    session = replace(made.session, clock=lambda: now, key=key)
    return deliver(session, Post({"email": ByEmail(_Telling(line, told) if told else line, HOUSE)})).sent


def killed(folder: str, count: int, kills: int, seed: int) -> dict[str, Any]:
    """Workers die one after another, the last one lives; what of the messages was lost or told apart."""
    made, rng = clinic(Path(folder), count), Random(seed)
    with server(Path(folder)) as (port, ended):
        for number in range(kills):
            worker = partial(_work, made, port, NOW + number * LEASE, f"worker-{number}")
            most = max(2, 3 * count // max(1, kills))
            _killed(*_start(worker), rng.randint(1, most), rng.randint(0, 400))
        _work(made, port, NOW + kills * LEASE, "last")
        arrived = Counter(ended())
    store = open_book(str(made.store.file))
    ids = [id_ for (id_,) in select("select message_id from outbox where state = 'sent'")]
    return {
        "sent": len(ids),
        "lost": len(set(ids) - set(arrived)),
        "unknown": len(set(arrived) - set(ids)),
        "again": arrived.total() - len(arrived),
        "broken": broken_line(store),
    }


def together(folder: str, count: int, workers: int) -> dict[str, Any]:
    """So many workers begin at once on one book; who sent how many, and what came more than once."""
    made = clinic(Path(folder), count)
    with server(Path(folder)) as (port, ended):
        sent = crowd(workers, lambda number: _work(made, port, NOW, f"worker-{number}"))
        arrived = Counter(ended())
    open_book(str(made.store.file))
    states = dict(select("select state, count(*) from outbox group by state"))
    return {"sent": sent, "arrived": len(arrived), "again": arrived.total() - len(arrived), "states": states}


def careless(folder: str, count: int, kills: int) -> int:
    """A worker that writes down first and sends then, killed as often: how many messages nobody got."""
    made = clinic(Path(folder), count)

    def work(port: int, told: Told) -> None:
        book = open_book(str(made.store.file))
        line = Smtp(Server("127.0.0.1", port, "none", sender="desk@clinic.example"))
        while rows := due("email", NOW, 1):
            with book.write_tx():
                book.db.execute_sql("update outbox set state = 'sent' where id = ?", (rows[0].id,))
            told(0)
            line.send(Mail("x@mail.example", "s", "t", f"<{rows[0].id}@x>", NOW))
            told(1)

    def stands(port: int, after: int, told: Told) -> None:
        """The same, until it has written down one more than it has sent."""
        tells = counting(1)

        def tell(what: int) -> None:
            told(what)
            if next(tells) == after:
                signal.pause()

        work(port, tell)

    with server(Path(folder)) as (port, ended):
        for number in range(kills):
            after = 1 + 2 * (number % 3)
            _killed(*_start(partial(stands, port, after)), after, 0)
        work(port, lambda _: None)
        return count - len(set(ended()))


def main(count: int, kills: int) -> int:
    """The long form; 1 when anything was lost or done twice."""
    from tests.safety import adapters, channels

    with TemporaryDirectory() as folder:
        found = killed(folder, count, kills, 1)
    print(f"{count} emails, {kills} workers killed: {found}")
    wrong = (found["sent"], found["lost"], found["unknown"], found["broken"]) != (count, 0, 0, None)
    for kind in channels.KINDS:
        with TemporaryDirectory() as folder:
            found = channels.killed(folder, count // 3, kills, 1, kind)
        print(f"{count // 3} of each channel, {kills} workers killed, {kind}: {found}")
        wrong |= found["broken"] is not None or _broken(found) != (kind == "careless")
    with TemporaryDirectory() as folder:
        found = adapters.killed(folder, count // 2, kills, 1)
    print(f"{count // 2} texts and meetings by the real adapters, {kills} workers killed: {found}")
    good = {"texts lost": 0, "texts twice": 0, "meetings": count // 2, "meetings there": count // 2,
            "meetings twice": 0, "wrong": [], "broken": None}  # fmt: skip
    return int(wrong or any(found[name] != value for name, value in good.items()))


def _broken(found: dict[str, Any]) -> bool:
    """Whether an email was lost, or a text or a meeting was done twice."""
    return bool(found["email"]["lost"] or found["sms"]["twice"] or found["meeting"]["twice"])


if __name__ == "__main__":
    sys.exit(main(*(int(word) for word in (*sys.argv[1:], "2000", "200")[:2])))
