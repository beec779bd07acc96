"""Charts drawn by plotext, of which only what is harmless on any terminal is kept.

It is given numbers and short labels of plain letters, never a name: it passes escape sequences on and
counts every letter as one cell. What it gives back is stripped of colours, and a character that is not
expected in a chart does not get through. It is loaded with the first chart.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

LEAST: Final = (24, 5)
"""Cells and lines below which a chart tells nothing."""
MARKERS, ASCII_MARKERS = "█▒", "#="
"""What the bars of the first and of the second series are made of."""
_FRAME: Final = "─│┌┐└┘├┤┬┴┼"
_IN_ASCII: Final = str.maketrans(dict(zip(_FRAME, "-|+++++++++", strict=True)))
_LABEL: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .:-/%")
_EXPECTED: Final = _LABEL | frozenset(_FRAME + MARKERS + ASCII_MARKERS)


def load() -> Any:
    """The library, loaded with the first call: a tenth of a second on a small machine."""
    import plotext

    return plotext


@lru_cache(maxsize=8)
def columns(
    labels: tuple[str, ...],
    series: tuple[tuple[float, ...], ...],
    width: int,
    height: int,
    ascii_only: bool,
) -> tuple[str, ...]:
    """Bars side by side over their labels, ``height`` lines of ``width`` cells; one or two series.

    There are no lines where there is no room or nothing to draw.
    """
    if width < LEAST[0] or height < LEAST[1] or not labels:
        return ()
    figure = load().figure
    figure.clear()
    figure.plot_size(width, height)
    _draw(figure, labels, series, ASCII_MARKERS if ascii_only else MARKERS)
    lines = load().uncolorize(figure.build()).splitlines()
    return tuple(_kept(line, ascii_only) for line in lines[:height])


def _draw(figure: Any, labels: tuple[str, ...], series: tuple[tuple[float, ...], ...], markers: str) -> None:
    places = list(range(1, len(labels) + 1))
    alone = len(series) == 1
    heights = series[0] if alone else [list(one) for one in series]
    figure.draw(figure.bar(places, heights, marker=markers[0] if alone else list(markers), width=0.6))
    top = max(1.0, *(value for one in series for value in one))
    across, up = figure.ruler("x"), figure.ruler("y")
    across.ticks(places, [_plain(label) for label in labels])
    across.lim(0.5, len(labels) + 0.5)
    up.ticks([0, top / 2, top], [f"{tick:.1f}".removesuffix(".0") for tick in (0, top / 2, top)])
    up.lim(0, top)


def _plain(label: str) -> str:
    return "".join(char if char in _LABEL else "?" for char in label)


def _kept(line: str, ascii_only: bool) -> str:
    """The line without anything that does not belong into a chart."""
    kept = "".join(char if char in _EXPECTED else "?" for char in line)
    return kept.translate(_IN_ASCII) if ascii_only else kept
