"""The tabs of the customer screen, in order."""

from __future__ import annotations

from typing import Any

from .appointments import APPOINTMENTS
from .documents import DOCUMENTS
from .notes import NOTES
from .spec import ListSpec

TABS: tuple[ListSpec[Any], ...] = (APPOINTMENTS, NOTES, DOCUMENTS)
