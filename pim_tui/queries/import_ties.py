"""What keeps an import from being taken back: records changed since, and what others have tied to them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..db.connection import select
from ..db.many import marks
from ..domain.rights import Right
from .gate import guarded

LISTED = 200
"""The most that are named; whoever has seen to them asks again."""

VERSIONED = (
    "appointment",
    "series",
    "note",
    "attachment",
    "customer",
    "product",
    "appointment_type",
    "staff",
)
"""What an import makes and people change; made by nothing but themselves, in the order they may go."""


class Tied(NamedTuple):
    """A record that must stay: ``kind`` is its table, ``name`` what people call it."""

    kind: str
    id: int
    name: str
    why: str


class _Tie(NamedTuple):
    """A row of ``table`` points at a record of ``made`` by ``column``; ``key`` of an ``own`` kind is its own.

    It is a tie when the same import did not make it as well.
    """

    made: str
    table: str
    column: str
    why: str
    own: str = ""
    key: str = "id"


_TIES = (
    _Tie("customer", "appointment", "customer_id", "has an appointment from elsewhere"),
    _Tie("customer", "series", "customer_id", "has repeating appointments from elsewhere"),
    _Tie("customer", "note", "customer_id", "has a note from elsewhere"),
    _Tie("customer", "attachment", "customer_id", "has a photo or document from elsewhere"),
    _Tie("appointment", "appointment", "rebooked_from_id", "was booked again"),
    _Tie("appointment", "outbox", "appointment_id", "has a message that waits or was sent"),
    _Tie("appointment", "calendar_item", "appointment_id", "is in a calendar on a server"),
    _Tie("series", "series_visit", "series_id", "has visits from elsewhere", "appointment", "appointment_id"),
    _Tie("staff", "appointment", "staff_id", "has an appointment from elsewhere"),
    _Tie("staff", "appointment", "created_by_id", "has booked an appointment"),
    _Tie("staff", "appointment", "overbooked_by_id", "has overbooked an appointment"),
    _Tie("staff", "series", "staff_id", "has repeating appointments from elsewhere"),
    _Tie("staff", "series", "created_by_id", "has booked repeating appointments"),
    _Tie("staff", "note", "author_id", "has written a note"),
    _Tie("staff", "attachment", "added_by_id", "has attached a file"),
    _Tie("staff", "import_run", "staff_id", "has imported a file"),
    _Tie("staff", "journal", "staff_id", "has worked with the book", key="seq"),
    _Tie("staff", "working_hours", "staff_id", "has working hours"),
    _Tie("staff", "calendar_item", "staff_id", "has a calendar on a server"),
    _Tie("product", "lot", "product_id", "has stock, whose register stays"),
    _Tie("product", "bill_line", "product_id", "is on a bill"),
    _Tie("appointment_type", "appointment", "type_id", "is the type of an appointment from elsewhere"),
    _Tie("appointment_type", "series", "type_id", "is the type of repeating appointments from elsewhere"),
)

_NAMES = {
    "appointment": "select a.id, c.first_name || ' ' || c.last_name || ', ' || a.day || ' ' || a.wall"
    " from appointment a join customer c on c.id = a.customer_id where a.id in",
    "series": "select r.id, c.first_name || ' ' || c.last_name || ', from ' || r.wall"
    " from series r join customer c on c.id = r.customer_id where r.id in",
    "note": "select n.id, c.first_name || ' ' || c.last_name || ', number ' || n.id"
    " from note n join customer c on c.id = n.customer_id where n.id in",
    "attachment": "select a.id, c.first_name || ' ' || c.last_name || ': ' || a.name"
    " from attachment a join customer c on c.id = a.customer_id where a.id in",
    "customer": "select id, first_name || ' ' || last_name || ' (' || number || ')'"
    " from customer where id in",
    "product": "select id, name from product where id in",
    "appointment_type": "select id, name from appointment_type where id in",
    "staff": "select id, name from staff where id in",
}


@guarded(Right.IMPORT)
def made_by(run: int) -> dict[str, int]:
    """How many records of each kind an import made that are still there. Index: import_row_of."""
    return dict(select("select kind, count(*) from import_row where run_id = ? group by kind", [run]))


@guarded(Right.IMPORT)
def ties(run: int) -> tuple[Tied, ...]:
    """Why an import cannot be taken back, at most :data:`LISTED`; empty when nothing is in the way.

    Indexes: import_row_of, and those of the columns that point at what was made; those without one
    point at staff and types, of which an import makes few.
    """
    found: dict[tuple[str, int], str] = {}
    for kind, id_, why in _found(run, made_by(run)):
        found.setdefault((kind, id_), why)
        if len(found) >= LISTED:
            break
    return tuple(_named(found))


def _found(run: int, made: dict[str, int]) -> Iterator[tuple[str, int, str]]:
    for kind in VERSIONED:
        if kind in made:
            for id_ in _changed(run, kind):
                yield kind, id_, "was changed since"
    for tie in _TIES:
        if tie.made in made:
            for id_ in _pointed_at(run, tie):
                yield tie.made, id_, tie.why


def _changed(run: int, kind: str) -> Iterator[int]:
    rows = select(
        f"select t.id from import_row m join {kind} t on t.id = m.row_id"
        " where m.run_id = ? and m.kind = ? and t.version <> 1 order by t.id limit ?",
        [run, kind, LISTED],
    )
    return (id_ for (id_,) in rows)


def _pointed_at(run: int, tie: _Tie) -> Iterator[int]:
    rows = select(
        f"select distinct m.row_id from import_row m join {tie.table} t on t.{tie.column} = m.row_id"
        f" left join import_row own on own.kind = ? and own.row_id = t.{tie.key} and own.run_id = m.run_id"
        " where m.run_id = ? and m.kind = ? and own.row_id is null order by m.row_id limit ?",
        [tie.own or tie.table, run, tie.made, LISTED],
    )
    return (id_ for (id_,) in rows)


def _named(found: dict[tuple[str, int], str]) -> Iterator[Tied]:
    names: dict[tuple[str, int], str] = {}
    for kind in {kind for kind, _ in found}:
        ids = [id_ for other, id_ in found if other == kind]
        names |= {(kind, id_): name for id_, name in select(f"{_NAMES[kind]} ({marks(ids)})", ids)}
    for (kind, id_), why in found.items():
        yield Tied(kind, id_, names.get((kind, id_), "").strip(), why)
