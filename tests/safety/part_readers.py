"""What the fuzzers feed, besides whole tables: folders, attachments, pictures, rules, resources."""

from __future__ import annotations

import warnings
from datetime import datetime

import pytest

from pim_tui.domain.filekinds import copy_name, facts_of, kind_of, refuse_hidden
from pim_tui.domain.intervals import Interval
from pim_tui.domain.recurrence import BadRule, in_words, read_rule
from pim_tui.domain.recurrence.drawing import Effort
from pim_tui.domain.recurrence.pattern import pattern_of
from pim_tui.errors import FileProblem
from pim_tui.imports.ical.additions import LARGEST, additions
from pim_tui.imports.ical.busy import busy_times, read_resource, summary
from pim_tui.imports.ical.oldrules import in_new_words
from pim_tui.imports.report import Refusal
from pim_tui.imports.synthea import ENCOUNTERS, ORGANIZATIONS, PATIENTS, PROVIDERS, Encounter, SyntheaFolder
from pim_tui.integrations import picture_child
from tests.integrations.pictures import as_file, face
from tests.safety.reader import TODAY, Reader, file_of, harmless
from tests.safety.readers import FILES, check_event

NOW = 1_795_422_060
HEADERS = {
    ORGANIZATIONS: "Id,NAME",
    PROVIDERS: "Id,ORGANIZATION,NAME,SPECIALITY",
    ENCOUNTERS: "Id,START,STOP,PATIENT,ORGANIZATION,PROVIDER,ENCOUNTERCLASS,DESCRIPTION,REASONDESCRIPTION",
    PATIENTS: "Id,BIRTHDATE,DEATHDATE,PREFIX,FIRST,MIDDLE,LAST,MAIDEN,GENDER,ADDRESS,CITY,STATE,ZIP",
}


def read_busy(data: bytes) -> int:
    """When a resource of somebody's calendar takes their time, how it is called, and what is odd about it."""
    found = read_resource(data, "Europe/Berlin")
    window, effort = Interval(NOW, NOW + 60 * 86_400), Effort()
    for event in found.events:
        check_event(event)
        times = busy_times(event, window, effort)
        assert times == sorted(set(times)), event
        assert not summary(event) or harmless(summary(event)), event
    assert sum(map(len, additions(data))) <= LARGEST, data
    return len(found.events)


def read_synthea_folder(data: bytes) -> int:
    """How many rows and refusals a folder of Synthea's gives; a form feed parts its files.

    Of files that do not begin with a header of their own it is put in front.
    """
    with file_of(b"", "none") as path:
        parts = [*data.split(b"\f"), b"", b"", b"", b""]
        for name, part in zip(HEADERS, parts, strict=False):
            head = b"" if part[:2] == b"Id" else HEADERS[name].encode() + b"\n"
            (path.parent / name).write_bytes(head + part)
        try:
            folder = SyntheaFolder(path.parent, TODAY)
            folder.check()
            rows: list[object] = []
            for opened in (
                folder.organizations(),
                folder.providers(),
                folder.encounters(),
                folder.patients(),
            ):
                with opened:
                    rows += opened.rows()
        except FileProblem:
            return 0
    for row in rows:
        if isinstance(row, Refusal):
            assert harmless(row.reason), row
        elif isinstance(row, Encounter):
            assert row.starts_at % 60 == 0 < row.minutes, row
    return len(rows)


def read_file(data: bytes) -> int:
    """What is told of a file that is to be attached, and what a copy of it is called."""
    try:
        kind = kind_of(data)
        refuse_hidden(data, kind)
        told = facts_of(data)
    except FileProblem:
        return 0
    name = copy_name(data.decode("utf-8", "replace"), 7, kind.media_type)
    assert len(name.encode()) < 200, name
    assert not set(name) & set("/\\\0\n"), name
    return len(told)


def read_picture(data: bytes) -> int:
    """A picture as the child reads it that has nothing else to do; here with fewer pixels than it takes."""
    with pytest.MonkeyPatch.context() as patched, warnings.catch_warnings():
        patched.setattr(picture_child, "PIXELS", 1_000_000)
        for wanted in (picture_child.PHOTO, picture_child.COVER, picture_child.CONTAIN):
            try:
                width, height, made = picture_child.result(wanted, 60, 40, data)
            except picture_child.Unfit:
                return 0
            assert 0 < width <= 60, data
            assert 0 < height <= 40, data
            assert wanted == picture_child.PHOTO or len(made) == width * height * 3, data
    return 1


def read_recurrence(data: bytes) -> int:
    """A rule of a series as calendar files hold it: read, written, told in words, and worked out."""
    text = data.decode("utf-8", "replace")
    try:
        rule = read_rule(in_new_words(text) if text[:1] == "!" else text)
    except BadRule:
        return 0
    assert read_rule(str(rule)) == rule, text
    assert harmless(in_words(rule, "Europe/Berlin")), text
    found = Effort().starts(rule, datetime(2026, 3, 1, 2, 30), "Europe/Berlin")
    assert list(found.at) == sorted(set(found.at)), text
    pattern_of(rule, TODAY, "Europe/Berlin")
    return len(found.at)


RULES = (
    "FREQ=YEARLY", "FREQ=MONTHLY", "FREQ=WEEKLY", "FREQ=DAILY", "FREQ=HOURLY", "FREQ=MINUTELY",
    "FREQ=SECONDLY", ";BYDAY=", ";BYMONTH=", ";BYMONTHDAY=", ";BYYEARDAY=", ";BYWEEKNO=", ";BYSETPOS=",
    ";BYHOUR=", ";BYMINUTE=", ";BYSECOND=", ";WKST=SU", ";INTERVAL=", ";COUNT=", ";UNTIL=20261231T235959Z",
    "MO,TU", "-1FR", "2,29,30,31", "-366", "53", "60", "!MP1 1+ TU 2- FR #5", "!W2 MO TH #10", "!YD1 366 #0",
    "9999999999", "X-A=B", "RSCALE=GREGORIAN",
)  # fmt: skip
ROWS = (
    "\f", "\n", "\r\n", ",", '"', "Id,", "a,2010-01-23T17:45:28Z,2010-01-23T18:00:28Z,p,o,v,ambulatory,"
    "Check up (procedure),Shellfish (substance)\n", "a,1990-05-14,,Mr.,Kim439,,Doe12,,M,1 Main St,X,Y,01\n",
    "a,o,Ted955 Reilly981,GENERAL PRACTICE\n", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59",
)  # fmt: skip
SCRAPS = (
    "%PDF-1.7\n", "/Type /Page", "/Encrypt", "%%EOF", "\x89PNG\r\n\x1a\n", "PK\x03\x04", "PK\x05\x06",
    "GIF89a", "BM", "\x7fELF", "MZ", "\ufeff", "....ftypheic", "II*\0", "\x1b", "../", "\n", "RIFF....WEBP",
)  # fmt: skip
_SMALL = face(12, 9)
IMAGES = tuple(as_file(_SMALL, kind) for kind in ("JPEG", "PNG", "WEBP")) + tuple(
    as_file(_SMALL.convert(mode), "PNG") for mode in ("P", "LA", "1")
)
CHUNKS = (
    "IHDR", "IDAT", "IEND", "PLTE", "tRNS", "eXIf", "iCCP", "VP8 ", "VP8L", "VP8X", "ALPH", "ANIM",
    "Exif\0\0",
)  # fmt: skip

PARTS: dict[str, Reader] = {
    "busy": Reader(read_busy, FILES["ical"].seeds, FILES["ical"].words),
    "synthea": Reader(read_synthea_folder, ("synthea", ".csv"), ROWS),
    "attachments": Reader(read_file, words=SCRAPS),
    "pictures": Reader(read_picture, words=CHUNKS, whole=IMAGES),
    "rules": Reader(read_recurrence, words=RULES),
}
"""Everything else that comes as a file, or within one."""
