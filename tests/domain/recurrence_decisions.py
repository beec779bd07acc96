"""Where our answer to a recorded case is not the expected one, and why: nothing else may differ.

A case that is listed here and agrees fails the test, so that the list stays as short as it looks.
The rules themselves are told at the top of :mod:`pim_tui.domain.recurrence`.
"""

RULES = {
    "ical.net-079": "The suites contradict: one refuses BYWEEKNO in a monthly rule, another has 20 cases"
    " in which it leaves dates out. What can be read is read.",
}
"""Cases of single rules, by id."""

EVENTS = {
    "override-floating-recid-chicago": "Marked debatable by its source. A RECURRENCE-ID without a zone is"
    " read in the zone of its series, so that a file means the same wherever it is read.",
}
"""Cases of whole calendars, by id."""

FILES: dict[str, str] = {}
"""Cases of files, by id."""

CONTESTED = {
    "ical4j-022": "One suite keeps a yearly rule by day of the month in the month of DTSTART, dateutil"
    " spreads it over all months. RFC 5545 3.3.10: what a rule does not say is taken from DTSTART.",
    "ical4j-023": "As ical4j-022.",
}
"""Cases in which suites disagree with each other; the expected answer is ours as well."""
