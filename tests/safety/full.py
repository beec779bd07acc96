"""A disk that is full for a while, and which files the program opens by itself."""

from __future__ import annotations

import asyncio
import os
import resource
import sys
from pathlib import Path
from typing import Any

from pim_tui.errors import StoreFull
from tests.safety.kill import faults_of
from tests.services.clinic import at, practice


def full_and_free_again(folder: str) -> dict[str, Any]:
    """Book until no file may grow any more, then let them grow again."""
    made = practice(Path(folder))
    made.open_always()
    made.store.db.execute_sql("pragma wal_checkpoint(truncate)")
    told = [made.book("2026-11-24 00:00").ids[0]]
    # Python would keep half of what it compiles.
    sys.dont_write_bytecode = True
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
    said = ""
    slot = 0
    while not said:
        slot += 1
        try:
            told.append(made.book(at("2026-11-24 00:00") + slot * 1800, 30).ids[0])
        except StoreFull as error:
            said = str(error)
    during = made.count(), made.store.db.in_transaction()
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    told.append(made.book(at("2026-11-24 00:00") + slot * 1800, 30).ids[0])
    found = faults_of(made.store, told)
    made.store.close()
    return {"said": said, "during": during, "told": len(told), "faults": found}


def opened_by_python(folder: str) -> dict[str, Any]:
    """Which files a day's work opens by Python's own hand: of the live book, none may be."""
    opened: set[str] = set()

    def watch(event: str, args: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(args[0], str | bytes):
            opened.add(os.path.basename(os.fsdecode(args[0])))

    sys.addaudithook(watch)
    _work(Path(folder))
    seen = {name for name in opened if name in ("clinic.db", "clinic.db-wal", "clinic.db-shm")}
    queue = "clinic.db.wlock" in opened
    (Path(folder) / "clinic.db").open("rb").close()
    return {"live": sorted(seen), "queue": queue, "control": "clinic.db" in opened}


def _work(folder: Path) -> None:
    """Set up, work in the app and on the command line, back up."""
    from pim_tui.cli import main
    from pim_tui.db.backup import backed_up
    from tests.tui.stage import playing, set_up

    stage = set_up(folder)
    stage.booked("Jane Doe", "2026-11-23 10:30")

    async def play() -> None:
        async with playing(stage) as player:
            for key in ("2", "3", "1", "u"):
                await player.press(key)

    asyncio.run(play())
    with stage.book.write_tx():
        stage.book.db.execute_sql(
            "update staff set login = ?, version = version + 1 where id = 1", (_login(),)
        )
    backed_up(stage.book, "20261123-090000")
    stage.book.close()
    os.environ["PIM_DATABASE"] = str(folder / "clinic.db")
    sys.stdout = open(os.devnull, "w")  # noqa: SIM115
    codes = [main(["find", "jane"]), main(["day"]), main(["migrate"]), main(["check"])]
    sys.stdout = sys.__stdout__
    assert 2 not in codes, codes


def _login() -> str:
    from pim_tui.bootstrap import login

    return login()
