"""What papers on a roll are made of: the clinic in the middle, one label and one amount on a line."""

from __future__ import annotations

from .blocks import Letterhead
from .ink import Style
from .paper import Paper
from .tillblocks import smaller

_LOGO = (40.0, 16.0)
"""The box of a logo, in millimetres."""


def heads(paper: Paper, who: Letterhead) -> None:
    """The clinic, each line in the middle."""
    if who.logo:
        scale = min(_LOGO[0] / who.logo.width, _LOGO[1] / who.logo.height)
        x = paper.left + (paper.usable - who.logo.width * scale) / 2
        paper.picture(x, paper.y, who.logo, *_LOGO)
        paper.y += who.logo.height * scale + 1
    big, plain = paper.style(12, bold=True), paper.style(8.5)
    for line in paper.wrap(who.name, paper.usable, big, 2):
        paper.y += big.line_height
        paper.text(paper.left, paper.y, line, big, width=paper.usable, align="C")
    for line in who.below:
        paper.y += plain.line_height
        paper.text(paper.left, paper.y, line, plain, width=paper.usable, align="C")
    paper.y += 2
    paper.across(paper.y, weight=0.3)
    paper.y += 1


def pair(paper: Paper, left: str, right: str, small: Style, style: Style) -> None:
    """A label and an amount on one line, or on two where one is too narrow for both."""
    if style.line_height * 2 > paper.room:
        paper.new_page()
    amount = smaller(paper, right, style, paper.usable)
    used = paper.measure(right, amount)
    if paper.measure(left, small) + used + 2 > paper.usable:
        whole = smaller(paper, left, small, paper.usable)
        paper.y += whole.line_height
        paper.text(paper.left, paper.y - whole.line_height * 0.15, left, whole)
        left = ""
    paper.y += style.line_height
    baseline = paper.y - style.line_height * 0.15
    paper.text(paper.left, baseline, left, small)
    paper.text(paper.right, baseline, right, amount, align="R")
