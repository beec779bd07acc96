"""A week sheet through a real CUPS: ``lp``, and a scheduler of the test's own with a printer that keeps it.

The queue is raw and its printer a few lines of shell, so nothing but the scheduler and its client is
needed (Debian: ``cups-daemon``, ``cups-client``).
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pypdf import PdfReader

from pim_tui.config import Settings
from pim_tui.domain.moments import day_of
from pim_tui.errors import Refused
from pim_tui.services.printing import PrintPaper, print_paper, stationery
from pim_tui.services.wanted import WeekPaper
from tests.services.clinic import NOW, ZONE, practice

CUPSD = shutil.which("cupsd") or shutil.which("cupsd", path="/usr/sbin")
LPADMIN = shutil.which("lpadmin") or shutil.which("lpadmin", path="/usr/sbin")
HELPERS = Path("/usr/lib/cups/daemon")
"""What starts a printer's program."""
WAIT = 20.0
"""Seconds until a peer is given up."""

CONF = """
Listen {socket}
LogLevel warn
DefaultAuthType None
Browsing No
WebInterface No
<Location />
  Order allow,deny
</Location>
<Policy default>
  <Limit All>
    Order deny,allow
  </Limit>
</Policy>
"""
PRINTER = """#!/bin/sh
[ $# -eq 0 ] && {{ echo 'direct keep "Unknown" "Keeps what it prints"'; exit 0; }}
cat "$6" >'{paper}.part' && mv '{paper}.part' '{paper}'
"""
FILES = """
SystemGroup root
ServerBin {folder}/lib
ServerRoot {folder}/etc
RequestRoot {folder}/spool
CacheDir {folder}/cache
StateDir {folder}/state
TempDir {folder}/spool/tmp
AccessLog {folder}/access
ErrorLog {folder}/error
PageLog {folder}/page
"""


@contextmanager
def scheduler(folder: Path) -> Iterator[Path]:
    """A CUPS scheduler with all its files in ``folder``; the socket it answers on."""
    for name in ("etc", "spool/tmp", "cache", "state"):
        (folder / name).mkdir(parents=True)
    address, conf, files = folder / "cups.sock", folder / "etc/cupsd.conf", folder / "etc/cups-files.conf"
    conf.write_text(CONF.format(socket=address), "utf-8")
    files.write_text(FILES.format(folder=folder), "utf-8")
    with (folder / "said").open("wb") as said:
        command = (str(CUPSD), "-f", "-c", str(conf), "-s", str(files))
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
    try:
        answers(address)
        yield address
    finally:
        process.terminate()
        process.wait(WAIT)


def answers(address: Path) -> None:
    """Come back once ``lpstat`` finds the scheduler."""
    ask = ("lpstat", "-h", str(address), "-r")
    for _ in range(1_000):
        if b"is running" in subprocess.run(ask, capture_output=True, timeout=WAIT).stdout:
            return
    raise AssertionError("the scheduler did not start")


@pytest.fixture
def printer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A queue named Desk in a scheduler that ``lp`` finds; the file it prints into."""
    if CUPSD is None or LPADMIN is None or not HELPERS.is_dir() or os.geteuid() != 0:
        pytest.skip("needs root and a CUPS (Debian: cups-daemon, cups-client)")
    paper, backend = tmp_path / "printed", tmp_path / "cups/lib/backend/keep"
    backend.parent.mkdir(parents=True)
    backend.write_text(PRINTER.format(paper=paper), "utf-8")
    backend.chmod(0o700)
    (tmp_path / "cups/lib/daemon").symlink_to(HELPERS)
    with scheduler(tmp_path / "cups") as address:
        add = (LPADMIN, "-h", str(address), "-p", "Desk", "-E", "-v", "keep:/", "-m", "raw")
        done = subprocess.run(add, capture_output=True, text=True, timeout=WAIT)
        assert done.returncode == 0, done.stderr
        monkeypatch.setenv("CUPS_SERVER", str(address))
        yield paper


def printed(paper: Path) -> bytes:
    """What the printer wrote, once the queue is empty."""
    for _ in range(1_000):
        if not subprocess.run(("lpstat", "-o"), capture_output=True, timeout=WAIT).stdout:
            return paper.read_bytes()
    raise AssertionError("the job did not leave the queue")


def test_a_week_sheet_reaches_the_printer_whole(tmp_path: Path, printer: Path) -> None:
    clinic = practice(tmp_path)
    clinic.book("2026-11-24 10:30")
    paper = stationery(Settings(clinic_name="Harbour Clinic", printer="Desk"))
    done = print_paper(clinic.session, PrintPaper(WeekPaper(day_of(NOW, ZONE)), paper))
    assert done.says == "The week sheet of 23 Nov 2026 to 29 Nov 2026 was sent to the printer."
    found = PdfReader(io.BytesIO(printed(printer))).pages[0].extract_text()
    for part in ("Harbour Clinic", "10:30-11:00", "Doe, Jane"):
        assert part in found
    with pytest.raises(Refused, match="does not exist"):
        print_paper(
            clinic.session,
            PrintPaper(WeekPaper(day_of(NOW, ZONE)), stationery(Settings(printer="Nowhere"))),
        )
    clinic.store.close()
