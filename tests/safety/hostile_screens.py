"""Hostile text on every screen: ``python -m tests.safety.hostile_screens [--count N]``.

A clinic's every line of text, in every table and whoever wrote it, is made of hostile texts, past the
cleaning at the door and past the triggers: a book that another program wrote. Then each screen is opened and
each of its keys pressed, and what is painted is looked at, cell by cell. The next clinic is made of other
texts; the first is made of those that are known, and only in it all keys are pressed. The control paints a
name with a plain widget and must be caught.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from itertools import count, islice
from pathlib import Path

from textual.screen import Screen
from textual.widgets import Static

from pim_tui.models import TABLES, Role, RoleRight
from pim_tui.models.base import LineField
from tests.safety.hostile_gallery import kinds, shown
from tests.safety.hostiletext import KNOWN, texts
from tests.tui.hostile import COLOURS, FORBIDDEN, GUARDS, SCROLLBAR
from tests.tui.stage import Player, Stage, playing
from tests.tui.test_roles_walk import clinic_with_everything, walk

COUNT = 100_000
DESKS = 2
LONGEST = 30
"""Characters of one text: a field takes several."""

TECHNICAL = frozenset((
    "zone", "wall", "hash", "prev", "before_hash", "after_hash", "digest", "sha256", "e164", "folded",
    "sort_name", "login", "role", "key", "session", "kind", "action", "channel", "language", "uid",
    "rule", "token", "memory", "payload", "tail", "sound", "word", "number", "currency", "colour",
    "host", "state", "status", "method", "account", "mode", "leased_by", "request", "media_type",
    "options", "counts", "report", "basket", "about", "filled", "kept", "weekdays", "place", "window",
    "trouble", "service", "changed", "no_show", "etag", "sent", "message_id", "tax", "answer", "before",
    "after",
))  # fmt: skip
"""Columns that are words of the program, or made by it of others."""


def poison(stage: Stage, supply: Iterator[str]) -> int:
    """Fill every free text of the book; how many texts went in."""
    used = 0
    execute = stage.book.db.execute_sql
    triggers = [row[0] for row in stage.book.select(GUARDS)]
    with stage.book.write_tx():
        execute("pragma ignore_check_constraints = 1")
        for trigger in triggers:
            execute(f"drop trigger {trigger}")
        for table, columns in _free():
            for (row,) in stage.book.select(f"select rowid from {table}"):
                values = []
                for _, limit in columns:
                    value, count = _filled(supply, limit)
                    values.append(value)
                    used += count
                named = ", ".join(f"{column} = ?" for column, _ in columns)
                execute(f"update {table} set {named} where rowid = ?", (*values, row))
    return used


def _free() -> Iterator[tuple[str, list[tuple[str, int]]]]:
    """Tables and their columns of free text, with how many characters those take."""
    for table in TABLES:
        if table in (Role, RoleRight):
            continue  # nobody may see anything then
        found = [
            (field.column_name, field.limit)
            for field in table._meta.sorted_fields
            if isinstance(field, LineField)
            and field.column_name not in TECHNICAL
            and not field.unique
            and not any(" in (" in rule.sql for rule in field.constraints or ())
        ]
        if found:
            yield table._meta.table_name, found


def _filled(supply: Iterator[str], limit: int) -> tuple[str, int]:
    """Texts one behind the other until the field is full, as SQLite takes them; how many."""
    value, count = "", 0
    while len(value) < limit:
        value += next(supply)[:LONGEST].encode("utf-8", "replace").decode().replace("\0", "")
        count += 1
    return value[:limit], count


def look(p: Player, where: str) -> None:
    """Nothing is obeyed, and a click does nothing; links of the program itself may be there, to dial with."""
    console = p.app.console
    for strip in p.app.screen._compositor.render_strips():
        written = _LINK.sub("", COLOURS.sub("", strip.render(console)))
        assert not FORBIDDEN.search(written), (where, written)
        for segment in strip:
            meta = segment.style.meta if segment.style else {}
            obeyed = {act for event, act in meta.items() if event.startswith("@")} - SCROLLBAR
            assert not obeyed, (where, obeyed)
    assert p.app.is_running, where


_LINK = re.compile(r"\x1b]8;id=\d+;(?:tel|sms|mailto|https?):[!-~]*\x1b\\|\x1b]8;;\x1b\\")


async def _walked(folder: Path, seed: int) -> int:
    """One clinic; how many texts were in it. Every key is pressed in the first."""
    stage = clinic_with_everything(folder)
    used = poison(stage, islice(texts(sys.maxsize, seed), len(KNOWN) if seed else 0, None))
    seen = set[type]()

    def see(p: Player, where: str) -> None:
        look(p, where)
        seen.update(map(type, p.app.screen_stack))

    async with playing(stage) as p:
        await walk(p, see, deep=seed == 0)
        if seed == 0:
            seen |= await shown(p, look, texts(sys.maxsize, seed))
            unseen = [kind.__name__ for kind in kinds() if kind not in seen]
            assert not unseen, f"never opened: {unseen}"
    return used


def one(seed: int) -> tuple[int, str]:
    """In a process of its own: how many texts, and what went wrong."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            return asyncio.run(_walked(Path(folder), seed)), ""
        except Exception as error:
            return 0, f"clinic {seed}: {type(error).__name__} {error}"[:600]


async def _careless(folder: Path) -> str:
    stage = clinic_with_everything(folder)
    async with playing(stage) as p:
        screen: Screen[None] = Screen()
        await p.app.push_screen(screen)
        await screen.mount(Static("[@click=app.leave]Quit[/]"))
        await p.press()
        try:
            look(p, "careless")
        except AssertionError as seen:
            return str(seen)
    return ""


def main(arguments: list[str]) -> int:
    """1 when anything was obeyed, or the control saw nothing."""
    parser = argparse.ArgumentParser(prog="python -m tests.safety.hostile_screens")
    parser.add_argument("--count", type=int, default=COUNT)
    asked = parser.parse_args(arguments)
    begun, seeds, used, faults = time.monotonic(), count(), 0, list[str]()
    with ProcessPoolExecutor(DESKS) as pool:
        walking = {pool.submit(one, next(seeds)) for _ in range(DESKS)}
        while walking:
            done, walking = wait(walking, return_when=FIRST_COMPLETED)
            used += sum(walked.result()[0] for walked in done)
            faults += [fault for walked in done if (fault := walked.result()[1])]
            if used < asked.count and not faults:
                walking |= {pool.submit(one, next(seeds)) for _ in done}
    print(
        f"{'FAIL' if faults else 'ok  '} {used:,} texts on every screen of {next(seeds)} clinics,"
        f" {time.monotonic() - begun:.0f} s; {'; '.join(faults)}"
    )
    with tempfile.TemporaryDirectory() as folder:
        seen = asyncio.run(_careless(Path(folder)))
    print(f"{'ok  ' if seen else 'FAIL'} control: a plain widget: {seen[:70] or 'saw nothing'}")
    return 1 if faults or not seen else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
