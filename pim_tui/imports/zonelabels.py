"""Time zones as booking pages and Windows label them (``Eastern Time - US & Canada``), with their names."""

from __future__ import annotations

from functools import cache

from ..domain.moments import Zone
from ..domain.text import fold

_LABELS: dict[Zone, tuple[str, ...]] = {
    "America/New_York": ("Eastern Time - US & Canada", "Eastern Time", "Eastern"),
    "America/Chicago": ("Central Time - US & Canada", "Central Time", "Central"),
    "America/Denver": ("Mountain Time - US & Canada", "Mountain Time", "Mountain"),
    "America/Los_Angeles": ("Pacific Time - US & Canada", "Pacific Time", "Pacific"),
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
    "America/Indiana/Indianapolis": ("Indiana (East)",),
    "America/Tijuana": ("Baja California",),
    "America/Adak": ("Aleutian Islands",),
    "America/Port-au-Prince": ("Haiti",),
    "America/Grand_Turk": ("Turks and Caicos",),
    "America/Miquelon": ("Saint Pierre and Miquelon",),
    "America/Nuuk": ("Greenland",),
    "Etc/UTC": ("UTC Time", "UTC", "GMT", "Coordinated Universal Time"),
    "Europe/London": ("UK, Ireland, Lisbon Time", "London"),
    "Europe/Dublin": ("Dublin",),
    "Europe/Lisbon": ("Lisbon",),
    "Europe/Berlin": ("Central European Time", "Mitteleuropäische Zeit", "Western/Central Europe", "Berlin"),
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
    "Asia/Colombo": ("Sri Jayawardenepura",),
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
    "Australia/Lord_Howe": ("Lord Howe Island",),
    "Pacific/Auckland": ("Auckland Time", "Auckland"),
    "Pacific/Chatham": ("Chatham Islands",),
    "Pacific/Easter": ("Easter Island",),
    "Pacific/Norfolk": ("Norfolk Island",),
    "Pacific/Pago_Pago": ("Midway Island",),
}


@cache
def labels() -> dict[str, Zone]:
    """The zone of each label, by its :func:`label_key`."""
    return {label_key(label): zone for zone, called in _LABELS.items() for label in called}


def label_key(label: str) -> str:
    """What a label is compared by: ``US & Canada`` is ``US and Canada``."""
    return " ".join(word for word in fold(label[:80]).split() if word != "and")
