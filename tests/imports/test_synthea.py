"""A Synthea folder, file by file."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pim_tui.errors import FileProblem
from pim_tui.imports.report import Refusal
from pim_tui.imports.rows import Cells, Faults
from pim_tui.imports.synthea import FILES, Encounter, SyntheaFolder, _encounter

TODAY = date(2026, 11, 23)
GOOD = {
    "id": "e-1", "start": "1998-12-14T07:26:48Z", "stop": "1998-12-14T07:41:48Z", "patient": "p-1",
    "provider": "d-1", "encounterclass": "ambulatory", "description": "Encounter for problem (procedure)",
    "reasondescription": "Shellfish (substance)",
}  # fmt: skip


def encounter(**cells: str) -> Encounter | Faults:
    row = {**GOOD, **cells}
    return _encounter(2, Cells({name: place for place, name in enumerate(row)}, list(row.values())))


def good(**cells: str) -> Encounter:
    read = encounter(**cells)
    assert isinstance(read, Encounter), read
    return read


def test_the_start_is_cut_to_the_minute_and_the_length_rounded() -> None:
    assert good().starts_at == 913620360
    assert good().minutes == 15
    assert good(stop="1998-12-14T07:41:59Z").minutes == 15
    assert good(stop="1998-12-14T07:42:00Z").minutes == 16


def test_a_visit_lasts_a_minute_at_least() -> None:
    assert good(stop=GOOD["start"]).minutes == 1


def test_a_stay_may_last_for_weeks() -> None:
    assert good(stop="1999-01-14T07:26:48Z").minutes == 31 * 1440


def test_the_reason_reads_like_one() -> None:
    assert good().reason == "Encounter for problem - Shellfish"
    assert good(reasondescription="").reason == "Encounter for problem"
    assert good(description="Visit (new)", reasondescription="").reason == "Visit (new)"
    assert len(good(description="x" * 300).reason) == 200


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ({"start": ""}, "START"),
        ({"start": "1998-12-14"}, "START"),
        ({"start": "1998-13-14T07:26:48Z"}, "START"),
        ({"start": "0001-01-01T00:00:00Z"}, "START"),
        ({"stop": "9999-12-31T23:59:59-23:00"}, "STOP"),
        ({"stop": "1998-12-14T07:26:47Z"}, "STOP"),
        ({"patient": ""}, "PATIENT"),
        ({"id": ""}, "Id"),
    ],
)
def test_a_bad_visit_is_refused_naming_the_column(cells: dict[str, str], field: str) -> None:
    read = encounter(**cells)
    assert isinstance(read, Faults)
    assert [fault.field for fault in read] == [field]


@given(st.fixed_dictionaries(dict.fromkeys(GOOD, st.text(max_size=40))))
@settings(max_examples=200, deadline=None)
def test_no_text_crashes_the_reader_of_visits(cells: dict[str, str]) -> None:
    assert isinstance(encounter(**cells), (Encounter, Faults))


def test_every_row_of_the_real_folder_is_good(shared: Path) -> None:
    folder = SyntheaFolder(shared / "data/synthea", TODAY)
    opened: Any
    sizes = []
    for opened in (folder.organizations(), folder.providers(), folder.patients(), folder.encounters()):
        with opened as file:
            rows = list(file.rows())
        assert not [row for row in rows if isinstance(row, Refusal)]
        sizes.append(len(rows))
    assert sizes == [148, 148, 56, 2979]


def test_a_folder_without_the_files_is_refused_naming_them(tmp_path: Path) -> None:
    (tmp_path / FILES[0]).write_text("Id,NAME\n")
    with pytest.raises(FileProblem, match=r"providers.csv, patients.csv, encounters.csv missing"):
        SyntheaFolder(tmp_path, TODAY)


@pytest.mark.parametrize(
    ("name", "says"), [("nowhere", "no folder"), ("file", "is a file"), ("a\0b", "opened")]
)
def test_what_is_no_folder_is_refused(tmp_path: Path, name: str, says: str) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(FileProblem, match=says):
        SyntheaFolder(tmp_path / name, TODAY)


def test_a_missing_column_is_named_before_anything_is_read(tmp_path: Path) -> None:
    for name in FILES:
        (tmp_path / name).write_text("Id,NAME,ORGANIZATION,FIRST,LAST,BIRTHDATE\n")
    with pytest.raises(FileProblem, match=r"encounters.csv has no column START, STOP"):
        SyntheaFolder(tmp_path, TODAY).check()
