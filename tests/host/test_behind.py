"""What a copy of a process does is done, and leaves nothing in the process."""

from __future__ import annotations

from pathlib import Path

import pytest

from pim_tui.host.behind import in_a_copy


def test_what_a_copy_does_is_done_when_it_is_gone(tmp_path: Path) -> None:
    made: list[str] = []

    def makes() -> None:
        made.append("in the copy")
        (tmp_path / "made").write_text(made[0])

    in_a_copy(makes)
    assert ((tmp_path / "made").read_text(), made) == ("in the copy", [])


def test_what_fails_in_a_copy_is_told() -> None:
    with pytest.raises(OSError, match="did not do what it was made for"):
        in_a_copy(lambda: [][1])
