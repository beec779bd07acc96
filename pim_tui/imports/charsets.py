"""In which of the older encodings a text is that does not say so: told by the letters it would hold.

A file is of one language as a rule. In its own encoding nearly every word is one of that language: its
letters and no others, a capital only in front. What is read in another is full of letters that no language
has beside each other, or of signs. Windows-1252 is the answer unless another fits better. Of the scripts that
take two bytes for a character the usual characters are counted: each encoding has them in one place.

Libraries for this are made for running text: of the 32 lists of names in the tests charset-normalizer 3.5
told 17, and chardet 7.7 21.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import partial

USUAL = "cp1252"
SAMPLE = 1 << 16
"""Bytes of lines that are not plain ASCII: enough to tell."""
_CLEAR = 0.9
"""The part of a text in which the usual characters of a script must be met."""

_WESTERN = ("äöüßéèêëàâîïôçñáíóúå’", "éèêëàâîïôûùçœæÿ’", "áâãàçéêíóôõúü", "àèéìíòóùúî’", "åäöæøéüô",
            "áðéíóúýþæö")  # fmt: skip
"""German and its neighbours together, French, Portuguese, Italian, Nordic, Icelandic."""
_POLISH, _CZECH, _HUNGARIAN = "ąćęłńóśźż", "áäčďéěíľĺňóôŕřšťúůýž", "áéíóöőúüű"
_CENTRAL = (_POLISH, _CZECH, _HUNGARIAN, "ăâîşţ", "čćđšž")
_LATIN = {
    USUAL: _WESTERN,
    "cp1250": _CENTRAL,
    "cp1254": ("çğıöşüâîûİ",),
    "cp1257": ("ąčęėįšųūž", "āčēģīķļņšūž"),
    "mac_roman": _WESTERN,
    "cp850": _WESTERN,
    "iso8859-2": _CENTRAL,
}
"""The letters of each language beside ASCII's, by the encoding that has them; of equals the first counts."""
_SCRIPTS = {
    "cp1251": "CYRILLIC", "koi8-u": "CYRILLIC", "cp866": "CYRILLIC", "cp1253": "GREEK", "cp1255": "HEBREW",
    "cp1256": "ARABIC", "cp874": "THAI",
}  # fmt: skip
_DOUBLE = {"cp949": (0xB0, 0xC8), "gb18030": (0xB0, 0xD7), "big5": (0xA4, 0xC6), "cp932": (0x81, 0x98)}
"""The first bytes of the usual characters."""
_WORD = re.compile(r"[A-Za-z\x80-\U0010ffff]{2,}")
_RUN = re.compile(r"[^\x00-\x7f]{3}")
_PARTICLE = re.compile("^(?:Ma?c|De|Du|L[ae]|[DLO]’)(?=[^a-z])")
_AROUND = "“”„‚‘’…–—«»•€"
"""Quotation marks and dashes, which are no letters of a word."""
_ORDINALS = dict.fromkeys(map(ord, "ºª"))


def told_by_letters(lines: Iterable[bytes]) -> str:
    """The encoding of a text of which these are lines; Python's name of it."""
    sample = _sample(lines)
    found = {encoding: max(map(partial(_latin, sample, encoding), all_)) for encoding, all_ in _LATIN.items()}
    if 2 * max(found.values()) < len(_words(sample, USUAL)):
        # Hardly any of it is Latin. A capital with an accent and the letter behind it are two bytes as well.
        for encoding, (first, last) in _DOUBLE.items():
            if _part_in(sample, encoding, first, last) >= _CLEAR:
                return encoding
    found |= {encoding: _scripted(sample, encoding, script) for encoding, script in _SCRIPTS.items()}
    best = max(found, key=lambda encoding: found[encoding])
    return best if found[best] > found[USUAL] + bool(found[USUAL]) else USUAL


def _sample(lines: Iterable[bytes]) -> bytes:
    kept, size = list[bytes](), 0
    for line in lines:
        if not line.isascii():
            kept.append(line)
            size += len(line)
            if size > SAMPLE:
                break
    return b"".join(kept)


def _part_in(sample: bytes, encoding: str, first: int, last: int) -> float:
    """How much of a text is usual in an encoding of two bytes; none where it cannot be read in it."""
    try:
        chars = [char for char in sample.decode(encoding) if char > "\x7f"]
    except UnicodeDecodeError:
        return 0
    coded = [char.encode(encoding) for char in chars]
    usual = [one for one in coded if len(one) == 2 and first <= one[0] <= last]
    return len(usual) / len(coded) if coded else 0


def _latin(sample: bytes, encoding: str, letters: str) -> int:
    """How many words are of a language with these letters, by its capitals as well."""
    alphabet = frozenset(letters + letters.upper())

    def is_word(word: str) -> bool:
        bare = _PARTICLE.sub("", word).strip(_AROUND).translate(_ORDINALS)
        written = bare.isupper() or bare[1:] == bare[1:].lower()
        return written and not _RUN.search(bare) and all(char in alphabet for char in bare if char > "\x7f")

    return sum(map(is_word, _words(sample, encoding)))


def _scripted(sample: bytes, encoding: str, script: str) -> int:
    """How many words are of a script, by its capitals as well."""
    return sum(
        (word.isupper() or word[1:] == word[1:].lower())
        and all(unicodedata.name(char, "").startswith(script) for char in word)
        for word in _words(sample, encoding)
    )


def _words(sample: bytes, encoding: str) -> list[str]:
    """The words that are not of ASCII's letters alone."""
    return [word for word in _WORD.findall(sample.decode(encoding, "replace")) if not word.isascii()]
