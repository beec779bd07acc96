"""Stock that a table of products brings with new ones: taken in as a delivery, lot by lot.

What was moved is never deleted (K5), so a product that came with stock stays when the import is taken
back: that is refused, and said before anything is imported.
"""

from __future__ import annotations

from datetime import date
from typing import TypeGuard

from ..domain.moments import day_label, day_of
from ..imports.products_csv import ProductRow
from ..imports.report import ADDED
from ..queries.products import by_external_id
from .incoming import LOTS, PRODUCTS, Run
from .stock_rows import Step, add_lot, move
from .work import Work


class OpeningIntake:
    """Decides about the stock of one batch, then stores it behind the products it belongs to."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._file = ""
        self._rows: list[ProductRow] = []
        self._today = day_of(run.now, run.session.zone)

    def begin(self, file: str) -> None:
        """A new batch, of that file."""
        self._file, self._rows = file, []

    def is_further_lot(self, row: ProductRow) -> bool:
        """Whether a row of a product that came before in the file brings a lot of it that did not."""
        met = self._run.scratch.met
        told_apart = bool(row.opening.lot or row.opening.serial)
        alike = met("product kept by", _told_apart_by(row)) is not None
        return bool(row.opening.quantity) and told_apart and alike and met("lot", _key(row)) is None

    def take(self, row: ProductRow) -> None:
        """Take in what the row has, expired goods into quarantine."""
        self._run.scratch.meet("product kept by", _told_apart_by(row), row.line)
        if not row.opening.quantity:
            return
        self._run.scratch.meet("lot", _key(row), row.line)
        self._run.tally.count(LOTS, ADDED)
        if self._is_over(row.opening.expires_on):
            says = f"expired on {day_label(row.opening.expires_on)} and goes into quarantine"
            self._run.notice(LOTS, self._file, row.line, says)
        self._rows.append(row)

    def _is_over(self, day: date | None) -> TypeGuard[date]:
        return day is not None and day < self._today

    def was_left(self, row: ProductRow) -> bool:
        """Whether the row has stock of a product that was here before this import."""
        return bool(row.opening.quantity) and self._run.scratch.met("product left", row.key) is not None

    def leave(self, row: ProductRow) -> None:
        """Tell that stock of a product which is here already is not taken in: it would be there twice."""
        self._run.scratch.meet("product left", row.key, row.line)
        if row.opening.quantity:
            says = "is here already; its stock is not taken from a file: receive or count it"
            self._run.notice(PRODUCTS, self._file, row.line, says)

    def store(self) -> None:
        """Write lots and movements, unless the run is dry."""
        run = self._run
        if run.dry or not self._rows:
            return
        work = Work(run.session, run.now, run.changes)
        reason = f"import {run.record.number}" if run.record is not None else ""
        known = by_external_id({row.key for row in self._rows})
        for row in self._rows:
            product, stock = known[row.key], row.opening
            lot = add_lot(work, product.id, stock.lot, stock.serial, stock.expires_on)
            place = "quarantine" if self._is_over(stock.expires_on) else "shelf"
            step = Step(lot, "receipt", stock.quantity, place, stock.cost, reason)
            move(work, step, product.product.name)


def _key(row: ProductRow) -> str:
    return "\x1f".join((row.key, row.opening.lot, row.opening.serial))


def _told_apart_by(row: ProductRow) -> str:
    """The product, and whether its items have lots and serial numbers: all of them do, or none."""
    return f"{bool(row.opening.lot)} {bool(row.opening.serial)} {row.key}"
