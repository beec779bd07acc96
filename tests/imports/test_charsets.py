"""Tables in older encodings that do not say which: told by their letters, else Windows-1252."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pim_tui.imports.charsets import told_by_letters
from pim_tui.imports.csvfile import CsvFile, Record

SLOW = 10
"""Seconds; a hundredth of it is enough."""

GERMAN = ("Müller", "Größe", "Bäcker", "Straße", "Übung", "Weiß")
FRENCH = ("Lefèvre", "François", "Hélène", "Noël", "Zoé", "Côté")
SPANISH = ("Núñez", "Peña", "García", "José", "Álvarez")
POLISH = ("Łukasz", "Żółkiewski", "Świętek", "Józef", "Gdańsk")


@pytest.mark.parametrize(
    ("names", "encoding", "read_as"),
    [
        (GERMAN, "cp1252", "cp1252"),
        (GERMAN, "mac_roman", "mac_roman"),
        (GERMAN, "cp850", "cp850"),
        (FRENCH, "cp1252", "cp1252"),
        (FRENCH, "mac_roman", "mac_roman"),
        (SPANISH, "cp1252", "cp1252"),
        (SPANISH, "mac_roman", "mac_roman"),
        (("João", "Conceição", "Antônio", "Simões"), "cp1252", "cp1252"),
        (("Ødegård", "Sørensen", "Ærø"), "cp1252", "cp1252"),
        (("Müller", "François", "Núñez", "Åsa"), "cp1252", "cp1252"),
        (POLISH, "cp1250", "cp1250"),
        (POLISH, "iso8859-2", "iso8859-2"),
        (("Dvořák", "Novák", "Černý", "Růžička"), "cp1250", "cp1250"),
        (("Erdős", "Szűcs", "Győr", "Kovács", "Fűzfa", "Őry"), "cp1250", "cp1250"),
        (("Şahin", "İbrahim", "Öztürk", "Yıldız", "Çağlar", "Işık"), "cp1254", "cp1254"),
        (("Иванов", "Мария", "Москва"), "cp1251", "cp1251"),
        (("Иванов", "Мария", "Москва"), "koi8-r", "koi8-u"),
        (("Παπαδόπουλος", "Αθήνα"), "cp1253", "cp1253"),
        (("山田太郎", "鈴木", "東京都"), "shift_jis", "cp932"),
        (("王小明", "北京市", "李娜"), "gb18030", "gb18030"),
        (("王小明", "臺北市", "陳美玲", "高雄市"), "big5", "big5"),
        (("김철수", "서울"), "euc_kr", "cp949"),
    ],
)
def test_names_are_read_in_the_encoding_they_were_written_in(
    tmp_path: Path, names: Sequence[str], encoding: str, read_as: str
) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes("".join(("Name,Town\n", *(f'"{name}",x\n' for name in names))).encode(encoding))
    with CsvFile(path) as file:
        assert file.encoding == read_as
        assert [row.cells[0] for row in file.records() if isinstance(row, Record)] == list(names)


@pytest.mark.parametrize(
    "text",
    ["Åsa", "Öztürk", "Ødegård", "Þór", "McÉvoy", "D’Angelo", "GÓMEZ", "Nº 5", "5 °C, 10 €", "1½ cups",
     "“quoted” text – and more…", "Men’s", "Ø 5 mm Größe", "Ägypten"],
)  # fmt: skip
def test_a_single_word_is_western(text: str) -> None:
    assert told_by_letters([text.encode("cp1252")]) == "cp1252"


def test_a_word_of_quotation_marks_is_read_once() -> None:
    began = time.process_time()
    told_by_letters([b"a" + b"\x93" * 60_000 + b"a"])
    assert time.process_time() - began < SLOW


def test_somebody_from_elsewhere_among_many_does_not_change_the_file() -> None:
    assert told_by_letters([name.encode("cp1252") for name in (*GERMAN, *FRENCH, "Søren", "Zoš")]) == "cp1252"


@pytest.mark.parametrize(("encoding", "told"), [("mac_roman", "Mac OS Roman"), ("cp1250", "Windows-1250")])
def test_the_encoding_is_told_by_the_name_that_people_know(tmp_path: Path, encoding: str, told: str) -> None:
    names = POLISH if encoding == "cp1250" else GERMAN
    (tmp_path / "people.csv").write_bytes("\n".join(("Name", *names)).encode(encoding))
    with CsvFile(tmp_path / "people.csv") as file:
        assert dict(file.facts)["encoding"] == told


@given(st.lists(st.binary(max_size=60), max_size=8))
def test_any_bytes_have_an_encoding_that_python_knows(lines: list[bytes]) -> None:
    assert b"".join(lines).decode(told_by_letters(lines), "surrogateescape") is not None
