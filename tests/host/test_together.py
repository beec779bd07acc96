"""Functions that ran have their code side by side, and do what they did."""

from __future__ import annotations

import dis
import gc
import sys
from collections.abc import Callable
from itertools import pairwise
from threading import Thread
from types import FunctionType

from pim_tui.host.behind import in_a_copy
from pim_tui.host.together import gather, noted, written_in


def adds(number: int) -> Callable[[int], int]:
    """A function that another makes."""
    return lambda other: number + other


def twice(number: int) -> int:
    """One that a thread runs."""
    return number * 2


def idle() -> None:
    """One that nobody runs."""


def act() -> None:
    """What is watched."""
    assert adds(1)(2) == 3
    thread = Thread(target=twice, args=(1,))
    thread.start()
    thread.join()


def test_what_ran_has_a_copy_of_its_code_and_does_the_same() -> None:
    def check() -> None:
        gc.unfreeze()  # the tests put aside what they have loaded
        before = [function.__code__ for function in (adds, twice, idle)]
        ran = noted(act)
        idle()
        assert gather(ran) >= 3
        after = [function.__code__ for function in (adds, twice, idle)]
        assert after == before
        assert [new is old for new, old in zip(after, before, strict=True)] == [False, False, True]
        (made,), (was,) = (
            [one for one in code.co_consts if hasattr(one, "co_code")] for code in (after[0], before[0])
        )
        assert made == was
        assert made is not was
        assert adds(1)(2) == 3
        assert adds(1).__code__ is made
        assert twice(4) == 8

    in_a_copy(check)


def test_copies_lie_side_by_side_in_the_order_in_which_they_first_ran() -> None:
    lots = [numbered(number) for number in range(3_000)]
    made = lots[::10]

    def check() -> None:
        gc.unfreeze()
        scattered = {id(one.__code__) // 4096 for one in made}
        gather(noted(lambda: [one() for one in reversed(made)]))
        places = [id(one.__code__) for one in reversed(made)]
        assert len({place // 4096 for place in places}) < len(scattered) / 5
        assert sum(before < after for before, after in pairwise(places)) > 290
        assert len({one.__code__.co_name for one in lots}) == 3_000

    in_a_copy(check)


def numbered(number: int) -> FunctionType:
    """A function with code of its own."""
    return FunctionType(idle.__code__.replace(co_name=f"number {number}"), {})


def test_who_watches_leaves_this_process_as_it_was() -> None:
    noted(lambda: twice(2))
    assert sys.getprofile() is None
    adaptive = dis.get_instructions(twice, adaptive=True)
    assert not [one.opname for one in adaptive if one.opname.startswith("INSTRUMENTED")]


def test_all_functions_of_a_module_can_be_asked_for() -> None:
    def check() -> None:
        gc.unfreeze()
        found = written_in({__name__})
        assert {id(one.__code__) for one in (adds, twice, idle, Counter.up)} <= set(found)
        assert id(gather.__code__) not in found

    in_a_copy(check)


class Counter:
    """It has a method."""

    def up(self) -> None:
        """Nobody calls it."""
