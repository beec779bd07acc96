"""Functions that ran have their code side by side, and do what they did."""

from __future__ import annotations

import gc
from collections.abc import Callable
from threading import Thread

from pim_tui.host.behind import in_a_copy
from pim_tui.host.together import gather, noted


def adds(number: int) -> Callable[[int], int]:
    """A function that another makes."""
    return lambda other: number + other


def twice(number: int) -> int:
    """One that a thread runs."""
    return number * 2


def idle() -> None:
    """One that nobody runs."""


def test_what_ran_has_a_copy_of_its_code_and_does_the_same() -> None:
    def check() -> None:
        gc.unfreeze()  # the tests put aside what they have loaded
        before = [function.__code__ for function in (adds, twice, idle)]
        with noted() as ran:
            assert adds(1)(2) == 3
            thread = Thread(target=twice, args=(1,))
            thread.start()
            thread.join()
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
