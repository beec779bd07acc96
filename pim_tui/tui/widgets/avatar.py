"""A picture for those who have none: head and shoulders in characters, one variant per sex.

Every variant differs in shape, not in colour, and has a twin in ASCII.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

Variant = Literal["woman", "man", "person"]
_VARIANTS: Final[dict[str, Variant]] = {"F": "woman", "M": "man"}


class Picture(NamedTuple):
    """Lines of equal width, one character per cell."""

    lines: tuple[str, ...]

    @property
    def width(self) -> int:
        """Cells from left to right."""
        return len(self.lines[0])


def variant_of(sex: str) -> Variant:
    """Which picture stands for a :class:`~pim_tui.domain.people.Sex`; ``person`` for other and unknown."""
    return _VARIANTS.get(sex, "person")


def avatar(sex: str, *, big: bool = False, ascii_only: bool = False) -> Picture:
    """The placeholder: 3 lines beside a name, or 6 lines on their own."""
    return _PICTURES[variant_of(sex), big, ascii_only]


def _drawn(text: str) -> Picture:
    lines = text.strip("\n").split("\n")
    width = max(map(len, lines))
    return Picture(tuple(line.ljust(width) for line in lines))


_PICTURES = {
    ("woman", False, False): _drawn("""
 ▟█▙
▐▛▀▜▌
▟███▙"""),
    ("man", False, False): _drawn("""
 ▟█▙
 ▜█▛
▟███▙"""),
    ("person", False, False): _drawn("""
 ▗▄▖
 ▝▀▘
▗▄▄▄▖"""),
    ("woman", False, True): _drawn("""
 /"\\
(o o)
/)_(\\"""),
    ("man", False, True): _drawn("""
 ,-.
(o o)
/'-'\\"""),
    ("person", False, True): _drawn("""
 .-.
( ? )
/'-'\\"""),
    ("woman", True, False): _drawn("""
   ▗▟███▙▖
  ▗█▛▀▀▀▜█▖
  ▐█▌   ▐█▌
  ▟█▙▖ ▗▟█▙
 ▗▟██▙▄▟██▙▖
▐██████████▌"""),
    ("man", True, False): _drawn("""
   ▗▟███▙▖
   ██▀▀▀██
   ▐▌   ▐▌
    ▜▙▄▟▛
 ▗▄▟██▀██▙▄▖
▐██████████▌"""),
    ("person", True, False): _drawn("""
   ▗▄███▄▖
   ▛     ▜
   ▌     ▐
   ▝▙▄▄▄▟▘
 ▗▄▛▀   ▀▜▄▖
▐▘         ▝▌"""),
    ("woman", True, True): _drawn("""
    .-"-.
   /     \\
  ( o   o )
  )\\  -  /(
 /  '---'  \\
/___________\\"""),
    ("man", True, True): _drawn("""
    .---.
   |'''''|
   ( o o )
    \\ - /
  .--' '--.
 /_________\\"""),
    ("person", True, True): _drawn("""
    .---.
   /     \\
  |   ?   |
   \\     /
  .-'---'-.
 /_________\\"""),
}
