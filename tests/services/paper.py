"""Paper for tests."""

from __future__ import annotations

from pim_tui.documents.blocks import Letterhead
from pim_tui.services.printing import Stationery

PAPER = Stationery(Letterhead("Harbour Clinic"))
