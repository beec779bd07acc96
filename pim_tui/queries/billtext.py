"""Finding bills by what somebody types of their items."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from ..db.connection import select
from ..db.many import marks
from ..domain.rights import Right
from ..domain.text import fold
from .gate import guarded
from .matching import matcher


@guarded(Right.SEE_BILL)
def bills_with(text: str, where: str, params: Sequence[object]) -> list[int]:
    """Ids of the bills of one customer whose items hold every word of ``text``; accents aside.

    ``where`` is the condition on posting ``p``. Index: that of the condition; ``bill_line (bill, position)``.
    """
    words = fold(text).split()
    folded = cache(fold)  # a customer buys the same things again and again
    told: dict[int, list[str]] = {}
    lines = "posting p join bill_line l on l.bill_id = p.id"
    for id_, *names in select(f"select p.id, l.description, l.code from {lines} where {where}", params):
        told.setdefault(id_, []).extend(folded(name) for name in names)
    return [id_ for id_, names in told.items() if all(word in " ".join(names) for word in words)]


def goods_called(text: str) -> tuple[str, list[object]]:
    """The condition that a line of posting ``p`` is of a product whose name, code or barcode holds the words
    of ``text``; accents aside. Lines that are no product are looked at as they are written.

    Index: ``bill_line (bill, position)``; the catalogue, which is short, is read as a whole.
    """
    matches = matcher(text)
    ids = [
        id_
        for id_, name, item_code, barcode in select("select id, sort_name, code, barcode from product")
        if matches(name, item_code, barcode)
    ]
    words = text.lower().split()
    free = " and ".join("lower(l.description) like ? escape '!'" for _ in words)
    line = f"(l.product_id in ({marks(ids) or 'null'}) or (l.product_id is null and {free}))"
    return (
        f"exists (select 1 from bill_line l where l.bill_id = p.id and {line})",
        [*ids, *(f"%{_plain(word)}%" for word in words)],
    )


def _plain(word: str) -> str:
    """A word whose characters mean nothing to ``like``."""
    for mark in "!%_":
        word = word.replace(mark, f"!{mark}")
    return word
