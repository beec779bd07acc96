"""Video visits are booked, moved, given away and canceled at random while Zoom misbehaves and workers die.

In the end each visit that takes place has one meeting at Zoom, and no other has one.
``python -m tests.safety.meetings 200`` walks two hundred times.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from pim_tui.db.connection import select
from pim_tui.domain.states import Status
from pim_tui.errors import Refused
from pim_tui.integrations.web import Web
from pim_tui.integrations.zoom import Zoom
from pim_tui.services.delivery import Post, deliver
from pim_tui.services.meeting_courier import ByMeeting
from pim_tui.services.undo import Undo, undo
from tests.peers.fakeweb import Said, Trick
from tests.peers.zoom import instant
from tests.services.clinic import LEE, SATO, at
from tests.services.videoclinic import HOUR, LEE_AT_ZOOM, MINUTE, SATO_AT_ZOOM, Video, video_clinic

STEPS = 14
HOSTS = {LEE: LEE_AT_ZOOM, SATO: SATO_AT_ZOOM}
BUSY = Said(429, {"code": 429, "message": "Too many."})
FAULTS: tuple[Callable[[], Trick], ...] = (
    lambda: Trick(Said(500), done=True),
    lambda: Trick(Said(502)),
    lambda: Trick(cut=True, done=True),
    lambda: Trick(cut=True),
    lambda: Trick(Said(401, {"code": 124})),
    lambda: Trick(BUSY),
    lambda: Trick(Said(429, {"code": 429}, {"Retry-After": "30"})),
    lambda: Trick(Said(201, b"{"), done=True, only="POST /meetings"),
)


class Died(BaseException):
    """As a worker that is killed: nothing more of it is written down."""


class Mortal(Zoom):
    """Dies of what it is told to, after Zoom has done it."""

    at: str = ""

    def _once(self, mine: Any, method: str, path: str, **more: Any) -> Any:
        answer = super()._once(mine, method, path, **more)
        if method == self.at:
            raise Died
        return answer


class Careless(Mortal):
    """Makes a meeting without looking whether there is one: the control."""

    def find(self, host: str, reference: str, starts_at: int) -> Any:
        return ()


def walk(folder: Path, seed: int, kind: type[Mortal] = Mortal) -> list[str]:
    """What is wrong at the end of one walk, in sentences."""
    chance = Random(seed)
    with video_clinic(folder) as video:
        video.zoom.share = 10_000
        for step in range(STEPS):
            _step(video, chance, step)
            if chance.random() < 0.4:
                video.zoom.tricks.append(chance.choice(FAULTS)())
            if chance.random() < 0.7:
                _work(video, chance, kind)
        video.zoom.tricks.clear()
        for _ in range(30):
            _round(video, kind, HOUR, "", "last")
        return wrong(video)


def _step(video: Video, chance: Random, step: int) -> None:
    """Somebody at a desk does something."""
    visits = [row[0] for row in select("select id from appointment where status = 'S'")]
    deed = chance.choice(("book", "move", "give", "cancel", "undo", "mode"))
    try:
        if deed == "book" or not visits:
            video.book(f"2026-12-{step + 1:02} 10:30")
        elif deed == "undo":
            undo(video.clinic.session, Undo())
        else:
            _change(video, chance, chance.choice(visits), deed)
    except Refused:
        return


def _change(video: Video, chance: Random, id_: int, deed: str) -> None:
    row = video.clinic.row(id_)
    if deed == "move":
        to = at(f"{row['day']} {chance.randrange(11, 20)}:00")
        video.clinic.change(id_, starts_at=to, minutes=chance.choice((30, 45)), action="move")
    elif deed == "give":
        video.clinic.change(id_, staff_id=LEE + SATO - row["staff_id"])
    elif deed == "cancel":
        video.clinic.mark(id_, Status.CANCELED, "ill", "customer")
    else:
        video.clinic.change(id_, mode="phone" if row["mode"] == "virtual" else "virtual")


def _work(video: Video, chance: Random, kind: type[Mortal]) -> None:
    """One of two workers comes by, and may die of it."""
    dies_of = chance.choice(("", "", "", "POST", "PATCH", "DELETE"))
    _round(video, kind, chance.choice((MINUTE, 6 * MINUTE, HOUR)), dies_of, chance.choice(("one", "two")))


def _round(video: Video, kind: type[Mortal], seconds: int, dies_of: str, key: str) -> None:
    video.clinic.clock[0] += seconds
    video.zoom.now = video.clinic.clock[0]
    session = replace(video.clinic.session, key=f"{key} {seconds} {video.clinic.clock[0]}")
    zoom = kind(video.passes(session), session.clock, lambda base: Web("Zoom", base, timeout=10.0))
    zoom.at = dies_of
    with suppress(Died), closing(zoom):
        deliver(session, Post({"meeting": ByMeeting(zoom, "Harbour Clinic")}, share=lambda: 1.0))


def wrong(video: Video) -> list[str]:
    """Where Zoom and the book do not agree."""
    there = sorted(
        (_visit(one), str(key), instant(one["start_time"]), one["duration"], one["host"])
        for key, one in video.zoom.meetings.items()
    )
    known = select(
        "select appointment_id, key, starts_at, minutes, host from meeting where state = 'made'"
        " order by appointment_id"
    )
    visits = select(
        "select id, starts_at, minutes, staff_id from appointment where mode = 'virtual' and status = 'S'"
        " order by id"
    )
    wanted = [(id_, starts, minutes, HOSTS[staff]) for id_, starts, minutes, staff in visits]
    found = []
    if [(one[0], *one[2:]) for one in there] != wanted:
        found.append(f"at Zoom {there}, wanted {wanted}")
    if there != [tuple(row) for row in known]:
        found.append(f"at Zoom {there}, in the book {known}")
    if left := select("select id, state, why from outbox where state in ('waiting', 'sending')"):
        found.append(f"still waiting: {left}")
    return found


def _visit(meeting: dict[str, Any]) -> int:
    return int(meeting["agenda"].partition("]")[0].rpartition(" ")[2])


def main(walks: int) -> int:
    """Walk so often; 1 where something was wrong."""
    for seed in range(walks):
        with tempfile.TemporaryDirectory() as folder:
            if found := walk(Path(folder), seed):
                print(f"seed {seed}: {'; '.join(found)}")
                return 1
    print(f"{walks} walks: one meeting for each video visit, none for any other.")
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100))
