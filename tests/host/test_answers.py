"""Kept answers are made anew, are the same, and lie together."""

from __future__ import annotations

import gc
from functools import cache, lru_cache

import pytest

from pim_tui.host import answers
from pim_tui.host.behind import in_a_copy

asked: list[object] = []


@lru_cache(maxsize=1000)
def doubled(number: int, times: int = 2) -> int:
    """One that keeps the newest of its answers."""
    asked.append(number)
    return number * times


@lru_cache(maxsize=10)
def refused(text: str) -> str:
    """One that answers once."""
    if text in asked:
        raise ValueError(text)
    asked.append(text)
    return text


@cache
def all_kept(number: int) -> int:
    """One that forgets nothing, and has no chain."""
    asked.append(number)
    return number


@pytest.fixture(autouse=True)
def ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """The functions of these tests are among those that it is about, and no others."""
    monkeypatch.setattr(answers, "_OF", ("tests",))
    asked.clear()


def test_answers_are_made_anew_in_their_order_and_are_the_same() -> None:
    def check() -> None:
        gc.unfreeze()
        given = [doubled(3), doubled(5, 3), doubled(7)]
        all_kept(1)
        asked.clear()
        assert answers.lay_together() == 3
        assert asked == [3, 5, 7]
        assert [doubled(3), doubled(5, 3), doubled(7)] == given == [6, 15, 14]
        assert asked == [3, 5, 7]

    in_a_copy(check)


def test_what_was_asked_by_name_or_is_refused_now_is_left_for_whoever_asks_again() -> None:
    def check() -> None:
        gc.unfreeze()
        assert doubled(4, times=4) == 16
        assert refused("once") == "once"
        assert answers.lay_together() == 1
        assert doubled(4, times=4) == 16
        with pytest.raises(ValueError, match="once"):
            refused("once")

    in_a_copy(check)


def test_they_lie_together() -> None:
    def check() -> None:
        gc.unfreeze()
        between = []
        for number in range(900):
            doubled(number)
            between += [float(number + at) for at in range(20)] + [(number, at) for at in range(20)]
        before = _pages()
        answers.lay_together()
        assert _pages() < before / 3
        assert between

    in_a_copy(check)


def _pages() -> int:
    (kept,) = (one for one in gc.get_referents(doubled) if type(one) is dict and one is not doubled.__dict__)
    return len({id(one) // 4096 for one in kept.values()})
