"""What nobody counts is looked at by the copies of a process and stays in common."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.fences.rules import ROOT

CAN = sys.implementation.name == "cpython" and sys.version_info >= (3, 12)
"""Whether this Python knows of objects that nobody counts."""

_LOOKED_AT = """
import gc, os, resource, sys
from pim_tui.host.uncounted import uncount
things = [{"name": f"thing {at}"} for at in range(20_000)]
gc.collect()
gc.disable()
done = uncount() if "uncount" in sys.argv else None
gc.freeze()
said, tells = os.pipe()
if os.fork() == 0:
    gc.enable()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    kept = [thing["name"] for thing in things]
    copied = resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
    del kept, things
    gc.collect()
    os.write(tells, str(copied).encode())
    os._exit(0)
assert os.wait()[1] == 0
print(done, os.read(said, 20).decode())
"""


def looked_at(*words: str) -> list[str]:
    """What was made immortal, and the pages that a copy takes when it looks at 20 000 things."""
    line = [sys.executable, "-c", _LOOKED_AT, *words]
    return subprocess.run(
        line, cwd=ROOT, env={**os.environ}, capture_output=True, check=True, text=True
    ).stdout.split()


def test_a_copy_that_looks_at_what_nobody_counts_takes_no_memory_for_it() -> None:
    counted, (done, copied) = looked_at(), looked_at("uncount")
    assert int(counted[1]) > 700
    if CAN:
        assert int(done) > 40_000
        assert int(copied) < 150
    else:
        # Where Python counts everything, nothing is touched.
        assert done == "0"
        assert int(copied) > 700
