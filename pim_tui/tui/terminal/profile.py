"""What a terminal can do, by its name, and what of that the settings want: one answer for the program.

The names are those of ``TERM``. No terminal is asked: an answer takes a round trip on a slow line, and old
terminals would show the question. Whoever knows better names another terminal in the setting ``terminal``.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from ...config import Settings
from ..looks import MONOCHROME, OLD, SLOW, UNKNOWN, opens_links, written_in

TRUE_COLOUR: Final = 2**24


@dataclass(frozen=True, slots=True)
class Profile:
    """A terminal as the driver writes to it. The defaults are those of a VT100 without colour.

    ``colours`` is 0, 8, 16, 256 or 2**24; with 0, states are told by bold, underline and reverse alone.
    ``charset`` "ascii" lets no character beyond ASCII leave. ``bright_by_bold``: of 8 colours, the bright
    ones are the bold ones. ``attributes_off``: one attribute can be taken back without the others.
    ``back_colour_erase``: what is erased takes the background in use. ``wide_ambiguous``: characters that
    East Asian fonts draw over two cells may be drawn so here. ``last_cell``: the last cell of the screen can
    be written without the screen moving up. ``slow``: few bytes count more than ornament. ``far``: the
    terminal is at the other end of a network, which may be slow.
    """

    name: str = "vt100"
    colours: int = 0
    charset: Literal["utf8", "ascii"] = "utf8"
    bright_by_bold: bool = False
    dim: bool = False
    italic: bool = False
    strike: bool = False
    attributes_off: bool = False
    back_colour_erase: bool = False
    scroll_region: bool = True
    erase_chars: bool = False
    repeat: bool = False
    last_cell: bool = True
    alt_screen: bool = False
    hide_cursor: bool = False
    bracketed_paste: bool = False
    focus_reports: bool = False
    kitty_keys: bool = False
    status_reports: bool = True
    links: bool = False
    wide_ambiguous: bool = False
    slow: bool = False
    far: bool = False
    mouse: bool = False

    @property
    def mono(self) -> bool:
        """Whether there are no colours."""
        return not self.colours

    @property
    def ascii_only(self) -> bool:
        """Whether there are no characters but ASCII."""
        return self.charset == "ascii"

    @property
    def enter(self) -> str:
        """What takes the terminal over: exactly the modes that it has."""
        return "".join(on for on, _ in self._modes())

    @property
    def again(self) -> str:
        """What takes it over once more, whatever somebody else has made of its modes in between; nothing that
        the terminal counts is counted twice."""
        return self.enter.replace(_KITTY_ON, _KITTY_AGAIN)

    @property
    def leave(self) -> str:
        """What gives it back: those modes in the other order, no margins, no pen, no link, nothing left to
        read."""
        link = "\x1b]8;;\x1b\\" if self.links else ""
        margins = "\x1b[r" if self.scroll_region else ""
        wiped = "" if self.alt_screen else "\x1b[H\x1b[J"
        return "\x1b[m" + link + margins + wiped + "".join(off for _, off in reversed(self._modes()))

    def _modes(self) -> list[tuple[str, str]]:
        modes = [
            (self.alt_screen, "\x1b[?1049h", "\x1b[?1049l"),
            (self.hide_cursor, "\x1b[?25l", "\x1b[?25h"),
            (True, "\x1b[?7l", "\x1b[?7h"),
            (self.bracketed_paste, "\x1b[?2004h", "\x1b[?2004l"),
            (self.focus_reports, "\x1b[?1004h", "\x1b[?1004l"),
            (self.kitty_keys, _KITTY_ON, "\x1b[<u"),
            (self.mouse, "\x1b[?1000h\x1b[?1003h\x1b[?1006h", "\x1b[?1006l\x1b[?1003l\x1b[?1000l"),
        ]
        return [(on, off) for has, on, off in modes if has]


_KITTY_ON: Final = "\x1b[>25u"
"""Escape codes told apart, every key reported, its text with it: put on top of what was asked before."""
_KITTY_AGAIN: Final = "\x1b[=25u"
"""The same in the place of what is on top."""

_VT100: Final = Profile()
_VT220: Final = replace(_VT100, name="vt220", attributes_off=True, erase_chars=True, hide_cursor=True)
_LINUX: Final = replace(
    _VT220, name="linux", colours=8, bright_by_bold=True, back_colour_erase=True, dim=True
)
_PLAIN: Final = Profile(name="ansi", colours=8, scroll_region=False, last_cell=False, status_reports=False)
_SCREEN: Final = replace(
    _VT220, name="screen", colours=16, erase_chars=False, dim=True, alt_screen=True, bracketed_paste=True
)
_TMUX: Final = replace(_SCREEN, name="tmux", erase_chars=True, italic=True, strike=True, focus_reports=True)
_PUTTY: Final = replace(
    _VT220, name="putty", colours=16, dim=True, strike=True, back_colour_erase=True, alt_screen=True,
    bracketed_paste=True,
)  # fmt: skip
_OTHER: Final = replace(_PUTTY, name="", italic=True, focus_reports=True, kitty_keys=True)
_XTERM: Final = replace(_OTHER, name="xterm")
"""What calls itself so is often another: Mosh and some editors repeat no character, though xterm does."""
_REPEATING: Final = replace(_OTHER, repeat=True)

_KINDS: Final = (
    ("vt52", _VT100), ("vt100", _VT100), ("vt102", _VT100), ("vt", _VT220),
    *((kind, _VT100) for kind in UNKNOWN),
    ("linux", _LINUX), ("screen", _SCREEN), ("tmux", _TMUX), ("putty", _PUTTY),
    *((kind, _REPEATING) for kind in ("xterm-kitty", "xterm-ghostty", "alacritty", "foot", "wezterm")),
    ("xterm", _XTERM), *((kind, _PLAIN) for kind in OLD),
)  # fmt: skip
"""How the name begins, and what is known of such terminals; the first that fits."""


def of(settings: Settings, env: Mapping[str, str] = os.environ, line_speed: int | None = None) -> Profile:
    """The terminal of this session; ``line_speed`` is as :func:`~pim_tui.tui.looks.line_speed` tells it."""
    name = env.get("TERM", "") if settings.terminal == "auto" else settings.terminal
    known = _kind(name, env)
    slow = line_speed in SLOW if settings.slow == "auto" else settings.slow == "on"
    return replace(
        known,
        name=name,
        # Every state has a letter and a shape besides its colour, which is a fifth of a day's bytes.
        colours=0 if slow and settings.colour == "auto" else _colours(settings, known, name, env),
        charset="ascii" if _is_ascii(settings) else "utf8",
        links=opens_links(settings, env),
        wide_ambiguous=_locale(env).startswith(("ja", "ko", "zh")),
        slow=slow,
        far=bool(env.get("SSH_CONNECTION")) and not (env.get("TMUX") or env.get("STY")),
        mouse=settings.mouse == "on",
    )


def _kind(name: str, env: Mapping[str, str]) -> Profile:
    if name.startswith("screen") and env.get("TMUX"):
        return _TMUX
    return next((kind for begins, kind in _KINDS if name.startswith(begins)), _OTHER if name else _VT100)


def _colours(settings: Settings, known: Profile, name: str, env: Mapping[str, str]) -> int:
    if settings.colour == "none":
        return 0
    if settings.colour == "ansi":
        return known.colours if 0 < known.colours < 16 else 16
    if env.get("NO_COLOR") or name.startswith(MONOCHROME):
        return 0
    if env.get("COLORTERM", "").lower() in ("truecolor", "24bit") and known.colours >= 16:
        return TRUE_COLOUR
    return 256 if name.endswith(("256color", "-direct", "kitty")) else known.colours


def _is_ascii(settings: Settings) -> bool:
    if settings.symbols == "auto":
        return "utf" not in written_in().lower()
    return settings.symbols == "ascii"


def _locale(env: Mapping[str, str]) -> str:
    return env.get("LC_ALL") or env.get("LC_CTYPE") or env.get("LANG") or ""
