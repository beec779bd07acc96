"""A CSV file from anywhere: damage costs the damaged rows, never the others, and never the program."""

from __future__ import annotations

import codecs
import csv
import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pim_tui.errors import FileProblem
from pim_tui.imports import csvfile
from pim_tui.imports.csvfile import LONGEST, MOST_LINES, CsvFile, Record
from pim_tui.imports.report import Refusal

Write = Callable[[bytes | str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def put(content: bytes | str) -> Path:
        path = tmp_path / "people.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return put


def read(path: Path) -> tuple[list[tuple[int, tuple[str, ...]]], list[tuple[int, str]]]:
    """(line, cells) of the good rows, (line, reason) of the refused ones."""
    good, bad = [], []
    with CsvFile(path) as file:
        for row in file.records():
            if isinstance(row, Record):
                good.append((row.line, tuple(row.cells)))
            else:
                bad.append((row.line, row.reason))
    return good, bad


def test_rows_come_with_the_line_they_begin_on(write: Write) -> None:
    path = write('a,b\n1,"two\nlines"\n\n3,4\n')
    assert read(path) == ([(2, ("1", "two\nlines")), (5, ("3", "4"))], [])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("title", ["Übersicht\n", '"Report, as of 3.3.2026"\n\nClinic;;\n', "Liste;;;\n"])
def test_a_title_above_the_header_is_passed_over(write: Write, title: str, encoding: str) -> None:
    path = write(f"{title}Name;Ort;Straße\nJosé;Zürich;Weg\n".encode(encoding))
    with CsvFile(path) as file:
        assert file.header == ("Name", "Ort", "Straße")
    line = title.count("\n") + 2
    assert read(path) == ([(line, ("José", "Zürich", "Weg"))], [])


@pytest.mark.parametrize(
    "title",
    ["Stock list\n", "Stock list,\nPrinted on:,Friday\n\n", "Stock list\nAs of,27 Nov 2026\nall shelves\n"],
)
def test_a_title_above_two_columns_is_passed_over(write: Write, title: str) -> None:
    path = write(f'{title}Designation,Price\nBandage,3.50\n\n"Tape, wide",1.20\n')
    with CsvFile(path) as file:
        assert file.header == ("Designation", "Price")
    assert [cells for _, cells in read(path)[0]] == [("Bandage", "3.50"), ("Tape, wide", "1.20")]


@pytest.mark.parametrize("end", ["", ","])
@pytest.mark.parametrize("foot", ["", "Total\nPage 1\nEnd of report\n"])
def test_a_title_is_passed_over_whatever_stands_behind_and_between_the_rows(
    write: Write, end: str, foot: str
) -> None:
    path = write(f"Visits\nTime,Who,Phone\nMonday\n9:00,Jane,1{end}\nTuesday\n9:30,Jim,2{end}\n{foot}")
    good, bad = read(path)
    assert good == [(4, ("9:00", "Jane", "1")), (6, ("9:30", "Jim", "2"))]
    assert [line for line, _ in bad] == [3, 5, *range(7, 7 + foot.count("\n"))]
    path = write(f"Prices\nWhat,Price\nTape,1{end}\nSpray,2{end}\n")
    assert read(path) == ([(3, ("Tape", "1")), (4, ("Spray", "2"))], [])


def test_a_column_without_a_name_beside_one_that_has_one_makes_no_title_of_it(write: Write) -> None:
    path = write("Vorname;\nJane;Doe\nJim;Roe\n")
    assert read(path) == ([(2, ("Jane", "Doe")), (3, ("Jim", "Roe"))], [])


def test_a_list_of_names_with_a_comma_each_loses_none_without_a_word(write: Write) -> None:
    path = write("Customer's name\nDoe, Jane\nRoe, Jim\nPoe, Ann\n")
    assert [line for line, _ in read(path)[1]] == [2, 3, 4]


def test_a_title_above_two_columns_whose_rows_have_several_lines_is_passed_over(write: Write) -> None:
    path = write('Letters\nWho,Says\nJane,"one\ntwo\nthree"\nJim,"four\nfive"\n')
    assert read(path) == ([(3, ("Jane", "one\ntwo\nthree")), (6, ("Jim", "four\nfive"))], [])


@pytest.mark.parametrize("odd", ["Compress, large, sterile", "Tape, wide", "Tape, wide\nTape, small"])
def test_a_single_column_keeps_its_unusual_name_where_rows_hold_separators(write: Write, odd: str) -> None:
    path = write(f"Designation of goods\n{odd}\nBandage\nSpray\nPlaster\n")
    with CsvFile(path) as file:
        assert file.header == ("Designation of goods",)
    good, bad = read(path)
    assert [cells for _, cells in good] == [("Bandage",), ("Spray",), ("Plaster",)]
    assert [line for line, _ in bad] == list(range(2, 3 + odd.count("\n")))


def test_one_column_is_no_title(write: Write) -> None:
    path = write("Name\nJane Doe\n\nDoe, Jane\n1,2,3\n")
    with CsvFile(path) as file:
        assert file.header == ("Name",)
    good, bad = read(path)
    assert good == [(2, ("Jane Doe",))]
    assert [line for line, _ in bad] == [4, 5]


@pytest.mark.parametrize("first", ["Name,,", "name", '"Name"'])
def test_what_a_column_is_called_is_no_title(write: Write, first: str) -> None:
    with CsvFile(write(f"{first}\nJane Doe,Hill Street,Ulm\n")) as file:
        assert file.header[0].casefold() == "name"


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_files_put_one_behind_the_other_are_read_as_one(write: Write, mark: str) -> None:
    path = write(f"{mark}Name,Town\nJane,Ulm\n{mark}Name, Town\n{mark}Jörg,Köln\nName,Ulm\n".encode())
    assert read(path) == ([(2, ("Jane", "Ulm")), (4, ("Jörg", "Köln")), (5, ("Name", "Ulm"))], [])


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_is_read_and_counted(write: Write, newline: str) -> None:
    path = write(newline.join(("a,b", '1,"x', 'y"', "2,z", "")))
    assert read(path)[0] == [(2, ("1", "x\ny")), (4, ("2", "z"))]


def test_line_ends_may_be_mixed(write: Write) -> None:
    assert read(write("a,b\r\n1,2\n3,4\r5,6"))[0] == [(2, ("1", "2")), (3, ("3", "4")), (4, ("5", "6"))]


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", codecs.BOM_UTF8),
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("utf-16-le", b""),
        ("utf-16-be", b""),
        ("utf-32-le", codecs.BOM_UTF32_LE),
        ("cp1252", b""),
    ],
)
def test_the_encoding_is_found(write: Write, encoding: str, mark: bytes) -> None:
    path = write(mark + "name,city\nJosé Peña,Zürich\n".encode(encoding))
    with CsvFile(path) as file:
        assert file.header == ("name", "city")
        assert [row.cells for row in file.records() if isinstance(row, Record)] == [["José Peña", "Zürich"]]


def test_a_damaged_byte_in_a_utf8_file_costs_its_row_only(write: Write) -> None:
    path = write("a,b\nÀ,é\n".encode() + b"bad \xff,1\n" + "ö,ü\n".encode())
    good, bad = read(path)
    assert [line for line, _ in good] == [2, 4]
    assert bad == [(3, "holds bytes that are not UTF-8 text")]


def test_half_a_character_at_the_end_of_a_utf16_file_costs_its_row_only(write: Write) -> None:
    path = write("a,b\n1,2\n3,4".encode("utf-16") + b"\x41")
    good, bad = read(path)
    assert [line for line, _ in good] == [2]
    assert bad[0][0] == 3


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found_in_the_header(write: Write, separator: str) -> None:
    lines = (("name", "city, state"), ("Doe; Jane", "Ulm"))
    text = "\n".join(separator.join(f'"{cell}"' for cell in line) for line in lines)
    assert read(write(text))[0] == [(2, ("Doe; Jane", "Ulm"))]


def test_excels_own_separator_line_is_obeyed(write: Write) -> None:
    assert read(write("sep=;\r\na;b,c\r\n1;2\r\n"))[0] == [(3, ("1", "2"))]


def test_a_row_of_another_width_is_refused_with_both_numbers(write: Write) -> None:
    good, bad = read(write("a,b\n1\n1,2,3\n4,5\n"))
    assert [line for line, _ in good] == [4]
    assert bad == [(2, "1 column where the header has 2"), (3, "3 columns where the header has 2")]


def test_separators_behind_the_last_cell_are_passed_over(write: Write) -> None:
    good, bad = read(write("a,b\n1,2,\n3,4,, \n5,6,7\n"))
    assert [list(cells) for _, cells in good] == [["1", "2"], ["3", "4"]]
    assert bad == [(4, "3 columns where the header has 2")]


def test_a_last_line_that_is_cut_off_is_refused(write: Write) -> None:
    good, bad = read(write('a,b\n1,2\n3,"fou'))
    assert [line for line, _ in good] == [2]
    assert bad == [(3, "a quotation mark is opened and never closed")]


def test_an_unclosed_quotation_mark_does_not_swallow_the_rows_behind_it(write: Write) -> None:
    path = write('a,b\n1,2\n3,"four\n5,6\n7,8\n')
    good, bad = read(path)
    assert [line for line, _ in good] == [2, 4, 5]
    assert [line for line, _ in bad] == [3]


def test_two_unclosed_quotation_marks_do_not_make_one_row_of_what_is_between(write: Write) -> None:
    good, bad = read(write('a,b\n1,"x\n2,y\n3,"z\n4,w\n'))
    assert [line for line, _ in good] == [3, 5]
    assert [line for line, _ in bad] == [2, 4]


def test_text_behind_a_closing_quotation_mark_is_refused(write: Write) -> None:
    good, bad = read(write('a,b\n"1"x,2\n3,4\n'))
    assert [line for line, _ in good] == [3]
    assert bad == [(2, "a quotation mark stands where none can")]


def test_a_field_of_a_megabyte_is_refused_with_its_line(write: Write) -> None:
    path = write(f"a,b\n1,{'x' * (1 << 20)}\n3,4\n")
    good, bad = read(path)
    assert [line for line, _ in good] == [3]
    assert bad == [(2, f"longer than {LONGEST} characters")]


def test_more_lines_in_one_field_than_allowed_refuse_the_row_they_begin_in(write: Write) -> None:
    path = write('a,b\n1,"' + "x\n" * (MOST_LINES + 5) + '"\n3,4\n')
    good, bad = read(path)
    assert good[-1][1] == ("3", "4")
    assert bad[0] == (2, "a quotation mark is opened and never closed")


def test_a_file_of_stray_quotation_marks_takes_no_age(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csvfile, "PATIENCE", 1_000)
    _, bad = read(write("a,b\n" + 'a",b"c,"\n' * 10_000 + "1,2\n"))
    assert len(bad) < 300
    assert bad[0] == (2, "a quotation mark is opened and never closed")
    assert bad[-1][1].endswith("are lost with it")


def test_a_nul_costs_its_row_only(write: Write) -> None:
    good, bad = read(write("a,b\n1,\0\n3,4\n"))
    assert [line for line, _ in good] == [3]
    assert bad == [(2, "holds a NUL character; the file is damaged here")]


def test_rows_without_text_are_passed_over(write: Write) -> None:
    assert read(write("a,b\n,\n\n   \n1,2\n")) == ([(5, ("1", "2"))], [])


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"\n\n", "does not hold the names"),
        (b"\0\0\0\0", "does not hold the names"),
        (b"PK\x03\x04rest", "Excel"),
        (b"%PDF-1.7", "a PDF"),
        (b"\x1f\x8b\x08\x00", "a packed file"),
        (b"a" * (LONGEST + 10), "does not hold the names"),
        (b",,,\n1,2,3,4", "does not hold the names"),
    ],
)
def test_what_is_no_csv_file_is_named_in_one_line(write: Write, content: bytes, says: str) -> None:
    with pytest.raises(FileProblem, match=says) as caught:
        CsvFile(write(content))
    assert caught.value.hint
    assert "\n" not in str(caught.value)


def test_a_folder_a_pipe_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, says in (
        (tmp_path, "is a folder"),
        (tmp_path / "pipe", "is a pipe"),
        (tmp_path / "no", "no file"),
    ):
        with pytest.raises(FileProblem, match=says):
            CsvFile(path)


def test_a_file_that_may_not_be_read_is_refused(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    path = write("a\n1\n")
    monkeypatch.setattr(os, "open", denied)
    with pytest.raises(FileProblem, match="You may not read"):
        CsvFile(path)


def test_a_file_name_that_steers_the_terminal_is_shown_harmless(tmp_path: Path) -> None:
    with pytest.raises(FileProblem) as caught:
        CsvFile(tmp_path / "\x1b]0;owned\x07")
    assert "\x1b" not in str(caught.value)


CELLS = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0\r"), max_size=20)


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=20))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_written_as_csv_is_read_back(write: Write, rows: list[list[str]]) -> None:
    made = io.StringIO(newline="")
    writer = csv.writer(made, quoting=csv.QUOTE_ALL)
    writer.writerow(("a", "b", "c"))
    writer.writerows(rows)
    good, bad = read(write(made.getvalue().encode("utf-8-sig")))
    expected = [tuple(row) for row in rows if any(row)]
    assert [cells for _, cells in good] == expected
    assert not bad


@given(st.binary(max_size=400))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_crash_the_reader_and_no_line_comes_twice(write: Write, noise: bytes) -> None:
    with CsvFile(write(b"a,b\n1,2\n" + noise)) as file:
        lines = [row.line for row in file.records()]
        assert all(isinstance(row, (Record, Refusal)) for row in file.records())
    assert lines == sorted(set(lines))


@given(st.lists(st.sampled_from(['"', ",", "\n", "x", '""', "\r"]), max_size=80).map("".join))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_good_rows_behind_any_tangle_of_quotation_marks_are_read(write: Write, tangle: str) -> None:
    good, _ = read(write(f"a,b\n{tangle}\nlast,row\n"))
    assert good[-1][1] == ("last", "row")
