"""Money as rows of a table: one value a column, the same for CSV and JSON Lines, amounts exact decimals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from ..domain.handout import AccountOut, BillOut, EntryOut, LineOut, SealedOut
from ..domain.money import written
from .instants import iso

Value = str | int | Decimal | None

ENTRY_COLUMNS = (
    "number", "kind", "date", "at", "account", "amount", "currency", "customer_number", "customer", "payer",
    "staff", "corrects", "reason",
)  # fmt: skip
"""One row is one side of a posting; the amounts of each number add up to nothing."""
BILL_COLUMNS = (
    "number", "kind", "date", "customer_number", "customer", "payer", "items", "currency", "net", "tax",
    "total", "payer_share", "paid", "taken_off", "left", "payer_left", "status", "staff",
)  # fmt: skip
"""total = payer_share + paid + taken_off + left."""
LINE_COLUMNS = (
    "number", "date", "customer_number", "customer", "position", "code", "item", "quantity", "unit",
    "currency", "unit_price", "discount", "net", "tax", "total", "customer_share", "payer_share",
)  # fmt: skip
ACCOUNT_COLUMNS = (
    "record", "number", "kind", "date", "at", "staff", "corrects", "reason", "currency", "charged",
    "credited", "balance", "position", "code", "item", "quantity", "unit", "unit_price", "discount", "net",
    "tax", "total", "customer_share", "payer_share",
)  # fmt: skip
"""``record`` is ``posting``, with the balance behind it, or ``line``: the lines follow their posting."""
SEALED_COLUMNS = (
    "prev", "seq", "at_ms", "staff_id", "session", "action", "kind", "row_id", "reason", "request",
    "before_hash", "after_hash", "hash", "staff", "before", "after",
)  # fmt: skip
"""``hash`` seals the twelve columns before it, as the manual says."""


def entry_rows(found: Iterable[EntryOut]) -> Iterator[tuple[Value, ...]]:
    """The values of each entry, in the order of :data:`ENTRY_COLUMNS`."""
    for one in found:
        amount = _decimal(one.amount, one.currency)
        yield (*one[:3], iso(one.at), one.account, amount, *one[6:])


def bill_rows(found: Iterable[BillOut]) -> Iterator[tuple[Value, ...]]:
    """The values of each bill, in the order of :data:`BILL_COLUMNS`."""
    for one in found:
        yield (*one[:8], *(_decimal(amount, one.currency) for amount in one[8:16]), *one[16:])


def line_rows(found: Iterable[LineOut]) -> Iterator[tuple[Value, ...]]:
    """The values of each line, in the order of :data:`LINE_COLUMNS`."""
    for one in found:
        yield (*one[1:11], *(_decimal(amount, one.currency) for amount in one[11:]))


def account_rows(found: Iterable[tuple[AccountOut, list[LineOut]]]) -> Iterator[tuple[Value, ...]]:
    """The values of each posting and of its lines, in the order of :data:`ACCOUNT_COLUMNS`."""
    for posting, lines in found:
        amounts = (_decimal(amount, posting.currency) for amount in posting[9:])
        yield ("posting", *posting[1:4], iso(posting.at), *posting[5:9], *amounts, *(None,) * 12)
        for line in lines:
            money = (_decimal(amount, line.currency) for amount in line[11:])
            yield (
                "line", line.number, None, line.day, None, None, None, None, line.currency, None, None, None,
                *line[5:10], *money,
            )  # fmt: skip


def sealed_rows(found: Iterable[SealedOut]) -> Iterable[tuple[Value, ...]]:
    """The values of each line of the journal, as they were sealed."""
    return found


def _decimal(amount: int, currency: str) -> Decimal:
    return Decimal(written(amount, currency))
