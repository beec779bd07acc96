"""What a posting was about, in a few words: items of a bill, methods of a payment, what was put right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from ..db.connection import select
from ..db.many import marks
from ..domain.bills import BILLS, PostingKind, code
from ..domain.money import figures
from ..domain.rights import Right
from .billitems import items_of, told
from .exporting import batches
from .gate import guarded

_PAYING = (PostingKind.PAYMENT, PostingKind.REFUND)


class Told(NamedTuple):
    """A posting to be told of."""

    id: int
    kind: str


@guarded(Right.SEE_BILL)
def words_of(postings: Sequence[Told]) -> dict[int, str]:
    """A few words on each posting, by its id.

    Indexes: those of :func:`items_of`, ``payment_part (payment, position)``, primary keys.
    """
    bills = [one.id for one in postings if one.kind in BILLS]
    paying = [one.id for one in postings if one.kind in _PAYING]
    others = [one.id for one in postings if one.kind not in (*BILLS, *_PAYING)]
    return {
        **{id_: told(items) for id_, items in items_of(bills).items()},
        **_methods(paying),
        **_corrections(others),
    }


@guarded(Right.SEE_BILL)
def methods_of(payment_ids: Sequence[int]) -> dict[int, list[tuple[str, int, str]]]:
    """(method, amount, currency) of every part of each payment or refund, by its id."""
    found: dict[int, list[tuple[str, int, str]]] = {}
    for id_, *part in _of_ids(
        "select t.payment_id, t.method, t.amount, p.currency from payment_part t join posting p"
        " on p.id = t.payment_id where t.payment_id in ({}) order by t.payment_id, t.position",
        payment_ids,
    ):
        found.setdefault(id_, []).append((part[0], part[1], part[2]))
    return found


def _methods(ids: Sequence[int]) -> dict[int, str]:
    return {id_: methods_told(parts) for id_, parts in methods_of(ids).items()}


def methods_told(parts: Sequence[tuple[str, int, str]]) -> str:
    """``cash 40.00, card 29.00``; a single method without its amount."""
    if len(parts) == 1:
        return parts[0][0]
    return ", ".join(f"{method} {figures(amount, currency)}" for method, amount, currency in parts)


def _corrections(ids: Sequence[int]) -> dict[int, str]:
    """What each correction points back to, and why."""
    found = {}
    for id_, reason, kind, year, number in _of_ids(
        "select c.id, c.reason, o.kind, o.year, o.number from posting c left join posting o"
        " on o.id = c.corrects_id where c.id in ({})",
        ids,
    ):
        of = code(kind, year, number) if kind else ""
        found[id_] = ": ".join(part for part in (of, reason) if part)
    return found


def _of_ids(sql: str, ids: Sequence[int]) -> Iterator[tuple[Any, ...]]:
    for some in batches(ids):
        yield from select(sql.format(marks(some)), some)
