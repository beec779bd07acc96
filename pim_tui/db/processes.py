"""Whether somebody's process still runs on this machine."""

from __future__ import annotations

import os
from pathlib import Path

_ROUNDED = 2
"""Seconds by which two ages may differ that are the same."""


def runs(pid: int, age: int) -> bool:
    """Whether the process that had this number ``age`` seconds ago still runs.

    A younger one is another, which was given the number anew, as they are after a restart.
    """
    if pid == os.getpid():
        return True
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        pass
    found = _age_of(pid)
    return found is None or found + _ROUNDED >= age


def _age_of(pid: int) -> float | None:
    """For how long a process has run; None where the system does not tell. Format: proc_pid_stat(5)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
        up = float(Path("/proc/uptime").read_text("utf-8").split()[0])
        return up - int(fields[19]) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError):
        return None
