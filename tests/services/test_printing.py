"""Papers of a real book: what is printed is what is stored, and the journal tells of it."""

from __future__ import annotations

import io
import json
import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader

from pim_tui.config import Settings
from pim_tui.domain.moments import clock, span
from pim_tui.domain.rights import Right
from pim_tui.domain.states import Status
from pim_tui.domain.visit import Answers
from pim_tui.errors import FileProblem, Forbidden, NotFound, Refused, UsageError
from pim_tui.lists.periods import custom
from pim_tui.queries.calendar import Filter
from pim_tui.services.printing import PrintPaper, Stationery, logo_of, preview, print_paper, stationery
from pim_tui.services.wanted import (
    CardPaper,
    DayPaper,
    ListPaper,
    MonthPaper,
    SchedulePaper,
    Wanted,
    WeekPaper,
)
from tests.documents.paper_samples import logo
from tests.services.clinic import AARON, JANE, JOHN, LEE, SATO, ZONE, Practice, at

MONDAY = date(2026, 11, 23)
WEDNESDAY = date(2026, 11, 25)
PAPER = stationery(
    Settings(
        clinic_name="Harbour Clinic", clinic_address="12 Quay Street\\nGalway", clinic_phone="+353 91 000"
    )
)
LONG = "Wolfeschlegelsteinhausenbergerdorff" * 3


@pytest.fixture
def clinic(clinic: Practice) -> Practice:
    """A week with visits of both doctors, one over midnight, one canceled, one of last week."""
    with clinic.store.write_tx():
        clinic.store.db.execute_sql(
            "update customer set first_name = ?, version = 2 where id = ?", (LONG, JOHN)
        )
    for when, customer, staff in (
        ("2026-11-23 10:30", JANE, LEE), ("2026-11-23 10:30", JOHN, SATO), ("2026-11-24 08:05", AARON, LEE),
        ("2026-11-27 23:45", JANE, SATO), ("2026-12-01 09:00", JANE, LEE), ("2026-11-18 11:00", JANE, LEE),
    ):  # fmt: skip
        more = {"customer_id": customer, "staff_id": staff, "reason": "Syphilis test", "type_id": 1}
        clinic.book(when, answers=Answers(past=True), **more)
    gone = clinic.book("2026-11-25 12:00", customer_id=JANE).ids[0]
    clinic.mark(gone, Status.CANCELED, "ill", "customer")
    return clinic


def printed(clinic: Practice, wanted: Wanted, paper: Stationery = PAPER) -> str:
    """The words of the PDF that was written."""
    file = clinic.store.place.parent / "paper.pdf"
    print_paper(clinic.session, PrintPaper(wanted, paper, str(file)))
    return " ".join(" ".join(page.extract_text() for page in PdfReader(file).pages).split())


def stored(clinic: Practice, where: str) -> list[tuple[str, str]]:
    """Time and last name of each appointment, straight from the table."""
    rows = clinic.store.select(
        "select a.starts_at, a.ends_at, c.last_name from appointment a"
        f" join customer c on c.id = a.customer_id where {where} order by a.starts_at"
    )
    return [(span(start, end, ZONE), name) for start, end, name in rows]


WEEK = "a.day between '2026-11-23' and '2026-11-29'"


@pytest.mark.parametrize(
    ("wanted", "where"),
    [
        (WeekPaper(MONDAY), WEEK),
        (WeekPaper(date(2026, 11, 29), LEE, landscape=False), f"{WEEK} and a.staff_id = {LEE}"),
        (SchedulePaper(MONDAY, date(2026, 12, 1)), "a.day >= '2026-11-23'"),
        (SchedulePaper(MONDAY, MONDAY, SATO), f"a.day = '2026-11-23' and a.staff_id = {SATO}"),
        (WeekPaper(MONDAY, shown=Filter(statuses=("X",))), f"{WEEK} and a.status = 'X'"),
    ],
    ids=["week", "week of one", "schedule", "schedule of one", "filtered week"],
)
def test_the_paper_holds_what_the_book_holds(clinic: Practice, wanted: Wanted, where: str) -> None:
    found, rows = printed(clinic, wanted), stored(clinic, where)
    assert rows
    for time, name in rows:
        assert time in found
        assert name in found
    for time, _ in stored(clinic, f"not ({where})"):
        assert found.count(time) == [one for one, _ in rows].count(time)


def test_a_name_that_is_too_long_is_cut_and_its_time_stays(clinic: Practice) -> None:
    found = printed(clinic, WeekPaper(MONDAY, SATO))
    assert "10:30-11:00" in found
    assert LONG not in found.replace(" ", "")
    assert "Roe, Wolfe" in found


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        (DayPaper(WEDNESDAY), "Appointments 1 · Booked 30 min · Canceled 1"),
        (WeekPaper(MONDAY), "Wed 25 Nov 2026 · 1 visit"),
        (WeekPaper(MONDAY, shown=Filter(statuses=("X",))), "Wed 25 Nov 2026 · 1 visit"),
        (WeekPaper(MONDAY, shown=Filter(statuses=("S", "X"))), "Wed 25 Nov 2026 · 2 visits"),
        (SchedulePaper(WEDNESDAY, WEDNESDAY), "Wed 25 Nov 2026 · 1 appointment"),
    ],
    ids=["day", "week", "week of canceled", "week of both", "schedule"],
)
def test_what_is_canceled_counts_where_it_is_asked_for_as_in_the_calendar(
    clinic: Practice, wanted: Wanted, told: str
) -> None:
    clinic.book("2026-11-25 15:00", customer_id=JANE)
    lines = preview(clinic.session, wanted, PAPER, 80).lines
    assert told in lines


def test_a_month_counts_what_takes_place(clinic: Practice) -> None:
    found = printed(clinic, MonthPaper(MONDAY))
    assert "November 2026" in found
    assert "5 visits · 2 h 30 min" in found  # the canceled one and December's are left out
    for (start,) in clinic.store.select(
        f"select starts_at from appointment a where {WEEK} and status <> 'X'"
    ):
        assert clock(start, ZONE) in found
    assert "only Dr Sato, Scheduled" in printed(
        clinic, MonthPaper(MONDAY, shown=Filter((SATO,), statuses=("S",)))
    )
    assert "5 visits · 2 h 30 min" in printed(clinic, MonthPaper(MONDAY, shown=Filter(statuses=(*"SCMX",))))
    assert "0 visits · 0 min" in printed(clinic, MonthPaper(MONDAY, shown=Filter(statuses=("X",))))


def test_a_card_says_when_and_with_whom_and_never_why(clinic: Practice) -> None:
    found = printed(clinic, CardPaper(JANE))
    for part in (
        "Jane Doe", "Monday 23 November 2026, 10:30", "30 min", "with Dr Lee", "Galway", "+353 91 000",
        "Friday 27 November 2026, 23:45", "Tuesday 1 December 2026, 09:00",
    ):  # fmt: skip
        assert part in found
    text = "\n".join(preview(clinic.session, CardPaper(JANE), PAPER).lines)
    for secret in ("Syphilis", "Follow-up", "12:00", "18 November"):  # why; a canceled one; one of last week
        assert secret not in found
        assert secret not in text


def test_a_list_is_printed_as_it_is_filtered_and_says_so(clinic: Practice) -> None:
    chosen = {"status": ("S",), "days": custom(MONDAY, None), "type": ("1",)}
    found = printed(clinic, ListPaper("appointments", JANE, chosen))
    assert "Only: Status: Scheduled; Dates: from 23 Nov 2026; Type: Follow-up" in found
    assert "3 rows" in found
    assert "Wed 18 Nov" not in found
    assert "Scheduled 3" in found
    with pytest.raises(NotFound, match="no list bills"):
        printed(clinic, ListPaper("bills", JANE))


@pytest.mark.parametrize(
    "wanted",
    [DayPaper(MONDAY), WeekPaper(MONDAY), MonthPaper(MONDAY), SchedulePaper(MONDAY, MONDAY), CardPaper(JANE),
     ListPaper("notes", JANE)],
    ids=lambda wanted: type(wanted).__name__,
)  # fmt: skip
def test_every_paper_writes_one_line_into_the_journal_and_a_look_writes_none(
    clinic: Practice, wanted: Wanted, tmp_path: Path
) -> None:
    before = clinic.count("journal")
    found = preview(clinic.session, wanted, PAPER, 100)
    assert found.lines[0].startswith("Harbour Clinic")
    assert "Doe" not in found.title
    assert clinic.count("journal") == before
    done = print_paper(clinic.session, PrintPaper(wanted, PAPER, str(tmp_path / f"{wanted.stem}.txt")))
    assert f"{wanted.stem}.txt" in done.says
    ((action, after),) = clinic.store.select(
        "select action, after from journal j join journal_values v on v.seq_id = j.seq"
        " order by j.seq desc limit 1"
    )
    assert (action, clinic.count("journal")) == ("print", before + 1)
    assert json.loads(after)["to"] == "file"
    with pytest.raises(Forbidden):
        preview(clinic.as_(LEE, Right.PRINT), wanted, PAPER)


def test_cards_and_lists_need_the_right_to_see_customers(clinic: Practice, tmp_path: Path) -> None:
    for wanted in (CardPaper(JANE), ListPaper("notes", JANE)):
        with pytest.raises(Forbidden, match="see customers and how to reach them"):
            print_paper(
                clinic.as_(LEE, Right.SEE_CUSTOMER), PrintPaper(wanted, PAPER, str(tmp_path / "x.pdf"))
            )
    assert not (tmp_path / "x.pdf").exists()


def test_the_logo_of_the_settings_is_on_the_paper(clinic: Practice, tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(logo())
    done = print_paper(
        clinic.session,
        PrintPaper(
            WeekPaper(MONDAY), replace(PAPER, logo=str(tmp_path / "logo.png")), str(tmp_path / "x.pdf")
        ),
    )
    assert "Without" not in done.says
    picture, _ = logo_of(str(tmp_path / "logo.png"))
    assert picture
    assert (picture.width, picture.height) == (300, 120)
    assert picture.data[:3] == b"\xff\xff\xff"
    assert len(PdfReader(io.BytesIO((tmp_path / "x.pdf").read_bytes())).pages[0].images) == 1


@pytest.mark.parametrize("kind", ["missing", "folder", "pipe", "broken", "nul"])
def test_a_logo_that_cannot_be_read_stops_nothing_and_is_told(
    clinic: Practice, tmp_path: Path, kind: str
) -> None:
    file = tmp_path / "logo.png"
    if kind == "folder":
        file.mkdir()
    elif kind == "pipe":
        os.mkfifo(file)
    elif kind == "broken":
        file.write_bytes(b"\x89PNG\r\n")
    name = f"{file}\0" if kind == "nul" else str(file)
    done = print_paper(
        clinic.session, PrintPaper(DayPaper(MONDAY), replace(PAPER, logo=name), str(tmp_path / "x.pdf"))
    )
    assert "Without the logo" in done.says
    assert (tmp_path / "x.pdf").read_bytes().startswith(b"%PDF")


def test_what_cannot_be_printed_is_refused_before_anything_is_written(
    clinic: Practice, tmp_path: Path
) -> None:
    before = clinic.count("journal")
    for wanted, to, error, why in (
        (SchedulePaper(MONDAY, date(2028, 1, 1)), "x.pdf", Refused, "too long"),
        (CardPaper(99), "x.pdf", NotFound, "does not exist"),
        (WeekPaper(MONDAY, 99), "x.pdf", NotFound, "staff member"),
        (DayPaper(MONDAY), "x.doc", UsageError, "must end in"),
        (DayPaper(MONDAY), "nowhere/x.pdf", FileProblem, "no such folder"),
    ):
        with pytest.raises(error, match=why):
            print_paper(clinic.session, PrintPaper(wanted, PAPER, str(tmp_path / to)))
    assert (clinic.count("journal"), list(tmp_path.glob("*.pdf"))) == (before, [])


def test_a_visit_over_midnight_stands_on_the_day_it_begins(clinic: Practice) -> None:
    clinic.book(at("2026-11-22 23:50"), answers=Answers(past=True), customer_id=AARON, staff_id=SATO)
    lines = preview(clinic.session, WeekPaper(MONDAY), PAPER, 120).lines
    monday, tuesday = (
        next(n for n, line in enumerate(lines) if line.startswith(day)) for day in ("Mon", "Tue")
    )
    assert any("23:50-00:20" in line for line in lines[monday:tuesday])
