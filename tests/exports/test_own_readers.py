"""Whatever a name, a reason or a note holds: our own readers find it again in every kind of file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pim_tui.domain.names import PersonName
from pim_tui.domain.text import clean, tidy
from pim_tui.exports import delimited, ical, people, vcard, visits
from pim_tui.imports.customers_csv import open_customers
from pim_tui.imports.events import EventRow
from pim_tui.imports.ical import open_events
from pim_tui.imports.people import Row
from pim_tui.imports.vcard import open_cards
from pim_tui.imports.visits_csv import open_visits
from tests.exports.samples import BERLIN, KEY, STAMP, at, person, visit

TODAY = date(2026, 11, 23)
LINES = st.text(max_size=30) | st.text(alphabet=" '=+-@|\\;,:\"\n\té日🙂\x1b\u202e\xa0ab", max_size=20)
usual = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def note_of(text: str) -> str:
    """A note as the book keeps it when it comes in: nothing blank at its ends."""
    return clean(text, lines=True, limit=4_000).strip()


@pytest.mark.parametrize("kind", ["ics", "csv"])
@given(reason=LINES, note=LINES, name=LINES)
@example(reason="=1+1", note="'=x\n'", name="@a")
@usual
def test_an_appointment_comes_back(tmp_path: Path, kind: str, reason: str, note: str, name: str) -> None:
    reason, name, note = tidy(reason), tidy(name) or "x", note_of(note)
    file = tmp_path / f"a.{kind}"
    known = visit(at("2026-11-23 10:30"), reason=reason, note=note, customer=name, room="Room 1")
    with file.open("w", encoding="utf-8", newline="") as out:
        if kind == "ics":
            out.writelines((*ical.opening("x"), ical.event(known, STAMP, KEY), ical.closing()))
        else:
            delimited.write(out, [visits.COLUMNS, *visits.rows([known], KEY)])
    opened = open_events(file, BERLIN) if kind == "ics" else open_visits(file, BERLIN, "dmy", {})
    with opened:
        (row,) = opened.rows()
    assert isinstance(row, EventRow), row
    assert (row.starts_at, row.minutes, row.uid) == (known.starts_at, 30, f"visit-7@{KEY}.pim-tui")
    assert tidy(row.own.get("name") or row.customer.name) == name
    assert row.description.strip() == note
    assert row.own.get("reason", "") == reason


@pytest.mark.parametrize("kind", ["vcf", "csv"])
@given(first=LINES, last=LINES, note=LINES)
@example(first="=1+1", last="'=x", note="-\n-")
@usual
def test_a_customer_comes_back(tmp_path: Path, kind: str, first: str, last: str, note: str) -> None:
    first, last, note = tidy(first), tidy(last) or "x", note_of(note)
    file = tmp_path / f"c.{kind}"
    known = person((note,) if note else (), name=PersonName("", first, "", last, ""), phones=(("", "+49 1"),))
    with file.open("w", encoding="utf-8", newline="") as out:
        if kind == "vcf":
            out.write(vcard.card(known, STAMP, KEY))
        else:
            delimited.write(out, [people.columns(1, 0), *people.rows([known], 1, 0, KEY)])
    opened = open_cards(file, TODAY) if kind == "vcf" else open_customers(file, TODAY)
    with opened:
        (row,) = opened.rows()
    assert isinstance(row, Row), row
    name = row.customer.name
    assert (name.first, name.last) == (first, last)
    assert row.customer.phones == known.customer.phones
    assert row.note == note
    assert row.customer.external_ids == (("vcard", f"customer-11@{KEY}.pim-tui"),)
