"""What colours and letters become on terminals that have fewer of them: nothing ends up invisible."""

from __future__ import annotations

import pytest
from rich.style import Style

from pim_tui.config import Settings
from pim_tui.tui.terminal import profile
from pim_tui.tui.terminal.letters import in_ascii
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


@pytest.mark.parametrize(
    ("name", "written"),
    [("Zoë Ångström", "Zoe Angstrom"), ("Ζήνων Ωμέγα", "Zinon Omega"), ("Іван Шевченко", "Ivan Sevcenko"),
     ("Щёголев", "Segolev"), ("Łukasz", "Lukasz")],
)  # fmt: skip
def test_names_in_other_letters_can_be_told_apart_in_ascii(name: str, written: str) -> None:
    assert "".join(in_ascii(letter, 1) for letter in name) == written
    assert in_ascii("花", 2) == "??"
