"""Makes the customer, or the reason, of the words no other piece of a quick line took."""

from __future__ import annotations

from dataclasses import dataclass

from ..names import SPOKEN_TITLES
from .words import Line


@dataclass(frozen=True, slots=True)
class Left:
    """The customer's words as typed, the reason found without a dash, and what stays unread."""

    customer: str
    reason: str
    unknown: tuple[str, ...]


def read_rest(head: str, line: Line, *, preset: bool) -> Left:
    """Share out what is left; ``preset`` says that the customer is chosen already."""
    if preset:
        line.release("customer")
        return Left("", _take_reason(head, line, list(line.open())), ())
    reason = _take_reason(head, line, _behind_type(line))
    unknown: list[str] = []
    for place in list(line.open()):
        word = line.words[place]
        if word.identifies or word.is_spelled or line.is_dialled(place):
            line.take("customer", place, place + 1)
        else:
            line.take("unknown", place, place + 1)
            unknown.append(word.text)
    return Left(_customer(line), reason, tuple(unknown))


def _behind_type(line: Line) -> list[int]:
    """The free words that follow the type directly, if a word of a name stands before it."""
    kinds = [piece for piece in line.pieces if piece.kind == "type"]
    if len(kinds) != 1 or not any(_names(line, place) for place in range(kinds[0].first)):
        return []
    last = first = kinds[0].last
    while line.free(last) and line.words[last].is_spelled:
        last += 1
    return list(range(first, last))


def _names(line: Line, place: int) -> bool:
    """Whether the word at ``place`` is part of a name: left over, or quoted."""
    word = line.words[place]
    return word.quoted or (line.free(place) and word.is_spelled and word.bare not in SPOKEN_TITLES)


def _take_reason(head: str, line: Line, places: list[int]) -> str:
    parts: list[str] = []
    while places:
        run = 1
        while run < len(places) and places[run] == places[0] + run:
            run += 1
        first, last = places[0], places[0] + run
        parts.append(head[line.words[first].start : line.words[last - 1].end])
        line.take("reason", first, last)
        places = places[run:]
    return " ".join(parts)


def _customer(line: Line) -> str:
    places = sorted(
        place for piece in line.pieces if piece.kind == "customer" for place in range(piece.first, piece.last)
    )
    kept = (
        line.words[place].text.strip('"').strip()
        for place in places
        if line.words[place].bare not in SPOKEN_TITLES and line.words[place].bare != "for"
    )
    return " ".join(text for text in kept if text)
