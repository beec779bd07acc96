"""Statement, ledger, label, record and the day's close, read back from the PDF and as text."""

from __future__ import annotations

import dataclasses
import re

import pytest

from pim_tui.documents.bill import Sum
from pim_tui.documents.document import Document
from pim_tui.documents.fonts import Fonts
from pim_tui.documents.label import LABEL
from pim_tui.documents.record import Note
from pim_tui.documents.watch import Watch
from pim_tui.domain.money import figures
from pim_tui.domain.text import cell_width
from pim_tui.errors import Refused
from tests.documents.daysheet_samples import CREATED, HOSTILE, NAMES
from tests.documents.test_papers import LONG, pages, words
from tests.documents.till_samples import (
    TILL,
    account,
    bills,
    day_close,
    everything,
    label,
    ledger,
    record,
    statement,
)
from tests.walks import some_rows

PAPERS = tuple(name for name in everything(NAMES) if name not in bills(NAMES))
TURNS = tuple(zip(PAPERS, ("A4", "A5", "letter") * 3, strict=False))

NUMBERS = re.compile(r"(?<![\w.,])-?\d[\d,]*\.\d\d(?![\d.])|\d\d:\d\d|[SCZ]-[\d-]+")
"""Amounts, times and the numbers of papers."""


def money(*minor: int) -> list[str]:
    """Amounts in euro as papers write them."""
    return [figures(one, "EUR") for one in minor]


@pytest.mark.parametrize(("name", "size"), some_rows(TURNS, 5))
def test_hostile_and_long_names_push_nothing_out(name: str, size: str, roboto: Fonts) -> None:
    paper, plain = everything((*HOSTILE, LONG), 29)[name], everything(("Doe, Jane",), 29)[name]
    found = words(paper, roboto, size)
    assert not any(ord(char) < 32 for char in found)
    numbers = re.findall(
        r"(?<![\w.,])-?\d[\d,]*\.\d\d(?![\d.])|\d\d:\d\d|[SCZ]-[\d-]+", words(plain, roboto, size)
    )
    assert len(numbers) > 5 or name == "label"
    assert [number for number in numbers if number not in found] == []
    for width, ascii_only in ((60, False), (80, True)):
        lines = paper.text(width=width, ascii_only=ascii_only).split("\n")
        assert [line for line in lines if cell_width(line) > width] == []
        assert not any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 for line in lines for char in line)
        assert "".join(lines).isascii() or not ascii_only


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_of_nothing_is_still_a_paper(name: str, roboto: Fonts) -> None:
    nothing = everything(("Doe, Jane",), 0)[name]
    assert words(nothing, roboto)
    assert nothing.text().strip()


def test_a_statement_leads_from_the_opening_balance_to_the_closing_one(roboto: Fonts) -> None:
    paper = statement(NAMES, 60)
    found, text = pages(paper.pdf(CREATED, fonts=roboto)), paper.text()
    whole = " ".join(found)
    assert len(found) > 1
    assert all("Date Number What Billed Paid Balance EUR" in page for page in found)
    assert all(f"page {number} of {len(found)}" in page for number, page in enumerate(found, 1))
    rows = paper.account.rows
    for part in money(paper.account.opening, *(row.balance for row in rows), paper.account.closing):
        assert part in whole
        assert part in text
    last = money(paper.account.debit, paper.account.credit, paper.account.closing)
    assert f"Balance now {' '.join(last)}" in whole
    assert TILL.pay_by in whole
    assert f"You owe EUR {last[2]}" in whole


def test_the_parts_of_a_statement_by_age_add_up_to_its_balance(roboto: Fonts) -> None:
    paper = statement(NAMES)
    found = words(paper, roboto)
    for one in paper.ageing:
        assert f"{one.label} {figures(one.amount, 'EUR')}" in found
    assert found.count(f"Balance EUR {figures(sum(one.amount for one in paper.ageing), 'EUR')}") == 1


def test_who_owes_nothing_is_not_asked_to_pay(roboto: Fonts) -> None:
    paid = dataclasses.replace(
        statement(NAMES),
        account=dataclasses.replace(account(NAMES, 0), closing=-500),
        ageing=(Sum("Credit", -500),),
    )
    for found in (words(paid, roboto), " ".join(paid.text().split())):
        assert "Your credit EUR 5.00" in found
        assert "IBAN" not in found


def test_a_ledger_has_every_line_with_its_balance(roboto: Fonts) -> None:
    paper = ledger(NAMES, 300)
    found = pages(paper.pdf(CREATED, fonts=roboto))
    whole = " ".join(found)
    assert all("Customer What Debit Credit Balance EUR" in page for page in found)
    assert [row for row in paper.account.rows if row.number not in whole] == []
    assert [row for row in money(*(row.balance for row in paper.account.rows)) if row not in whole] == []
    assert "300 lines" in found[0]
    assert "Customer" not in words(ledger(NAMES, 3, team=False), roboto)


def test_a_long_ledger_tells_how_far_it_is(roboto: Fonts) -> None:
    told: list[tuple[int, int]] = []
    watch = Watch(lambda done, total: told.append((done, total)))
    ledger(NAMES, 1_000).pdf(CREATED, fonts=roboto, watch=watch)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1] == (1_000, 1_000)
    assert len(told) > 20


def test_a_long_ledger_stops_when_it_is_told_to(roboto: Fonts) -> None:
    asked = iter([False] * 3 + [True] * 1_000)
    with pytest.raises(Refused, match="stopped") as refused:
        ledger(NAMES, 1_000).pdf(CREATED, fonts=roboto, watch=Watch(stop=lambda: next(asked)))
    assert "Nothing" in refused.value.hint
    assert next(asked)


def test_a_label_fits_and_says_how_much_when_and_until_when(roboto: Fonts) -> None:
    printed = label(NAMES).pdf(CREATED, fonts=roboto)
    assert printed.pages == 1
    found = " ".join(pages(printed))
    for part in ("Doe, Jane", NAMES[-1], "One tablet three times a day", "20 tablets", "24 Nov 2026",
                 "use before Mar 2027", "Lot L00042", "Riverside Clinic"):  # fmt: skip
        assert part in found
        assert part in label(NAMES).text()


def test_directions_too_long_for_a_label_go_on_on_the_next(roboto: Fonts) -> None:
    directions = " ".join(f"word{at}" for at in range(250))
    long = dataclasses.replace(label((LONG,), directions), lot="x" * 90, copy=2)
    found = pages(long.pdf(CREATED, fonts=roboto))
    assert len(found) > 1
    for number, page in enumerate(found, 1):
        for part in (
            f"label {number} of {len(found)}",
            "24 Nov 2026",
            "use before Mar 2027",
            "COPY 2",
            "20 t",
        ):
            assert part in page
    whole = " ".join(found)
    assert [word for word in directions.split() if word not in whole] == []
    assert [word for word in directions.split() if word not in long.text()] == []


def test_a_label_may_be_of_another_size(roboto: Fonts) -> None:
    large = dataclasses.replace(LABEL, width=100.0, height=50.0)
    assert (
        label(NAMES).pdf(CREATED, fonts=roboto, form=large).data
        != label(NAMES).pdf(CREATED, fonts=roboto).data
    )


def test_a_record_has_its_notes_in_full(roboto: Fonts) -> None:
    text = " ".join(f"word{at}" for at in range(1_000))
    paper = dataclasses.replace(record(NAMES), notes=(Note("24 Nov 2026, Dr Lee", f"{text}\nlast line"),))
    for found in (words(paper, roboto), paper.text()):
        assert "last line" in found
        assert [word for word in text.split() if word not in found] == []


def test_a_record_has_everything_in_its_order(roboto: Fonts) -> None:
    found = words(record(NAMES), roboto)
    marks = [
        "Doe, Jane",
        "! Doe, Jane",
        "Born",
        "Appointments",
        "Bills",
        "Owed",
        "Documents",
        "Notes",
        "Second line 5.",
    ]
    assert [found.index(mark) for mark in marks] == sorted(found.index(mark) for mark in marks)
    assert figures(15, "EUR") in found


@pytest.mark.parametrize("size", ["A4", "roll"])
def test_a_z_report_adds_up_and_names_what_is_missing_in_the_drawer(size: str, roboto: Fonts) -> None:
    paper = day_close(NAMES)
    found, text = words(paper, roboto, size), " ".join(paper.text().split())
    told = ["Z report Z-2026-000017", "All 15 2,795.67", "All 2,415.67 380.00 2,795.67", "Difference -2.00",
            "Expected 617.00", "Counted 615.00", "All 1 -5.00", "S-2026-000002"]  # fmt: skip
    for part in told:
        assert part in found
        assert part in text
    assert paper.journal_head in found.replace(" ", "")
    assert paper.drawer.difference == -200


def test_an_x_report_says_that_nobody_counted(roboto: Fonts) -> None:
    paper: Document = day_close(NAMES, counted=None)
    for found in (words(paper, roboto), paper.text()):
        assert "X report" in found
        assert "The drawer was not counted." in found
        assert "Difference" not in found
