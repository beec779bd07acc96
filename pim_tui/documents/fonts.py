"""Which font draws which character on paper, and how wide it becomes.

Roboto (package ``font-roboto``) covers Latin, Greek, Cyrillic and Vietnamese on every machine. Any
other script comes from a font of the system when there is one; a character no font has is reported,
never drawn as an empty box. Widths are in thousandths of the font size, as PDF counts them.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from ..errors import FileProblem

MARK_UNITS: Final = 640
"""Width of the mark that stands for a character no font has."""

_SUFFIXES: Final = (".ttf", ".otf", ".ttc")
_MAX_FILES: Final = 1_500
_MAX_FILE_BYTES: Final = 96_000_000
_MAX_REMEMBERED: Final = 10_000
_MAX_MISSES: Final = 500
"""After so many characters without a font one document searches no further: hostile text stays cheap."""

_TABLES: Final = frozenset(("OS/2", "cmap", "head", "hhea", "hmtx", "maxp", "name", "post"))
_SECOND_CHOICE: Final = (
    "bold", "italic", "oblique", "light", "thin", "black", "mono", "serif", "condensed", "display",
)  # fmt: skip
_JOINERS: Final = frozenset("\u200c\u200d")


@cache
def is_plain(char: str) -> bool:
    """Whether one glyph per character, left to right, is right for this character."""
    code = ord(char)
    return (
        code < 0x300
        or 0x370 <= code < 0x483
        or 0x48A <= code < 0x590
        or 0x10A0 <= code < 0x1100
        or 0x1E00 <= code < 0x200B
        or 0x2010 <= code < 0x2028
        or 0x2030 <= code < 0x20D0
        or 0x2100 <= code < 0x302A
        or 0x3030 <= code < 0x3099
        or 0x309B <= code < 0xA000
        or 0xAC00 <= code < 0xD7A4
        or 0xF900 <= code < 0xFB00
        or 0xFF01 <= code <= 0xFFFD
    ) and not _extends(char)


@cache
def _extends(char: str) -> bool:
    """Whether the character belongs to the one before it: marks, joiners, selectors, skin tones."""
    return unicodedata.category(char)[0] == "M" or char in _JOINERS or 0x1F3FB <= ord(char) <= 0x1F3FF


@cache
def _is_right_to_left(char: str) -> bool:
    return unicodedata.bidirectional(char) in ("R", "AL", "AN")


def _is_nobodys(char: str) -> bool:
    """Private or unassigned: what a font would draw for it has no meaning here."""
    return unicodedata.category(char) in ("Co", "Cn")


def clusters(text: str) -> Iterator[str]:
    """The text cut where it may be cut: before every character that stands on its own."""
    start = 0
    for at in range(1, len(text)):
        if not _extends(text[at]) and text[at - 1] != "\u200d":
            yield text[start:at]
            start = at
    if text:
        yield text[start:]


class _PlainWidths(dict[str, int]):
    """Character -> width, of those that stand one after another in one font; others are no keys."""

    def __init__(self, face: Face) -> None:
        super().__init__()
        self._face = face

    def __missing__(self, char: str) -> int:
        units = self._face.advance(char) if is_plain(char) else None
        if units is None:
            raise KeyError(char)
        self[char] = units
        return units


class Face:
    """One font file: which characters it has and how wide they are. Read by HarfBuzz, unloaded."""

    def __init__(self, path: Path) -> None:
        import uharfbuzz as hb

        self.path = path
        self._hb: Any = hb
        self._face: Any = hb.Face(hb.Blob.from_file_path(str(path)), 0)
        self._font: Any = hb.Font(self._face)
        self._upem = int(self._face.upem) or 1000
        self._advances: dict[str, int | None] = {}
        self.plain = _PlainWidths(self)

    @cached_property
    def drawable(self) -> bool:
        """Whether a PDF can carry it: outlines (no bitmaps or layers only) and the usual tables."""
        tags = set(self._face.table_tags)
        return tags >= _TABLES and bool(tags & {"glyf", "CFF "})

    def advance(self, char: str) -> int | None:
        """The character's width, or None when the font does not have it."""
        try:
            return self._advances[char]
        except KeyError:
            glyph = self._font.get_nominal_glyph(ord(char))
            units = self._units(self._font.get_glyph_h_advance(glyph)) if glyph else None
            self._advances[char] = units
            return units

    def has(self, cluster: str) -> bool:
        """Whether every character is there; joiners draw nothing and need no glyph."""
        return all(char in _JOINERS or self.advance(char) is not None for char in cluster)

    def shaped_width(self, text: str, right_to_left: bool) -> int:
        """The width of the text once letters are joined and marks are placed."""
        buffer = self._hb.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        buffer.direction = "rtl" if right_to_left else "ltr"
        self._hb.shape(self._font, buffer, {})
        return sum(self._units(position.x_advance) for position in buffer.glyph_positions)

    def only(self, chars: Iterable[str]) -> bytes | None:
        """The font cut down to these characters and what they join to; None where it cannot be cut.

        The library that embeds it would read every glyph of the whole file, and take much longer.
        """
        wanted = self._hb.SubsetInput()
        wanted.unicode_set.update(map(ord, chars))
        try:
            return bytes(self._hb.subset(self._face, wanted).blob.data) or None
        except (self._hb.HarfBuzzError, RuntimeError, ValueError, MemoryError):
            return None

    def _units(self, advance: int) -> int:
        return int(advance * 1000 / self._upem + 0.501)


def standard_folders() -> tuple[Path, ...]:
    """Where fonts live on Linux, the BSDs and macOS; the person's own folders come last."""
    home = Path.home()
    return (
        Path("/usr/share/fonts"),
        Path("/usr/local/share/fonts"),
        Path("/Library/Fonts"),
        Path("/System/Library/Fonts"),
        home / ".local/share/fonts",
        home / ".fonts",
        home / "Library/Fonts",
    )


class SystemFonts:
    """The machine's fonts, searched once and only when Roboto lacks a character.

    The order is fixed by file name (plain sans-serif faces first), so that the same sheet on the
    same machine is the same file.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = tuple(folders)
        self._found: dict[str, Face | None] = {}
        self._used: list[Face] = []

    def face_for(self, cluster: str) -> Face | None:
        """A face that has every character of the cluster, or None."""
        if cluster not in self._found:
            if len(self._found) >= _MAX_REMEMBERED:
                self._found.clear()
            self._found[cluster] = self._search(cluster)
        return self._found[cluster]

    def _search(self, cluster: str) -> Face | None:
        for face in self._used:
            if face.has(cluster):
                return face
        for face in self._faces:
            if face.has(cluster) and _opens(face.path):
                self._used.append(face)
                return face
        return None

    @cached_property
    def _faces(self) -> tuple[Face, ...]:
        faces = map(_readable_face, sorted(self._files(), key=_preference)[:_MAX_FILES])
        return tuple(face for face in faces if face is not None)

    def _files(self) -> Iterator[Path]:
        for folder in self._folders:
            for parent, _folders, names in os.walk(folder):
                yield from (Path(parent, name) for name in names if name.lower().endswith(_SUFFIXES))


def _preference(path: Path) -> tuple[int, str, str]:
    name = path.name.lower()
    return sum(word in name for word in _SECOND_CHOICE), name, str(path)


def _readable_face(path: Path) -> Face | None:
    import uharfbuzz as hb

    try:
        if not path.is_file() or path.stat().st_size > _MAX_FILE_BYTES:
            return None
        face = Face(path)
    except (OSError, ValueError, hb.HarfBuzzError):
        return None
    return face if face.drawable else None


def _opens(path: Path) -> bool:
    """Whether the library that embeds fonts can read this one; a damaged font is passed over."""
    import struct

    from fontTools.ttLib import TTFont, TTLibError

    try:
        with TTFont(path, fontNumber=0, lazy=True) as font:
            return bool(font.getBestCmap()) and all(font[tag] for tag in ("hmtx", "name", "OS/2", "post"))
    except (TTLibError, OSError, KeyError, ValueError, AssertionError, AttributeError, struct.error):
        return False


@cache
def system_fonts() -> SystemFonts:
    """The fonts of this machine; searched at most once per run of the program."""
    return SystemFonts(standard_folders())


@cache
def _roboto(style: str) -> Face:
    spec = find_spec("font_roboto")
    folders = spec.submodule_search_locations if spec else None
    path = Path(next(iter(folders or ("",))), "files", f"Roboto-{style}.ttf")
    if not path.is_file():
        raise FileProblem(
            f"The font Roboto-{style}.ttf is missing, so nothing can be printed.",
            "Install the program again; the package font-roboto brings it.",
        )
    return Face(path)


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text drawn at once, in the order of the eye.

    ``face`` is None for a character no font has. ``units`` is the width in thousandths of the size.
    """

    face: Face | None
    text: str
    units: int
    shaped: bool = False
    right_to_left: bool = False


class Fonts:
    """Roboto, regular and bold, with the system's fonts behind it; made for one document."""

    def __init__(self, system: SystemFonts | None = None) -> None:
        self._regular = _roboto("Regular")
        self._bold = _roboto("Bold")
        self._system = system_fonts() if system is None else system
        self._runs: dict[tuple[str, bool], tuple[Run, ...]] = {}
        self._widths: dict[tuple[str, bool], int] = {}
        self._faces: dict[tuple[str, bool], Face | None] = {}
        self._missing: set[str] = set()

    def main(self, bold: bool) -> Face:
        """The face most text is in."""
        return self._bold if bold else self._regular

    def width(self, text: str, bold: bool) -> int:
        """The width of one line of text, in thousandths of the size."""
        found = self._widths.get((text, bold))
        if found is None:
            found = self._widths[text, bold] = sum(run.units for run in self.runs(text, bold))
        return found

    def runs(self, text: str, bold: bool) -> tuple[Run, ...]:
        """The text as pieces from left to right on the paper, each with its font."""
        found = self._runs.get((text, bold))
        if found is None:
            found = self._simple(text, bold) or tuple(self._split(text, bold))
            self._runs[text, bold] = found
        return found

    def _simple(self, text: str, bold: bool) -> tuple[Run, ...]:
        """The whole text as one piece, where nothing in it needs another font or shaping."""
        face = self.main(bold)
        try:
            return (Run(face, text, sum(map(face.plain.__getitem__, text))),)
        except KeyError:
            return ()

    def _split(self, text: str, bold: bool) -> Iterator[Run]:
        for piece, right_to_left in _in_visual_order(text):
            runs = [self._run(face, group, right_to_left) for face, group in self._by_face(piece, bold)]
            yield from reversed(runs) if right_to_left else runs

    def _by_face(self, text: str, bold: bool) -> list[tuple[Face | None, str]]:
        groups: list[tuple[Face | None, str]] = []
        for cluster in clusters(text):
            last = groups[-1][0] if groups else None
            face = last if cluster == " " and last and last.has(" ") else self._face(cluster, bold)
            if face is None:
                groups.append((None, cluster))
            elif face is last:
                groups[-1] = (face, groups[-1][1] + cluster)
            else:
                groups.append((face, cluster))
        return groups

    def _face(self, cluster: str, bold: bool) -> Face | None:
        try:
            return self._faces[cluster, bold]
        except KeyError:
            self._faces[cluster, bold] = found = self._found(cluster, bold)
            return found

    def _found(self, cluster: str, bold: bool) -> Face | None:
        main = self.main(bold)
        if main.has(cluster):
            return main
        if cluster in self._missing or len(self._missing) >= _MAX_MISSES or _is_nobodys(cluster[0]):
            return None
        face = self._system.face_for(cluster)
        if face is None:
            self._missing.add(cluster)
        return face

    def _run(self, face: Face | None, text: str, right_to_left: bool) -> Run:
        if face is None:
            return Run(None, text, MARK_UNITS)
        if right_to_left or not all(map(is_plain, text)):
            return Run(face, text, face.shaped_width(text, right_to_left), True, right_to_left)
        return Run(face, text, sum(face.advance(char) or 0 for char in text))


def _in_visual_order(text: str) -> list[tuple[str, bool]]:
    """Pieces of one direction from left to right, and whether each reads right to left (UAX 9, L2)."""
    if not any(map(_is_right_to_left, text)):
        return [(text, False)]
    from fpdf.bidi import BidiParagraph

    levels: list[tuple[int, str]] = []
    for char in BidiParagraph(text, preserve_bn_chars=True).get_characters_with_embedding_level():
        if levels and levels[-1][0] == char.embedding_level:
            levels[-1] = (char.embedding_level, levels[-1][1] + char.character)
        else:
            levels.append((char.embedding_level, char.character))
    for level in range(max(level for level, _piece in levels), 0, -1):
        levels = _reversed_from(levels, level)
    return [(piece, level % 2 == 1) for level, piece in levels]


def _reversed_from(pieces: list[tuple[int, str]], level: int) -> list[tuple[int, str]]:
    """The pieces with every stretch at or above the level turned round."""
    turned: list[tuple[int, str]] = []
    stretch: list[tuple[int, str]] = []
    for piece in pieces:
        if piece[0] >= level:
            stretch.insert(0, piece)
        else:
            turned += [*stretch, piece]
            stretch = []
    return turned + stretch


def script_of(char: str) -> str:
    """The script a character belongs to, in words for "install a font for ..."."""
    name = unicodedata.name(char, "")
    if unicodedata.category(char)[0] in "SCP" or not name:
        return "symbols and emoji"
    first = name.split()[0]
    return _SCRIPTS.get(first, first.title())


_SCRIPTS: Final = {
    "CJK": "Chinese and Japanese",
    "KANGXI": "Chinese and Japanese",
    "HIRAGANA": "Chinese and Japanese",
    "KATAKANA": "Chinese and Japanese",
    "FULLWIDTH": "Chinese and Japanese",
    "HALFWIDTH": "Chinese and Japanese",
    "HANGUL": "Korean",
    "COMBINING": "combining marks",
    "EMOJI": "symbols and emoji",
    "VARIATION": "symbols and emoji",
}
