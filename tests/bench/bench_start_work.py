"""The work of a start, counted: instructions until the first screen stands and nothing is under way any more.

A clock tells on a busy machine how busy it is. Needs valgrind (``cachegrind``), which counts.
"""

from __future__ import annotations

import re
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tests.bench.clinics import BIG, EMPTY, ROOT
from tests.bench.figures import Figure
from tests.bench.terminal import BARE, app, surroundings
from tests.tui.ptyterm import PtyTerm

_WITHOUT = (
    "from pim_tui import {0}\n{0}.install = lambda: None\n"
    "import sys\nfrom pim_tui.cli import main\nsys.exit(main())"
)
_SPARES = {"quickclasses": 0.85, "quickpatterns": 0.95}
"""What replaces something of Python's own, and how many times as much a start must take with it at the most:
one that spares less is not worth being kept.
"""
_SLOWER = 60
"""About how many times slower it runs while it is counted."""


def figures() -> Iterator[Figure]:
    """A full day and an almost empty book beside the bare app, and what two of our modules spare; nothing
    where there is no valgrind.
    """
    if not shutil.which("valgrind"):
        print("  start_work is left out: there is no valgrind on this machine", file=sys.stderr)
        return
    for book in (BIG, EMPTY):
        # The first start of a version keeps its patterns, the first of a day looks the book through.
        with app(book):
            pass
    bare = counted(["-c", BARE], {"PYTHONPATH": str(ROOT)}, "ready")
    for name, book in (("a full day", BIG), ("an empty book", EMPTY)):
        with surroundings(book) as env:
            ours = counted(["-m", "pim_tui"], env, "appointment")
        yield Figure(f"start to a calendar with {name}, instructions", ours, "M", bare, 1.3)
    for module, most in _SPARES.items():
        with surroundings(EMPTY) as env:
            without = counted(["-c", _WITHOUT.format(module)], env, "appointment")
        yield Figure(f"the same beside one without {module}, instructions", ours, "M", without, most)


def counted(run: Sequence[str], env: Mapping[str, str], sign: str) -> float:
    """Millions of instructions that Python takes to ``run`` this, from its first one until ``sign`` is shown
    and nothing more happens. The end of the program is not counted: it is killed.
    """
    with tempfile.TemporaryDirectory() as folder:
        out, log = Path(folder, "counted"), Path(folder, "log")
        valgrind = ["valgrind", "--tool=cachegrind", "--cache-sim=no", f"--cachegrind-out-file={out}",
                    f"--log-file={log}", sys.executable]  # fmt: skip
        with PtyTerm([*valgrind, *run], env={**env, "PYTHONHASHSEED": "0"}) as term:
            term.wait_for(sign, 120)
            _settle(term)
            term.kill(signal.SIGUSR2)
            term.wait_exit(60)
        found = re.search(r"^summary: (\d+)", out.read_text(), re.MULTILINE)
    if found is None:
        raise AssertionError("valgrind has counted nothing")
    return int(found[1]) / 1e6


def _settle(term: PtyTerm, quiet: float = 2.0) -> None:
    """Wait until nothing comes, and next to nothing is worked, for a while."""
    while True:
        cpu, sent, since = term.cpu(), len(term.raw), time.monotonic()
        while time.monotonic() - since < quiet:
            term.pump(0.2)
        if len(term.raw) == sent and term.cpu() - cpu < quiet * 0.002 * _SLOWER:
            return
