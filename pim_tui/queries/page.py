"""One screenful of a list, with what its whole filtered set adds up to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    """``rows`` from ``offset`` on, of ``total`` that the filters let through; ``sums`` are over all.

    ``currency`` is that of the sums that are money.
    """

    rows: tuple[R, ...]
    total: int
    offset: int = 0
    sums: Mapping[str, int] = field(default_factory=dict)
    currency: str = ""
