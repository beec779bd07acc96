"""One line that books an appointment: ``jane doe 7d 10:30 30m follow-up - blood pressure review``.

The pieces may come in any order. Every word is read at most once. Where two readings are possible:

1.  A free dash (`` - ``, `` -- ``, an en or em dash) starts the reason; all behind it is the reason,
    verbatim. So ``10:30-11:00`` needs to be written without spaces (or ``10:30 to 11:00``).
2.  Text in double quotes is the customer's name and nothing else; ``#1042`` is the customer's number.
3.  ``with X`` and ``@X`` name staff: a whole name or alias, then words of it, then beginnings, then
    initials. More words belong to the name while somebody fits. Several fits are asked about.
    ``dr lee`` without "with" is staff if somebody is called so and no staff was given otherwise; so is
    ``lee`` where it stands alone, apart from the customer, who comes before it ("jane doe 9:00 lee").
4.  A whole type name or alias wins over days and lengths within it, the longest first, hyphens and
    spaces alike. ``in 2 weeks`` is a day, ``in 2`` a room, ``in person`` the way to meet.
5.  ``7d`` ``2w`` ``2mo`` ``1y`` are days from today; ``m`` is always minutes: ``3m`` is three minutes.
    ``1h30`` up to ``5h`` are lengths, from ``6h`` on times of day (``10h30``, ``15h``).
6.  A month is a day only beside a number from 1 to 31 ("May Smith" is a name); in "may 14 dec" the
    number belongs to dec. Four digits from 1900 to 2199 after day and month are the year. A full date
    more than a year ago is the customer's birth date and stays with the name.
7.  Three or four digits are a time if a clock shows them (``1030``, ``930``); so is ``10.30``.
    ``14.12`` is a time, unless the line has another time and no other day, or no clock shows it;
    ``14.12.`` is always a day. ``10`` is an hour after "at", or when a day but no time is given.
8.  An hour from 1 to 6 without am, pm or a leading zero is the reading inside the clinic's hours; it
    is asked about when both or neither fit.
9.  A weekday or ``noon`` counts unless another day or time is given; then it is a name ("Summer
    Friday"), except that a weekday which agrees with the day confirms it. One beside a date that agrees
    with it this year and not the next means the day that has just passed: ``tue 24 nov`` on the 27th.
    Today's weekday is today while the time is ahead, else a week later, and a notice says so.
    ``next tue`` is in the next calendar week.
10. Without a whole type name, two or more initials ("fu"), the first word of a type, or four letters
    of its beginning name it. Titles and small words never do.
11. What is left is the customer in the order typed, titles dropped, with digits of five or more. Left
    words directly behind the type, when a name stands before it, are the reason. With a customer
    chosen already all that is left is the reason. Shorter numbers are reported, never guessed.
12. Two different days, times or lengths are asked about. What lies in the past is never moved, but
    for rule 9; whoever books asks about it. A day is never assumed.

The words are taken in the order of :func:`pim_tui.domain.quickline.reader.Reader.read`.
"""

from __future__ import annotations

from .reader import Reader, read
from .shapes import Ask, Choice, Named, Names, Reading, Span, TypeNamed
from .start import Start

__all__ = ["Ask", "Choice", "Named", "Names", "Reader", "Reading", "Span", "Start", "TypeNamed", "read"]
