"""What colours become on terminals that have fewer of them: nothing ends up invisible."""

from __future__ import annotations

import pytest
from rich.style import Style

from pim_tui.config import Settings
from pim_tui.tui.terminal import profile
from pim_tui.tui.terminal.pens import BOLD, DIM, Pens

GREY, YELLOW, INK = (Style.parse(words) for words in ("bright_black", "bright_yellow", "black on black"))


@pytest.mark.parametrize(
    ("term", "grey", "yellow"),
    [("xterm", (8, 0), (11, 0)), ("linux", (-1, DIM), (3, BOLD)), ("vt100", (-1, 0), (-1, 0)),
     ("ansi", (-1, 0), (3, 0))],
)  # fmt: skip
def test_grey_and_bright_colours_where_there_are_sixteen_eight_or_none(
    term: str, grey: tuple[int, int], yellow: tuple[int, int]
) -> None:
    pens = Pens(profile.of(Settings(), {"TERM": term}))
    for style, expected in ((GREY, grey), (YELLOW, yellow)):
        pen = pens.of(style)
        assert (pen.fore, pen.flags) == expected
    ink = Pens(profile.of(Settings(), {"TERM": "linux"})).of(INK)
    assert ink.fore != ink.back
