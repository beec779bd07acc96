"""``pim-tui print close``: what a day came to, on paper as any other, or as JSON."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from ..bootstrap import office, opened
from ..domain.money import written
from ..domain.rights import Right
from ..domain.taxline import rate_text
from ..errors import UsageError
from ..queries.day_figures import DayFigures, closed_on, figures_of
from . import papers, said, terminal


def print_close(arguments: argparse.Namespace) -> int:
    """The Z report of a day that is closed, else its X report; with ``--json`` nothing is printed."""
    if not arguments.json:
        return papers.print_one(arguments)
    if arguments.copy:
        raise UsageError("With --json nothing is printed, so there is no copy.", "Leave out --copy.")
    with opened(office()) as clinic:
        session = clinic.session
        session.needs(Right.PRINT)
        session.needs(Right.SEE_BILL)
        day = said.day(arguments.date, clinic, "past")
        closed = closed_on(day)
        found = closed.figures if closed else figures_of(day)
    terminal.say_json(
        {
            "day": day,
            "report": "Z" if closed else "X",
            "number": closed.number if closed else None,
            "closed_at": closed.at if closed else None,
            "closed_by": closed.staff if closed else None,
            "currency": session.currency,
            **_told(found, session.currency),
        }
    )
    return 0


def _told(found: DayFigures, currency: str) -> dict[str, Any]:
    """The figures by the names that they have in the book; sums are text, as in every export."""

    def row(one: Any, *sums: str) -> dict[str, Any]:
        return {**asdict(one), **{name: written(getattr(one, name), currency) for name in sums}}

    def rows(several: Iterable[Any]) -> list[dict[str, Any]]:
        return [row(one, "amount") for one in several]

    drawer = found.drawer
    counted = () if drawer.counted is None else ("counted",)
    return {
        "sales": rows(found.sales),
        "taxes": [{**row(one, "base", "amount"), "rate": rate_text(one.rate)} for one in found.taxes],
        "rests": row(found.rests, "untaxed", "again"),
        "payments": rows(found.payments),
        "refunds": rows(found.refunds),
        "write_offs": row(found.write_offs, "amount"),
        "voids": rows(found.voids),
        "late": rows(found.late),
        "drawer": {
            **row(drawer, "opening", "taken", "expected", "beside", *counted),
            "moves": rows(drawer.moves),
            "corrections": rows(drawer.corrections),
            "overdrawn": rows(drawer.overdrawn),
        },
        "open_visits": found.open_visits,
        "journal_head": found.journal,
    }
