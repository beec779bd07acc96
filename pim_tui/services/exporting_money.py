"""Handing out money records: the ledger, bills, a customer's account, and the sealed journal for an audit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Final

from ..domain.handout import MoneyWanted
from ..domain.rights import Right
from ..domain.session import Session
from ..errors import UsageError
from ..exports import jsonlines, money
from ..exports.outfile import OutFile
from ..queries import exporting_money as book
from ..queries.gate import for_reader
from .leaving import Counting, Exported, Form, Leaving, Progress, hand_out, require_kind, told_of, write_csv
from .stepup import FEW, stepped_up_for

KINDS: Final = {"csv": "CSV table", "jsonl": "JSON Lines"}
"""What money can be written as."""


@dataclass(frozen=True, slots=True)
class ExportMoney:
    """Hand out ``what``: a key of :data:`WHAT`. An account needs ``wanted.customer_id``."""

    what: str
    wanted: MoneyWanted
    form: Form
    request: str = ""
    pin: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class _Table:
    """One thing to hand out: its word in the journal, and how it is counted, read and written."""

    word: str
    columns: Sequence[str]
    count: Callable[[MoneyWanted], int]
    read: Callable[[MoneyWanted], Iterator[list[Any]]]
    rows: Callable[[Iterable[Any]], Iterable[Sequence[Any]]]


WHAT: Final[dict[str, _Table]] = {
    "ledger": _Table("ledger row", money.ENTRY_COLUMNS, book.count_entries, book.entries, money.entry_rows),
    "bills": _Table("bill", money.BILL_COLUMNS, book.count_bills, book.bills, money.bill_rows),
    "lines": _Table("bill line", money.LINE_COLUMNS, book.count_lines, book.lines, money.line_rows),
    "account": _Table("posting", money.ACCOUNT_COLUMNS, book.count_account, book.account, money.account_rows),
}


@for_reader
def export_money(
    session: Session,
    command: ExportMoney,
    *,
    progress: Progress = lambda done, total: None,
    stop: Callable[[], bool] = lambda: False,
    out: BinaryIO | None = None,
) -> Exported:
    """Write what is wanted, a chunk at a time; ``out`` is the pipe. Raises and stops as
    :func:`~.exporting.export_appointments` does."""
    session.needs(Right.EXPORT)
    session.needs(Right.SEE_BILL)
    require_kind(command.form.kind, KINDS)
    table, wanted = WHAT[command.what], command.wanted
    stepped_up_for(session, book.people_among(wanted, FEW + 1), command.pin)
    count = Counting(table.count(wanted), progress, stop)
    what = Leaving(command.form, table.word, told_of(wanted), command.request)
    rows = table.rows(count.each(table.read(wanted)))
    return hand_out(session, what, lambda file: _write(command.form, file, table.columns, rows), count, out)


@for_reader
def export_journal(
    session: Session,
    command: ExportMoney,
    *,
    progress: Progress = lambda done, total: None,
    stop: Callable[[], bool] = lambda: False,
    out: BinaryIO | None = None,
) -> Exported:
    """Write the sealed journal of the days wanted, whole: a chain with gaps proves nothing (A1).

    Raises :class:`UsageError` when anything but days narrows it; else as :func:`export_money`.
    """
    for right in (Right.EXPORT, Right.SEE_BILL, Right.SEE_JOURNAL):
        session.needs(right)
    require_kind(command.form.kind, KINDS)
    wanted = command.wanted
    if wanted.customer_id is not None or wanted.kinds or wanted.staff_ids:
        raise UsageError(
            "The journal is one chain: left out lines would break it.", "Narrow it by days alone."
        )
    stepped_up_for(session, book.people_among(wanted, FEW + 1), command.pin)
    first, last = book.sealed_span(wanted, session.zone)
    count = Counting(last - first + 1, progress, stop)
    what = Leaving(command.form, "journal line", told_of(wanted), command.request)
    rows = money.sealed_rows(count.each(book.sealed(first, last)))
    return hand_out(
        session, what, lambda file: _write(command.form, file, money.SEALED_COLUMNS, rows), count, out
    )


def _write(form: Form, file: OutFile, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    if form.kind == "csv":
        write_csv(file, form, columns, rows)
    else:
        jsonlines.write(file.text, jsonlines.documents(columns, rows))
    return ""
