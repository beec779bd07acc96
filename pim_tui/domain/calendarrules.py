"""How this clinic runs its calendar: what is a choice of the house and not a rule of the book."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CalendarRules:
    """The choices of one clinic; lengths are minutes, times of day are minutes after midnight.

    ``overbookings``: how many appointments of one staff member may be overbooked on a day (T9).
    ``region``: the part of the country that public holidays are kept of, empty for the whole country;
    ``holidays``: ``closed``, ``shown`` or ``off`` (T10). ``hold``: how long a time is held. ``notice``:
    a cancelation later than that is late (S5); ``late_fee`` and ``missed_fee`` are the codes of the
    services that are charged for it and for a missed one, empty for nothing. ``windows``: how long before
    an appointment its reminders go out, longest first (S7); ``invitations``: whether an email confirms
    a booking; ``unknown``: whether who was never asked is written to (P5); ``quiet``: from when to when
    nobody is. ``delay``: how long a message waits before it goes, so that an undone booking sends nothing.
    ``language``: of the templates. ``video``: ``link``, ``zoom`` or empty, how a virtual visit is joined.
    """

    overbookings: int = 4
    region: str = ""
    holidays: str = "closed"
    hold: int = 5
    notice: int = 24 * 60
    late_fee: str = ""
    missed_fee: str = ""
    windows: tuple[int, ...] = (48 * 60,)
    invitations: bool = True
    unknown: bool = False
    quiet: tuple[int, int] = (20 * 60, 8 * 60)
    delay: int = 5
    language: str = "en"
    step: int = 15
    video: str = "link"


USUAL = CalendarRules()
"""What holds where nothing else was said."""
