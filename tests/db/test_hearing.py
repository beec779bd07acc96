"""Waiting until somebody has committed: it can be stirred, and it can be ended."""

from __future__ import annotations

from typing import Any, cast

import pytest

from pim_tui.db import hearing
from pim_tui.db.hearing import Listening


class Away:
    """The database of a server that is away."""

    def is_closed(self) -> bool:
        return True


def test_an_ear_that_is_stirred_looks_at_once_and_one_that_is_ended_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hearing, "_APART", 0.0)
    ear = Listening(cast("Any", Away()), every=3600)
    assert ear.wait()
    ear.stir()
    assert ear.wait()
    ear.end()
    assert not ear.wait()
