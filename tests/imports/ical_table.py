"""What the reader of calendar files makes of every real file at hand."""

CLINIC = "Europe/Berlin"
"""The zone of the clinic that reads them."""

FOLDERS = {
    "ical.net": (70, 232, 30),
    "ical4j": (53, 2458, 20),
    "icalendar-py": (79, 55, 57),
    "khal": (28, 30, 0),
    "libical": (16, 17, 88),
    "node-ical": (27, 218, 9),
    "synthetic": (1, 1, 0),
}
"""By folder: files, appointments, refused components."""

NO_CALENDARS = (
    "issue_178_component_with_invalid_name_represented.ics",
    "issue250.ics",
    "issue339.ics",
)
"""Files refused as a whole: two hold nothing that a calendar has, one holds a contact."""

REASONS = {
    "a task, not an appointment": 57,
    "it does not say when it starts": 50,
    "an older version of the appointment in line *": 18,
    "has the * of the appointment in line * and no other version: only that one is taken": 6,
    "an answer to an invitation (*), not an appointment": 24,
    "a list of free and busy times, not an appointment": 12,
    "a journal entry, not an appointment": 9,
    "* is not an appointment": 9,
    "a reminder, not an appointment": 6,
    "* * is no date or time": 5,
    "a list of opening hours, not an appointment": 4,
    "* the year * cannot be right": 2,
    "* * is no date.": 1,
    "* * says nothing.": 1,
}
"""Why components were refused, and how often; ``*`` stands for what is quoted of the file."""

ELSEWHERE = {
    "event_dt_rrule_until_before_start.ics": "A rule that ends before it begins: once, and said, not never.",
    "event_dtr_no_tz_exdatez.ics": "An unknown zone: the clinic's, in which the EXDATE hits; there UTC.",
    "event_rrule_recuid_cancelled.ics": "A canceled visit of a series is no visit.",
    "non_dst_error.ics": "There the whole file is refused for the length of a reminder.",
    "attendee-with-url.ics": "There refused for a component without a start beside the good ones.",
    "badRRULE.ics": "The second rule is nonsense: refused by its line, not guessed.",
    "bad_custom_ms_tz.ics": "There refused for a negative length.",
    "daily-count-exdate-recurrence-id.ics": "A visit that ends before it begins: it is where DTSTART says.",
    "exchange_whole_day_moved_recurrence.ics": "UNTIL in UTC is the midnight the last day begins with.",
    "festival-multiday-rrule.ics": "DTSTART on a day its rule does not give; recorded answers leave it out.",
    "ms_timezones.ics": "There refused for one empty DTSTART.",
    "multi-event-basic.ics": "There refused for one DTSTART in words.",
    "music-school-weekly-until.ics": "The zone (GMT +01:00) tells its distance from UTC; there unknown.",
    "non-utc-until-ny.ics": "UNTIL in local time is compared with the wall, as recorded for its twin.",
    "test_date_duration.ics": "There refused for the length PT1W.",
}
"""Files in which another library sees other visits, or none, and why ours are right."""
