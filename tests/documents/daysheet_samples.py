"""Day sheets for the tests: a plain one, and words nobody should be called."""

from __future__ import annotations

from datetime import UTC, datetime

from pim_tui.documents.blocks import Letterhead
from pim_tui.documents.daysheet import DaySheet, Row, Section

CREATED = datetime(2026, 11, 23, 16, 2, tzinfo=UTC)
CLINIC = Letterhead("Riverside Clinic", ("12 Mill Lane", "Leeds LS1 4AB"), "+44 113 496 0000")

NAMES = (
    "Doe, Jane",
    "Müller-Lüdenscheidt, Zoë",
    "Παπαδόπουλος, Γιώργος",
    "Достоевский, Фёдор",
    "Nguyễn Thị Phương Thảo",
)

HOSTILE = (
    "",
    " ",
    "[b]bold[/b] [@click=app.quit]x[/]",
    "[type=x, v={'a[0]'}]",
    "**bold** __under__ --strike-- [link](http://example.org)",
    "{nb} of {nb}",
    "\x1b]0;title\x07\x1b]52;c;aGk=\x07",
    "\x1b[2J\x1b[31mred",
    "\x9b2J\x9d0;x\x9c",
    "nul\x00nul\x7f",
    "\u202eesrever\u2066isolated\u2069\u200b\ufeff",
    "lone \ud800 surrogate \udfff",
    ") Tj ET Q (",
    "\\) \\\\ (((",
    "tab\tline\nreturn\r\nform\ffeed\vvertical\u2028\u2029",
    "e" + "\u0301\u0327\u0316" * 1_700,
    "\u0301" * 5_000,
    "word " * 10_000,
    "x" * 100_000,
    "山" * 100_000,
    "".join(map(chr, range(0xE000, 0xE800))),
    "👩‍⚕️👍🏽1️⃣🇩🇪",
    "محمد الأحمد (Jr) 12",
    "כהן, דוד",
    "สมชาย ใจดี",
    "प्रिया शर्मा",
    "\u0640" * 500,
    "\u200d\u200c" * 100,
)


def row(customer: str = "Doe, Jane", time: str = "10:30-11:00", **fields: object) -> Row:
    """A row with everything in it."""
    plain: dict[str, object] = {
        "minutes": 30,
        "birth": "52 y, 3 Mar 1974",
        "phone": "+44 113 496 0001",
        "purpose": "Follow-up - Blood pressure review",
        "room": "Room 2",
        "mode": "in person",
    }
    return Row(time=time, customer=customer, **{**plain, **fields})  # type: ignore[arg-type]


def sheet(*sections: Section, notes: tuple[str, ...] = ()) -> DaySheet:
    """A sheet of these sections."""
    return DaySheet(CLINIC, "Tue 24 Nov 2026", "Mon 23 Nov 2026 16:02", "Europe/London", sections, notes)
