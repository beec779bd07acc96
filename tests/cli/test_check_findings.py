"""Each check of ``pim-tui check`` finds the fault it is there for, and names the row."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from peewee import sqlite3  # the program's own library: two in one process undo each other's locks

from pim_tui.db.connection import Book, open_book
from pim_tui.db.newfile import new_book
from pim_tui.queries import heads
from pim_tui.queries.checks import CHECKS, faults
from pim_tui.services.demo_large import Size, furnish_large
from tests.walks import some_rows

NOW = 1_795_000_200


@pytest.fixture(scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    def fill(book: Book) -> None:
        furnish_large(book, Size(40, 640, 200), "Europe/London", lambda: NOW, "robin", "US")

    return new_book(str(tmp_path_factory.mktemp("sound") / "clinic.db"), fill)


@pytest.fixture
def file(_made: Path, tmp_path: Path) -> Path:
    """A sound book of the test's own."""
    return Path(shutil.copy(_made, tmp_path / "clinic.db"))


@pytest.fixture
def tamper(file: Path) -> Iterator[sqlite3.Connection]:
    """A connection that no rule of the book binds: its triggers are gone while it works."""
    with closing(sqlite3.connect(file, isolation_level=None)) as db, db:
        triggers = db.execute("select name, sql from sqlite_master where type = 'trigger'").fetchall()
        for name, _ in triggers:
            db.execute(f"drop trigger {name}")
        db.execute("pragma ignore_check_constraints = 1")
        yield db


def found(file: Path) -> set[str]:
    """The faults, without those about the triggers that :func:`tamper` took away."""
    book = open_book(str(file))
    try:
        return {
            told
            for fault in faults()
            if "trigger is missing" not in fault.says and not (told := str(fault)).startswith("C01 and:")
        }
    finally:
        book.close()


def test_a_sound_book_has_no_faults(file: Path) -> None:
    assert found(file) == set()


def test_a_missing_trigger_is_a_fault(file: Path) -> None:
    with closing(sqlite3.connect(file)) as db, db:
        db.execute("drop trigger appointment_staff_free")
    book = open_book(str(file))
    assert [str(fault) for fault in faults()] == ["C01 appointment_staff_free: the trigger is missing"]
    book.close()


def test_a_changed_trigger_is_a_fault(file: Path) -> None:
    with closing(sqlite3.connect(file)) as db, db:
        db.execute("drop trigger note_stays")
        db.execute("create trigger note_stays before delete on note begin select 1; end")
    assert found(file) == {"C01 note_stays: the trigger is not as this version makes it"}


def test_a_trigger_of_somebody_elses_is_a_fault(file: Path) -> None:
    """One such keeps exports out of the journal: the line is dropped, and no seal is missing."""
    with closing(sqlite3.connect(file)) as db, db:
        db.execute("create table notes_of_my_own (a)")
        db.execute(
            "create trigger quiet before insert on journal when new.action = 'export'"
            " begin select raise(ignore); end"
        )
    assert found(file) == {"C01 quiet: the trigger is none of this version's"}


def test_a_file_others_can_read_is_a_fault(file: Path) -> None:
    file.chmod(0o644)
    (fault,) = (one for one in found(file) if str(file) + ":" in one)
    assert fault.startswith("C02")
    assert "0644" in fault


CHANGED = [
    ("update appointment set minutes = 0 where id = 3", "C03 file:"),
    ("pragma foreign_keys = 0; delete from customer where id = 1", "C04 "),
    ("update journal set reason = 'x' where seq = 2", "C05 journal 2: line 2 was changed"),
    ("delete from journal where seq = 3", "C05 journal 3: line 3 is missing"),
    (
        "delete from journal_values where seq_id = (select max(seq) from journal);"
        " delete from journal where seq = (select max(seq) from journal)",
        "C41 journal ",
    ),
    ("update journal_head set seq = seq - 1", "C41 journal "),
    ("update journal_head set hash = 'x'", "C41 journal "),
    ("delete from journal_head", "C41 journal_head: where the journal ends is not told any more"),
    ("delete from journal where seq = (select max(seq) from journal)", "C06 journal_values "),
    ("insert into number_series (kind, year, last) values ('sale', 2099, 3)", "C16 number_series: "),
    ("update journal_values set after = '{}' where seq_id = 2", "C06 journal 2:"),
    (
        "update appointment set occupied_to = occupied_to - 60 where id = {booked}",
        "C09 appointment {booked}:",
    ),
    ("update appointment set day = '2026-01-01' where id = 7", "C10 appointment 7:"),
    (
        "update appointment set zone = 'Mars/Base' where id = 7",
        "C10 appointment 7: Mars/Base is not a time zone",
    ),
    ("update appointment set crosses_midnight = 1 where id = 7", "C10 appointment 7:"),
    ("delete from search_word where customer_id = 5", "C11 customer 5:"),
    ("delete from search_word where customer_id = 1 and word = 'jane'", "C12 customer 1:"),
    ("delete from search_digits where customer_id = 1", "C12 customer 1:"),
    (
        "insert into import_run (id, kind, source, digest, options, state, counts, report, began_at,"
        " staff_id) values (1, '', '', '', '', 'done', '', '', 1, 1);"
        " insert into import_row (run_id, kind, row_id) values (1, 'note', 999)",
        "C15 import_run 1: made note 999",
    ),
    (
        "update posting set number = 9999 where id = (select max(id) from posting where kind = 'sale')",
        "C16 number_series: the numbers before S-",
    ),
    (
        "insert into waiting_entry (id, customer_id, urgency, minutes, weekdays, note, state, closed_at,"
        " closed_reason, created_at, created_by_id, version)"
        " values (1, 5, 0, 30, '', '', 'withdrawn', 1, 'x', 1, 1, 1);"
        " insert into waiting_offer (id, entry_id, staff_id, starts_at, minutes, state, offered_at,"
        " offered_by_id, version) values (9, 1, 2, 60, 30, 'offered', 1, 1, 1)",
        "C34 waiting_entry 1: is closed, but offer 9 of it is open",
    ),
    (
        "insert into waiting_entry (id, customer_id, urgency, minutes, weekdays, note, state, closed_at,"
        " closed_reason, created_at, created_by_id, version, booked_id)"
        " select 1, customer_id + 1, 0, 30, '', '', 'booked', 1, '', 1, 1, 1, id from appointment"
        " where id = 7",
        "C34 waiting_entry 1: of customer",
    ),
    (
        "insert into hold (id, staff_id, starts_at, ends_at, holder_id, session, expires_at, created_at)"
        " values (1, 2, 60, 120, 1, 'a', 9, 1), (2, 2, 60, 180, 1, 'b', 9, 1)",
        "C35 hold 2: is of a time that hold 1 has",
    ),
    (
        "insert into message_template (id, kind, channel, language, subject, body, version)"
        " values (1, 'reminder', 'sms', 'de', '', 'Termin {reason}', 1)",
        "C36 message_template 1: body: {reason} is no field",
    ),
    (
        "insert into series (id, uid, rule, zone, wall, starts_at, minutes, customer_id, staff_id, mode,"
        " reason, note, sequence, created_at, created_by_id, version)"
        " values (1, 'u', 'FREQ=NEVER', 'Europe/London', '2026-11-24T10:30', 0, 30, 1, 2, 'in_person',"
        " '', '', 0, 1, 1, 1)",
        "C37 series 1: cannot be worked out",
    ),
    ("update posting set state = 'open' where id = 4", "C17 posting 4: was begun and never posted"),
    ("update entry set amount = amount + 1 where id = 1", "C17 posting 1: its entries come to 1"),
    (
        "update bill_line set total = total + 1, net = net + 1, customer_share = customer_share + 1"
        " where id = 1",
        "C18 posting 1:",
    ),
    ("update bill_line set quantity = quantity + 1 where total > 0", "C19 bill_line"),
    (
        "update line_tax set amount = amount + 1 where line_id = (select min(line_id) from line_tax)",
        "C20 bill_line",
    ),
    ("delete from line_tax where line_id = (select min(line_id) from line_tax)", "C20 bill_line"),
    ("delete from bill_line where bill_id = 1", "C18 posting 1: it has no lines"),
    ("delete from payment_part where id = 1", "C21 posting"),
    ("update payment_part set amount = amount + 1 where id = 1", "C21 posting"),
    ("update allocation set amount = amount * 3 where id = 1", "C22 posting"),
    (
        "update stock_movement set on_hand = on_hand - 1 where id = (select max(id) from stock_movement)",
        "C23 stock_movement",
    ),
    (
        "update stock_movement set on_hand = on_hand - 1, quantity = quantity - 1"
        " where id = (select max(id) from stock_movement)",
        "C24 bill_line",
    ),
    (
        "insert into bill_line select 9999, bill_id, 9999, product_id, code, description, unit,"
        " quantity + 1, unit_price, list_price, discount, bill_discount, net, tax, total, customer_share,"
        " payer_share, lot_id, lot_reason, directions, id from bill_line where id = 1",
        "C25 bill_line 1:",
    ),
    (
        "update posting set kind = 'refund' where id = (select min(id) from posting where kind = 'payment')",
        "C26 posting",
    ),
    ("delete from loan where id = 1", "C27 bill_line"),
    (
        "update posting set kind = 'void', corrects_id = 1 where id = (select max(id) from posting)",
        "C28 posting",
    ),
    (
        "insert into drawer (version, name, opened_at, opened_by_id, day, float_amount, closed_at,"
        " closed_by_id, counted, expected) values (2, 'till', 0, 1, '2026-11-01', 100, 1, 1, 100, 90)",
        "C29 drawer 1: 90 was expected, and 100 is what it took",
    ),
    (
        "insert into day_close (day, number, at, staff_id, report) values ('2026-11-01', 2, 0, 1, '{}')",
        "C30 day_close 1: its number is 2, and 1 would be next",
    ),
]
"""What somebody changes in the file itself, and the fault that tells of it."""


@pytest.mark.parametrize(("statement", "fault"), some_rows(CHANGED, 14))
def test_what_was_changed_behind_the_rules_is_found(
    file: Path, tamper: sqlite3.Connection, statement: str, fault: str
) -> None:
    booked = tamper.execute("select min(id) from appointment where status in ('S', 'C')").fetchone()[0]
    for part in statement.replace("{booked}", str(booked)).split("; "):
        tamper.execute(part)
    assert [one for one in found(file) if one.startswith(fault.replace("{booked}", str(booked)))]


@pytest.mark.parametrize(("resource", "code"), [("staff_id", "C07"), ("room_id", "C08")])
def test_a_double_booking_is_found_unless_it_was_overbooked_by_right(
    file: Path, tamper: sqlite3.Connection, resource: str, code: str
) -> None:
    rows = tamper.execute(
        f"select id, {resource} from appointment where status in ('S', 'C') and room_id is not null"
        " and wall = '09:30' and day = (select max(day) from appointment) order by id limit 2"
    ).fetchall()
    (_, first), (id_, _) = rows
    tamper.execute(f"update appointment set {resource} = ? where id = ?", [first, id_])
    assert any(one.startswith(f"{code} appointment") for one in found(file))
    tamper.execute(
        "update appointment set overbooked_by_id = 1, overbook_reason = 'acute' where id = ?", [id_]
    )
    assert found(file) == set()


def test_a_broken_book_is_told_of_briefly(file: Path, tamper: sqlite3.Connection) -> None:
    tamper.execute("update appointment set wall = '03:33'")
    told = [one for one in found(file) if one.startswith("C10")]
    assert len(told) == 51
    assert any("more than 50" in one for one in told)


def test_codes_are_numbered_in_order() -> None:
    """One of them is not of the book alone: the heads that were written down outside."""
    codes = [check.code for check in CHECKS]
    assert codes == sorted(codes)
    assert sorted([*codes, heads.CODE]) == [f"C{number:02}" for number in range(1, len(CHECKS) + 2)]
