"""A word to whoever may make backups: that the last good one is too old."""

from __future__ import annotations

from ...domain.keeping import told_too_old
from ...domain.rights import Right
from ...queries.backups import unsaved_since
from ..base import PimScreen


async def backup_news(screen: PimScreen) -> str:
    """A sentence where it is so and the setting ``backup_warn_hours`` wants it told; else nothing."""
    pim = screen.pim
    most = pim.desk.settings.backup_warn_hours
    if not most or Right.BACK_UP not in pim.desk.session.rights:
        return ""
    return told_too_old(*await pim.fetch(unsaved_since), pim.now, most)
