"""Which rows make the sum under a list."""

from __future__ import annotations

from typing import Any

from ..queries.explain import Explained, Part
from .postings import document_of
from .spec import Chosen, ListSpec, Metric, Scope

MOST = 2_000
"""Rows that are told one by one; nobody reads more."""


def explain_sum(spec: ListSpec[Any], scope: Scope, chosen: Chosen, metric: Metric) -> Explained:
    """The rows behind a sum of money: everything the filter lets through, as the list's own query has it.

    What is beyond :data:`MOST` rows is one part more, so that the parts still come to the sum.
    """
    page = spec.query(scope, chosen, MOST, 0)
    parts = [_part(row, metric) for row in page.rows]
    left = page.total - len(parts)
    if left > 0:
        rest = page.sums[metric.key] - sum(part.amount for part in parts)
        parts.append(Part(None, None, "", f"the {left:,} rows behind these", rest))
    told = tuple(part for part in parts if part.amount)
    return Explained(f"{spec.title}: {metric.title}", told, page.currency)


def _part(row: Any, metric: Metric) -> Part:
    """A row by what it is called: lists name their rows in different ways."""
    number = getattr(row, "code", getattr(row, "bill", ""))
    what = next((found for name in _NAMES if (found := getattr(row, name, ""))), "")
    return Part(document_of(row), getattr(row, "day", None), number, what, getattr(row, metric.key))


_NAMES = ("customer", "whose", "name", "what")
