"""Telephone numbers in type that is read from the other side of a desk.

A character is three squares wide and five high, a square two cells wide and one high.
"""

from __future__ import annotations

from collections.abc import Sequence

HEIGHT = 5
"""Lines of a row of characters."""
CELLS = 8
"""Cells of a character with the gap behind it."""

_SHAPES = {
    "0": "### # # # # # # ###", "1": " #  ##   #   #  ###", "2": "###   # ### #   ###",
    "3": "###   #  ##   # ###", "4": "# # # # ###   #   #", "5": "### #   ###   # ###",
    "6": "### #   ### # # ###", "7": "###   #   #   #   #", "8": "### # # ### # # ###",
    "9": "### # # ###   # ###", "+": "     #  ###  #     ", "-": "        ###        ",
}  # fmt: skip
"""Five rows of three squares, a blank between them."""


def rows_of(number: str, width: int) -> tuple[str, ...]:
    """``number`` in rows of as many characters as ``width`` cells take, broken at its blanks where it can be.

    What has no shape becomes a blank.
    """
    most = max(1, width // CELLS)
    rows = [""]
    for group in "".join(char if char in _SHAPES else " " for char in number).split():
        for part in _parted(group, most):
            if rows[-1] and len(rows[-1]) + 1 + len(part) <= most:
                rows[-1] += f" {part}"
            else:
                rows.append(part)
    return tuple(rows[1:])


def _parted(group: str, most: int) -> Sequence[str]:
    """A group in as few parts as there must be, about as long as each other."""
    count = -(-len(group) // most)
    size = -(-len(group) // count)
    return [group[at : at + size] for at in range(0, len(group), size)]


def lines_of(row: str, square: str) -> tuple[str, ...]:
    """A row as the lines it is drawn in; ``square`` is one square, two cells."""
    blank = gap = " " * len(square)
    shapes = [_SHAPES.get(char, "").ljust(19) for char in row]
    return tuple(
        gap.join(
            "".join(square if mark == "#" else blank for mark in shape[4 * y : 4 * y + 3]) for shape in shapes
        ).rstrip()
        for y in range(HEIGHT)
    )
