"""The calendar files of the staff are a chore where their folder is set, under the name that sync takes."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from pim_tui.cli.outside import chores
from pim_tui.config import Settings
from pim_tui.services.feeds import WriteFeeds
from tests.db.book import new_book


def feeds(**settings: str) -> list[Any]:
    found = chores(cast(Any, SimpleNamespace(settings=Settings(**settings), session=None)))
    return [one for one in found if one.name == "feeds"]


def test_a_folder_makes_it_a_chore_and_details_choose_what_is_told(tmp_path: Path) -> None:
    new_book(tmp_path)
    assert feeds() == []
    assert feeds(feed_folder=str(tmp_path)) == [WriteFeeds(tmp_path)]
    (with_names,) = feeds(feed_folder="~/feeds", feed_details="names")
    assert (with_names.names, with_names.folder) == (True, Path.home() / "feeds")
