"""Power cuts at length: ``python -m tests.safety.power_cuts [--cuts N]``.

Two hundred unless said otherwise, in the middle of booking and selling: with FULL, as the program works,
nothing may be lost or damaged. The controls run a quarter as often: with NORMAL something must be lost, and
with OFF something damaged.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.safety import power
from tests.safety.alone import alone

CUTS = 200


def main(arguments: list[str]) -> int:
    """1 when anything was lost, or a control has lost nothing."""
    cuts = int(arguments[1]) if arguments[:1] == ["--cuts"] else CUTS
    with tempfile.TemporaryDirectory() as folder:
        full = _run(folder, "full", cuts)
        normal, off = (_run(folder, how, max(8, cuts // 4)) for how in ("normal", "off"))
    print(
        f"{cuts} cuts, {full['promised']} promises: {full['lost']} lost, {full['broken']} damaged;"
        f" NORMAL lost in {normal['lost']}, OFF damaged in {off['broken']}"
    )
    unharmed = full["promised"] > cuts and not full["lost"] and not full["broken"]
    return int(not (unharmed and normal["lost"] and not normal["broken"] and off["broken"]))


def _run(folder: str, how: str, count: int) -> dict[str, Any]:
    room = Path(folder) / how
    room.mkdir()
    found: dict[str, Any] = alone(power.cuts, room, how, count, 7, timeout=600)
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
