"""Series by rule (T11): RFC 5545 rules read, written and expanded to dates.

The rule's steps are calendar steps on the wall (T4); a month that lacks the day is skipped (T12).
Nothing here ever runs for long: every expansion has a bound on its number of answers and one on its
work, counted in looks at a day or a time, and says honestly when it stopped early (``cut``).

Why the steps are our own and not those of ``dateutil.rrule``, which is installed with the holidays anyway:

- It can only be left when it has yielded something, and ``FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30`` never
  does: a calendar file from outside would stop the program. A bound on its work would have to be a second
  process or a thread that is given up.
- It gives other dates in 21 of the recorded cases that the tests hold: rules by week number, yearly rules
  by day of the month, and BYSETPOS in the period that the start cuts among them.
- A window far from the start costs it every step in between, and it knows neither gaps nor repeated hours.

It is the second opinion of the tests all the same, with ``icalendar`` and ``recurring_ical_events``; where an
answer differs, ``tests/domain/recurrence_decisions.py`` says why ours stands.

A rule that somebody asks for by the form (:mod:`.pattern`) is one of days, weeks or months; how much of any
rule is made into appointments is bounded again in :mod:`.drawing`. A week of "every 2 weeks" is in the form
the seven days from the first day asked for, which the rule says with WKST: so it is in the recorded recurring
bookings, and nobody's first turn is cut short. A rule from outside keeps the WKST that it came with.

Where RFC 5545 is silent, or calendar programs differ, this is what is done:

- DTSTART is a visit only where the rule gives it; it is not added to what the rule says.
- A yearly rule by week number counts its interval in weeks' own years, which begin with week 1; it
  falls on the weekday of DTSTART when it names no day, and on those of the named weeks only.
- A yearly rule by day of the month without a month stays in the month of DTSTART when it says nothing
  else about days; see ``tests/domain/recurrence_decisions.py`` for the answers that speak for and against.
- Numbered and plain weekdays of one rule add up: ``BYDAY=MO,1TU`` is every Monday and the first Tuesday.
- BYSETPOS counts in the whole of each period, also in the one that DTSTART cuts.
- BYWEEKNO, BYYEARDAY and BYMONTHDAY outside the frequencies RFC 5545 gives them to only leave dates out.
- A numbered weekday belongs to monthly and yearly rules; elsewhere the rule is refused. The number 0 is
  passed over, and so is second 60.
- COUNT and UNTIL together: whichever ends first. UNTIL as a date means that whole day on the wall; in
  UTC it is compared with the instants, as local time with the wall. A series is kept with UNTIL in UTC.
- A time skipped by the clocks is read with the offset before the change, one that comes twice is the
  first (RFC 5545 3.3.5). Only hourly and finer rules run through: they show both and skip the gap.
- The year 9999 is the last. A rule that would go on behind it is cut there.
"""

from .expand import MOST, PATIENCE, Found, occurrences
from .instants import Starts, end_in_utc, end_of, one_end, starts
from .rule import LONGEST, BadRule, Rule, Until, read_rule
from .words import in_words

__all__ = [
    "LONGEST", "MOST", "PATIENCE", "BadRule", "Found", "Rule", "Starts", "Until", "end_in_utc", "end_of",
    "in_words", "occurrences", "one_end", "read_rule", "starts",
]  # fmt: skip
