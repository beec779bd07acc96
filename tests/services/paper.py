"""Paper for tests."""

from __future__ import annotations

from pim_tui.documents.blocks import Letterhead
from pim_tui.services.daysheet import Stationery

PAPER = Stationery(Letterhead("Harbour Clinic"))
