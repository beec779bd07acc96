"""How long a text message is: its characters and the parts it is sent in.

3GPP TS 23.038: the letters of the default alphabet take one place of seven bits, those of its extension
table two, and 160 fit into one message or 153 into each part of a long one. A single other character has
the whole text sent as UCS-2: 70, or 67 in each part. What takes two places is never parted.
"""

from __future__ import annotations

from dataclasses import dataclass

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The default alphabet."""
EXTENDED = frozenset("\f^{}\\[~]|€")
"""What its extension table adds."""


@dataclass(frozen=True, slots=True)
class Length:
    """``places`` are what the text takes of the alphabet it is sent in; ``odd`` is the first character that
    makes it UCS-2, empty for the default alphabet."""

    characters: int
    places: int
    parts: int
    odd: str = ""

    @property
    def says(self) -> str:
        """As it is told while typing: ``151 of 160, 1 part``."""
        alone, each = (70, 67) if self.odd else (160, 153)
        room = alone if self.parts <= 1 else each * self.parts
        parts = f"{self.parts} part{'' if self.parts == 1 else 's'}"
        why = f" ({self.odd} leaves 70 instead of 160 to a part)" if self.odd else ""
        return f"{self.places} of {room}, {parts}{why}"


def length_of(text: str) -> Length:
    """The length of a text message."""
    odd = next((char for char in text if char not in BASIC and char not in EXTENDED), "")
    if odd:
        sizes, alone, each = [1 + (ord(char) > 0xFFFF) for char in text], 70, 67
    else:
        sizes, alone, each = [1 + (char in EXTENDED) for char in text], 160, 153
    places = sum(sizes)
    return Length(len(text), places, _parts(sizes, alone, each) if places else 0, odd)


def told(text: str) -> str:
    """As it is told at each key: ``151 characters, GSM-7: 151 of 160, 1 part``."""
    found = length_of(text)
    many = f"{found.characters} character{'' if found.characters == 1 else 's'}"
    return f"{many}, {'UCS-2' if found.odd else 'GSM-7'}: {found.says}"


def _parts(sizes: list[int], alone: int, each: int) -> int:
    if sum(sizes) <= alone:
        return 1
    parts, room = 0, 0
    for size in sizes:
        if size > room:
            parts, room = parts + 1, each
        room -= size
    return parts
