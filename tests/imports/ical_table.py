"""What the reader of calendar files makes of every real file at hand."""

CLINIC = "Europe/Berlin"
"""The zone of the clinic that reads them."""

FOLDERS = {
    "ical.net": (70, 232, 30),
    "ical4j": (53, 2458, 20),
    "icalendar-py": (79, 55, 57),
    "khal": (28, 30, 0),
    "libical": (16, 17, 88),
    "node-ical": (27, 217, 10),
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
    "it does not say when it starts": 51,
    "an older version of the appointment in line *": 24,
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
