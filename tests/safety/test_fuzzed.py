"""What strangers write never breaks its reader: a little of it here, the rest by ``tests.safety.fuzz``."""

from __future__ import annotations

import inspect
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pim_tui import imports
from pim_tui.domain import phones
from tests.safety import answer_readers, large, part_readers, planted, readers, typed_readers
from tests.safety.fuzz_one import Measured, Overtime
from tests.safety.fuzzed import READERS
from tests.safety.reader import Reader

LETTERS = ("a", " ", "1", "\u0301", "\u202e", "(", '"')
OTHERWISE = {
    "pim_tui.imports.cards.looks_like_cards": "open_cards",
    "pim_tui.imports.peoplefile.open_people": "open_customers",
    "pim_tui.imports.peoplefile.survey_people": "survey_table",
    "pim_tui.imports.ical.text.decoded": "read_resource",
    "pim_tui.imports.plainfile.opened_file": "open_customers",
    "pim_tui.imports.products_csv.survey_table": "open_products",
    "pim_tui.imports.visits_csv.survey_visits": "open_table_of_visits",
}
"""Openers that readers come to by another one."""


def inputs_for(reader: Reader) -> st.SearchStrategy[bytes]:
    """Its own words in any order, with any bytes among them."""
    word = st.sampled_from([word.encode() for word in reader.words] or [b""])
    return st.lists(st.one_of(word, word, st.binary(max_size=6)), max_size=30).map(b"".join)


FOUND = (
    ("quickline", "jane 2026-12-14 9:00"),
    ("repeats", "\n000000001999\n\n"),
    ("settings", 'day_starts = "²:00"'),
    ("settings", 'calendly_url = "https://["'),
    ("settings", f'reminders = "{"9" * 5_000}h"'),
    ("settings", f'upload_address = "0.0.0.0:{"9" * 5_000}"'),
    ("settings", f'sms_success = "{"2" * 5_000}"'),
    ("sms", f"[SMSBackup{'9' * 5_000}]"),
    (
        "caldav",
        f'<multistatus xmlns="DAV:"><response><status>x {"9" * 5_000}</status></response></multistatus>',
    ),
    ("moments", "9:30 " * 20_000),
    ("numbers", "1" * 100_000),
    ("find", "missed " * 15_000),
    ("paper", "walk in " * 12_000),
    ("money", "7, " * 30_000),
    ("vcard", f"BEGIN:VCARD\nN:Doe\nPHOTO:data:{'.' * 50_000}"),
    ("vcard", f"BEGIN:VCARD\nN:Doe\nPHOTO:{'A' * 64}{' ' * 50_000}!"),
    (
        "ical",
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260301T103000Z\nRRULE:FREQ=SECONDLY\nEXDATE;VALUE=DATE:"
        + ",".join(f"2026{month:02}{day:02}" for month in range(3, 12) for day in range(1, 29)),
    ),
    (
        "ical",
        "BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:X\n"
        + "BEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETTO:+0217\nRRULE:FREQ=SECONDLY\nEND:STANDARD\n"
        * 800
        + "END:VTIMEZONE\nBEGIN:VEVENT\nDTSTART;TZID=X:20260301T103000\nEND:VEVENT\n",
    ),
    ("visits", "Name,Start,Time zone\n" + "A,2026-03-03 11:00,UTC+99:99\n" * 400),
)
"""What broke a reader once, or was too much for it."""


@pytest.mark.parametrize(("name", "text"), FOUND, ids=[name for name, _ in FOUND])
def test_what_was_found_once_is_read_within_a_second(name: str, text: str) -> None:
    Measured(READERS[name].read)(text.encode())


def test_numbers_that_are_none_are_not_remembered() -> None:
    """Thousands of cells full of digits would fill the memory."""
    before = phones._parsed.cache_info().currsize
    assert phones.dialled("1" * 100_000, "US") == ""
    assert phones.read_phone("1" * 100_000, "US") is None
    assert len(phones.search_suffixes("1" * 100_000, "US")) < 1_000
    assert phones._parsed.cache_info().currsize <= before + 1


@pytest.mark.parametrize("name", READERS)
def test_no_mixture_of_its_own_words_breaks_a_reader(name: str) -> None:
    read = READERS[name].read

    @settings(max_examples=12, deadline=None)
    @given(inputs_for(READERS[name]))
    def holds(data: bytes) -> None:
        read(data)

    holds()


@pytest.mark.parametrize("name", ["quickline", "wishes", "moments", "money", "numbers", "find", "paper"])
def test_a_line_of_100_kb_of_one_letter_is_read_within_a_second(name: str) -> None:
    read = Measured(typed_readers.TYPED[name].read)
    for letter in LETTERS:
        read((letter * 100_000).encode()[:100_000])


@pytest.mark.parametrize(("name", "error"), [("a crash", IndexError), ("a hang", Overtime)])
def test_each_planted_fault_is_seen_for_what_it_is(name: str, error: type[BaseException]) -> None:
    read = Measured(planted.PLANTED[name][0].read, 0.1)
    read(b"pin")
    with pytest.raises(error):
        read(b"pim")


def test_the_controls_for_large_inputs_fail_over_large_inputs_only() -> None:
    square, recursive = (Measured(one.read, 0.1) for one in large.CONTROLS.values())
    square(b"a" * 100)
    recursive(b"[" * 100)
    with pytest.raises(Overtime):
        square(b"a" * 100_000)
    with pytest.raises(RecursionError):
        recursive(b"[" * 10_000)


def test_everything_that_opens_a_file_to_import_it_is_fuzzed() -> None:
    """A new importer is a new reader."""
    known = "".join(map(inspect.getsource, (readers, part_readers, answer_readers)))
    left = [name for name in openers() if OTHERWISE.get(name, name.rpartition(".")[2]) not in known]
    assert not left


def openers() -> list[str]:
    """Every public function and class of the importers that begins with a path or with bytes."""
    modules = [import_module(found.name) for found in walk_packages(imports.__path__, f"{imports.__name__}.")]
    return [f"{one.__module__}.{one.__name__}" for module in modules for one in public(module) if begins(one)]


def public(module: ModuleType) -> list[type | object]:
    return [
        one
        for name, one in vars(module).items()
        if not name.startswith("_") and inspect.isfunction(one) and one.__module__ == module.__name__
    ]


def begins(function: object) -> bool:
    first = next(iter(inspect.signature(function).parameters.values()), None)  # type: ignore[arg-type]
    return first is not None and first.annotation in ("Path", "bytes", Path, bytes)
