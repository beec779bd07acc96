"""The tabs of the customer screen, in order."""

from __future__ import annotations

from typing import Any, Final

from .appointments import APPOINTMENTS
from .bills import BILL_TABS
from .documents import DOCUMENTS
from .notes import NOTES
from .spec import ListSpec

TABS: tuple[ListSpec[Any], ...] = (*BILL_TABS, APPOINTMENTS, NOTES, DOCUMENTS)
OPENS_ON: Final = TABS.index(APPOINTMENTS)
"""The tab that is open at first: most who look at somebody's page want to book."""
