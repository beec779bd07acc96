"""A line that begins with no command: a number of the list, a name to find, or a booking."""

from __future__ import annotations

from ..domain.quickline import Reader, Start
from ..errors import Refused
from ..queries.catalogue import catalogue
from .answers import Say, Talk
from .booking import book, booked
from .clerk import Clerk
from .listed import Opening, Person, Waits
from .people import card_of, find
from .visits import open_one

_ANSWERS = ("yes", "no", "y", "n")


def plain(clerk: Clerk, line: str) -> Say | Talk:
    """Open what a number stands for; book where a day or a time is said, else find."""
    if line.isascii() and line.isdigit() and len(line) < 6:
        return _opened(clerk, line)
    if line.casefold() in _ANSWERS:
        raise Refused("Nothing is being asked.", "Say help for what can be said.")
    reading = Reader(clerk.spoken(clerk.fetch(catalogue))).read(line)
    return book(clerk, line) if reading.day or reading.time else find(clerk, line)


def _opened(clerk: Clerk, number: str) -> Say | Talk:
    item = clerk.listed[number]
    if isinstance(item, Person):
        return card_of(clerk, item)
    if isinstance(item, Opening):
        return booked(clerk, "", Start(staff_id=item.staff_id, starts_at=item.starts_at))
    if isinstance(item, Waits):
        return card_of(clerk, item.person)
    return open_one(clerk, item, number)
