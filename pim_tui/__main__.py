"""``python -m pim_tui``, and the command ``pim-tui``."""

from __future__ import annotations

import sys

from .host.client import hand_over


def main() -> int:
    """The exit code. Nothing of the program is loaded here where a host runs it."""
    try:
        hand_over(sys.argv[1:])
        from .cli import main as begin
    except KeyboardInterrupt:
        # Whoever stops it while it loads has nothing to read about where.
        return _STOPPED
    return begin()


_STOPPED = 130
"""A shell's exit code for Ctrl+C."""


if __name__ == "__main__":
    sys.exit(main())
