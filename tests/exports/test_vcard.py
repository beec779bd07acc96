"""Address cards: another reader finds the same person."""

from __future__ import annotations

from datetime import date

import vobject
from hypothesis import given, settings
from hypothesis import strategies as st

from pim_tui.domain.customer import ConsentEntry, EmailEntry, PhoneEntry
from pim_tui.domain.names import PersonName
from pim_tui.domain.text import clean
from pim_tui.exports.lines import OCTETS
from pim_tui.exports.vcard import card
from tests.exports.samples import KEY, STAMP, person

PARTS = st.text(max_size=40) | st.text(alphabet="\\;,:\né日🙂 a", max_size=40)


def lines(text: str) -> list[str]:
    """The content lines, unfolded."""
    return text.replace("\r\n ", "").split("\r\n")


def test_a_card_holds_name_numbers_addresses_and_the_rest() -> None:
    jane = person(
        ("first\nnote", "second"), name=PersonName("Mrs.", "Jane", "Ann", "Doe; Smith", "Jr."), sex="F",
        birth_date=date(1984, 3, 1), address="12 Quay\nFlat 3", city="Galway", postal_code="H91",
        country="IE", phones=(PhoneEntry("mobile", "+353 91 1"), PhoneEntry("Mother, home", "12")),
        emails=(EmailEntry("", "jane@example.org"),), former_names=("Jane Miller",),
        consents=(ConsentEntry("sms", "no", date(2026, 1, 2), "form; signed"),),
        external_ids=(("synthea", "a-1"),), alerts=("Penicillin, allergic",),
    )  # fmt: skip
    text = card(jane, STAMP, KEY, b"\xff\xd8\xff" * 40)
    read = vobject.readOne(text)
    assert read.uid.value == f"customer-11@{KEY}.pim-tui"
    name = read.n.value
    assert (name.prefix, name.given, name.additional, name.family, name.suffix) == (
        "Mrs.", "Jane", "Ann", "Doe; Smith", "Jr.",
    )  # fmt: skip
    assert [one.value for one in read.tel_list] == ["+353 91 1", "12"]
    assert read.tel_list[0].type_param == "CELL"
    assert read.adr.value.street == "12 Quay\nFlat 3"
    assert (read.bday.value, read.note.value) == ("1984-03-01", "first\nnote\n\nsecond")
    assert read.photo.value == b"\xff\xd8\xff" * 40
    assert "item2.X-ABLabel:Mother\\, home" in lines(text)
    assert "X-PIM-CONSENT:sms;no;2026-01-02;form\\; signed" in lines(text)
    assert {"X-PIM-NUMBER:5", "X-GENDER:F", "X-PIM-FORMER-NAME:Jane Miller", "X-PIM-ID:synthea;a-1",
            "X-PIM-ALERT:Penicillin\\, allergic"} <= set(lines(text))  # fmt: skip


def test_a_card_that_came_with_a_uid_keeps_it() -> None:
    text = card(person(external_ids=(("vcard", "urn:uuid:1"),)), STAMP, KEY)
    assert "UID:urn:uuid:1" in lines(text)
    assert not any(line.startswith("X-PIM-ID") for line in lines(text))


@given(PARTS, PARTS, PARTS)
@settings(max_examples=100, deadline=None)
def test_any_name_and_note_comes_back(first: str, last: str, note: str) -> None:
    first, last, note = clean(first), clean(last), clean(note, lines=True)
    text = card(person((note,), name=PersonName("", first, "", last, "")), STAMP, KEY)
    assert all(len(line.encode()) <= OCTETS for line in text.split("\r\n"))
    read = vobject.readOne(text)
    # That reader takes outer spaces away, and parts a name at commas.
    assert read.note.value.strip() == note.strip()
    said = next(line for line in lines(text) if line.startswith("N:"))
    assert said == f"N:{_escaped(last)};{_escaped(first)};;;"


def _escaped(text: str) -> str:
    for char in "\\;,":
        text = text.replace(char, f"\\{char}")
    return text.replace("\n", "\\n")
