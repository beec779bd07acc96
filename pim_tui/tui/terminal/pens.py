"""What a cell is drawn with, in what this terminal has, and the shortest change from one pen to another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from rich.color import Color, ColorSystem
from rich.style import Style

from .profile import TRUE_COLOUR, Profile

BOLD, DIM, ITALIC, UNDERLINE, BLINK, REVERSE, STRIKE = (1 << n for n in range(7))

_ON: Final = {BOLD: "1", DIM: "2", ITALIC: "3", UNDERLINE: "4", BLINK: "5", REVERSE: "7", STRIKE: "9"}
_OFF: Final = {BOLD | DIM: "22", ITALIC: "23", UNDERLINE: "24", BLINK: "25", REVERSE: "27", STRIKE: "29"}
"""Bold and dim have one end."""

_SEEN_ON_BLANKS: Final = UNDERLINE | REVERSE | STRIKE
_RGB: Final = 1 << 24
"""Added to red, green and blue in one number, to tell them from the numbers of a palette."""

_SYSTEMS: Final = {
    8: ColorSystem.STANDARD, 16: ColorSystem.STANDARD, 256: ColorSystem.EIGHT_BIT,
    TRUE_COLOUR: ColorSystem.TRUECOLOR,
}  # fmt: skip
_PLAIN: Final = (-1, -1, 0, "")
_LIMIT: Final = 2048
"""Pens and ways between them that are remembered; one that was forgotten is sent once more."""


@dataclass(frozen=True, slots=True, eq=False)
class Pen:
    """One way to draw: made by `Pens` only, once, so that pens are compared by identity.

    ``fore`` and ``back`` are -1 for the terminal's own colour, 0 to 255 for one of its palette, or red, green
    and blue as 2**24 + 0xrrggbb. ``flags`` is a sum of `BOLD` and the like; ``link`` an address or empty.
    ``seen`` is the pen of which a blank shows as much: its own, where a blank shows lines or the letters'
    colour.
    """

    fore: int
    back: int
    flags: int
    link: str
    seen: Pen | None

    @property
    def on_blanks(self) -> Pen:
        """The pen that blanks of this one are kept with."""
        return self.seen or self

    @property
    def erases(self) -> bool:
        """Whether erased cells look like blanks of this pen, where the terminal erases with it."""
        return not (self.flags or self.link or self.fore != -1)


class Pens:
    """The pens of one terminal, and the ways between them."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._kept: dict[tuple[int, int, int, str], Pen] = {}
        self._of_styles: dict[Style, Pen] = {}
        self._ways: dict[tuple[Pen | None, Pen], str] = {}
        self.plain = self._pen(*_PLAIN)
        """The pen that a terminal starts with."""

    def of(self, style: Style | None) -> Pen:
        """The pen nearest to ``style`` that this terminal has."""
        if style is None:
            return self.plain
        pen = self._of_styles.get(style)
        if pen is None:
            if len(self._of_styles) >= _LIMIT:
                self._of_styles.clear()
            pen = self._of_styles[style] = self._nearest(style)
        return pen

    def way(self, old: Pen | None, new: Pen) -> str:
        """What to send so that after ``old`` (None: who knows which) things are drawn with ``new``."""
        if old is new:
            return ""
        way = self._ways.get((old, new))
        if way is None:
            if len(self._ways) >= _LIMIT:
                self._ways.clear()
            way = self._ways[old, new] = self._way(old, new)
        return way

    def _pen(self, fore: int, back: int, flags: int, link: str) -> Pen:
        key = (fore, back, flags, link)
        pen = self._kept.get(key)
        if pen is None:
            if len(self._kept) >= _LIMIT:
                self._kept = {_PLAIN: self.plain}
            bare = (-1, back, 0, link)
            own = key == bare or flags & _SEEN_ON_BLANKS
            pen = self._kept[key] = Pen(*key, None if own else self._pen(*bare))
        return pen

    def _nearest(self, style: Style) -> Pen:
        profile = self._profile
        wished = (
            (style.bold, BOLD, True),
            (style.dim, DIM, profile.dim),
            (style.italic, ITALIC, profile.italic),
            (style.underline or style.underline2, UNDERLINE, True),
            (style.blink, BLINK, not profile.mono),
            (style.reverse, REVERSE, True),
            (style.strike, STRIKE, profile.strike),
        )
        flags = sum(flag for wanted, flag, has in wished if wanted and has)
        link = style.link if profile.links and style.link and style.link.isprintable() else ""
        if profile.mono:
            return self._pen(-1, -1, flags | _marked(style), link)
        fore, back = self._colour(style.color), self._colour(style.bgcolor)
        if profile.colours == 8:
            fore, back, flags = _of_eight(fore, back, flags, profile)
        return self._pen(fore, back, flags, link)

    def _colour(self, colour: Color | None) -> int:
        if colour is None or colour.is_default:
            return -1
        near = colour.downgrade(_SYSTEMS[self._profile.colours])
        if near.triplet is not None and near.number is None:
            red, green, blue = near.triplet
            return _RGB | red << 16 | green << 8 | blue
        return -1 if near.number is None else near.number

    def _way(self, old: Pen | None, new: Pen) -> str:
        anew = ["", *_codes(new)] if new is not self.plain else [""]
        codes = anew if old is None else min(anew, self._changes(old, new) or anew, key=_length)
        same = old is not None and (old.fore, old.back, old.flags) == (new.fore, new.back, new.flags)
        return ("" if same else _sgr(codes)) + self._link_way(old, new)

    def _changes(self, old: Pen, new: Pen) -> list[str]:
        """The codes of what differs; none where the terminal cannot take one attribute back."""
        lost = old.flags & ~new.flags
        if lost and not self._profile.attributes_off:
            return []
        codes = [off for flags, off in _OFF.items() if lost & flags]
        had = old.flags & ~(BOLD | DIM) if lost & (BOLD | DIM) else old.flags
        codes += [on for flag, on in _ON.items() if new.flags & ~had & flag]
        codes += [] if new.fore == old.fore else [_colour_code(new.fore, 30)]
        return codes + ([] if new.back == old.back else [_colour_code(new.back, 40)])

    def _link_way(self, old: Pen | None, new: Pen) -> str:
        before = "" if old is None else old.link
        return "" if before == new.link else f"\x1b]8;;{new.link}\x1b\\"


def _codes(pen: Pen) -> list[str]:
    codes = [on for flag, on in _ON.items() if pen.flags & flag]
    codes += [_colour_code(colour, base) for colour, base in ((pen.fore, 30), (pen.back, 40)) if colour != -1]
    return codes


def _colour_code(colour: int, base: int) -> str:
    if colour < 0:
        return str(base + 9)
    if colour < 16:
        return str(base + colour if colour < 8 else base + 52 + colour)
    if colour < _RGB:
        return f"{base + 8};5;{colour}"
    return f"{base + 8};2;{colour >> 16 & 255};{colour >> 8 & 255};{colour & 255}"


def _length(codes: list[str]) -> int:
    return len(";".join(codes))


def _sgr(codes: list[str]) -> str:
    return f"\x1b[{';'.join(codes)}m"


def _marked(style: Style) -> int:
    """Without colours, a background of its own is reversed: the cursor in a field, what is selected."""
    return 0 if style.bgcolor is None or style.bgcolor.is_default else REVERSE


def _of_eight(fore: int, back: int, flags: int, profile: Profile) -> tuple[int, int, int]:
    """The bright eight of sixteen: bold where that is bright. The grey among them is dim: black in bold is
    not to be seen where bold is only thick, as in a window that calls itself a console."""
    if fore == 8:
        fore, flags = -1, flags | (DIM if profile.dim else 0)
    elif fore > 8:
        fore, flags = fore - 8, flags | (BOLD if profile.bright_by_bold else 0)
    if back >= 8:
        back -= 8
    if fore == back != -1:
        fore = 0 if back == 7 else 7
    return fore, back, flags
