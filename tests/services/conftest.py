"""The books that tests of use cases begin with: an empty one, the clinic's calendar, the till."""

from __future__ import annotations

from tests.db.book import book
from tests.services.clinic import clinic
from tests.services.shop import till

__all__ = ["book", "clinic", "till"]
