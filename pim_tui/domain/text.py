"""What text may be stored, how it is compared, and how wide it is on a terminal.

Three promises: :func:`clean` leaves nothing in a string that a terminal could take for a command
or that hides from the reader; :func:`fold` makes spellings comparable (P1); the width functions
count terminal columns, not characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

REPLACEMENT = "\ufffd"
ELLIPSIS = "…"
MARKS_PER_BASE = 8
"""Combining marks (and joiners) kept on one base character; no living script needs more."""

_PICTURES = {code: 0x2400 + code for code in range(32)} | {0x7F: 0x2421}
"""C0 controls and DEL become their control pictures: harmless, and still to be seen."""

# Controls, direction overrides and characters without any shape: shown as U+FFFD, so that a name
# which carries one does not look like a name which does not.
_HIDDEN = (
    "\x80-\x9f\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufdd0-\ufdef"
    "\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a"
    + "".join(chr(plane | 0xFFFE) + chr(plane | 0xFFFF) for plane in range(0x10000, 0x110000, 0x10000))
)

# Variation selectors, keycap and skin tone change the width in ways terminals disagree about; soft
# hyphen, grapheme joiner and tag characters never show. The text reads the same without them.
_DROPPED = "\xad\u034f\u20e3\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0000-\U000e00ff"


def _codes(written: str) -> Iterator[int]:
    """The code points of single characters and ranges written one behind the other."""
    at = 0
    while at < len(written):
        last = at + 2 if written[at + 1 : at + 2] == "-" else at
        yield from range(ord(written[at]), ord(written[last]) + 1)
        at = last + 1


_TAMED: dict[int, int | str | None] = {
    **{code: picture for code, picture in _PICTURES.items() if code != 0x0A},
    **dict.fromkeys(_codes(_HIDDEN), REPLACEMENT),
    **dict.fromkeys(_codes(_DROPPED)),
}
"""A table, for a pattern of so many characters takes as long to compile as a large module to load."""

# Joiners shape Persian, the Indic scripts and emoji; anywhere else they only make twins that look alike.
_JOINERS = "\u200c\u200d"
_JOINED = (
    "[\u0620-\u08ff\u0900-\u109f\u1780-\u18af\u1900-\u1aaf\u1b00-\u1bff\u2190-\u2bff\ua800-\uabff"
    "\ufb50-\ufdff\ufe70-\ufefc\U00011000-\U00011fff\U0001e900-\U0001e95f\U0001f000-\U0001faff]"
)


@cache
def _stray_joiner() -> re.Pattern[str]:
    return re.compile(f"(?<!{_JOINED})[{_JOINERS}]")


@cache
def _loose_joiner() -> re.Pattern[str]:
    return re.compile(f"[{_JOINERS}]+(?!{_JOINED})")


_VARIANT = "\U000e0100"
"""The first of the ideographic variants: the exact shape of a Japanese family name."""


@cache
def _stray_variant() -> re.Pattern[str]:
    return re.compile(
        "(?<![\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])[\U000e0100-\U000e01ef]"
    )


def _is_mark(char: str) -> bool:
    return char >= "\u0300" and (unicodedata.category(char)[0] == "M" or char in _JOINERS)


_MAYBE_PILED = re.compile(f"[^\x00-\u02ff]{{{MARKS_PER_BASE + 1}}}")
"""Where marks may be piled too high: none of them is in this range, and most text is. Said by what is left
out, for a class of a million characters takes as long to compile as a large module to load."""


def _unstack(text: str) -> str:
    """Without the marks beyond :data:`MARKS_PER_BASE` on any one base."""
    if not _MAYBE_PILED.search(text):
        return text
    kept: list[str] = []
    run = 0
    for char in text:
        run = run + 1 if _is_mark(char) else 0
        if run <= MARKS_PER_BASE:
            kept.append(char)
    return "".join(kept)


def _settle(text: str) -> str:
    """Normal form C without stray joiners and piled marks, repeated until nothing changes.

    Taking a joiner out can bring a letter and its accent together, hence the loop; every further
    round takes out at least one more of the at most eight marks of a run.
    """
    while True:
        # Unstacked first: normalising a very long run of marks takes quadratic time.
        calm = unicodedata.normalize("NFC", _unstack(text))
        if any(joiner in calm for joiner in _JOINERS):
            calm = _stray_joiner().sub("", calm)
        if max(calm, default="") >= _VARIANT:
            calm = _stray_variant().sub("", calm)
        if calm == text:
            return text
        text = calm


def _tame(text: str, *, lines: bool) -> str:
    """The whole of *text* made harmless; ``\\n`` stays when *lines* is set."""
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    if not lines:
        text = text.replace("\n", " ")
    text = text.translate(_TAMED)
    return text if text.isascii() else _settle(text)


def _cut(text: str, limit: int) -> str:
    """At most *limit* characters, not parting a letter from its marks."""
    if len(text) <= limit:
        return text
    end = max(0, limit)
    while end and _is_mark(text[end]):
        end -= 1
    return text[: end or max(0, limit)]


_LOOKED_AT = 20
"""Characters that are looked at for each one that may be kept: the others may be blanks and joiners."""


def _begun(text: str, limit: int) -> str:
    """As much of *text* as it takes for *limit* characters, so that a megabyte costs no more than a line."""
    return text[: _LOOKED_AT * (max(0, limit) + 50)]


def clean(text: str, *, limit: int = 200, lines: bool = False) -> str:
    """*text* as it may be stored: normal form C, nothing that steers a terminal or hides.

    Controls become control pictures (``␛``), direction overrides, zero-width characters and lone
    surrogates ``\ufffd``; tabs and line ends become spaces, or, with *lines*, line ends stay as ``\\n``.
    Letters, stress marks, joiners where their script needs them and emoji stay. Cut to *limit*
    characters, counted afterwards. Idempotent; never fails. Outer spaces stay, so it may be applied
    on every keystroke: see :func:`tidy`.
    """
    if len(text) <= limit and text.isascii() and text.isprintable():
        return text
    return _cut(_tame(_begun(text, limit), lines=lines), limit)


def tidy(text: str, *, limit: int = 200) -> str:
    """A one-line field as typed by a person: :func:`clean`, runs of spaces made one, none outside."""
    if text.isascii() and text.isprintable() and len(text) <= limit:
        # Most text is of this kind, and only its spaces can be wrong.
        return " ".join(text.split()) if "  " in text else text.strip(" ")
    return _cut(" ".join(_tame(_begun(text, limit), lines=False).split()), limit).rstrip()


def visible(text: str) -> str:
    """*text* made harmless for display by the table of :func:`clean`, uncut; ``\\n`` stays. Never fails."""
    return _tame(text, lines=True)


def bound(text: str) -> str:
    """*text* without joiners that join nothing to what follows, for a place of a certain width.

    While somebody types, the next letter may still come, so they are kept; on the screen they would be
    taken to join the blank beside them, and the rest of the line would move.
    """
    if not any(joiner in text for joiner in _JOINERS):
        return text
    return _loose_joiner().sub("", text)


# --- comparing ---------------------------------------------------------------------------------

_APOSTROPHES = "'`\u02b9-\u02bf\u02c8\u2018-\u201b\u2032\u2035\u05f3\ua78b\ua78c\uff07"
APOSTROPHE = f"[{_APOSTROPHES}]| \u0301"
"""What people type between O and Connor; the last alternative is what U+00B4 decomposes into."""


@cache
def _accents() -> re.Pattern[str]:
    return re.compile(
        "[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
        "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
    )


# Letters with a stroke and ligatures that Unicode does not take apart; Arabic and Persian spellings
# of one letter.
_LETTERS = {
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h",
    "ŧ": "t", "ı": "i", "ŋ": "n", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ə": "e", "ɛ": "e", "ɔ": "o",
    "ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه", "ـ": "",
}  # fmt: skip
_ASCII_FOLD = {code: " " for code in range(128) if not chr(code).isalnum()} | {0x27: "", 0x60: ""}


class _Folding(dict[int, str]):
    """Code point of a decomposed, case-folded character -> what the comparison sees; filled on use."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold_char(chr(code))
        return folded


def _fold_char(char: str) -> str:
    if char in _LETTERS:
        return _LETTERS[char]
    if char in _JOINERS or _accents().match(char) or re.match(APOSTROPHE, char):
        return ""
    decimal = unicodedata.decimal(char, None)
    if decimal is not None:
        return str(decimal)
    return char if char.isalnum() or unicodedata.category(char)[0] == "M" else " "


_FOLDING = _Folding()


def _decompose(text: str) -> str:
    return unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())


_ALIKE = frozenset(("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC"))
"""Alphabets with letters that nobody tells from those of another one."""


def mixes_alphabets(text: str) -> bool:
    """Whether a word of *text* is written in two alphabets at once, as nobody's name is who means well."""
    return not text.isascii() and any(
        len({unicodedata.name(letter, "?").partition(" ")[0] for letter in word} & _ALIKE) > 1
        for word in text.split()
    )


def fold(text: str) -> str:
    """*text* as search compares it (P1): words of letters and digits with one space between.

    Case, accents, stress marks, Hebrew and Arabic points and apostrophes go (``O'Connor`` is
    ``oconnor``), other punctuation becomes a space, any script's digits become ``0-9``. Vowel signs
    of the Indic scripts and Thai are letters and stay. The same for every Unicode normal form.
    """
    if text.isascii():
        return text.lower() if text.isalnum() else " ".join(text.lower().translate(_ASCII_FOLD).split())
    bare = _decompose(text).replace(" \u0301", "").translate(_FOLDING)
    return " ".join(unicodedata.normalize("NFC", bare).split())


def words(text: str) -> tuple[str, ...]:
    """The folded words of *text*, in order; hyphens part words."""
    return tuple(fold(text).split())


def western_digits(text: str) -> str:
    """*text* with the decimal digits of every script written ``0-9``."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(char, char)) for char in text)


_ASCII_DIGITS = {code: None for code in range(128) if not chr(code).isdigit()}


def digits(text: str) -> str:
    """Only the decimal digits of *text*, of whatever script, as ``0-9``."""
    if text.isascii():
        return text.translate(_ASCII_DIGITS)
    return re.sub("[^0-9]+", "", western_digits(text))


_HALF_AS_WIDE = dict(zip(
    "ｦｧｨｩｪｫｬｭｮｯｰｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝ",
    "waiueoyyyt-aiueokkkkkssssstttttnnnnnhhhhhmmmmmyyyrrrrrwn", strict=True,
))  # fmt: skip
"""Katakana that take one column, and so does the letter for them."""
_IN_ASCII = str.maketrans(_HALF_AS_WIDE | {
    "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "đ": "d",
    "Đ": "D", "ł": "l", "Ł": "L", "ー": "-", "þ": "th", "Þ": "Th", "ð": "d", "Ð": "D", "ı": "i", "…": "~",
    "–": "-", "—": "-", "‑": "-", "·": "-", "•": "*", "‘": "'", "’": "'", "“": '"', "”": '"', "€": "EUR",
})  # fmt: skip


_SOUNDS_LIKE = dict(zip(
    "αβγδεζηθικλμνξοπρςστυφχψω" "абвгдежзиклмнопрстуфхцчшщъыьэюяіє",
    "avgdezitiklmnxoprsstyfhpo" "abvgdezziklmnoprstufhccss'y'euaie", strict=True,
))  # fmt: skip
"""Greek and Cyrillic, a letter for a letter."""
_KINDS = frozenset(
    ("LETTER", "SYLLABLE", "CHARACTER", "SMALL", "FINAL", "CHOSEONG", "JUNGSEONG", "FARSI", "SARA")
)
"""What Unicode says of a letter besides what it is called."""
_WHOLE_CALLED = ("HIRAGANA", "KATAKANA")
"""Scripts whose letters are called as they sound; they take two columns, and so do two letters for them."""
_UNHEARD = ("LATIN", "CJK", "MODIFIER")
"""What Unicode does not call by its sound."""
_SILENT = ("HANGUL JONGSEONG", "HANGUL CHOSEONG IEUNG")


class _Latin(dict[int, str]):
    """Code point of a decomposed character -> what stands for it in ASCII; filled on use."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        mark = unicodedata.category(char)[0] == "M"
        self[code] = found = char if " " <= char <= "~" else "" if mark else _sound(char)
        return found


def _sound(char: str) -> str:
    """What a letter of another script begins with when it is said; ``?`` for what nobody can tell."""
    if (sound := _SOUNDS_LIKE.get(char.lower())) is not None:
        return sound.upper() if char.isupper() else sound
    name = unicodedata.name(char, "")
    script, _, rest = name.partition(" ")
    if name.startswith(_SILENT):
        return ""
    called = next((word for word in rest.split() if word not in _KINDS and word != "CAPITAL"), "")
    if not char.isalpha() or script in _UNHEARD or not called.isalpha():
        return "?"
    sound = called[: 2 if script in _WHOLE_CALLED else 1]
    return sound if char.isupper() else sound.lower()


_LATIN = _Latin()


def to_ascii(text: str) -> str:
    """The text without accents; a letter for each of another script, so that names can be told apart, and one
    ``?`` for every character that nobody can say.
    """
    if text.isascii() and text.isprintable():
        return text
    return unicodedata.normalize("NFKD", text.translate(_IN_ASCII)).translate(_LATIN)


def has_other_letters(text: str) -> bool:
    """Whether letters stand in it that are not Latin, or that ASCII loses: two such names may look alike."""
    return not text.isascii() and (
        to_ascii(text).count("?") > text.count("?")
        or any(
            char.isalpha() and not unicodedata.name(char, "").startswith(("LATIN", "MODIFIER"))
            for char in unicodedata.normalize("NFKD", text)
        )
    )


# --- columns -----------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def _char_width(char: str) -> int:
    from wcwidth import wcwidth  # 40 ms to import, and plain names never need it

    return max(0, wcwidth(char))


def cell_width(text: str) -> int:
    """How many terminal columns *text* takes.

    Character by character, as terminals without emoji joining draw it; for a joined emoji that is
    an upper bound. Expects one cleaned line.
    """
    if text.isascii():
        return len(text)
    return sum(map(_char_width, text))


def _clusters(text: str) -> Iterator[str]:
    """*text* in pieces of one base character with its marks."""
    start = 0
    for index in range(1, len(text)):
        if not _is_mark(text[index]):
            yield text[start:index]
            start = index
    if text:
        yield text[start:]


def parted(text: str, columns: int) -> tuple[str, str]:
    """As much of the beginning of *text* as has room in *columns* terminal columns, one character at least,
    and the rest."""
    taken = room = 0
    for cluster in _clusters(text):
        room += cell_width(cluster)
        if taken and room > columns:
            break
        taken += len(cluster)
    return text[:taken], text[taken:]


def clip(text: str, columns: int) -> str:
    """*text* in at most *columns* terminal columns; what is cut off ends in ``…``."""
    if cell_width(text) <= columns:
        return text
    if columns < 1:
        return ""
    if text.isascii():
        return text[: columns - 1].rstrip() + ELLIPSIS
    kept: list[str] = []
    room = columns - 1
    for cluster in _clusters(text):
        room -= cell_width(cluster)
        if room < 0:
            break
        kept.append(cluster)
    return "".join(kept).rstrip() + ELLIPSIS
