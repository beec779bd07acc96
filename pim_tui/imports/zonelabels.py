"""Time zones as booking pages call them (``Eastern Time - US & Canada``), with their IANA names."""

from __future__ import annotations

from ..domain.moments import Zone, zone_info
from ..domain.text import fold
from ..errors import Invalid

_LABELS: dict[Zone, tuple[str, ...]] = {
    "America/New_York": ("Eastern Time - US & Canada", "Eastern Time (US & Canada)", "Eastern Time"),
    "America/Chicago": ("Central Time - US & Canada", "Central Time (US & Canada)", "Central Time"),
    "America/Denver": ("Mountain Time - US & Canada", "Mountain Time (US & Canada)", "Mountain Time"),
    "America/Los_Angeles": ("Pacific Time - US & Canada", "Pacific Time (US & Canada)", "Pacific Time"),
    "America/Phoenix": ("Arizona", "Mountain Time - Arizona", "Arizona, Yukon Time"),
    "America/Anchorage": ("Alaska Time", "Alaska"),
    "Pacific/Honolulu": ("Hawaii Time", "Hawaii"),
    "America/Halifax": ("Atlantic Time", "Atlantic Time (Canada)"),
    "America/St_Johns": ("Newfoundland Time", "Newfoundland"),
    "America/Regina": ("Saskatchewan, Guatemala, Costa Rica Time", "Saskatchewan"),
    "America/Mexico_City": ("Mexico City Time", "Mexico City"),
    "America/Bogota": ("Bogota, Jamaica, Lima Time", "Bogota"),
    "America/Caracas": ("Caracas Time", "Caracas"),
    "America/Santiago": ("Santiago Time", "Santiago"),
    "America/Sao_Paulo": ("Brasilia Time", "Brasilia"),
    "America/Argentina/Buenos_Aires": ("Buenos Aires Time", "Buenos Aires"),
    "Etc/UTC": ("UTC Time", "UTC", "GMT"),
    "Europe/London": ("UK, Ireland, Lisbon Time", "London"),
    "Europe/Dublin": ("Dublin",),
    "Europe/Lisbon": ("Lisbon",),
    "Europe/Berlin": ("Central European Time", "Berlin"),
    "Europe/Paris": ("Paris",),
    "Europe/Madrid": ("Madrid",),
    "Europe/Rome": ("Rome",),
    "Europe/Amsterdam": ("Amsterdam",),
    "Europe/Vienna": ("Vienna",),
    "Europe/Zurich": ("Zurich",),
    "Europe/Athens": ("Eastern European Time", "Athens"),
    "Europe/Istanbul": ("Turkey Time", "Istanbul"),
    "Europe/Minsk": ("Minsk Time", "Minsk"),
    "Europe/Moscow": ("Moscow Time", "Moscow"),
    "Africa/Cairo": ("Africa/Cairo", "Cairo"),
    "Africa/Johannesburg": ("Central Africa Time", "Pretoria"),
    "Africa/Lagos": ("West Africa Time", "West Central Africa"),
    "Asia/Jerusalem": ("Israel Time", "Jerusalem"),
    "Asia/Amman": ("Jordan Time",),
    "Asia/Beirut": ("Lebanon Time",),
    "Asia/Baghdad": ("Baghdad, East Africa Time", "Baghdad"),
    "Asia/Tehran": ("Tehran Time", "Tehran"),
    "Asia/Dubai": ("Dubai Time", "Abu Dhabi"),
    "Asia/Kabul": ("Kabul Time", "Kabul"),
    "Asia/Karachi": ("Pakistan, Maldives Time", "Karachi"),
    "Asia/Kolkata": ("India, Sri Lanka Time", "Mumbai", "New Delhi"),
    "Asia/Kathmandu": ("Kathmandu Time", "Kathmandu"),
    "Asia/Dhaka": ("Asia/Dhaka", "Dhaka"),
    "Asia/Bangkok": ("Indochina Time", "Bangkok"),
    "Asia/Shanghai": ("China, Singapore, Perth", "Beijing"),
    "Asia/Singapore": ("Singapore",),
    "Asia/Tokyo": ("Japan, Korea Time", "Tokyo"),
    "Asia/Seoul": ("Seoul",),
    "Australia/Perth": ("Perth",),
    "Australia/Adelaide": ("Adelaide Time", "Adelaide"),
    "Australia/Brisbane": ("Brisbane Time", "Brisbane"),
    "Australia/Sydney": ("Sydney, Melbourne Time", "Sydney", "Melbourne"),
    "Pacific/Auckland": ("Auckland Time", "Auckland"),
}
_BY_LABEL = {fold(label): zone for zone, labels in _LABELS.items() for label in labels}


def zone_called(name: str) -> Zone | None:
    """The IANA zone of a label or an IANA name; None when it is neither."""
    if (found := _BY_LABEL.get(fold(name[:80]))) is not None:
        return found
    try:
        zone_info(name)
    except Invalid:
        return None
    return name
