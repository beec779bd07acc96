"""A line that has only ASCII tells two people apart whose names it cannot write."""

from __future__ import annotations

from pathlib import Path

from pim_tui.line.paper import Paper
from pim_tui.services.customer_rows import insert_customers
from tests.line.talking import Line, furnish, line, person
from tests.services.clinic import SATO, practice

TARO, HANAKO = 4, 5


def here(folder: Path, *, ascii_only: bool) -> Line:
    """Two people of one birth date, each with a visit at ten."""
    clinic = practice(folder, furnish)
    both = (("太郎", "山田", "1984-03-01", ""), ("花子", "鈴木", "1984-03-01", ""))
    insert_customers(clinic.session, [person(*one) for one in both])
    clinic.book("2026-11-23 10:00", customer_id=TARO)
    clinic.book("2026-11-24 10:00", customer_id=HANAKO)
    clinic.book("2026-11-24 10:00", customer_id=TARO, staff_id=SATO)
    return line(folder, clinic=clinic, paper=Paper(ascii_only=ascii_only))


def test_they_are_told_apart_where_they_are_found_in_the_day_and_when_one_is_booked(tmp_path: Path) -> None:
    talk = here(tmp_path, ascii_only=True)
    found = talk.say("find 1.3.1984").splitlines()
    assert any(row.startswith(("1, #4 ?? ??", "2, #4 ?? ??", "3, #4 ?? ??")) for row in found), found
    assert any("#5 ?? ??, born 1 March 1984" in row for row in found), found
    talk.say("brief", "find #5", "full")
    day = talk.told("day tomorrow")
    assert "#5 ?? ??, Scheduled" in day
    assert "#4 ?? ??, Scheduled" in day
    assert "Move #5 ?? ??" in talk.told("move 1 11:00") + talk.told("no", "move 2 11:00")
    assert talk.told("no", "book #5 wed 9:00 dr lee").startswith(
        "Book #5 ?? ??, born 1 March 1984, Wednesday"
    )
    talk.say("yes")
    assert talk.clinic.store.select("select customer_id from appointment order by id desc limit 1") == [(5,)]
    talk.talk.end("left")


def test_where_they_can_be_written_no_number_stands_before_them(tmp_path: Path) -> None:
    talk = here(tmp_path, ascii_only=False)
    assert "太郎 山田, Scheduled" in talk.told("day tomorrow")
    assert "#4" not in talk.text
    talk.talk.end("left")
