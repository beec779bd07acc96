"""``python -m pim_tui``, and the command ``pim-tui``."""

from __future__ import annotations

import sys

from .host.client import hand_over


def main() -> int:
    """The exit code. Nothing of the program is loaded here where a host runs it."""
    hand_over(sys.argv[1:])
    from .cli import main as begin

    return begin()


if __name__ == "__main__":
    sys.exit(main())
