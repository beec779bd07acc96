"""What each command does, and what it refuses."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
from contextlib import closing
from datetime import date

import pytest

from pim_tui import bootstrap
from pim_tui.cli.parser import build
from pim_tui.domain.called import some_of
from pim_tui.errors import UsageError
from tests.cli.shell import Shell


def rows(shell: Shell, sql: str) -> list[tuple[object, ...]]:
    """What is in the book, read from outside the program."""
    with closing(sqlite3.connect(f"file:{shell.book}?mode=ro", uri=True)) as db, db:
        return db.execute(sql).fetchall()


def test_init_makes_a_private_book_with_its_first_staff_member(shell: Shell) -> None:
    who = ("--name", "Dr A", "--name", "Dr B", "--room", "Room 1")
    done = shell.run("init", "--clinic", "Mill Lane", "--zone", "Europe/Berlin", *who)
    assert (done.code, done.err) == (0, "")
    assert "Mill Lane is ready" in done.out
    assert [path.name for path in shell.book.parent.iterdir()] == ["clinic.db"]
    assert stat.S_IMODE(shell.book.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(shell.book.stat().st_mode) == 0o600
    assert rows(shell, "select name, zone from clinic") == [("Mill Lane", "Europe/Berlin")]
    assert rows(shell, "select name, login, books from staff") == [
        ("Dr A", bootstrap.login(), 1),
        ("Dr B", None, 1),
    ]
    assert rows(shell, "select name from appointment_type where is_default = 1") == [("Follow-up",)]
    assert rows(shell, "select count(*) from working_hours") == [(10,)]
    assert rows(shell, "select action, kind from journal order by seq")[0] == ("set_up", "clinic")


def test_init_twice_is_refused_and_leaves_the_first_book_as_it_was(shell: Shell) -> None:
    assert shell.run("init", "--zone", "UTC").code == 0
    before = shell.book.read_bytes()
    again = shell.run("init", "--zone", "UTC", "--clinic", "Another")
    assert again.code == 1
    assert "already something" in again.complaint
    assert shell.book.read_bytes() == before


def test_init_with_a_zone_that_does_not_exist_makes_nothing(shell: Shell) -> None:
    done = shell.run("init", "--zone", "Europe/Nowhere")
    assert done.code == 1
    assert "time zone" in done.complaint
    assert not list(shell.book.parent.iterdir())


def test_somebody_who_is_not_on_the_staff_list_is_told_who_is(clinic: Shell) -> None:
    with closing(sqlite3.connect(clinic.book)) as db, db:
        db.execute("update staff set login = 'anna', version = version + 1 where login is not null")
    done = clinic.run("day")
    assert done.code == 1
    assert f"{bootstrap.login()} is not on the staff list" in done.complaint
    assert "anna" in done.complaint


def test_book_takes_one_line_and_shows_on_the_day(clinic: Shell) -> None:
    staff = str(rows(clinic, "select name from staff where books = 1 order by position limit 1")[0][0])
    line = [
        "jane",
        "doe",
        "400d",
        "10:30",
        "30m",
        "follow-up",
        "with",
        *staff.split(),
        "-",
        "Blood",
        "pressure",
        "review",
    ]
    done = clinic.run("book", *line)
    assert (done.code, done.err) == (0, "")
    assert "Jane Doe" in done.out
    shown = clinic.run("day", "+400d")
    assert "10:30-11:00  S" in shown.out
    assert "Follow-up - Blood pressure review" in shown.out
    found = json.loads(clinic.run("day", "+400d", "--json").out)
    (visit,) = found["appointments"]
    assert (visit["starts"], visit["minutes"], visit["status"]) == ("10:30", 30, "Scheduled")
    assert visit["customer"]["name"] == "Mrs. Jane Doe"


def test_book_wants_a_yes_for_a_day_that_is_over(clinic: Shell) -> None:
    staff = str(rows(clinic, "select name from staff where books = 1 order by position limit 1")[0][0])
    count = rows(clinic, "select count(*) from appointment")
    line = f"jane doe yesterday 10:30 with {staff}"
    done = clinic.run("book", line)
    assert done.code == 1
    assert "was yesterday." in done.complaint
    assert done.complaint.endswith("Do it all the same, or give another day. --yes books all the same.")
    assert rows(clinic, "select count(*) from appointment") == count
    assert "was yesterday" not in clinic.run("book", "--yes", line).complaint


def test_book_tells_of_a_day_that_is_over_what_else_is_in_the_way(clinic: Shell) -> None:
    staff = str(rows(clinic, "select name from staff where books = 1 order by position limit 1")[0][0])
    done = clinic.run("book", f"#2 yesterday 03:00 with {staff}")
    assert "was yesterday. 03:00-03:30 is outside" in done.complaint
    assert (
        "was yesterday." in clinic.run("book", f"nobody-of-that-name yesterday 9:30 with {staff}").complaint
    )


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_the_day_tells_people_apart_whose_names_the_locale_cannot_write(clinic: Shell, locale: str) -> None:
    with closing(sqlite3.connect(clinic.book)) as db, db:
        db.execute(
            "update customer set first_name = '太郎', last_name = '山田', version = version + 1 where id = 2"
        )
    staff = str(rows(clinic, "select name from staff where books = 1 order by position limit 1")[0][0])
    assert clinic.run("book", f"#2 400d 10:30 with {staff}").code == 0
    ((number,),) = rows(clinic, "select number from customer where id = 2")
    out = clinic.run("day", "+400d", LC_ALL=locale, PYTHONIOENCODING="").out
    assert (f"#{number} ??" in out, "山田" in out) == ((True, False) if locale == "C" else (False, True))


def test_book_refuses_a_taken_time_and_offers_the_nearest_free_ones(clinic: Shell) -> None:
    staff = str(rows(clinic, "select name from staff where books = 1 order by position limit 1")[0][0])
    assert clinic.run("book", f"#2 400d 10:30 with {staff}").code == 0
    count = rows(clinic, "select count(*) from appointment")
    done = clinic.run("book", "--json", f"jane doe 400d 10:30 with {staff}")
    assert done.code == 1
    assert "is busy 10:30-11:00" in done.complaint
    assert "Nearest free" in done.complaint
    answer = json.loads(done.out)
    assert answer["booked"] is False
    assert len(answer["offers"]) == 3
    assert rows(clinic, "select count(*) from appointment") == count


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("jane doe 10:30", "day"),
        ("jane doe 7d", "time"),
        ("7d 10:30", "customer"),
        ("xyzzy 7d 10:30", "Nobody is called"),
        ("jane doe 7d 3:30", ""),
        ("jane doe -7d 10:30", ""),
    ],
)
def test_book_asks_nothing_but_says_what_is_open(clinic: Shell, line: str, says: str) -> None:
    count = rows(clinic, "select count(*) from appointment")
    done = clinic.run("book", "--", line)
    if says:
        assert done.code == 1
        assert says in done.complaint
        assert rows(clinic, "select count(*) from appointment") == count
    else:
        assert done.code in (0, 1)


def test_find_answers_by_any_part_of_the_name_and_in_json(clinic: Shell) -> None:
    assert "Doe, Jane" in clinic.run("find", "doe", "ja").out
    found = json.loads(clinic.run("find", "555-0143", "--json").out)
    assert "Mrs. Jane Doe" in [one["name"] for one in found["customers"]]
    nobody = clinic.run("find", "xyzzy")
    assert nobody.code == 1
    assert "Nobody is found" in nobody.complaint
    assert json.loads(clinic.run("find", "xyzzy", "--json").out) == {"text": "xyzzy", "customers": []}


def test_day_of_one_staff_member_and_of_nobody(clinic: Shell) -> None:
    everybody = json.loads(clinic.run("day", "--json").out)["appointments"]
    assert len(everybody) == 320
    name = everybody[0]["staff"]
    one = json.loads(clinic.run("day", "today", "--staff", name, "--json").out)["appointments"]
    assert {visit["staff"] for visit in one} == {name}
    assert len(one) == sum(visit["staff"] == name for visit in everybody)
    nobody = clinic.run("day", "--staff", "Quixote")
    assert nobody.code == 1
    assert "Nobody on the staff is called Quixote" in nobody.complaint


def test_a_day_before_today_is_no_option() -> None:
    read = build().parse_args(["report", "takings", "--from", "-3m", "--until", "-1d"])
    assert (read.since, read.until) == ("-3m", "-1d")
    assert build().parse_args(["day", "-7d", "--json"]).date == ["-7d"]
    with pytest.raises(UsageError):
        build().parse_args(["day", "-x"])


@pytest.mark.parametrize(
    "words",
    [
        ("day", "--json"),
        ("print", "day", "--text"),
        ("print", "week", "--text"),
        ("print", "schedule", "--text"),
    ],
    ids=["day", "day sheet", "week sheet", "schedule"],
)
def test_a_day_without_its_year_is_the_nearest_one(clinic: Shell, words: tuple[str, ...]) -> None:
    """Appointments are looked up in both directions."""
    yesterday = date.fromisoformat(json.loads(clinic.run("day", "yesterday", "--json").out)["day"])
    typed = f"{yesterday.day} {yesterday:%b}".lower().split()
    command, options = words[:-1], words[-1:]
    meant = clinic.run(*command, yesterday.isoformat(), *options).out.splitlines()
    told = clinic.run(*command, *typed, *options).out.splitlines()
    assert [line for line in told if "rinted" not in line] == [line for line in meant if "rinted" not in line]


def test_a_day_that_cannot_be_read_is_wrong_usage(clinic: Shell) -> None:
    done = clinic.run("day", "someday")
    assert done.code == 2
    assert "is not a day" in done.complaint


def test_print_day_writes_pdf_and_text_and_the_journal_knows(clinic: Shell) -> None:
    pdf, text = clinic.home / "sheet.pdf", clinic.home / "sheet.txt"
    assert clinic.run("print", "day", "--to", str(pdf)).code == 0
    assert clinic.run("print", "day", "today", "--all", "--to", str(text)).code == 0
    assert pdf.read_bytes().startswith(b"%PDF")
    assert text.read_text("utf-8").count("\f") == 29
    assert stat.S_IMODE(pdf.stat().st_mode) == 0o600
    assert rows(clinic, "select count(*) from journal where action = 'print'") == [(2,)]


def test_print_day_to_a_file_of_another_kind_or_place_is_refused(clinic: Shell) -> None:
    wrong = clinic.run("print", "day", "--to", "sheet.doc")
    assert wrong.code == 2
    assert ".pdf or .txt" in wrong.complaint
    nowhere = clinic.run("print", "day", "--to", str(clinic.home / "nowhere" / "sheet.pdf"))
    assert nowhere.code == 1
    assert "no such folder" in nowhere.complaint


def test_print_day_without_a_printer_says_how_to_get_a_file(clinic: Shell) -> None:
    done = clinic.run("print", "day", PATH="/nonexistent")
    assert done.code == 1
    assert "lp" in done.complaint


def test_migrate_of_a_current_book_does_nothing(clinic: Shell) -> None:
    done = clinic.run("migrate")
    assert (done.code, done.out) == (0, "The book is up to date.\n")
    assert not (clinic.book.parent / "backups").exists()


def test_check_of_a_sound_book_passes_and_answers_in_json(clinic: Shell) -> None:
    done = clinic.run("check")
    assert done.code == 0, done.out
    answer = json.loads(clinic.run("check", "--json").out)
    assert answer["ok"] is True
    assert answer["faults"] == []


def test_check_deletes_what_belongs_to_nothing_only_when_asked_to(clinic: Shell) -> None:
    lost = clinic.book.parent / "files" / "ab" / ("c" * 62)
    lost.parent.mkdir(parents=True)
    lost.parent.parent.chmod(0o700)
    lost.write_bytes(b"nobody's")
    os.utime(lost, (1, 1))
    assert "C14 files: ab/ccc" in clinic.run("check").out
    assert lost.exists()
    answer = json.loads(clinic.run("check", "--sweep", "--json").out)
    assert (answer["ok"], answer["swept"], lost.exists()) == (True, 1, False)


def test_check_names_the_row_that_is_wrong(clinic: Shell) -> None:
    with closing(sqlite3.connect(clinic.book)) as db, db:
        db.execute("update appointment set wall = '03:33', version = version + 1 where id = 7")
    done = clinic.run("check")
    assert done.code == 1
    assert "C10 appointment 7:" in done.out
    fault = json.loads(clinic.run("check", "--json").out)["faults"][0]
    assert (fault["code"], fault["kind"], fault["row"]) == ("C10", "appointment", 7)


def test_demo_refuses_to_write_over_anything(clinic: Shell) -> None:
    before = clinic.book.read_bytes()
    done = clinic.run("demo", "--customers", "5", "--appointments", "5", "--to", str(clinic.book))
    assert done.code == 1
    assert "already something" in done.complaint
    assert clinic.book.read_bytes() == before


def test_the_book_is_named_by_a_variable(clinic: Shell) -> None:
    elsewhere = clinic.home / "elsewhere.db"
    os.rename(clinic.book, elsewhere)
    assert clinic.run("day").code == 1
    assert clinic.run("day", PIM_DATABASE=str(elsewhere)).code == 0
    assert clinic.run("day", PIM_DATABASE=f"sqlite:///{elsewhere}").code == 0


CUSTOMERS = """\
Id,BIRTHDATE,DEATHDATE,SSN,DRIVERS,PASSPORT,PREFIX,FIRST,LAST,SUFFIX,MAIDEN,MARITAL,RACE,ETHNICITY,GENDER,BIRTHPLACE,\
ADDRESS,CITY,STATE,COUNTY,ZIP,LAT,LON,HEALTHCARE_EXPENSES,HEALTHCARE_COVERAGE
a-1,1980-02-03,,999-1,,,Ms.,Ada7,Quill12,,,,white,nonhispanic,F,Town,1 Mill Lane,Town,State,,4100,0,0,0,0
a-2,2980-02-03,,999-2,,,Mr.,Bo8,Quill13,,,,white,nonhispanic,M,Town,1 Mill Lane,Town,State,,4100,0,0,0,0
"""


def test_import_names_every_refused_row_keeps_the_good_ones_and_adds_nothing_twice(clinic: Shell) -> None:
    file = clinic.home / "patients.csv"
    file.write_text(CUSTOMERS, "utf-8")
    dry = clinic.run("import", "customers", "--dry-run", "--json", str(file))
    assert json.loads(dry.out)["dry_run"] is True
    assert rows(clinic, "select count(*) from customer") == [(50,)]
    done = clinic.run("import", "customers", str(file))
    assert done.code == 1, "a row was refused"
    assert "patients.csv:3:" in done.out
    assert "Quill, Ada" in clinic.run("find", "quill ada").out
    again = json.loads(clinic.run("import", "customers", "--json", str(file)).out)
    assert again["counts"]["customers"]["added"] == 0
    assert rows(clinic, "select count(*) from customer") == [(51,)]


def test_import_of_what_is_not_there_says_so(clinic: Shell) -> None:
    for source in ("customers", "synthea"):
        done = clinic.run("import", source, str(clinic.home / "nothing"))
        assert done.code == 1
        assert "nothing" in done.complaint


def test_openings_lists_the_first_times_that_can_be_had_and_says_why_there_are_none(clinic: Shell) -> None:
    staff = str(rows(clinic, "select name from staff where books = 1 order by position limit 1")[0][0])
    asked = ("openings", "--staff", staff, "--minutes", "45", "--part", "morning", "--from", "400d", "--json")
    done = clinic.run(*asked, "--weekday", "mon,thu", "--limit", "3")
    assert (done.code, done.err) == (0, "")
    told = json.loads(done.out)
    assert (told["minutes"], told["why"], len(told["openings"])) == (45, "", 3)
    first = told["openings"][0]
    assert first["staff"] == staff
    line = ["jane", "doe", first["day"], first["starts"], "45m", "with", *staff.split()]
    assert clinic.run("book", *line).code == 0
    again = json.loads(clinic.run(*asked, "--weekday", "mon,thu").out)["openings"]
    assert first["starts_at"] not in [one["starts_at"] for one in again]
    never = clinic.run("openings", "--staff", staff, "--minutes", "20h")
    assert (never.code, "shorter than 1200 min" in never.complaint) == (1, True)
    assert clinic.run("openings", "--weekday", "soon").code == 2


def test_a_refusal_names_some_and_counts_the_others() -> None:
    assert some_of(["Ada", "Bo"]) == "Ada, Bo"
    assert some_of([str(n) for n in range(14)]).endswith("10, 11 and 2 more")
