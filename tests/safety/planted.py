"""Three readers with a fault each that only a search finds: the controls of the fuzzer."""

from __future__ import annotations

from tests.safety.reader import MEGABYTES, Reader

_HELD: list[bytearray] = []


def _knows(data: bytes) -> bool:
    """Letter by letter: whoever is guided by coverage is there at once, whoever guesses hardly ever."""
    return data[:1] == b"p" and data[1:2] == b"i" and data[2:3] == b"m"


def crashes(data: bytes) -> None:
    """Fails over one input."""
    if _knows(data):
        raise IndexError


def hangs(data: bytes) -> None:
    """Does not come to an end over one input."""
    while _knows(data):
        pass


def eats(data: bytes) -> None:
    """Takes more memory than it may over one input, and gives it back."""
    if _knows(data):
        _HELD.append(bytearray((MEGABYTES + 20) << 20))
        _HELD.clear()


PLANTED = {
    "a crash": (Reader(crashes), "IndexError"),
    "a hang": (Reader(hangs), "Overtime"),
    "a glutton": (Reader(eats), "Overweight"),
}
"""Each with what the fuzzer must say of it."""
