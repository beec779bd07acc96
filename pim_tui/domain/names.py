"""People's names: their parts, how they are written, and the words and sounds that find them (P1)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from .text import APOSTROPHE, fold, tidy, words

_COMMAS = re.compile(r"\s*[,،，]\s*")


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Titles in front of a name, folded.
SPOKEN_TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "doctor", "prof", "sir", "madam"})
"""Said before a name on the telephone, folded; nobody is looked up by them."""

_TITLES = _set(
    "mr mrs ms miss mx master dr doctor prof professor rev reverend fr father sr sra srta herr frau mme "
    "mlle m dott dra ing sir dame lord lady hon rt right honorable honourable the judge justice "
    "magistrate queen king prince princess pope rabbi imam sheikh sister brother captain capt major maj "
    "colonel col general gen lieutenant lt sgt us"
)
# Titles a given name follows, even when it is the only one: Queen Elizabeth, Sister Agnes.
_TITLES_OF_GIVEN_NAMES = _set("queen king prince princess pope sir dame sister brother")
# Titles that are also names or words: only with a dot, or before another title.
_SHY_TITLES = _set("m king prince pope major judge justice sr us the right general")

_SUFFIXES = _set(
    "jr sr ii iii iv v phd md dds dmd do dvm jd mba ma msc bsc ba rn np pa esq esquire qc kc mp cpa clu "
    "cfp lutc obe mbe cbe frcs"
)
# Also given or family names (Jack Ma): a suffix only when dotted or set apart by a comma.
_SHY_SUFFIXES = _set("ma do ba pa np v md mp")

_PARTICLES = _set(
    "de del della di da das do dos du la le las los van von der den ter ten zu zum zur bin ibn bint ben "
    "al el abu st san santa mac ó ní nic uí"
)
_CONJUNCTIONS = frozenset(("y", "e", "i"))
_COUPLE = frozenset(("and", "&", "und", "et"))
"""What stands between two titles: Mr. and Mrs."""
_INITIALS = re.compile(r"[^\W\d_]\.[^\W\d_]\.?")
_BY_BIRTH = frozenset(("jr", "sr", "ii", "iv"))
"""Suffixes that nobody writes with dots between their letters: J.R. are initials."""
_ASIDE = re.compile(r"(.*\S)\s+([(\[][^()\[\]]*[)\]])")

_FAMILY_FIRST = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3]")
_ARABIC = re.compile("[\u0600-\u06ff]")


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name in its parts, each as the person writes it; any of them may be empty.

    Somebody with a single name has it in ``first``.
    """

    prefix: str = ""
    first: str = ""
    middle: str = ""
    last: str = ""
    suffix: str = ""

    @property
    def full(self) -> str:
        """As spoken: ``Mrs. Jane Doe``; family name first in Chinese, Japanese and Korean script."""
        if _FAMILY_FIRST.search(self.last):
            return _joined(self.prefix, self.last, self.first, self.middle, self.suffix)
        return _joined(self.prefix, self.first, self.middle, self.last, self.suffix)

    @property
    def listed(self) -> str:
        """As sorted in a list: ``Doe, Jane``; :func:`split_name` reads it back."""
        given = _joined(self.first, self.middle)
        comma = "، " if _ARABIC.search(self.last or given) else ", "
        return comma.join(part for part in (self.last, given, self.suffix) if part)

    @property
    def short(self) -> str:
        """For narrow places: ``Doe J.``, or the only name there is."""
        if self.first and self.last:
            return f"{self.last} {self.first[0]}."
        return self.last or self.first or self.full


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _key(word: str) -> str:
    """A title or suffix without dots and case: ``Ph.D.`` -> ``phd``."""
    return word.replace(".", "").casefold()


def _is_title(word: str, follower: str) -> bool:
    """Whether *word* is a title in front of *follower* (empty: nothing follows)."""
    keys = _key(word).split("-")
    if not all(key in _TITLES for key in keys):
        return False
    if len(keys) > 1 or keys[0] not in _SHY_TITLES or word.endswith("."):
        return True
    return bool(follower) and all(key in _TITLES for key in _key(follower).split("-"))


def _take_titles(parts: list[str]) -> tuple[str, list[str]]:
    """The titles at the front of *parts*, and the rest, which keeps one word at least."""
    count = 0
    while count < len(parts) - 1 and _is_title(parts[count], parts[count + 1]):
        count += 1
        if count < len(parts) - 2 and parts[count] in _COUPLE and _is_title(*parts[count + 1 : count + 3]):
            count += 1
    return " ".join(parts[:count]), parts[count:]


def _take_suffixes(parts: list[str], keep: int) -> tuple[list[str], list[str]]:
    """*parts* without the suffixes at the end, and these; *keep* words stay in any case."""
    end = len(parts)
    if end - keep >= 2 and _names_suffix(parts[-1]) and _is_suffix(parts[-2]):
        # Behind another suffix it is no family name: QC MP.
        end -= 1
    while end > keep and _is_suffix(parts[end - 1]):
        end -= 1
    return parts[:end], parts[end:]


def _is_suffix(word: str) -> bool:
    """Whether a word at the end of a name is a suffix even if nothing sets it apart."""
    return _names_suffix(word) and (_key(word) not in _SHY_SUFFIXES or "." in word or word == "MD")


def _names_suffix(word: str) -> bool:
    return _key(word) in _SUFFIXES and not (_key(word) in _BY_BIRTH and _INITIALS.fullmatch(word))


def _all_suffixes(part: str) -> bool:
    """Whether a part between commas holds nothing but suffixes (``Ph. D.`` counts as one)."""
    return _names_suffix(part.replace(" ", "")) or all(map(_names_suffix, part.split()))


def _last_name_start(parts: list[str]) -> int:
    """Where the family name begins among the words of a name: particles belong to it, but not word 0."""
    start = len(parts) - 1
    while start > 1:
        before = parts[start - 1].casefold()
        if before.removesuffix(".") in _PARTICLES:
            start -= 1
        elif before in _CONJUNCTIONS and start > 2:
            start -= 2
        else:
            break
    return start


def _is_initial(word: str) -> bool:
    return len(word.rstrip(".")) == 1


def split_name(text: str) -> tuple[PersonName, bool]:
    """The parts of a name written in one piece, and whether they were guessed.

    A comma says where the family name ends (``Doe, Jane``), so that is not a guess; which of several
    words without one is the family name is. ``guessed`` is then true: show the parts and ask. What stands
    in brackets at the end is no family name.
    """
    head, *rest = [part for part in _COMMAS.split(tidy(text)) if part] or [""]
    if rest and not all(map(_all_suffixes, rest)):
        return _split_listed(head, rest)
    aside = _ASIDE.fullmatch(head)
    name, guessed = _split_spoken((aside[1] if aside else head).split())
    if aside:
        name = replace(name, middle=_joined(name.middle, aside[2]))
    suffix = ", ".join(part for part in (name.suffix, *rest) if part)
    return replace(name, suffix=suffix), guessed


def _split_listed(head: str, rest: list[str]) -> tuple[PersonName, bool]:
    """``Last, First Middle, Suffix``: the order is told by the commas."""
    last_title, last_words = _take_titles(head.split())
    last, suffixes = _take_suffixes(last_words, keep=1)
    title, given_words = _take_titles(rest[0].split())
    given, more = _take_suffixes(given_words, keep=1)
    name = PersonName(
        prefix=_joined(last_title, title),
        first=given[0],
        middle=" ".join(given[1:]),
        last=" ".join(last),
        suffix=", ".join([*suffixes, *more, *rest[1:]]),
    )
    guessed = not all(map(_is_initial, given[1:])) or not all(map(_all_suffixes, rest[1:]))
    return name, guessed


def _split_spoken(parts: list[str]) -> tuple[PersonName, bool]:
    """``Title First Middle Last Suffix``; behind a title one name is enough: ``Dr King Jr``."""
    title, parts = _take_titles(parts)
    parts, suffixes = _take_suffixes(parts, keep=1 if title else 2)
    suffix = ", ".join(suffixes)
    if len(parts) < 2:
        only = " ".join(parts)
        if title and _key(title.split()[-1]) not in _TITLES_OF_GIVEN_NAMES:
            return PersonName(prefix=title, last=only, suffix=suffix), True
        return PersonName(prefix=title, first=only, suffix=suffix), bool(title)
    if _FAMILY_FIRST.search(parts[0]):
        return PersonName(title, parts[1], " ".join(parts[2:]), parts[0], suffix), True
    start = _last_name_start(parts)
    return PersonName(title, parts[0], " ".join(parts[1:start]), " ".join(parts[start:]), suffix), True


_GLUED = re.compile(r"(?<=[^\W\d_])\d+(?=\s|-|$)")


def strip_glued_digits(text: str) -> str:
    """*text* without digits glued to the end of its words: ``Ramiro608`` -> ``Ramiro``."""
    return _GLUED.sub("", text)


# --- words and sounds for the search index ------------------------------------------------------

_HYPHENS = re.compile("[-\u2010-\u2015\u2212\u200c_/]")
# O before a consonant, Mc and Mac: the rest is a name of its own (Oconnor, McDonald).
_GAELIC = re.compile(r"(?:o(?=[bcdfghjklmnpqrstvwz])|mc|mac)([a-z]{4,})")
_SHORT_WORD = 3


def _parts(piece: str) -> Iterator[str]:
    """Both halves and the joined form of a word written with hyphens or apostrophes."""
    halves = [half for half in _HYPHENS.split(piece) if half]
    yield fold("".join(halves))
    for half in halves:
        yield fold(half)
        bits = re.split(APOSTROPHE, half)
        yield from (fold(bit) for bit in bits if len(bit) > 1 and len(bits) > 1)


def _joins(folded: list[str]) -> Iterator[str]:
    """What people write as one word: short words with what follows them, and the whole name."""
    if 2 <= len(folded) <= 4:
        yield "".join(folded)
    for index, word in enumerate(folded):
        end = index
        while end < len(folded) - 1 and len(folded[end]) <= _SHORT_WORD:
            end += 1
        if end > index and len(word) <= _SHORT_WORD:
            yield "".join(folded[index : end + 1])


def search_words(names: Iterable[str]) -> frozenset[str]:
    """The folded words under which somebody with these *names* is found (P1), each at least one character.

    Pass every part (first, middle, last, former names) as a string of its own. A search for
    ``o'connor``, ``o connor`` or ``oconnor`` finds each of these spellings; ``Smith-Jones`` is found by
    either half and by ``smithjones``, ``De la Cruz`` by ``delacruz``.
    """
    found: set[str] = set()
    for name in names:
        pieces = name.split()
        for piece in pieces:
            found.update((piece.lower(),) if piece.isascii() and piece.isalnum() else _parts(piece))
        if len(pieces) > 1:
            found.update(_joins(fold(name).split()))
    spread = {word for entry in found for word in entry.split()}
    return frozenset(spread | {match[1] for match in map(_GAELIC.fullmatch, spread) if match})


@lru_cache(maxsize=4096)
def sounds(word: str) -> str:
    """The Metaphone code of a word; names that sound alike share it. Empty outside the Latin script."""
    folded = fold(word).replace(" ", "")
    if not folded.isascii() or not folded.isalpha():
        return ""
    from jellyfish import metaphone

    return metaphone(folded)


def sound_words(names: Iterable[str]) -> frozenset[str]:
    """The sound codes of the words in *names* of three letters or more: the last hits of a search (P1)."""
    return frozenset(
        code for name in names for word in fold(name).split() if len(word) >= 3 and (code := sounds(word))
    )


def fits(name: str, sort_name: str) -> bool:
    """Whether a name may be that of the customer with ``sort_name``: one's words are all the other's."""
    one, other = set(words(name)), set(sort_name.split())
    return bool(one) and (one <= other or other <= one)
