"""A machine of its own for whoever needs accounts: this one, with other accounts and rules for ``sudo``.

Files are laid over those of the machine in a mount namespace, which ends with the process: nothing outside
sees any of it. It takes root.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.fences.rules import ROOT

OURS = Path("/srv")
"""Where what a test lends lies for the accounts."""


def machine(folder: Path, accounts: Mapping[str, int], groups: Mapping[str, str], sudoers: str) -> list[str]:
    """The command before one that runs there; ``accounts`` have these numbers, ``groups`` one member each,
    and ``folder``/lent is seen at :data:`OURS`.
    """
    added = {
        "passwd": [f"{name}:x:{number}:{number}::/:/bin/sh" for name, number in accounts.items()],
        "group": [
            *(f"{name}:x:{number}:" for name, number in accounts.items()),
            *(f"{name}:x:{64_900 + at}:{member}" for at, (name, member) in enumerate(groups.items())),
        ],
        "shadow": [f"{name}:*:19000:0:99999:7:::" for name in accounts],
    }
    steps = ["set -e"]
    for name, lines in added.items():
        file = folder / name
        file.write_text(Path("/etc", name).read_text() + "".join(f"{line}\n" for line in lines))
        file.chmod(0o600 if name == "shadow" else 0o644)
        steps.append(f"mount --bind {file} /etc/{name}")
    rules = folder / "sudoers.d"
    rules.mkdir()
    (rules / "ours").write_text(f"{sudoers}\n")
    (rules / "ours").chmod(0o440)
    steps += [f"mount --bind {rules} /etc/sudoers.d", f"mount --bind {folder / 'lent'} {OURS}"]
    steps += _opened(folder)
    script = folder / "machine"
    script.write_text("\n".join([*steps, 'exec "$@"', ""]))
    return ["unshare", "-m", "sh", str(script)]


def _opened(folder: Path) -> Iterable[str]:
    """Python and the program may lie where accounts do not get: below the folder of root, say."""
    needed = {Path(sys.base_prefix), Path(sys.prefix), Path(os.__file__).parents[2], ROOT}
    for closed in {found for one in needed if (found := _closed(one))}:
        inside = [one for one in needed if one.is_relative_to(closed)]
        for at, one in enumerate(inside):
            kept = folder / f"kept-{at}"
            yield f"mkdir -p {kept} && mount --bind {shlex.quote(str(one))} {kept}"
        yield f"mount -t tmpfs -o mode=755 tmpfs {shlex.quote(str(closed))}"
        for at, one in enumerate(inside):
            place = shlex.quote(str(one))
            yield f"mkdir -p -m 755 {place} && mount --bind {folder}/kept-{at} {place}"


def _closed(path: Path) -> Path | None:
    """The outermost folder above it that only its owner gets into."""
    return next((one for one in reversed((path, *path.parents)) if not one.stat().st_mode & 0o001), None)
