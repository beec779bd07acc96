"""``python -m pim_tui``, and the command ``pim-tui``."""

from __future__ import annotations

import sys

from .host.client import handed


def main() -> int:
    """The exit code. Nothing of the program is loaded here where a host runs it."""
    code = handed(sys.argv[1:])
    if code is not None:
        return code
    from .cli import main as begin

    return begin()


if __name__ == "__main__":
    sys.exit(main())
