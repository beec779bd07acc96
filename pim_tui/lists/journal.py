"""The journal as a list: newest first, by number."""

from __future__ import annotations

from typing import Any, Final

from ..domain.rights import Right
from ..queries.journal import JournalRow, JournalWanted, customer_numbered, journal_page, words_used
from ..queries.page import Page
from .periods import ANY, Period
from .spec import AFTER, Choice, Chosen, Column, Filter, ListSpec, Scope
from .wide import staff_filter

LOOKS: Final = ("see", "print", "export", "email", "break glass")
"""Actions by which somebody saw what is in a record."""


def journal_wanted(chosen: Chosen, about: JournalWanted) -> JournalWanted:
    """What the filter lets through of the lines ``about`` something; ``#12`` among the words is a customer.

    A customer that does not exist lets nothing through. Asks the database for the number's record.
    """
    period: Period = chosen.get("days") or ANY
    words = str(chosen.get("text", "")).split()
    numbers = [word for word in words if word.startswith("#")]
    customer_id = about.customer_id
    if numbers:
        customer_id = customer_numbered(numbers[-1]) or 0
    return JournalWanted(
        tuple(map(int, chosen.get("staff", ()))),
        tuple(chosen.get("actions", ())) or about.actions,
        tuple(chosen.get("kinds", ())) or about.kinds,
        customer_id,
        about.row_id,
        period.first,
        period.last,
        " ".join(word for word in words if word not in numbers),
    )


def _page(scope: Scope, chosen: Chosen, limit: int, offset: int) -> Page[JournalRow]:
    """``about`` in ``chosen`` is the screen's: what lines are about."""
    about = chosen.get("about") or JournalWanted(customer_id=scope.customer_id)
    return journal_page(journal_wanted(chosen, about), limit, chosen.get(AFTER), zone=scope.zone)


def _used(column: str) -> Any:
    return lambda: tuple(Choice(word, word.replace("_", " ")) for word in words_used(column))


JOURNAL: Final = ListSpec(
    key="journal",
    title="Journal",
    row=JournalRow,
    query=_page,
    columns=(
        Column("When", "at", "moment", 21, rank=9),
        Column("Who", "who", width=12, rank=8),
        Column("Did", "action", width=12, rank=10),
        Column("What", "what", width=14, rank=10),
        Column("Why", "reason", width=10, rank=7, grow=True),
        Column("Line", "id", "number", 8, rank=4),
        Column("Session", "session", width=16, rank=2),
    ),
    filters=(
        Filter("days", "Dates", "days"),
        staff_filter("Who"),
        Filter("actions", "Did", "choice", load=_used("action")),
        Filter("kinds", "What", "choice", load=_used("kind")),
        Filter("text", "Why, #customer", "text"),
    ),
    empty="The journal tells of nothing like that.",
    page_size=100,
    right=Right.SEE_JOURNAL,
)
