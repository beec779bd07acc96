"""The clinic as its messages name it, from its settings."""

from __future__ import annotations

from ..config import Settings
from ..domain.messages import House


def house_of(settings: Settings) -> House:
    """Name, telephone and address; the mailbox that emails come from; where rooms of video visits are."""
    return House(
        settings.clinic_name,
        settings.clinic_phone,
        settings.clinic_address,
        settings.mail_from,
        settings.mail_name,
        settings.video_base,
    )
