"""Every list by its key."""

from __future__ import annotations

from typing import Any, Final

from .clinic import CLINIC_LISTS
from .ledger import LEDGER
from .spec import ListSpec
from .tabs import TABS

KNOWN: Final[dict[str, ListSpec[Any]]] = {spec.key: spec for spec in (*TABS, LEDGER, *CLINIC_LISTS)}
