"""Rows to write: a visit, a series, a customer, with anything changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pim_tui.domain.customer import NewCustomer
from pim_tui.domain.handout import PersonOut, SeriesOut, VisitOut
from pim_tui.domain.moments import resolve, wall
from pim_tui.domain.names import PersonName

BERLIN = "Europe/Berlin"
STAMP = "20261123T082000Z"
KEY = "0123456789abcdef"


def at(text: str, zone: str = BERLIN, fold: int | None = None) -> int:
    """The instant of a wall time."""
    return resolve(datetime.fromisoformat(text), zone, fold)


def visit(starts_at: int, **more: Any) -> VisitOut:
    """Jane's follow-up with Dr Lee."""
    zone = more.get("zone", BERLIN)
    shown = wall(starts_at, zone)
    usual: dict[str, Any] = {
        "id": 7, "version": 1, "uid": None, "sequence": None, "series": "", "day": f"{shown:%Y-%m-%d}",
        "wall": f"{shown:%H:%M}", "zone": zone, "starts_at": starts_at, "minutes": 30, "status": "S",
        "number": 1, "customer": "Jane Doe", "staff": "Dr Lee", "room": "", "type": "Follow-up",
        "mode": "in_person", "reason": "", "note": "", "cancel_reason": "", "cancelled_by": "",
        "confirmed_at": None, "arrived_at": None, "seated_at": None, "left_at": None,
    }  # fmt: skip
    return VisitOut(**usual | more)


def repeated(wall_time: str, rule: str, **more: Any) -> SeriesOut:
    """The same as a series."""
    zone = more.get("zone", BERLIN)
    usual: dict[str, Any] = {
        "id": 3, "version": 1, "uid": "series-3@x", "sequence": 0, "rule": rule, "zone": zone,
        "wall": wall_time, "starts_at": at(wall_time, zone), "minutes": 30, "number": 1,
        "customer": "Jane Doe", "staff": "Dr Lee", "room": "", "type": "Follow-up", "mode": "in_person",
        "reason": "", "note": "", "drawn_to": None,
    }  # fmt: skip
    return SeriesOut(**usual | more)


def person(notes: tuple[str, ...] = (), **more: Any) -> PersonOut:
    """Jane, active, customer number 5."""
    name = more.pop("name", PersonName("", "Jane", "", "Doe", ""))
    return PersonOut(11, 5, True, NewCustomer(name, **more), notes)
