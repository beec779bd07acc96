"""Data classes that are made quickly answer as Python's own do; what a start leaves out can come later."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.fences.rules import ROOT

_CLASSES = """
import dataclasses, json, pickle, sys
from dataclasses import KW_ONLY, InitVar, dataclass, field, replace
from typing import NamedTuple, Optional, get_type_hints
if sys.argv[1] == "quick":
    from pim_tui import quickclasses
    quickclasses.install()

@dataclass(frozen=True, slots=True)
class One:
    a: int
    b: str = field(default="b", repr=False)
    c: list = field(default_factory=list, compare=False)

@dataclass(order=True)
class Two:
    a: int
    def __post_init__(self): self.a += 1

@dataclass(frozen=True)
class Nothing: pass

@dataclass(frozen=True, slots=True)
class Under(One):
    d: int = 4

Many = dataclasses.make_dataclass(
    "Many", [("a0", int)] + [(f"a{n}", int, field(default=n)) for n in range(1, 60)]
    + [("last", list, field(default_factory=list))], frozen=True)

@dataclass
class Plain:
    a: int
    b: list = field(default_factory=list)
    c: int = 3

@dataclass
class Handed:
    a: int
    b: InitVar[int] = 2
    c: int = field(init=False, default=5)
    def __post_init__(self, b): self.a += b

@dataclass(frozen=True)
class Named:
    a: int
    _: KW_ONLY
    b: int = 2

class Pair(NamedTuple):
    a: int
    b: "Optional[str]" = None
    def both(self): return (self.a, self.b)

def tried(act):
    try:
        return repr(act())
    except Exception as error:
        return type(error).__name__

print(json.dumps([tried(act) for act in (
    lambda: One(1), lambda: One(1, "x", [2]), lambda: One(), lambda: One(1, z=2), lambda: One(1, a=2),
    lambda: One(1) == One(1, "b", [9]), lambda: One(1) == One(2), lambda: One(1) == Nothing(),
    lambda: hash(One(1)) == hash(One(1)), lambda: {One(1): 1}, lambda: setattr(One(1), "a", 2),
    lambda: setattr(One(1), "z", 2), lambda: delattr(One(1), "a"), lambda: replace(One(1), b="y").b,
    lambda: Two(1), lambda: Two(1) < Two(2), lambda: sorted([Two(3), Two(1)]), lambda: hash(Two(1)),
    lambda: Nothing(), lambda: Nothing() == Nothing(), lambda: hash(Nothing()) == hash(Nothing()),
    lambda: Under(1), lambda: Under(1) == One(1), lambda: setattr(Under(1), "d", 2), lambda: One(1).c,
    lambda: Many(7), lambda: Many(), lambda: Many(1, a0=2), lambda: Many(1, z=2), lambda: Many(1, last=[3]),
    lambda: setattr(Many(1), "a3", 2), lambda: Many(1) == Many(1), lambda: Many(*range(99)),
    lambda: [Plain(n, c=n) for n in range(30)], lambda: [One(n, "x") for n in range(30)], lambda: Plain(),
    lambda: [Plain(n).b.append(n) for n in range(30)], lambda: Plain(1).b, lambda: Plain(1, 2, 3, 4),
    lambda: [Handed(n) for n in range(30)], lambda: [Named(n, b=n) for n in range(30)], lambda: Named(1, 2),
    lambda: Pair(1), lambda: Pair(b="x", a=2), lambda: Pair(), lambda: Pair(1)._replace(b="y").both(),
    lambda: sorted(get_type_hints(Pair).items()), lambda: Pair._field_defaults, lambda: Pair(1) == (1, None),
    lambda: pickle.loads(pickle.dumps(Many(2))) == Many(2), lambda: dataclasses.asdict(One(1)),
)]))
"""

_LATER = """
import json, sys
from pim_tui.sparing import spare
spare()
import asyncio, textual.app
early = [name for name in ("ssl", "_hashlib", "sqlite3", "textual.fuzzy") if name in sys.modules]
import hashlib, sqlite3, ssl
print(json.dumps([early, hashlib.sha256(b"").hexdigest()[:8], bool(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)),
                  sqlite3.connect(":memory:").execute("select 1").fetchone()[0]]))
"""


def _told(code: str, *args: str) -> list[object]:
    ended = subprocess.run(
        [sys.executable, "-c", code, *args], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    found: list[object] = json.loads(ended.stdout.splitlines()[-1])
    return found


def test_a_data_class_made_quickly_does_what_one_of_python_does() -> None:
    assert _told(_CLASSES, "quick") == _told(_CLASSES, "plain")


def test_what_a_start_leaves_out_is_there_for_whoever_loads_it_later() -> None:
    assert _told(_LATER) == [[], "e3b0c442", True, 1]
