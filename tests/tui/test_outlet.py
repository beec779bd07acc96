"""Bytes go to the terminal in order and as it takes them; the event loop never waits for it."""

from __future__ import annotations

import asyncio
import os
import pty
import tty
from collections.abc import Iterator
from contextlib import suppress

import pytest

from pim_tui.tui.terminal import outlet
from pim_tui.tui.terminal.outlet import QUESTION, Outlet
from pim_tui.tui.terminal.pace import SMOOTH, Pace

MUCH = bytes(range(64, 128)) * 1024
"""More than a pty holds."""


@pytest.fixture
def ends() -> Iterator[tuple[int, int]]:
    """The terminal's side of a pty and the program's."""
    master, slave = pty.openpty()
    tty.setraw(slave)
    os.set_blocking(master, False)
    yield master, slave
    os.close(master)
    os.close(slave)


async def read(master: int, count: int) -> bytes:
    """What has come, as soon as it is so much."""
    loop, came, more = asyncio.get_running_loop(), bytearray(), asyncio.Event()
    loop.add_reader(master, more.set)
    while len(came) < count:
        await asyncio.wait_for(more.wait(), 10)
        more.clear()
        with suppress(BlockingIOError):
            came += os.read(master, 4096)
    loop.remove_reader(master)
    return bytes(came)


@pytest.mark.parametrize("wanted", ["before", "after"])
async def test_no_picture_comes_behind_the_last_bytes(ends: tuple[int, int], wanted: str) -> None:
    master, slave = ends
    out = Outlet(slave, Pace(), lambda: out.write(b"Jane"))
    if wanted == "before":
        out.want()
    out.show_no_more()
    out.write(b"leave")
    if wanted == "after":
        out.want()
    await asyncio.sleep(0)
    out.finish(0.0)
    out.close()
    assert os.read(master, 100) == b"leave"


@pytest.mark.parametrize("others", [False, True], ids=["own", "somebody else's"])
async def test_bytes_arrive_in_order_and_nobody_waits_meanwhile(
    ends: tuple[int, int], others: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    master, slave = ends
    if others:
        monkeypatch.setattr(outlet, "handle_of", lambda terminal: None)
    pictures: list[int] = []
    out = Outlet(slave, Pace(), lambda: pictures.append(out.count))
    out.write(MUCH)
    out.write(b"last")
    out.want()
    out.want()
    for _ in range(5):
        await asyncio.sleep(0)
    assert (out.waiting, pictures) == (True, [])
    assert await read(master, len(MUCH) + 4) == MUCH + b"last"
    while not pictures:
        await asyncio.sleep(0)
    assert (out.waiting, pictures, out.count) == (False, [len(MUCH) + 4], len(MUCH) + 4)
    out.finish(0.0)
    out.close()
    assert os.get_blocking(slave)


@pytest.mark.parametrize("others", [False, True], ids=["own", "somebody else's"])
async def test_what_still_waits_is_written_before_the_program_ends(
    ends: tuple[int, int], others: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    master, slave = ends
    if others:
        monkeypatch.setattr(outlet, "handle_of", lambda terminal: None)
    out = Outlet(slave, Pace(), lambda: None)
    out.write(MUCH)
    out.finish(0.02)
    assert out.waiting
    seen = asyncio.get_running_loop().run_in_executor(None, _all_of, master, len(MUCH))
    out.finish(5.0)
    assert not out.waiting
    assert await seen == MUCH
    out.close()


def _all_of(master: int, count: int) -> bytes:
    os.set_blocking(master, True)
    came = bytearray()
    while len(came) < count:
        came += os.read(master, 4096)
    return bytes(came)


async def test_a_picture_waits_for_the_answer_of_the_terminal(ends: tuple[int, int]) -> None:
    master, slave = ends
    now = [100.0]
    pictures: list[float] = []
    out = Outlet(slave, Pace(asks=True), lambda: pictures.append(now[0]), clock=lambda: now[0])
    out.write(b"modes")
    assert await read(master, 9) == b"modes" + QUESTION
    out.heard()
    await asyncio.sleep(0)
    out.write(bytes(5000))
    assert (await read(master, 5004)).endswith(QUESTION)
    out.want()
    await asyncio.sleep(0)
    assert pictures == []
    now[0] += 5
    out.heard()
    await asyncio.sleep(0)
    assert pictures == [105.0]
    out.close()


async def test_what_one_key_changes_is_one_picture_and_nobody_waits_long_for_it(
    ends: tuple[int, int],
) -> None:
    now, pictures = [100.0], list[float]()
    out = Outlet(ends[1], Pace(), lambda: pictures.append(now[0]), clock=lambda: now[0])
    out.hold(0.25)
    out.want()
    await asyncio.sleep(0)
    now[0] += 0.01
    out.want()
    await asyncio.sleep(0)
    assert pictures == []
    out.let_go()
    assert pictures == [100.01]
    out.hold(0.25)
    out.let_go(all_of_it=False)
    assert pictures == [100.01]
    out.want()
    now[0] += 0.24
    out.hold(0.25)  # the next key comes before the picture of this one
    now[0] += 0.02
    await asyncio.sleep(0)
    assert pictures == [100.01, now[0]]
    out.close()


async def test_on_a_line_of_known_speed_the_next_picture_is_made_when_the_last_is_nearly_there(
    ends: tuple[int, int],
) -> None:
    now, due = [100.0], list[float]()
    out = Outlet(ends[1], Pace(960.0), lambda: due.append(now[0]), clock=lambda: now[0])
    loop = asyncio.get_running_loop()
    later = loop.call_later
    asked: list[float] = []

    def called(delay: float, *rest: object) -> asyncio.TimerHandle:
        asked.append(delay)
        return later(0, *rest)  # type: ignore[arg-type]

    loop.call_later = called  # type: ignore[method-assign, assignment]
    out.write(bytes(960))
    out.want()
    await asyncio.sleep(0)
    assert asked == [pytest.approx(1 - SMOOTH)]
    now[0] += asked[0]
    while not due:
        await asyncio.sleep(0)
    assert due == [100 + 1 - SMOOTH]
    out.close()


async def test_a_terminal_that_is_gone_takes_everything(ends: tuple[int, int]) -> None:
    master, slave = os.pipe()
    out = Outlet(slave, Pace(), lambda: None)
    os.close(master)
    out.write(b"anybody there?")
    assert not out.waiting
    out.close()
    os.close(slave)
