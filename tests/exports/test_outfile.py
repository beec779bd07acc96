"""Files that are there as a whole or not at all."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

import pytest

from pim_tui.errors import FileProblem
from pim_tui.exports.outfile import OutFile, write_whole


def write_text(file: Path, text: str) -> None:
    with OutFile(str(file)) as out:
        out.text.write(text)
        out.finish()


@pytest.mark.parametrize("size", [5_000, 500_000], ids=["when it is finished", "while it is written"])
def test_a_full_disk_is_told_in_words_and_leaves_nothing(
    tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.csv"
    # Python would keep half of what it compiles meanwhile.
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_096, hard))
    try:
        with pytest.raises(FileProblem, match=r"a\.csv cannot be written: File too large"):
            write_whole(file, bytes(size))
        with pytest.raises(FileProblem, match="cannot be written"):
            write_text(file, "x" * size)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == []


def test_what_is_written_whole_takes_the_place_of_what_was_there(tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(b"before")
    write_whole(file, b"after")
    assert file.read_bytes() == b"after"
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [file]
