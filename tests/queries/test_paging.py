"""A table is gone through once, whatever a damaged file says of its order."""

from __future__ import annotations

from pathlib import Path

import pytest

from pim_tui.errors import StoreUnfit
from pim_tui.queries import paging
from pim_tui.queries.paging import paged
from tests.services.clinic import practice

IDS = "select id from customer where id > ? order by id limit ?"


def test_every_row_comes_once_however_small_the_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = practice(tmp_path)
    monkeypatch.setattr(paging, "PAGE", 2)
    assert list(paged(IDS)) == [(1,), (2,), (3,)]
    made.store.close()


def test_an_order_that_leads_back_is_damage_and_no_circle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = practice(tmp_path)
    monkeypatch.setattr(paging, "select", lambda sql, params: [(5,), (3,)])
    with pytest.raises(StoreUnfit, match="is damaged"):
        list(paged(IDS))
    made.store.close()
