"""Hostile text in what leaves by other ways than tables and papers: invitations and calendars for telephones,
emails, names in archives, lines that are said.

Ways as those of :mod:`tests.safety.hostile`, each with what it is without its care.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from email.parser import BytesHeaderParser
from functools import cache
from typing import Any

from pim_tui.domain.delivery import Attachment, Mail
from pim_tui.domain.filekinds import copy_name
from pim_tui.domain.handout import SeriesOut, VisitOut
from pim_tui.domain.invites import CalendarPart, Guest, Method, Occasion
from pim_tui.domain.messages import House
from pim_tui.domain.text import cell_width, clean, tidy
from pim_tui.exports import feeds, ical, invites
from pim_tui.integrations import mime
from pim_tui.line.paper import Paper
from tests.exports.samples import KEY, STAMP, at, repeated, visit
from tests.tui.hostile import FORBIDDEN

IN_A_VISIT = 12
"""Texts in one visit: each of its words is two."""
IN_AN_EMAIL, IN_ITS_SUBJECT = 160, 12
"""Texts in one email, all in its words; the library takes long to fold a subject."""
WHOLE = 6
"""One email of so many carries a file and an invitation."""
MAILBOX = "desk@clinic.example"

Faults = Iterator[str]


def _of(some: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (some[first : first + size] for first in range(0, len(some), size))


# --- calendars ----------------------------------------------------------------------------------------


def appointments(some: Sequence[str], told: Callable[[CalendarPart], str] = lambda part: part.text) -> Faults:
    """Invitations, the files of the staff, what goes to a server: nothing but the program's own lines."""
    meant = [_frame(kind(["x"], told)) for kind in _CALENDARS]
    for number, part in enumerate(_of(some, IN_A_VISIT)):
        kind = number % len(_CALENDARS)
        text = _CALENDARS[kind]([tidy(one) or "x" for one in part], told)
        if _frame(text) != meant[kind]:
            yield f"{part!r} makes lines of its own"
        if found := FORBIDDEN.search(text.replace("\r\n", "")):
            yield f"{found[0]!r} is told of {part!r}"


Told = Callable[[CalendarPart], str]


def _filled(words: Sequence[str]) -> tuple[VisitOut, SeriesOut, Occasion]:
    """A visit, a series with one that was moved, and an invitation to them, that hold these words."""
    names = ("customer", "staff", "room", "type", "reason", "note")
    said: dict[str, Any] = {
        name: "".join(words[place :: len(names)]) or "x" for place, name in enumerate(names)
    }
    house = House(words[0], words[-1], "+44 1", MAILBOX)
    one, other, plain = _visits()
    one, other = one._replace(**said), other._replace(**said)
    series = plain._replace(**said, changed=((plain.starts_at + 7 * 86_400, other),))
    guest = Guest(words[0], "jane@mail.example", "")
    return one, series, Occasion(Method.REQUEST, house, guest, 1_790_000_000)


def _invitation(words: Sequence[str], told: Told) -> str:
    one, _, occasion = _filled(words)
    return told(invites.single(one, occasion, KEY))


def _invitation_to_series(words: Sequence[str], told: Told) -> str:
    _, series, occasion = _filled(words)
    return told(invites.series(series, occasion))


_CALENDARS: tuple[Callable[[Sequence[str], Told], str], ...] = (
    _invitation, _invitation_to_series,
    lambda words, _: ical.resource(_filled(words)[0], STAMP, KEY, names=True),
    lambda words, _: ical.series(_filled(words)[1], STAMP),
    lambda words, _: "".join(feeds.feed(words[0], [_filled(words)[0]], STAMP, KEY, names=True)),
)  # fmt: skip
"""Each kind of calendar; every text is in one of them."""


@cache
def _visits() -> tuple[VisitOut, VisitOut, SeriesOut]:
    """One, one of a series, and that; where no clock is changed, which takes longest to tell."""
    moved = visit(at("2026-11-30 11:00", "UTC"), uid="series-3@x", zone="UTC")
    series = repeated("2026-11-23 10:30", "FREQ=WEEKLY;COUNT=3", zone="UTC")
    return visit(at("2026-11-23 10:30", "UTC"), zone="UTC"), moved, series


def _frame(text: str) -> list[str]:
    """What lines there are, by their names; what was folded is one."""
    lines = re.sub("\r\n[ \t]", "", text).split("\r\n")
    return [line if line.startswith(("BEGIN:", "END:")) else re.split("[:;]", line)[0] for line in lines]


# --- emails -------------------------------------------------------------------------------------------


def emails(
    some: Sequence[str], written: Callable[[Mail, str, str], tuple[bytes, bool]] = mime.written
) -> Faults:
    """Emails with texts in subject, words, sender and file: the headers are the program's own, and so is
    whom they are for."""
    for number, part in enumerate(_of(some, IN_AN_EMAIL)):
        mail, whole = _mail(part, number), number % WHOLE == 0
        try:
            data, _ = written(mail, MAILBOX, "".join(part[-4:]))
        except ValueError as error:
            yield f"{part!r} cannot be sent: {error}"
            continue
        names, to, head = _read(data)
        if names != _headers(whole):
            yield f"{part!r} makes headers: {names}"
        elif to != mail.to:
            yield f"{part!r} goes to {to!r}"
        if wrong := re.search(rb"[^\t -~]", head.replace(b"\r\n", b"")):
            yield f"{wrong[0]!r} is in the headers of {part!r}"


def _read(data: bytes) -> tuple[list[str], str, bytes]:
    """The names of an email's headers, whom it is for, and the headers as they are sent."""
    head = data.partition(b"\r\n\r\n")[0]
    found = BytesHeaderParser().parsebytes(head)
    return sorted(found.keys()), str(found["To"]), head


def _mail(part: Sequence[str], number: int) -> Mail:
    """Some of the texts in the subject, each time others; all in the words."""
    first = number * IN_ITS_SUBJECT % len(part)
    subject = "".join(part[first : first + IN_ITS_SUBJECT])
    words = clean("\n".join(part), lines=True, limit=4000)
    invited = CalendarPart(Method.REQUEST, "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
    more = (Attachment(subject[-100:], b"%PDF-1.7"), invited) if number % WHOLE == 0 else (None, None)
    return Mail("jane@mail.example", subject, words, "<1@clinic.example>", 1_790_000_000, *more)


@cache
def _headers(whole: bool) -> list[str]:
    return _read(mime.written(_mail(["x"], 0 if whole else 1), MAILBOX, "x")[0])[0]


def carelessly_written(mail: Mail, sender: str, name: str) -> tuple[bytes, bool]:
    """An email put together as text."""
    head = f"From: {name} <{sender}>\r\nTo: {mail.to}\r\nSubject: {mail.subject}\r\n\r\n"
    return (head + mail.text).encode("utf-8", "replace"), False


# --- the rest -----------------------------------------------------------------------------------------


def archived(some: Sequence[str], named: Callable[[str, int, str], str] = copy_name) -> Faults:
    """What files are called in the archive of a person: a plain name in the folder where they belong."""
    for number, text in enumerate(some):
        name = named(text, number, "application/pdf")
        if not _FILE.fullmatch(name) or len(name.encode()) > 200 or FORBIDDEN.search(name):
            yield f"{text!r} is called {name!r}"


_FILE = re.compile(r"[^/\\:\s.][^/\\:]*-\d+\.pdf")


def line_by_line(some: Sequence[str], set_: Callable[[Paper, str], Iterable[str]] | None = None) -> Faults:
    """What line mode says: printed characters, in lines that fit."""
    papers = (Paper(), Paper(40, 0, ascii_only=True))
    for number, text in enumerate(some):
        paper = papers[number % 2]
        for line in set_(paper, text) if set_ else paper.lines([text]):
            if FORBIDDEN.search(line) or cell_width(line) > paper.width:
                yield f"{line!r} is said of {text!r}"


WAYS: dict[str, Callable[[Sequence[str]], Faults]] = {
    "invitations and feeds": appointments, "emails": emails, "names in archives": archived,
    "line mode": line_by_line,
}  # fmt: skip
"""Every way out of this kind."""
CONTROLS: dict[str, Callable[[Sequence[str]], Faults]] = {
    "invitations and feeds": lambda some: appointments(some, lambda part: part.text.replace("\\n", "\r\n")),
    "emails": lambda some: emails(some, carelessly_written),
    "names in archives": lambda some: archived(some, lambda name, *_: name),
    "line mode": lambda some: line_by_line(some, lambda paper, text: [text]),
}
"""The careless way, by its name."""
