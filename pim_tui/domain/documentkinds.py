"""What kinds of documents there are, and how long they are good for."""

from __future__ import annotations

from datetime import date
from typing import Final

from .moments import short_day

SUBJECTS: Final = {
    "": "not said", "consent": "Consent", "insurance": "Insurance letter", "identity": "Identity",
    "referral": "Referral", "result": "Result", "other": "Other",
}  # fmt: skip
"""Every kind by what it is called."""
SOON = 30
"""Days before the last one on which it is told that a document runs out."""


def subject_word(subject: str) -> str:
    """The kind for people; empty where nobody said one."""
    return SUBJECTS[subject] if subject else ""


def good_until(expires_on: date | None, today: date | None) -> str:
    """The last day, with a loud word once it is over or near: ``EXPIRED 3 Nov 2026``, ``SOON 9 Dec 2026``."""
    if expires_on is None:
        return ""
    word = loud_word(expires_on, today) if today else ""
    return f"{word} {short_day(expires_on)}".strip()


def loud_word(expires_on: date, today: date) -> str:
    """``EXPIRED`` behind the last day, ``SOON`` within :data:`SOON` days before it ends, else nothing."""
    left = (expires_on - today).days
    return "EXPIRED" if left < 0 else "SOON" if left <= SOON else ""


def expiry_alert(subject: str, name: str, expires_on: date, today: date) -> str:
    """A sentence for whoever opens the record: ``Consent expired 3 Nov``; empty while there is time."""
    word = {"EXPIRED": "expired", "SOON": "expires"}.get(loud_word(expires_on, today), "")
    if not word:
        return ""
    what = SUBJECTS[subject] if subject not in ("", "other") else name
    day = short_day(expires_on)
    told = day.rpartition(" ")[0] if expires_on.year == today.year else day
    return f"{what} {word} {told}"
