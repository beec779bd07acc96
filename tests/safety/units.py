"""The units of README and manual under a real systemd: ``python -m tests.safety.units [RELEASE]``.

Makes a small Debian (trixie if none is named) in a temporary folder, installs the project there as the README
says, takes the units and the commands that switch them on out of README and manual, starts that Debian with
systemd as its first process (see :mod:`.booted`), and looks whether each does what is said of it. It takes
root, debootstrap, the network until all is installed, a gigabyte of disk and some minutes. The control is a
unit with one letter too many, which has to be found.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.readme.pages import block, words
from tests.safety.booted import PACKAGES, Machine, booted
from tests.safety.newer_python import debian, inside
from tests.tui.ptyterm import PtyTerm

UNITS = (
    "pim-host.socket", "pim-host.service", "pim-backup.service", "pim-backup.timer", "pim-deliver.service",
    "pim-deliver.timer", "pim-worker.service",
)  # fmt: skip
STAYING = tuple(unit for unit in UNITS if unit not in ("pim-backup.service", "pim-deliver.service"))
INSTALL = """
set -e
systemctl mask -q systemd-modules-load.service
useradd -m -s /bin/sh pim
groupadd pim-staff
useradd -m -s /bin/sh -G pim-staff anna
useradd -m -s /bin/sh carl
python3 -m venv /opt/pim
/opt/pim/bin/pip wheel -q --no-deps -w /wheel .
/opt/pim/bin/pip install -q /wheel/*.whl
mkdir -m 700 /etc/pim
echo made-up > /etc/pim/mail-password
"""
"""What the README says in words. A Debian without a kernel of its own has no modules that could be loaded."""
LOGIN = """
from dataclasses import replace
from pim_tui.bootstrap import clock
from pim_tui.db.connection import open_book
from pim_tui.domain.rights import rights_of
from pim_tui.domain.session import Session
from pim_tui.paths import places
from pim_tui.queries.staff import staff_record
from pim_tui.services.staff import ChangeStaff, change_staff

open_book(str(places().database_file))
was = staff_record(2)
owner = Session(1, "Anna Berg", "Europe/Berlin", clock, rights_of("owner"), "units", "DE")
change_staff(owner, ChangeStaff(was.id, was.version, was.fields, replace(was.fields, login="anna")))
"""
"""What is typed into the staff list, so that an account of the machine is somebody there."""
STATUS = "/opt/pim/bin/pim-tui host --status --json"
LEFT_OVER = "remains running after unit stopped|Found left-over process|usually indicates unclean termination"
"""How systemd tells of sessions that outlive a host."""
QUIT, DOWN = "\x11", "\x1b[B"


def main(arguments: list[str]) -> int:
    """1 when a unit fails, or a broken one is not found; 2 where none can be tried."""
    if os.geteuid() != 0 or shutil.which("debootstrap") is None:
        print("This takes root, and debootstrap.")
        return 2
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="pim-tui-units-") as folder:
        root = debian(arguments[0] if arguments else "trixie", Path(folder) / "root", *PACKAGES)
        if inside(root, INSTALL) != 0:
            return 2
        failed = tried(root)
    print(f"{len(CHECKS) - failed} of {len(CHECKS)} hold, {time.monotonic() - began:.0f} s.")
    return int(failed > 0)


def tried(root: Path) -> int:
    """How many of the checks fail in the Debian in ``root``, in which the program is installed."""
    for unit in UNITS:
        (root / "etc/systemd/system" / unit).write_text(block(f"ini {unit}"), "utf-8")
    (root / "login.py").write_text(LOGIN, "utf-8")
    failed = 0
    with booted(root) as machine:
        for check in CHECKS[:-1]:
            failed += not _holds(check, machine)
    shutil.rmtree(root / "var/log/journal", ignore_errors=True)
    with booted(root) as machine:
        failed += not _holds(CHECKS[-1], machine)
    return failed


def _holds(check: Callable[[Machine], str], machine: Machine) -> bool:
    began = time.monotonic()
    try:
        said, holds = check(machine), True
    except AssertionError as error:
        said, holds = f"{error}\n{machine.run('journalctl -b --no-pager -n 40').stdout}", False
    name = check.__name__.strip("_").replace("_", " ")
    print(f"{'ok  ' if holds else 'FAIL'} {name:36} {time.monotonic() - began:4.1f} s  {said}", flush=True)
    return holds


def _they_are_switched_on(machine: Machine) -> str:
    """By the commands of the pages; the clinic is made by the README's as well."""
    (made,) = re.findall(r"^pim-tui init --clinic .*$", words(), re.MULTILINE)
    machine.says(made, "pim")
    machine.says("/opt/pim/bin/python /login.py", "pim")
    # An hour that has passed without a backup is made up for at once, and not within five minutes.
    machine.says(
        "mkdir -p /var/lib/systemd/timers /etc/systemd/system/pim-backup.timer.d"
        " && touch -d '2 hours ago' /var/lib/systemd/timers/stamp-pim-backup.timer"
        " && printf '[Timer]\\nRandomizedDelaySec=0\\n' > /etc/systemd/system/pim-backup.timer.d/now.conf"
    )
    lines = re.findall(r"`(systemctl enable --now [^`]+)`", words())
    for line in (*lines, "systemctl enable --now pim-worker.service"):
        machine.says(line)
    return f"{len(lines)} commands, {len(UNITS)} units"


def _the_socket_lets_in_its_group_alone(machine: Machine) -> str:
    looks = machine.says("stat -c '%a %U %G' /run/pim-tui/host.sock")
    assert looks == "660 pim pim-staff", looks
    knock = (
        "/opt/pim/bin/python -c 'import socket;"
        ' socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET).connect("/run/pim-tui/host.sock")\''
    )
    machine.says(knock, "anna")
    refused = machine.run(knock, "carl")
    assert "PermissionError" in refused.stderr, refused.stderr
    return looks


def _a_knock_starts_the_host(machine: Machine) -> str:
    """By the socket alone: whoever knocks has it started. And who sits there has no right on the book."""
    machine.says("systemctl stop pim-host.service")
    _standing(machine)
    with _session(machine) as term:
        assert _standing(machine)["sessions"] == 1
        machine.says("systemctl is-active pim-host.service")
        _leave(term)
    assert machine.run("ls /home/pim/.local", "anna").returncode != 0
    return "a session, which ends with 0"


def _a_restart_and_an_update_let_sessions_go_on(machine: Machine) -> str:
    with _session(machine) as first:
        machine.says("systemctl restart pim-host.service")
        _standing(machine)
        _answers(first)
        with _session(machine) as second:
            before = _standing(machine)["pid"]
            machine.says("/opt/pim/bin/pip install -q --no-deps --no-index --force-reinstall /wheel/*.whl")
            after = _standing(machine)["pid"]
            with _session(machine) as third:
                assert before != after, "the host is the old one"
                for term in (first, second, third):
                    _answers(term)
                    _leave(term)
    return "three hosts, a session of each"


def _the_timer_makes_a_backup(machine: Machine) -> str:
    machine.waits_for("ls /home/pim/.local/share/pim_tui/backups/* > /dev/null")
    machine.waits_for("systemctl show -P Result pim-backup.service | grep -qx success")
    machine.waits_for("! systemctl is-active -q pim-backup.service")
    return machine.says("/opt/pim/bin/pim-tui backup --status", "pim").splitlines()[0]


def _the_worker_stays_and_reads_what_is_lent_to_it(machine: Machine) -> str:
    machine.says("systemctl is-active pim-worker.service")
    assert machine.says("systemctl show -P NRestarts pim-worker.service") == "0"
    worker = machine.says("systemctl show -P MainPID pim-worker.service")
    lent = machine.says(f"tr '\\0' '\\n' < /proc/{worker}/environ | sed -n s/^CREDENTIALS_DIRECTORY=//p")
    reads = f"cat {lent}/mail-password"
    assert machine.says(reads, "pim") == "made-up"
    assert machine.run(reads, "anna").returncode != 0
    return lent


def _each_minute_what_is_due_is_sent(machine: Machine) -> str:
    machine.waits_for("systemctl show -P ExecMainExitTimestamp pim-deliver.service | grep -q .", 80)
    assert machine.says("systemctl show -P Result pim-deliver.service") == "success"
    return "once, with 0"


def _services_gain_no_rights(machine: Machine) -> str:
    """The lines that shut them in are in force, and what was done so far was done under them."""
    for unit in ("pim-host.service", "pim-worker.service"):
        pid = machine.says(f"systemctl show -P MainPID {unit}")
        machine.says(f"grep -qx 'NoNewPrivs:.1' /proc/{pid}/status")
        for folder in ("/etc", "/usr"):
            assert "Read-only" in machine.run(f"nsenter -t {pid} -m touch {folder}/x").stderr
    return "even root could not write to /etc and /usr there"


def _systemd_finds_nothing_amiss(machine: Machine) -> str:
    assert not (found := _amiss(machine)), "\n".join(found)
    return machine.says("systemctl is-system-running")


def _a_broken_unit_is_found(machine: Machine) -> str:
    """The control."""
    file = "/etc/systemd/system/pim-backup.service"
    machine.says(f"sed -i.good 's/^ExecStart=.*/&p/' {file} && systemctl daemon-reload")
    assert machine.run("systemctl start pim-backup.service").returncode != 0
    found = _amiss(machine)
    machine.says(f"mv {file}.good {file} && systemctl daemon-reload && systemctl reset-failed")
    assert any("pim-backup.service" in line for line in found), found
    return found[0]


def _after_a_start_of_the_machine_all_is_there(machine: Machine) -> str:
    for unit in STAYING:
        machine.waits_for(f"systemctl is-active -q {unit}")
    _standing(machine)
    with _session(machine) as term:
        _leave(term)
    assert not (found := _amiss(machine)), "\n".join(found)
    return "a session"


CHECKS: tuple[Callable[[Machine], str], ...] = (
    _they_are_switched_on,
    _the_socket_lets_in_its_group_alone,
    _a_knock_starts_the_host,
    _a_restart_and_an_update_let_sessions_go_on,
    _the_timer_makes_a_backup,
    _the_worker_stays_and_reads_what_is_lent_to_it,
    _each_minute_what_is_due_is_sent,
    _services_gain_no_rights,
    _systemd_finds_nothing_amiss,
    _a_broken_unit_is_found,
    _after_a_start_of_the_machine_all_is_there,
)
"""In their order; before the last the Debian is started anew."""


def _amiss(machine: Machine) -> list[str]:
    """What of it has failed, and of what systemd has warned in it."""
    failed = machine.says("systemctl --failed --plain --no-legend")
    results = [f"{unit} {machine.says(f'systemctl show -P Result {unit}')}" for unit in UNITS]
    ours = " ".join(f"-u {unit}" for unit in UNITS)
    warned = machine.says(f"journalctl -b -q --no-pager -p warning {ours}").splitlines()
    return [
        *failed.splitlines(),
        *(result for result in results if not result.endswith(" success")),
        *(line for line in warned if not re.search(LEFT_OVER, line)),
    ]


def _standing(machine: Machine) -> dict[str, int]:
    """What the host tells of itself."""
    machine.waits_for(STATUS, 60)
    told: dict[str, int] = json.loads(machine.says(STATUS, "pim"))
    return told


@contextmanager
def _session(machine: Machine) -> Iterator[PtyTerm]:
    """Anna, who has an account and no right on the book, at the calendar."""
    argv = machine.line("exec pim-tui", "anna", TERM="xterm-256color")
    with PtyTerm(argv) as term:
        term.wait_for("Harbour Clinic", 30)
        yield term


def _answers(term: PtyTerm) -> None:
    before = len(term.raw)
    term.feed(DOWN)
    term.wait_for(lambda: len(term.raw) > before)


def _leave(term: PtyTerm) -> None:
    term.feed(QUIT)
    code = term.wait_exit()
    assert code == 0, code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
