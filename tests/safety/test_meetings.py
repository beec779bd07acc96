"""One meeting for each video visit, whatever happens; and a worker that does not look would make two."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.safety.meetings import Careless, walk


@pytest.mark.parametrize(
    "seed", [1, pytest.param(2, marks=pytest.mark.walk), pytest.param(3, marks=pytest.mark.walk)]
)
def test_the_book_and_zoom_agree_in_the_end(tmp_path: Path, seed: int) -> None:
    assert walk(tmp_path, seed) == []


def test_whoever_makes_without_looking_makes_two(tmp_path: Path) -> None:
    folders = (tmp_path / str(seed) for seed in range(10))
    assert any(walk(folder, seed, Careless) for seed, folder in enumerate(map(_made, folders)))


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
