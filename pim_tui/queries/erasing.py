"""What erasing a customer would take away, what the law keeps, and what stands against it (P5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ..db.connection import select
from ..db.many import marks
from ..domain.money import shown
from ..domain.rights import Right
from .balances import balance
from .customers import record
from .gate import guarded
from .loanlists import LoanFilter, loans_out
from .merging import erased, pointer

IDENTIFYING = ("identity", "insurance")
"""Kinds of documents that go with the name; those of medicine and consent are kept unless asked otherwise."""


@dataclass(frozen=True, slots=True)
class ErasePreview:
    """What would happen. ``goes`` and ``stays`` are sentences, ``against`` what has to be done first.

    ``ids`` are the customer and the records that became part of this one.
    """

    id: int
    number: int
    version: int
    name: str
    goes: tuple[str, ...]
    stays: tuple[str, ...]
    against: tuple[str, ...]
    ids: tuple[int, ...]


@guarded(Right.SEE_CUSTOMER)
def erase_preview(customer_id: int, today: date, currency: str, *, clinical: bool = False) -> ErasePreview:
    """What erasing would do; ``clinical``: notes, reasons of visits and medical documents go, too.

    Raises NotFound. Indexes: the index by customer of each table.
    """
    found = record(customer_id)
    ids = everybody(customer_id)
    return ErasePreview(
        found.id,
        found.number,
        found.version,
        found.customer.name.full,
        tuple(_goes(ids, clinical)),
        tuple(_stays(ids, clinical)),
        tuple(_against(customer_id, found.number, today, currency)),
        ids,
    )


def everybody(customer_id: int) -> tuple[int, ...]:
    """The customer and every record that became part of this one. Index: ``customer_merge (survivor)``."""
    found, newest = [customer_id], [customer_id]
    while newest:
        rows = select(
            f"select loser_id from customer_merge where survivor_id in ({marks(newest)})"
            " and state = 'merged'",
            newest,
        )
        newest = [int(id_) for (id_,) in rows]
        found += newest
    return tuple(found)


def _count(sql: str, ids: Sequence[int]) -> int:
    return int(select(sql.format(marks(ids)), ids)[0][0])


def _told(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


_OF = "select count(*) from {table} where customer_id in ({{}})"
_KEPT_DOCUMENTS = (
    "select count(*) from attachment where customer_id in ({}) and removed_at is null and kind = 'document'"
    " and subject not in ('identity', 'insurance')"
)


def _goes(ids: Sequence[int], clinical: bool) -> Iterator[str]:
    yield "name, birth date, address, telephone, email, consents, alerts and ids elsewhere"
    files = _count(
        "select count(*) from attachment where customer_id in ({}) and removed_at is null", ids
    ) - _count(_KEPT_DOCUMENTS, ids)
    if clinical:
        files += _count(_KEPT_DOCUMENTS, ids)
        yield from _several(ids, (("note", "note"),))
        yield "what is written at visits"
    if files:
        yield f"{_told(files, 'file')}: {'all of them' if clinical else 'photo, identity, insurance'}"
    yield from _several(ids, (("draft_bill", "parked bill"),))
    yield "what the journal kept of all this; that it was changed, when and by whom stays"


def _stays(ids: Sequence[int], clinical: bool) -> Iterator[str]:
    yield "the number, and sex for statistics"
    yield from _several(
        ids,
        (
            ("posting", "posted document"),
            ("loan", "loan that is back"),
            ("appointment", "visit"),
            ("paper", "paper as it was issued, with the name"),
        ),
    )
    for (number,) in select(
        "select distinct run_id from import_row where kind in ('customer', 'link') and row_id in"
        f" ({marks(ids)}) order by 1",
        ids,
    ):
        yield f"the report of import {number}, where it names a row that was refused or guessed"
    if not clinical:
        yield from _several(ids, (("note", "clinical note"),))
        if documents := _count(_KEPT_DOCUMENTS, ids):
            yield f"{_told(documents, 'document')} of consent and treatment, under plain names"


def _several(ids: Sequence[int], tables: Sequence[tuple[str, str]]) -> Iterator[str]:
    for table, word in tables:
        if count := _count(_OF.format(table=table), ids):
            head, _, rest = word.partition(" as ")
            yield _told(count, head) + (f" as {rest}" if rest else "")


def _against(customer_id: int, number: int, today: date, currency: str) -> Iterator[str]:
    if erased(customer_id):
        yield f"Customer {number} was erased already."
        return
    if elsewhere := pointer(customer_id):
        yield f"It is part of customer {elsewhere.survivor_number}: erase that one."
        return
    account = balance(customer_id)
    if account.owed:
        yield f"{shown(account.owed, currency)} is owed: take the payment or write it off."
    if account.credit:
        yield f"{shown(account.credit, currency)} is to their credit: use it or pay it out."
    if out := loans_out(LoanFilter(today, customer_id=customer_id)).sums["out"]:
        yield f"{_told(out, 'item')} lent and not back: take them back or charge the loss."
    ((waiting,),) = select(
        "select count(*) from return_request where state in ('requested', 'approved') and (customer_id = ?"
        " or bill_id in (select id from posting where customer_id = ?))",
        [customer_id, customer_id],
    )
    if waiting:
        yield f"{_told(waiting, 'refund')} waiting: decide or withdraw first (Ctrl+R)."
    coming = select("select count(*) from appointment where customer_id = ? and status = 'S'", [customer_id])[
        0
    ][0]
    if coming:
        yield f"{_told(coming, 'visit')} not resolved: cancel or mark first."


def forgotten_files() -> tuple[str, ...]:
    """Digests of stored files that only erased customers had, and that were taken out of their records.

    Indexes: ``erasure`` primary key, ``attachment (customer, ...)``, ``attachment (file)``, ``paper (file)``.
    """
    rows = select(
        "select distinct f.sha256 from erasure x join attachment a on a.customer_id = x.customer_id"
        " join stored_file f on f.id = a.file_id where a.removed_at is not null and not exists"
        " (select 1 from attachment o where o.file_id = f.id and (o.removed_at is null or o.customer_id"
        " not in (select customer_id from erasure))) and not exists"
        " (select 1 from paper p where p.file_id = f.id) order by f.sha256"
    )
    return tuple(digest for (digest,) in rows)
