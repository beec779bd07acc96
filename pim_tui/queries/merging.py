"""Two records of one person: what would move, what has moved, and what stands against taking it back (P4)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..db.connection import select
from ..db.many import marks
from ..domain.bills import code
from ..domain.chain import canonical, digest
from ..domain.customer import as_fields
from ..domain.moments import Zone, day_of, short_day
from ..domain.rights import Right
from ..errors import NotFound
from .balances import Balance, balance
from .customers import Record, record
from .gate import guarded


@dataclass(frozen=True, slots=True)
class Going:
    """A table whose rows go along with the customer they belong to.

    ``word`` is one of them for people. Rows of the losing record for which ``stays`` holds (as SQL about
    the row ``t``, with one parameter for the survivor) say what the survivor's say already and stay behind.
    ``placed`` rows stand in an order: they come behind the survivor's own. ``values`` are the columns that
    tell whether somebody has changed them since.
    """

    table: str
    word: str
    versioned: bool = False
    stays: str = ""
    values: tuple[str, ...] = ()
    placed: bool = False


def _same(table: str, *columns: str) -> str:
    alike = " and ".join(f"o.{column} = t.{column}" for column in columns)
    return f"exists (select 1 from {table} o where o.customer_id = ? and {alike})"


GOING = (
    Going("appointment", "appointment", True),
    Going("series", "repeating appointment", True),
    Going("note", "note", True),
    Going("waiting_entry", "place on the waiting list", True),
    Going("outbox", "message"),
    Going("booking", "booking made elsewhere"),
    Going("inbound_text", "text message"),
    Going("upload", "page for a picture"),
    Going(
        "attachment",
        "file",
        True,
        "t.kind = 'photo' and t.removed_at is null and exists (select 1 from attachment o"
        " where o.customer_id = ? and o.kind = 'photo' and o.removed_at is null)",
    ),
    Going(
        "coverage",
        "payer",
        True,
        "t.active = 1 and exists (select 1 from coverage o where o.customer_id = ?"
        " and o.payer_id = t.payer_id and o.active = 1)",
    ),
    Going("posting", "document"),
    Going("entry", "ledger row"),
    Going("return_request", "return request", True),
    Going("loan", "loan"),
    Going("paper", "paper"),
    Going("draft_bill", "parked bill", True),
    Going(
        "phone",
        "telephone number",
        stays="exists (select 1 from phone o where o.customer_id = ?"
        " and (o.number = t.number or (o.e164 = t.e164 and t.e164 <> '')))",
        values=("label", "number"),
        placed=True,
    ),
    Going(
        "email",
        "email",
        stays=_same("email", "folded"),
        values=("label", "address"),
        placed=True,
    ),
    Going("former_name", "former name", stays=_same("former_name", "name"), values=("name",)),
    Going("external_id", "other id", values=("system", "value")),
    Going(
        "consent",
        "consent",
        stays=_same("consent", "channel"),
        values=("channel", "answer", "given_on", "source"),
    ),
    Going("alert", "alert", stays=_same("alert", "text"), values=("text", "since")),
)
"""In the order in which they go. What a record is found by is made anew instead."""

MADE_ANEW = ("search_word", "search_digits", "search_sound")
KEPT = {
    "erasure": ("customer_id",),
    "customer_merge": ("survivor_id", "loser_id"),
    "break_glass": ("customer_id",),
}
"""What speaks of customers and does not go along: it tells what was done to the records themselves."""

ADDRESS = ("address", "city", "region", "postal_code", "country")
FILLED = ("prefix", "first_name", "middle_name", "last_name", "suffix", "sex", "birth_date", "death_date")
"""Blanks of the survivor that are filled; an address is filled as a whole or not at all."""


class Pointer(NamedTuple):
    """What became of a record: part of customer ``survivor_id`` by that merge."""

    merge_id: int
    version: int
    survivor_id: int
    survivor_number: int
    survivor: str
    at: int


@guarded(Right.SEE_CUSTOMER)
def pointer(customer_id: int) -> Pointer | None:
    """The record that this one became part of; None for one that stands on its own.

    Index: ``customer_merge_once``.
    """
    rows = select(
        "select m.id, m.version, c.id, c.number, trim(c.first_name || ' ' || c.last_name), m.at"
        " from customer_merge m join customer c on c.id = m.survivor_id where m.loser_id = ?"
        " and m.state in ('moving', 'merged', 'undoing') and m.state = 'merged'",
        [customer_id],
    )
    return Pointer(*rows[0]) if rows else None


@guarded(Right.SEE_CUSTOMER)
def survivors(ids: Sequence[int]) -> dict[int, int]:
    """Those of ``ids`` that became part of another record, each with the one it is found under now.

    Index: ``customer_merge_once``.
    """
    found = {id_: id_ for id_ in ids}
    open_ = set(ids)
    while open_:
        steps = _steps(sorted(open_))
        found = {id_: steps.get(now, now) for id_, now in found.items()}
        open_ = set(steps.values())
    return {id_: now for id_, now in found.items() if id_ != now}


def _steps(ids: Sequence[int]) -> dict[int, int]:
    rows = select(
        f"select loser_id, survivor_id from customer_merge where loser_id in ({marks(ids)})"
        " and state in ('moving', 'merged', 'undoing') and state = 'merged'",
        ids,
    )
    return {int(loser): int(survivor) for loser, survivor in rows}


@guarded(Right.SEE_CUSTOMER)
def erased(customer_id: int) -> bool:
    """Whether the customer was erased (P5). Index: primary key."""
    return bool(select("select 1 from erasure where customer_id = ?", [customer_id]))


@guarded(Right.SEE_CUSTOMER)
def merged_into(customer_id: int) -> tuple[Pointer, ...]:
    """The records that became part of this one, the newest first; ``survivor`` names the one that did.

    Index: ``customer_merge (survivor)``.
    """
    rows = select(
        "select m.id, m.version, c.id, c.number, trim(c.first_name || ' ' || c.last_name), m.at"
        " from customer_merge m join customer c on c.id = m.loser_id where m.survivor_id = ?"
        " and m.state = 'merged' order by m.id desc",
        [customer_id],
    )
    return tuple(Pointer(*row) for row in rows)


# --- before ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two records, with what it is owed."""

    record: Record
    balance: Balance
    rows: tuple[tuple[str, int], ...]
    """(word, how many) of what belongs to it, as far as it is more than none."""

    @property
    def name(self) -> str:
        """How the customer is called."""
        return self.record.customer.name.full


@dataclass(frozen=True, slots=True)
class MergePreview:
    """What a merge would do: ``moves`` and ``stays`` are (word, how many), ``fills`` (field, value)."""

    survivor: Side
    loser: Side
    moves: tuple[tuple[str, int], ...]
    stays: tuple[tuple[str, int], ...]
    fills: tuple[tuple[str, str], ...]
    photo_stays: bool


@guarded(Right.SEE_CUSTOMER)
def merge_preview(survivor_id: int, loser_id: int) -> MergePreview:
    """What would move from ``loser_id`` to ``survivor_id``. Raises NotFound.

    Indexes: the index by customer of each table.
    """
    survivor, loser = _side(survivor_id), _side(loser_id)
    stays = tuple(
        (one.word, count) for one in GOING if one.stays and (count := _staying(one, survivor_id, loser_id))
    )
    kept = dict(stays)
    moves = tuple(
        (word, count - kept.get(word, 0)) for word, count in loser.rows if count > kept.get(word, 0)
    )
    photo = bool(_staying(_PHOTO, survivor_id, loser_id))
    return MergePreview(survivor, loser, moves, stays, _fills(survivor.record, loser.record), photo)


def _side(customer_id: int) -> Side:
    counts = [
        (
            one.word,
            int(select(f"select count(*) from {one.table} where customer_id = ?", [customer_id])[0][0]),
        )
        for one in GOING
    ]
    rows = tuple((word, count) for word, count in counts if count)
    return Side(record(customer_id), balance(customer_id), rows)


_PHOTO = next(one for one in GOING if one.table == "attachment")


def _staying(one: Going, survivor_id: int, loser_id: int) -> int:
    sql = f"select count(*) from {one.table} t where t.customer_id = ? and {one.stays}"
    return int(select(sql, [loser_id, survivor_id])[0][0])


def _fills(survivor: Record, loser: Record) -> tuple[tuple[str, str], ...]:
    """The blanks of the survivor that the other record fills."""
    mine, theirs = as_fields(survivor.customer), as_fields(loser.customer)
    names = ("prefix", "first", "middle", "last", "suffix", "sex", "birth_date", "death_date")
    filled = [(name, getattr(theirs, name)) for name in names if not getattr(mine, name)]
    if not any(getattr(mine, name) for name in ADDRESS):
        filled += [(name, getattr(theirs, name)) for name in ADDRESS]
    return tuple((name.replace("_", " "), str(value)) for name, value in filled if value)


# --- afterwards --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Merge:
    """A merge as it is kept; ``filled`` is what the service noted to be able to take it back."""

    id: int
    version: int
    survivor_id: int
    loser_id: int
    state: str
    filled: dict[str, Any]
    at: int


@guarded(Right.SEE_CUSTOMER)
def merge(merge_id: int) -> Merge:
    """One merge. Raises NotFound. Index: primary key."""
    rows = select(
        "select id, version, survivor_id, loser_id, state, filled, at from customer_merge where id = ?",
        [merge_id],
    )
    if not rows:
        raise NotFound("That merge does not exist.", "Open the customer again.")
    id_, version, survivor_id, loser_id, state, filled, at = rows[0]
    return Merge(id_, version, survivor_id, loser_id, state, json.loads(filled), at)


def seal_of_rows(one: Going, merge_id: int, survivor_id: int) -> str:
    """A digest of the rows of ``one`` that moved, as the survivor has them now.

    Index: ``merged_row`` primary key.
    """
    columns = ", ".join(f"t.{column}" for column in one.values)
    rows = select(
        f"select t.id, {columns} from merged_row r join {one.table} t on t.id = r.row_id"
        " where r.merge_id = ? and r.kind = ? and t.customer_id = ? order by t.id",
        [merge_id, one.table, survivor_id],
    )
    return digest(canonical({"rows": [list(row) for row in rows]})) if rows else ""


@guarded(Right.SEE_CUSTOMER)
def against_undoing(found: Merge, zone: Zone) -> tuple[str, ...]:
    """What depends on the merge by now, in sentences; nothing when it can be taken back (P4)."""
    return tuple(_against(found, zone))


def _against(found: Merge, zone: Zone) -> Iterator[str]:
    if later := pointer(found.survivor_id):
        yield f"the record became part of customer {later.survivor_number}; take that back first"
    for who in (found.survivor_id, found.loser_id):
        if erased(who):
            yield "the customer was erased"
            return
    yield from _settled_since(found.id)
    yield from _corrected_since(found.id)
    yield from _billed_since(found.id, zone)
    yield from _asked_since(found.id)
    yield from _lost_since(found.id)
    sealed = found.filled.get("digest", {})
    for one in GOING:
        if one.values and sealed.get(one.table, "") != seal_of_rows(one, found.id, found.survivor_id):
            yield f"the {one.word}s that came along were changed since"


_MOVED = "exists (select 1 from merged_row r where r.merge_id = ? and r.kind = '{table}' and r.row_id = {id})"


def _moved(table: str, id_: str) -> str:
    return _MOVED.format(table=table, id=id_)


_PARTED = "part {} from {} first (d on its page)"


def _settled_since(merge_id: int) -> Iterator[str]:
    """Payments and credit of the one record that settle a bill of the other.

    Indexes: ``merged_row`` primary key, ``allocation (debit, ...)``, ``(credit, ...)``.
    """
    for here, there in (("debit", "credit"), ("credit", "debit")):
        rows = select(
            "select c.kind, c.year, c.number, d.kind, d.year, d.number from merged_row m"
            f" join allocation a on a.{here}_id = m.row_id join posting c on c.id = a.credit_id"
            " join posting d on d.id = a.debit_id where m.merge_id = ? and m.kind = 'posting'"
            f" and a.account = 'receivable' and not {_moved('posting', f'a.{there}_id')}"
            " group by c.id, c.kind, c.year, c.number, d.id, d.kind, d.year, d.number"
            " having sum(a.amount) <> 0 order by c.id, d.id",
            [merge_id, merge_id],
        )
        for row in rows:
            credit, debit = code(*row[:3]), code(*row[3:])
            yield f"{credit} settles {debit}; {_PARTED.format(credit, debit)}"


def _corrected_since(merge_id: int) -> Iterator[str]:
    """Notes and voids of documents that came along. Index: ``posting_corrected``."""
    rows = select(
        "select c.kind, c.year, c.number, p.kind, p.year, p.number from merged_row m join posting c"
        " on c.corrects_id = m.row_id and c.corrects_id is not null join posting p on p.id = m.row_id"
        f" where m.merge_id = ? and m.kind = 'posting' and not {_moved('posting', 'c.id')} order by c.id",
        [merge_id, merge_id],
    )
    for row in rows:
        yield f"{code(*row[:3])} corrects {code(*row[3:])}, which came along"


def _billed_since(merge_id: int, zone: Zone) -> Iterator[str]:
    """Bills of visits that came along. Index: ``posting_of_visit``."""
    rows = select(
        "select p.kind, p.year, p.number, a.starts_at from merged_row m join posting p"
        " on p.appointment_id = m.row_id and p.appointment_id is not null join appointment a"
        " on a.id = m.row_id where m.merge_id = ? and m.kind = 'appointment'"
        f" and not {_moved('posting', 'p.id')} order by p.id",
        [merge_id, merge_id],
    )
    for kind, year, number, starts in rows:
        yield f"{code(kind, year, number)} bills the visit of {short_day(day_of(starts, zone))}"


def _asked_since(merge_id: int) -> Iterator[str]:
    """Returns of bills that came along. Index: ``return_request (bill)``."""
    rows = select(
        "select p.kind, p.year, p.number from merged_row m join return_request q on q.bill_id = m.row_id"
        " join posting p on p.id = m.row_id where m.merge_id = ? and m.kind = 'posting'"
        f" and q.state not in ('rejected', 'withdrawn') and not {_moved('return_request', 'q.id')}"
        " order by q.id",
        [merge_id, merge_id],
    )
    for row in rows:
        yield f"a return of {code(*row)} was asked for"


def _lost_since(merge_id: int) -> Iterator[str]:
    """Losses of what was lent that became bills of the survivor. Index: ``loan_event (loan)``."""
    rows = select(
        "select p.kind, p.year, p.number from merged_row m join loan_event e on e.loan_id = m.row_id"
        " join posting p on p.id = e.posting_id where m.merge_id = ? and m.kind = 'loan'"
        f" and not {_moved('posting', 'p.id')} order by e.id",
        [merge_id, merge_id],
    )
    for row in rows:
        yield f"{code(*row)} charges what was lost of a loan that came along"
