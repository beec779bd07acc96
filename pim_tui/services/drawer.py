"""The cash drawer: opened with a counted float, every move with a reason, counted blindly (M9).

Whoever counts says what is there and learns only then what was expected. A wrong count is put right by a row
of its own, until the day is closed.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..db.connection import select
from ..domain.moments import clock, day_of, short_day
from ..domain.money import MOST
from ..domain.rights import Right
from ..errors import Fault, Invalid, NotFound, Refused
from ..models import Drawer, DrawerMove
from ..queries.drawers import (
    DrawerRow,
    corrected,
    drawer_by_id,
    drawer_now,
    expected_then,
    held,
)
from .overdrawing import note_overdrawn
from .payments import DRAWER
from .posting import require_one_currency
from .reasons import typed_reason
from .usecase import use_case
from .work import Done, Work

WAYS = {"in": 1, "out": -1}
"""Which way cash is moved, and its sign."""


@dataclass(frozen=True, slots=True)
class OpenDrawer:
    """Open the drawer with a counted float, minor units."""

    float_amount: int
    request: str = ""


@dataclass(frozen=True, slots=True)
class MoveCash:
    """Put cash ``in`` or take it ``out``: the amount above zero in minor units, and the reason."""

    way: str
    amount: int
    reason: str
    request: str = ""


@dataclass(frozen=True, slots=True)
class CloseDrawer:
    """Close the drawer with what was counted in it. ``drawer_id`` at ``version`` is the one that was seen."""

    drawer_id: int
    version: int
    counted: int
    request: str = ""


@dataclass(frozen=True, slots=True)
class CorrectCount:
    """A drawer was counted wrongly: ``counted`` is what was in it, minor units."""

    drawer_id: int
    counted: int
    reason: str
    request: str = ""


@use_case(Right.USE_DRAWER)
def open_drawer(work: Work, command: OpenDrawer) -> Done:
    """Open the drawer. Raises Invalid, and Refused (M9) while it is open or when the day is closed."""
    require_one_currency(work.session.currency)
    _amount(command.float_amount, "float", least=0)
    day = day_of(work.now, work.session.zone)
    if (there := drawer_now(DRAWER)) is not None:
        raise Refused(
            f"The drawer is open since {_since(work, there)}, by {there.opened_by}.",
            "Count and close it first.",
            rule="M9",
            step="dayclose.count",
        )
    if select("select 1 from day_close where day = ?", [day.isoformat()]):
        raise Refused(f"{short_day(day)} is closed.", "Open the drawer tomorrow.", rule="M9")
    row = Drawer.insert(
        name=DRAWER,
        opened_at=work.now,
        opened_by=work.session.staff_id,
        day=day,
        float_amount=command.float_amount,
    )
    id_ = int(row.execute())
    work.changed("open", "drawer", id_, None, {"name": DRAWER, "float": command.float_amount})
    return Done("drawer", (id_,), (day.isoformat(),), 1, f"Drawer open, {work.money(command.float_amount)}.")


@use_case(Right.USE_DRAWER)
def move_cash(work: Work, command: MoveCash) -> Done:
    """Note cash that is put in or taken out. Raises Invalid, Refused (M9) when no drawer is open."""
    require_one_currency(work.session.currency)
    if command.way not in WAYS:
        raise Invalid([Fault("way", "is in or out")], "Choose one.")
    _amount(command.amount, "amount", least=1)
    reason = _reason(command.reason)
    drawer = drawer_now(DRAWER)
    if drawer is None:
        hint = "Open it with a counted float first."
        raise Refused("No drawer is open.", hint, rule="M9", step="dayclose.float")
    DrawerMove.insert(
        drawer=drawer.id,
        kind=command.way,
        amount=WAYS[command.way] * command.amount,
        reason=reason,
        at=work.now,
        staff=work.session.staff_id,
    ).execute()
    told = {"name": drawer.name, "way": command.way, "amount": command.amount}
    work.changed("move", "drawer", drawer.id, None, told, reason)
    if command.way == "out":
        note_overdrawn(work, reason, command.amount)
    words = "put into" if command.way == "in" else "taken out of"
    says = f"{work.money(command.amount)} {words} the drawer."
    return Done("drawer", (drawer.id,), (drawer.day.isoformat(),), drawer.version, says)


@use_case(Right.USE_DRAWER)
def close_drawer(work: Work, command: CloseDrawer) -> Done:
    """Close the drawer with a blind count; the answer tells what was expected, and the difference (M9).

    Raises Invalid, NotFound, Refused (M9) when somebody else counted it first.
    """
    require_one_currency(work.session.currency)
    _amount(command.counted, "counted", least=0)
    drawer = _drawer(command.drawer_id)
    if drawer.closed_at is not None:
        raise Refused(
            f"The drawer was counted by {drawer.closed_by} at {clock(drawer.closed_at, work.session.zone)}.",
            "A wrong count is put right with a correction.",
            rule="M9",
        )
    expected = held(drawer)
    changed = (
        Drawer.update(
            version=drawer.version + 1,
            closed_at=work.now,
            closed_by=work.session.staff_id,
            counted=command.counted,
            expected=expected,
        )
        .where(Drawer.id == drawer.id, Drawer.version == command.version)
        .execute()
    )
    if not changed:
        raise Refused("Somebody else changed the drawer meanwhile.", "Count it again.", rule="M9")
    told = {"counted": command.counted, "expected": expected, "name": drawer.name}
    work.changed("count", "drawer", drawer.id, {"name": drawer.name}, told)
    says = f"Counted {work.money(command.counted)}, expected {work.money(expected)}: "
    return Done(
        "drawer",
        (drawer.id,),
        (drawer.day.isoformat(),),
        drawer.version + 1,
        f"{says}{_difference(work, command.counted - expected)}.{_BELOW if expected < 0 else ''}",
    )


@use_case(Right.USE_DRAWER)
def correct_count(work: Work, command: CorrectCount) -> Done:
    """Put a wrong count right by a row of its own, of the difference; the count itself stays (M9).

    Raises Invalid, NotFound, Refused (M9) for a drawer that is open, or whose day is closed, and where that
    much was counted already.
    """
    require_one_currency(work.session.currency)
    _amount(command.counted, "counted", least=0)
    reason = _reason(command.reason)
    drawer = _drawer(command.drawer_id)
    if drawer.counted is None:
        raise Refused("The drawer is not counted yet.", "Count it; nothing is to be corrected.", rule="M9")
    if select("select 1 from day_close where day = ?", [drawer.day.isoformat()]):
        raise Refused(
            f"{short_day(drawer.day)} is closed, and its report stays as it is.",
            "Put the difference into today's drawer or take it out, with the reason.",
            rule="M9",
        )
    before = drawer.counted + corrected(drawer.id)
    if not (amount := command.counted - before):
        raise Refused(
            f"{work.money(before)} were counted already.", "Type another amount, or leave it.", rule="M9"
        )
    DrawerMove.insert(
        drawer=drawer.id,
        kind="correction",
        amount=amount,
        reason=reason,
        at=work.now,
        staff=work.session.staff_id,
    ).execute()
    was = {"name": drawer.name, "counted": before}
    told = {"name": drawer.name, "counted": command.counted, "amount": amount}
    work.changed("correct", "drawer", drawer.id, was, told, reason)
    left = _difference(work, command.counted - expected_then(drawer.id))
    says = f"The count is corrected by {work.money(amount)} to {work.money(command.counted)}: {left}."
    return Done("drawer", (drawer.id,), (drawer.day.isoformat(),), drawer.version, says)


_BELOW = " Less than nothing is expected: more went out than was in it by the book."


def _drawer(id_: int) -> DrawerRow:
    drawer = drawer_by_id(id_)
    if drawer is None:
        raise NotFound("That drawer does not exist.", "Look at the day again.")
    return drawer


def _amount(amount: int, name: str, *, least: int) -> None:
    if type(amount) is not int or not least <= amount <= MOST:
        raise Invalid([Fault(name, "is no amount of cash")], "Type what was counted.")


def _reason(text: str) -> str:
    hint = "Type why: every move of cash has a reason."
    return typed_reason(text, hint, limit=DrawerMove.reason.limit)


def _since(work: Work, drawer: DrawerRow) -> str:
    at = clock(drawer.opened_at, work.session.zone)
    return at if drawer.day == day_of(work.now, work.session.zone) else f"{short_day(drawer.day)} {at}"


def _difference(work: Work, amount: int) -> str:
    if not amount:
        return "no difference"
    return f"{work.money(abs(amount))} {'too much' if amount > 0 else 'missing'}"
