"""What the fuzzers feed, second part: lines that people type, and the bytes of their keyboards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TypeVar, get_args

from pim_tui.domain import barcodes, dates, filling, hours, keyback, money, names, people, phones, pins, text
from pim_tui.domain.bills import read_code
from pim_tui.domain.customer import newcomer
from pim_tui.domain.expiry import read_expiry
from pim_tui.domain.messages import Words, faults_of, filled
from pim_tui.domain.moments import MIDNIGHT
from pim_tui.domain.quickline import Named, Names, Reading, TypeNamed, read
from pim_tui.domain.recurrence.pattern import LONGEST_COUNT, MOST_APART, Kind, pattern_of, read_pattern
from pim_tui.domain.spread import Open, read_bills
from pim_tui.domain.taxline import Named as TaxNamed
from pim_tui.domain.taxline import meant, read_rate, read_taxes, taxes_text
from pim_tui.domain.texts import word_of
from pim_tui.domain.wishes import as_line, read_wishes
from pim_tui.domain.worktext import read_stretches
from pim_tui.errors import PimError
from pim_tui.imports.csvfile import LONGEST
from pim_tui.lists.appointments import APPOINTMENTS
from pim_tui.lists.filterline import read_filter
from pim_tui.lists.spec import Choice
from pim_tui.tui.keyboard import KeyboardParser, _forgiving_decoder
from tests.safety.reader import TODAY, Reader

T = TypeVar("T")
NOW = datetime(2026, 11, 23, 14, 5)
ORDERS: tuple[dates.Order, ...] = get_args(dates.Order)
NAMES = Names(
    "Europe/London",
    TODAY,
    NOW,
    staff=(Named(1, "Dr Anna Lee"), Named(2, "Dr Bo Lee"), Named(3, "Dr Jim Kirk", ("captain",)),
           Named(4, "Mary Smith-Jones")),
    rooms=(Named(1, "Room 1"), Named(2, "Room 2"), Named(12, "Room 12"), Named(3, "Lab")),
    types=(TypeNamed(1, "Follow-up", (), 20), TypeNamed(2, "New patient", ("intake",), 60),
           TypeNamed(3, "Video consult", (), 30, "virtual"), TypeNamed(5, "Annual check", ("15 min check",))),
)  # fmt: skip
CHOSEN = replace(NAMES, customer=1, customer_name="Jane Doe")
CALENDAR_ENDS = tuple(
    replace(NAMES, today=day, now=datetime.combine(day, NOW.time())) for day in (date.min, date.max)
)
OWING = (Open(1, "S-2026-000012", 500), Open(2, "I-2025-000007", 900), Open(3, "S-2025-000007", 1))
TAXES = (TaxNamed(1, "VAT 20", 20_000), TaxNamed(2, "standard", 19_000), TaxNamed(3, "GST and QST", None))
CHOICES = {"type": (Choice("1", "Follow-up"), Choice("2", "New patient"))}


def line_of(data: bytes) -> str:
    """What a terminal makes of the bytes."""
    return data.decode("utf-8", "replace")


def read_quick(data: bytes) -> None:
    """The quick line: with and without a customer, on the first and the last day of the calendar."""
    line = line_of(data)
    _check_reading(read(line, _one(data, (NAMES, CHOSEN, *CALENDAR_ENDS))), line)


def _one(data: bytes, several: Sequence[T]) -> T:
    """One of several, by the length of the input: so each input costs less, and more of them are tried."""
    return several[len(data) % len(several)]


def _check_reading(reading: Reading, line: str) -> None:
    end = 0
    for span in reading.spans:
        assert end <= span.start < span.end <= len(line), reading
        end = span.end
    assert reading.complete == (not reading.asks), reading
    assert not reading.complete or reading.starts, reading
    assert 0 < reading.minutes <= MIDNIGHT, reading
    echo = reading.echo()
    assert "\n" not in echo, reading
    assert len(echo) < 2_500, reading


def read_wished(data: bytes) -> None:
    """Wishes for the waiting list; the line they are written as is read as the same."""
    wish, faults = read_wishes(line_of(data), NAMES)
    assert wish.minutes > 0, wish
    if not faults:
        staff = {one.id: one.name for one in NAMES.staff}.get(wish.staff_id or 0, "")
        kind = {one.id: one.name for one in NAMES.types}.get(wish.type_id or 0, "")
        again, wrong = read_wishes(as_line(wish, staff, kind), NAMES)
        assert not wrong, (wish, wrong)
        assert again == wish, (wish, again)


def read_moment(data: bytes) -> None:
    """Days, times, lengths, and where a typed move leads."""
    line = line_of(data)
    today, order = _one(data, (TODAY, date.min, date.max)), _one(data[::2], ORDERS)
    dates.read_day(line, today, order)
    dates.read_day(line, today, order, prefer="nearest")
    dates.read_start(line, today, datetime.combine(today, NOW.time()), order)
    read_expiry(line, order)
    hours.read_time(line)
    minutes = hours.read_minutes(line)
    assert minutes is None or 1 <= minutes <= hours.LONGEST, line
    stretches = read_stretches(line) or ()
    assert all(0 <= start < end <= MIDNIGHT for start, end in stretches), line
    for what in ("day", "time", "minutes"):
        assert len(dates.explain(line, what)) < 250, line  # type: ignore[arg-type]


def read_money(data: bytes) -> None:
    """Amounts, percentages, taxes, numbers of bills, and the lines of the till."""
    line = line_of(data)
    currency, mark = _one(data, ("USD", "JPY", "BHD", "CLF")), _one(data, ("", ".", ","))
    if (minor := _or_none(lambda: money.read_amount(line, currency, mark))) is not None:
        assert 0 <= minor <= money.MOST, line
        assert money.read_amount(money.written(minor, currency), currency, ".") == minor, line
        assert money.read_amount(money.shown(minor, currency), currency) == minor, line
    _or_none(lambda: money.read_signed(line, currency))
    if taxes := _or_none(lambda: read_taxes(line, currency)):
        assert read_taxes(taxes_text(taxes, currency), currency) == taxes, line
    money.decimal_mark(line.split(" "))
    read_rate(line)
    meant(line, TAXES)
    _or_none(lambda: read_bills(line, OWING))
    _or_none(lambda: read_code(line))
    filling.read_line(line)
    for reads in (filling.read_own, filling.read_discount, filling.read_share):
        _or_none(lambda r=reads: r(line, "USD"))  # type: ignore[misc]
    _or_none(lambda: filling.read_quantity(line))


def _or_none(reads: Callable[[], T]) -> T | None:
    """What it reads; None where the program refuses it in a sentence."""
    try:
        return reads()
    except PimError:
        return None


def read_numbers(data: bytes) -> None:
    """Telephone numbers, barcodes, PINs."""
    line = line_of(data)
    for region in ("", "US", "DE"):
        phones.read_phone(line, region)
        dialled = phones.dialled(line, region)
        assert not dialled or (dialled[0] == "+" and dialled[1:].isdecimal()), line
        phones.takes_texts(dialled)
        assert all(one.isdecimal() for one in phones.search_suffixes(line, region)), line
    phones.display(line)
    phones.shortened(line)
    if (code := barcodes.read_barcode(line)) is not None:
        assert len(code.digits) in barcodes.LENGTHS, line
        assert code.digits in barcodes.same_code(code.digits), line
    _or_none(lambda: pins.read_pin(line, ("Anna Lee", "AL")))


def read_found(data: bytes) -> None:
    """What is typed to find somebody, or of somebody new; names; filter lines of lists."""
    line = line_of(data)
    people.read_search(line)
    for order in ORDERS:
        people.read_birth_date(line, order=order, today=TODAY)
    newcomer(line, TODAY, _one(data, ORDERS))
    cell = line[:LONGEST]  # no row of a table has more
    name, _ = names.split_name(cell)
    for said in (name.full, name.listed, name.short):
        assert "\n" not in said, line
    kept = text.tidy(cell, limit=120)
    names.search_words([kept])
    names.sound_words([kept])
    names.strip_glued_digits(cell)
    read_filter(line, APPOINTMENTS.filters, CHOICES, today=TODAY)


def read_paper(data: bytes) -> None:
    """Lines of the paper kept while the program was down; a walk-in's is read on as a quick line."""
    for line in line_of(data).splitlines()[:20]:
        keyed = keyback.read_line(line)
        keyback.fits(keyed.who, ("Jane Doe", "Dr Anna Lee"))
        keyback.who_canceled(keyed.rest)
        made = keyback.walk_in_line(keyed, "2026-11-23", NOW.time(), ("follow-up", "intake"))
        _check_reading(read(made, NAMES), made)
        word_of(keyed.rest)


def read_repeats(data: bytes) -> None:
    """How a series repeats, as its form has it: four fields, a line each."""
    kind_text, every, on, ends, *_ = [*line_of(data).split("\n"), "", "", "", ""]
    kinds: tuple[Kind, ...] = get_args(Kind)
    kind = kinds[len(kind_text) % len(kinds)]
    pattern = _or_none(lambda: read_pattern(kind, every, on, ends, start=TODAY, today=TODAY))
    if pattern is not None:
        assert 1 <= pattern.every <= MOST_APART, pattern
        assert pattern.count is None or 1 <= pattern.count <= LONGEST_COUNT, pattern
        assert pattern.until is None or pattern.until >= TODAY, pattern
        rule = _or_none(lambda: pattern.rule(TODAY, "Europe/London"))
        assert rule is None or pattern_of(rule, TODAY, "Europe/London") is not None, pattern


def read_message(data: bytes) -> None:
    """Templates of messages, with their fields in braces."""
    subject, _, body = line_of(data).partition("\n")
    words = Words(subject, body)
    for channel in ("email", "sms"):
        faults_of(words, channel)
    filled(words, {"name": "{first}", "first": "Jane", "clinic": ""})


def read_any_text(data: bytes) -> None:
    """What every text goes through before it is kept and before it is shown."""
    given = line_of(data)
    kept = text.clean(given, lines=True)
    assert text.clean(kept, lines=True) == kept, given
    assert len(text.clean(given)) <= 200, given
    shown = text.visible(text.tidy(given))
    assert text.visible(shown) == shown, given
    for columns in (1, 7, 30):
        assert text.cell_width(text.clip(shown, columns)) <= columns, given
    text.fold(given)
    text.digits(given)


def read_keys(data: bytes) -> None:
    """Bytes of a keyboard, as they come: cut anywhere, with pauses; in the end a key is heard again."""
    clock = [0.0]
    parser, decoder = KeyboardParser(now=lambda: clock[0]), _forgiving_decoder("utf-8")()
    data = data[: 1 << 14]  # no terminal hands over more at once, and each key is a message of its own
    size = data[0] % 64 + 1 if data else 1
    for at in range(0, len(data), size):
        if typed := decoder.decode(data[at : at + size]):
            list(parser.feed(typed))
        clock[0] += 0.01
        list(parser.tick())
    for _ in range(3):
        clock[0] += 5
        list(parser.tick())
        list(parser.feed("\x1b\\"))
    heard = [one for one in parser.feed("x") if getattr(one, "character", "") == "x"]
    assert heard, data


WORDS = (
    "jane doe", "may", "june", "mon", "friday", "today", "tomorrow", "next", "this", "last", "in", "week",
    "weeks", "14 dec", "14.12.", "14/12/2026", "2026-12-14", "7d", "-1w", "+2mo", "1y", "99999y", "31 feb",
    "10:30", "3:30", "1030", "10h30", "3pm", "noon", "midnight", "10:30-11", "9-8", "24:00", "30m", "1h",
    "1h30", "90 min", "1.5h", "with ", "@lee", "dr ", "mrs. ", "in room 2", "on ", "at ", "for ", "to ",
    "until ", "not before ", "after ", "mon,thu", "mon-fri", "weekdays", "morning", "urgent", "any ", " - ",
    "--", "—", "#1042", '"', "follow up", "fu", "video", "by phone", "in person", "hour", "\t", "²", "٣",
    "½", "ß", "İ", "😀", "\u202e", "\u0301", "\u200b", "\x1b", "\x00", "\ufffd", "\n",
)  # fmt: skip
"""The words of the quick line's grammar, and letters that are none."""
MONEY = (
    "1,234.50", "1.234,50", "1'234", "-5", "(5)", "+5", ".5", "5.", "5,-", "€", "$", "USD", "EUR", "%",
    " of total", " each", " then", "; ", "GST 5%", "S-2026-000012", "2025-7", "s7", "٣", "\u00a0", "1 000",
    "9999999999999999", "3* ", "3x ", "10%", "room hire ",
)  # fmt: skip
NUMBERS = (
    "+1 212 555 0100", "tel:", ";ext=", " ext. 5", "(0)30", "0049", "4.917E+11", "١٢٣", "4014400400007",
    "01234565", " / ", ",", "-", "x12", "1990-05-14", "140590", "#12", "o'brien", "van der ", "Dr. ", ", Jr.",
    "missed ", "this month ", "from ", "since ", "dates ", "type ", "follow",
)  # fmt: skip
PAPER = (
    "10:30 came", "missed", "walk-in", "walk in", "no show", "moved thu 9:30", "canceled by us ill", "n", "x",
    "c", "note ", "stop", "\n",
)  # fmt: skip
REPEATS = (
    "\n", "w", "ww", "www", "mon thu", "1st mon", "last fri", "31", "last", "10x", "5 times", "999",
    "000000001999",
)  # fmt: skip
FIELDS = ("{first}", "{name}", "{clinic}", "{", "}", "{{", "}}", "{}", "{ name }", "\n", "é", "😀")
KEYS = (
    "\x1b[200~", "\x1b[201~", "\x1b[<0;10;10M", "\x1b[<35;9999;9999m", "\x1b[99999999u",
    "\x1b[48;24;80;0;0t", "\x1bOP", "\x1b[1;5A", "\x1b", "\x1b[I", "\x1b]52;c;", "\x07", "\x1b[?2026;2$y",
    "\x1b[12;40R", "\x9b", "\x00", "é", "😀",
)  # fmt: skip

TYPED: dict[str, Reader] = {
    "quickline": Reader(read_quick, words=WORDS),
    "wishes": Reader(read_wished, words=WORDS),
    "moments": Reader(read_moment, words=(*WORDS, "05/2027", "2027-05", "9-12:30, 13-17", "all day")),
    "money": Reader(read_money, words=MONEY),
    "numbers": Reader(read_numbers, words=NUMBERS),
    "find": Reader(read_found, words=(*NUMBERS, *WORDS)),
    "paper": Reader(read_paper, words=(*PAPER, *WORDS)),
    "repeats": Reader(read_repeats, words=(*REPEATS, *WORDS)),
    "templates": Reader(read_message, words=FIELDS),
    "texts": Reader(read_any_text, words=WORDS),
    "keyboard": Reader(read_keys, words=KEYS),
}
"""Every line that somebody types, and the keyboard itself."""
