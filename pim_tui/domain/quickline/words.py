"""The quick line cut into words, and who has taken which of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ..text import fold
from .shapes import Span, SpanKind

#: What is read for its meaning; the reason behind the dash may be any length.
HEAD_LIMIT = 600
WORD_LIMIT = 80

#: Small words that belong to the piece they stand before.
BEFORE: dict[SpanKind, frozenset[str]] = {
    "day": frozenset({"on", "the", "for", "from"}),
    "time": frozenset({"at", "@", "from", "around", "about"}),
    "minutes": frozenset({"for"}),
    "type": frozenset({"for", "a", "an"}),
}
SMALL = frozenset({"on", "the", "for", "from", "at", "in", "by", "to", "a", "an", "am", "pm", "with", "via"})

_PHONE_DIGITS = 5

_REASON = re.compile(r"(?:^|(?<=\s))(?:--?|–|—)(?=\s|$)")
_WORD = re.compile(r'"[^"]*"|[^\s,;]+')


@dataclass(frozen=True, slots=True)
class Word:
    """One word: as typed, folded for lookup (``bare``), and squashed to letters and digits (``key``)."""

    text: str
    bare: str
    key: str
    start: int
    end: int
    quoted: bool

    @property
    def is_spelled(self) -> bool:
        """Whether it may be of a name: it has letters."""
        return any(char.isalpha() for char in self.text)

    @property
    def identifies(self) -> bool:
        """Whether it has as many digits as tell people apart, such as those of a telephone."""
        return sum(char.isdigit() for char in self.text) >= _PHONE_DIGITS


@dataclass(frozen=True, slots=True)
class Piece:
    """Words ``first`` to ``last`` (not included) taken together as one ``kind``."""

    kind: SpanKind
    first: int
    last: int


def split_reason(line: str) -> tuple[str, str, Span | None]:
    """(what stands before the first free dash, the reason after it verbatim, where the reason is)."""
    found = _REASON.search(line)
    if not found:
        return line, "", None
    reason = line[found.end() :].strip()
    start = line.index(reason, found.end()) if reason else found.start()
    span = Span(start, start + len(reason), "reason") if reason else None
    return line[: found.start()], reason, span


def squash(text: str) -> str:
    """Folded and without any gap, so that "Follow-up", "follow up" and "followup" are one."""
    return fold(text).replace(" ", "")


def split_words(head: str) -> tuple[list[Word], str]:
    """The words of ``head``, and the text beyond what is read."""
    words: list[Word] = []
    for found in _WORD.finditer(head[:HEAD_LIMIT]):
        if len(words) == WORD_LIMIT:
            return words, head[found.start() :]
        words.append(_word(found))
    return words, head[HEAD_LIMIT:]


def _word(found: re.Match[str]) -> Word:
    text = found[0]
    quoted = len(text) > 1 and text.startswith('"') and text.endswith('"')
    bare = text.casefold()
    # Folding is the dear part of a word; plain ASCII letters are folded by lower() already.
    key = bare if bare.isascii() and bare.isalnum() else squash(text)
    return Word(text, bare.rstrip(".!?"), key, found.start(), found.end(), quoted)


@dataclass(slots=True)
class Line:
    """The words of one line while they are being given out: every word has at most one taker."""

    words: list[Word]
    pieces: list[Piece] = field(default_factory=list)
    taken: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.taken = [False] * len(self.words)

    def free(self, first: int, last: int | None = None) -> bool:
        """Whether words ``first`` to ``last`` (not included) exist and nobody has taken one."""
        last = first + 1 if last is None else last
        return first >= 0 and last <= len(self.words) and not any(self.taken[first:last])

    def open(self) -> Iterator[int]:
        """The places of the words nobody has taken, as they are when asked for."""
        return (place for place in range(len(self.words)) if not self.taken[place])

    def runs(self) -> list[range]:
        """The words nobody has taken, as they stand together."""
        found: list[range] = []
        for place in self.open():
            if found and found[-1].stop == place:
                found[-1] = range(found[-1].start, place + 1)
            else:
                found.append(range(place, place + 1))
        return found

    def is_dialled(self, place: int) -> bool:
        """Whether a telephone number begins here: figures after a 0, and the rest of it behind them."""
        begins = self.bare(place)[:1] == "0" and self.bare(place).isdigit()
        return begins and self.free(place + 1) and self.words[place + 1].identifies

    def is_beside(self, kind: SpanKind, place: int) -> bool:
        """Whether a piece of this kind ends right before ``place`` or begins right after it."""
        return any(piece.kind == kind and place in (piece.first - 1, piece.last) for piece in self.pieces)

    def bare(self, place: int) -> str:
        """The folded word at ``place``, or "" when it is taken or outside the line."""
        return self.words[place].bare if self.free(place) else ""

    def phrase(self, first: int, last: int) -> str:
        """The words as typed, with single spaces."""
        return " ".join(word.text for word in self.words[first:last])

    def take(self, kind: SpanKind, first: int, last: int) -> None:
        """Give words ``first`` to ``last`` (not included) to ``kind``, with the small words before."""
        small = BEFORE.get(kind, frozenset())
        while self.free(first - 1) and self.bare(first - 1) in small:
            first -= 1
        self.taken[first:last] = [True] * (last - first)
        self.pieces.append(Piece(kind, first, last))

    def release(self, kind: SpanKind) -> None:
        """Give back every word that was taken as ``kind``."""
        for piece in self.pieces:
            if piece.kind == kind:
                self.taken[piece.first : piece.last] = [False] * (piece.last - piece.first)
        self.pieces = [piece for piece in self.pieces if piece.kind != kind]

    def spans(self, more: Iterable[Span]) -> tuple[Span, ...]:
        """Where every piece stands, and ``more``, in the order of the line."""
        made = [
            Span(self.words[piece.first].start, self.words[piece.last - 1].end, piece.kind)
            for piece in self.pieces
        ]
        return tuple(sorted((*made, *more), key=lambda span: span.start))
