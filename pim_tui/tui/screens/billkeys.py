"""Everything that is done to a posted document by key: on its page, and on the rows of lists."""

from __future__ import annotations

from .billfixes import BillFixes
from .billmoney import BillMoney


class BillKeys(BillMoney, BillFixes):
    """Pays, settles, parts, adjusts, writes off and voids."""
