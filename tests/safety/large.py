"""Large inputs: ``python -m tests.safety.large [NAME ...]``.

Feeds every reader of :mod:`tests.safety.fuzzed` 100 kB of one letter and of each word of its own, lines of a
megabyte, ten thousand fields, deep nesting, alone and behind what it takes for a beginning. No input may let
an error through or take more than 200 MB; a typed line or an answer of that size may take a second of the
processor, a file that is imported, and a text of a megabyte through all that texts go through, five. The
controls are a reader whose time grows with the square of the input and one that recurs.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.safety.backup_readers import BACKUPS
from tests.safety.fuzz_one import Measured, Overtime, Overweight
from tests.safety.fuzzed import READERS
from tests.safety.part_readers import PARTS
from tests.safety.reader import SECONDS, Reader
from tests.safety.readers import FILES

PATIENT = 5.0
"""Seconds of the processor for a large file: it is read to its end, or to a cap, on a thread of its own."""
LETTERS = "a1é9 \t\n\"'(=,;:-@/\\<[{%\0\x1b\u0301\u202e\u200d\ufffd漢😀ﷺ"
SIZE, LINE, FIELDS = 100_000, 1_000_000, 10_000
CLOSED = (100, 400, 800, 900, 950, 990, 5_000)
NESTED = ("[", "{", "(", '{"a":', "[{", "<a>", "BEGIN:VEVENT\n", "BEGIN:VCARD\n", "AGENT:BEGIN:VCARD\n", '"')


def square(data: bytes) -> None:
    """The control that takes too long over large inputs only."""
    for at in range(len(data)):
        data.count(b"\0", at)


def recursive(data: bytes) -> None:
    """The control that fails over deep nesting only."""
    if data[:1] == b"[":
        recursive(data[1:])


CONTROLS = {"a square": Reader(square), "a recursion": Reader(recursive)}


def inputs(reader: Reader) -> Iterator[tuple[str, bytes]]:
    """Each with what it is."""
    head = "".join(reader.words)
    for letter in LETTERS:
        yield f"100 kB of {letter!r}", (letter * SIZE).encode()[:SIZE]
    for word in filter(None, reader.words):
        yield f"100 kB of {word[:40]!r}", (word * (SIZE // len(word))).encode()[:SIZE]
    for text in ("a", "word ", "7d 10:30 "):
        yield f"a line of 1 MB of {text!r}", (text * (LINE // len(text))).encode()
    for separator in (",", ";", "\t", "|", " ", "\n", "&"):
        fields = separator.join(["a1"] * FIELDS)
        yield f"10,000 fields by {separator!r}", fields.encode()
        yield f"10,000 fields by {separator!r} behind a beginning", (head + fields).encode()
    for opening in NESTED:
        yield f"{opening!r} deep", (opening * FIELDS).encode()
        yield f"{opening!r} deep in an answer", b"A\n" + (opening * FIELDS).encode()
        yield f"{opening!r} deep behind a beginning", (head + opening * FIELDS).encode()
    for depth in CLOSED:
        nested = "[" * depth + "]" * depth
        yield f"{depth} deep and closed", f'A\n{{"message":{nested},"resource":{nested}}}'.encode()
        yield f"{depth} elements deep and closed", ("<a>" * depth + "</a>" * depth).encode()
    yield "1 MB behind a beginning", (head + "a" * LINE).encode()
    yield "a beginning again and again", (head * (LINE // max(1, len(head)) or 1)).encode()[:LINE]


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a reader: how many inputs it took, the slowest, and what is wrong."""

    name: str
    inputs: int
    slowest: float
    over: str
    wrong: tuple[str, ...]


def tried(name: str) -> Tried:
    """Feed one reader all of them, a control until it is caught."""
    reader = READERS.get(name) or CONTROLS[name]
    most = PATIENT if name in (*FILES, *PARTS, *BACKUPS, "texts") else SECONDS
    reader.read("".join(reader.words).encode())
    read, count, slowest, wrong = Measured(reader.read, most), 0, (0.0, ""), []
    for what, data in inputs(reader):
        began = time.process_time()
        try:
            read(data)
        except (Exception, Overtime, Overweight) as error:
            wrong.append(f"{what}: {type(error).__name__} {error}"[:300])
        count, slowest = count + 1, max(slowest, (time.process_time() - began, what))
        if wrong and name in CONTROLS:
            break
    return Tried(name, count, *slowest, tuple(wrong))


def main(arguments: Sequence[str]) -> int:
    """1 when an input is too much for a reader, or a control takes them all."""
    parser = argparse.ArgumentParser(prog="python -m tests.safety.large")
    parser.add_argument("names", nargs="*", metavar="NAME")
    names = parser.parse_args(arguments).names or list(READERS)
    count, wrong = 0, 0
    with multiprocessing.get_context("fork").Pool(1, maxtasksperchild=1) as pool:
        for one in pool.imap(tried, names):
            print(f"{one.name:12} {one.inputs:4} inputs, {one.slowest:.2f} s at most: {one.over}")
            print("".join(f"  {line}\n" for line in one.wrong), end="", flush=True)
            count, wrong = count + one.inputs, wrong + len(one.wrong)
        controls = list(pool.imap(tried, CONTROLS))
    for one in controls:
        print(f"control {one.name}: caught after {one.inputs} inputs: {', '.join(one.wrong) or 'never'}")
    missed = [one.name for one in controls if not one.wrong]
    print(f"{count:,} large inputs, {wrong} too much; controls missed: {', '.join(missed) or 'none'}")
    return int(bool(wrong or missed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
