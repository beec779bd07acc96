"""The usual stage with a door: Anna Berg and Dr Lee have PINs, Dr Sato has none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from pim_tui.domain.rights import Right
from pim_tui.domain.session import Session
from pim_tui.services import pins
from pim_tui.services.pins import SetPin, set_pin
from pim_tui.services.signing import Door
from tests.services.refunding import CHEAP
from tests.tui.stage import Player, Stage, set_up

ANNA, LEE, SATO = 1, 2, 3
PIN = {ANNA: "harbour-71", LEE: "willow-204"}


def with_door(folder: Path, monkeypatch: Any) -> tuple[Stage, Door]:
    """The stage and its door; nobody has come in yet."""
    monkeypatch.setattr(pins, "COST", CHEAP)
    stage = set_up(folder)
    for staff_id, pin in PIN.items():
        set_pin(replace(stage.session, staff_id=staff_id), SetPin(staff_id, pin))

    def made(staff_id: int, name: str, rights: frozenset[Right], key: str) -> Session:
        return replace(stage.session, staff_id=staff_id, name=name, rights=rights, key=key)

    return stage, Door("tty1", lambda: stage.clock[0], made)


def at_work(folder: Path, monkeypatch: Any, who: int = ANNA) -> tuple[Stage, Door]:
    """The same, and somebody has come in."""
    stage, door = with_door(folder, monkeypatch)
    stage.session = door.come_in(who)
    return stage, door


def given(stage: Stage, staff_id: int, pin: str) -> None:
    """Somebody gets a PIN from Anna Berg."""
    set_pin(stage.session, SetPin(staff_id, pin))


def written(p: Player) -> str:
    """The sentences on the screen, each in one line whatever its frame has made of it."""
    return " ".join(p.screen.replace("│", " ").split())


async def unlock(p: Player, pin: str, name: str = "") -> None:
    """Say who one is, and wait until the door has answered."""
    if name:
        await p.press("up")
        p.app.screen.query_one("#name").value = ""  # type: ignore[attr-defined]
        await p.type(name)
        await p.press("enter")
    await p.type(pin)
    await p.press("enter")
    await p.app.seats.settled()
    await p.press()


def lines(stage: Stage, *actions: str) -> list[tuple[str, int, str]]:
    """What the journal says of coming and going: action, who, why."""
    marks = ", ".join("?" * len(actions))
    found = stage.rows(
        f"select action, staff_id, reason from journal where action in ({marks}) order by seq", *actions
    )
    return [(str(action), int(who or 0), str(why)) for action, who, why in found]
