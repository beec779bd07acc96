"""What the clinic-wide forms of a customer's lists have besides."""

from __future__ import annotations

from typing import Final

from ..queries.staff import staff_list
from .spec import Choice, Column, Filter

CUSTOMER: Final = Column("Customer", "customer", width=13, rank=9)


def staff_filter(title: str) -> Filter:
    """Who of the staff it was; ``title`` says in what part. Who left is there, too."""
    return Filter("staff", title, "choice", load=_everybody)


def _everybody() -> tuple[Choice, ...]:
    return tuple(Choice(str(one.id), one.name) for one in staff_list())
