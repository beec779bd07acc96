"""Who may do what, and who opened which closed record, against what the journal says of it (A1).

These rows change what people may do and hide what they did, so whoever gets at the tables behind the program
would begin here. The journal is sealed; it tells of each of them what it was made, or last changed, to.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ..db.connection import select

Found = Iterator[tuple[str, int | None, str]]
_BEFORE_ROLES = "everyone"
"""The role that everybody had before there were roles; nobody has it now, whatever the journal tells."""


def trust() -> Found:
    """Rows of staff, roles and opened records that are not as the journal says.

    Index: ``journal_of_kind``; reads the tables whole, which are short.
    """
    yield from _opened()
    yield from _roles()
    yield from _staff()


def _opened() -> Found:
    """Every opened record has its line, every line its record, and a review is the one that was told."""
    rows: dict[int, tuple[Any, ...]] = {
        row[0]: row[1:]
        for row in select(
            "select id, staff_id, customer_id, reason, until_at, verdict, remark, coalesce(reviewed_by_id, 0)"
            " from break_glass order by id"
        )
    }
    told: dict[int, tuple[Any, ...]] = {}
    for id_, action, who, reason, after in _lines("break_glass"):
        if action == "break glass":
            told[id_] = (who, after.get("customer_id"), reason, after.get("until_at"), "", "", 0)
        elif action == "review glass" and id_ in told:
            told[id_] = (*told[id_][:4], after.get("verdict"), reason, who)
    for id_ in sorted(rows.keys() | told.keys()):
        if id_ not in rows:
            yield "break_glass", id_, "the journal tells that this record was opened, and its row is gone"
        elif id_ not in told:
            yield "break_glass", id_, "the journal does not know who opened this record"
        elif rows[id_] != told[id_]:
            yield "break_glass", id_, "it is not as it was told to the journal"


def _roles() -> Found:
    """Roles that somebody has changed; what a book begins with, the journal does not tell."""
    granted: dict[int, list[str]] = {}
    for role_id, name in select("select role_id, name from role_right order by role_id, name"):
        granted.setdefault(role_id, []).append(name)
    names = dict(select("select id, name from role"))
    told = {
        id_: (after.get("name"), after.get("rights"))
        for id_, action, _, _, after in _lines("role")
        if action in ("add", "change")
    }
    for id_, (name, rights) in sorted(told.items()):
        if names.get(id_) != name or sorted(granted.get(id_, ())) != rights:
            yield "role", id_, "it does not grant what it was given according to the journal"


def _staff() -> Found:
    """The role that each has, the login that is theirs, and whether they work here."""
    told: dict[int, dict[str, Any]] = {}
    for id_, action, _, _, after in _lines("staff"):
        if action in ("add", "change"):
            told.setdefault(id_, {}).update(after)
    for id_, role, login, active in select(
        "select id, role, coalesce(login, ''), active from staff order by id"
    ):
        was = told.get(id_, {})
        now = {"role": role, "login": login, "active": bool(active)}
        meant = {key: was[key] or "" if key == "login" else was[key] for key in now if key in was}
        if meant.get("role") == _BEFORE_ROLES:
            del meant["role"]
        if other := [key for key, value in meant.items() if now[key] != value]:
            yield "staff", id_, f"{' and '.join(other)} changed without a line in the journal"


def _lines(kind: str) -> Iterator[tuple[int, str, int | None, str, dict[str, Any]]]:
    """Row, action, who, reason and values after of every line about a kind of record, in order. Index:
    ``journal_of_kind``."""
    rows = select(
        "select j.row_id, j.action, j.staff_id, j.reason, v.after from journal j"
        " join journal_values v on v.seq_id = j.seq where j.kind = ? and j.row_id is not null order by j.seq",
        [kind],
    )
    for id_, action, who, reason, after in rows:
        # Values that were tampered with are told of by another check.
        try:
            told = json.loads(after or "{}")
        except ValueError:
            continue
        if isinstance(told, dict):
            yield id_, action, who, reason, told
