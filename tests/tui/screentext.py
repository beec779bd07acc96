"""The screen as text: what a person reads, and a row of letters for how it is emphasised."""

from __future__ import annotations

from typing import Any

from rich.cells import cell_len
from rich.style import Style
from textual.app import App


def screen_lines(app: App[Any]) -> list[str]:
    """Every line of the terminal, blanks at the end cut off."""
    return [strip.text.rstrip() for strip in app.screen._compositor.render_strips()]


def style_lines(app: App[Any]) -> list[str]:
    """A letter per cell: r reverse, s strike, u underline, b bold, c only coloured, ``.`` nothing."""
    lines = []
    for strip in app.screen._compositor.render_strips():
        lines.append("".join(_letter(style) * cell_len(text) for text, style, _ in strip).rstrip("."))
    return lines


def _letter(style: Style | None) -> str:
    if style is None:
        return "."
    for letter, on in (("r", style.reverse), ("s", style.strike), ("u", style.underline), ("b", style.bold)):
        if on:
            return letter
    coloured = [c for c in (style.color, style.bgcolor) if c is not None and not c.is_default]
    return "c" if coloured else "."
