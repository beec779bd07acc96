"""What papers about money are made of: banners, whom it is for, sums one below the other, text to read."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..domain.money import figures
from .bill import ADDRESS_LINES, NAME_LINES, NOBODY, Banner, Party, Step
from .ink import Style
from .paper import Paper

Break = Callable[[], None]


def banner(paper: Paper, told: Banner) -> None:
    """A word that nobody overlooks, framed, as large as the paper allows."""
    style = _as_wide_as(paper, told.word, paper.usable - 6, (26, 22, 18, 15, 12) if told.large else (14, 11))
    small = paper.style(9)
    why = paper.wrap(told.why, paper.usable - 6, small, 3)
    tall = style.line_height + len(why) * small.line_height + 2
    top = paper.y + 1
    paper.frame(paper.left, top, paper.usable, tall, grey=0)
    y = top + style.line_height * 0.85
    paper.text(paper.left, y, told.word, style, width=paper.usable, align="C")
    for line in why:
        y += small.line_height
        paper.text(paper.left, y, line, small, width=paper.usable, align="C")
    paper.y = top + tall + 2


def _as_wide_as(paper: Paper, word: str, width: float, sizes: Sequence[float]) -> Style:
    styles = [paper.style(size, bold=True) for size in sizes]
    return next((one for one in styles if paper.measure(word, one) <= width), styles[-1])


def party(paper: Paper, who: Party | None, x: float, y: float, width: float) -> float:
    """Name, number and address; the height at which they end."""
    name, plain, small = paper.style(11, bold=True), paper.style(9.5), paper.style(8.5, grey=30)
    if who is None:
        y += name.line_height
        paper.text(x, y, NOBODY, plain, width=width)
        return y
    for line in paper.wrap(who.name, width, name, NAME_LINES) or ("",):
        y += name.line_height
        paper.text(x, y, line, name, width=width)
    for part in who.address[:ADDRESS_LINES]:
        for line in paper.wrap(part, width, plain, NAME_LINES):
            y += plain.line_height
            paper.text(x, y, line, plain, width=width)
    if who.number:
        y += small.line_height
        paper.text(x, y, f"Customer {who.number}", small, width=width)
    return y


def pairs(paper: Paper, told: Sequence[tuple[str, str]], x: float, y: float, width: float) -> float:
    """Labels with what belongs to each; the height at which they end."""
    label, plain = paper.style(8.5, grey=60), paper.style(9.5)
    if not told:
        return y
    indent = min(width * 0.4, max(paper.measure(name, label) for name, _ in told) + 2)
    for name, value in told:
        for number, line in enumerate(paper.wrap(value, width - indent, plain, 4)):
            y += plain.line_height
            if not number:
                paper.text(x, y, name, label, width=indent)
            paper.text(x + indent, y, line, plain)
    return y


def steps(paper: Paper, told: Sequence[Step], currency: str, x: float, width: float, on_break: Break) -> None:
    """Labels on the left, amounts on the right; strong ones bold and ruled off."""
    for step in told:
        style = paper.style(11 if step.strong else 9.5, bold=step.strong, grey=60 if step.aside else 0)
        if style.line_height * 1.3 > paper.room:
            on_break()
        if step.strong:
            paper.y += 0.8
            paper.rule(x, paper.y, x + width, paper.y, weight=0.3)
        amount = figures(step.amount, currency)
        style = smaller(paper, amount, style, width)
        paper.y += style.line_height
        baseline = paper.y - style.line_height * 0.1
        room = width - paper.measure(amount, style) - 3
        if room > 5:
            paper.text(x, baseline, step.named(currency), style, width=room)
        paper.text(x + width, baseline, amount, style, align="R")
    paper.y += 1


def smaller(paper: Paper, amount: str, style: Style, width: float) -> Style:
    """The style, or a smaller one in which the amount fits whole."""
    needed = paper.measure(amount, style)
    if needed <= width:
        return style
    return Style(max(3.0, style.size * width / needed - 0.05), style.bold, style.grey)


def heading(paper: Paper, words: str, on_break: Break, *, below: float = 12.0) -> None:
    """The title of a part; never alone at the foot of a page: ``below`` millimetres come with it."""
    style = paper.style(11, bold=True)
    if style.line_height + below > paper.room:
        on_break()
    paper.y += 2.5
    paper.text(paper.left, paper.y + style.line_height * 0.85, words, style, width=paper.usable)
    paper.y += style.line_height + 0.6


def paragraph(paper: Paper, words: str, style: Style, on_break: Break, *, most: int = 6) -> None:
    """Text over the whole width, on ``most`` lines at most."""
    for line in paper.wrap(words, paper.usable, style, most):
        if style.line_height > paper.room:
            on_break()
        paper.text(paper.left, paper.y + style.line_height * 0.85, line, style)
        paper.y += style.line_height
