"""Real printers: CUPS with one that makes PDFs, an IPP printer, a receipt printer at a socket, terminals."""

from __future__ import annotations

import os
import pwd
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from pim_tui.config import Settings
from pim_tui.destinations import read_destination
from pim_tui.documents.escpos import receipt
from pim_tui.documents.slip import SlipLine
from pim_tui.domain.moments import day_of
from pim_tui.errors import Refused
from pim_tui.integrations import printqueue
from pim_tui.services.printers import PrintTest, became_of, listed, print_test
from pim_tui.services.printing import PrintPaper, Stationery, print_paper, stationery
from pim_tui.services.wanted import DayPaper
from tests.integrations.test_terminal_and_socket import listener
from tests.peers import cups
from tests.peers.present import program
from tests.services.clinic import NOW, ZONE, Practice, practice
from tests.tui.ptyterm import PtyTerm

pytestmark = pytest.mark.peer
PPD = Path("/usr/share/ppd/cups-pdf/CUPS-PDF_opt.ppd")
WAIT = 40.0


def until(true: Callable[[], bool], what: str) -> None:
    """Look again and again until it is so."""
    ends = time.monotonic() + WAIT
    while not true():
        assert time.monotonic() < ends, f"{what} did not come"
        time.sleep(0.1)


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Practice]:
    """A clinic with a visit today."""
    made = practice(tmp_path)
    made.book("2026-11-24 10:30")
    yield made
    made.store.close()


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A scheduler that lp and lpstat find."""
    if os.geteuid() != 0:
        pytest.skip("cupsd wants root")
    with tempfile.TemporaryDirectory(prefix="cups-") as folder, cups.scheduler(Path(folder)) as found:
        monkeypatch.setenv("CUPS_SERVER", str(found))
        yield found


def paper(**table: str) -> Stationery:
    """The clinic's paper with these printers, the first of them the usual one."""
    usual = next(iter(table), "")
    return stationery(Settings(clinic_name="Höfer Clinic", printer=usual, printers=table))


def words(file: Path) -> str:
    """The text of a PDF, as another program reads it."""
    done = subprocess.run([program("pdftotext"), str(file), "-"], capture_output=True, check=True, timeout=60)
    return done.stdout.decode()


def made_in(folder: Path) -> set[tuple[Path, int]]:
    """The PDFs of a folder and when each was written."""
    return {(file, file.stat().st_mtime_ns) for file in folder.glob("*.pdf")}


def drawn(file: Path, folder: Path) -> Image.Image:
    """The first page of a PDF as another program draws it, so small that only its shape counts."""
    to = folder / f"{file.stem}-drawn"
    draw = [program("pdftoppm"), "-gray", "-r", "40", "-f", "1", "-singlefile", str(file), str(to)]
    subprocess.run(draw, check=True, timeout=60)
    return Image.open(to.with_suffix(".pgm")).convert("L")


def printed(clinic: Practice, job: str) -> None:
    """Wait until CUPS says that it is through."""
    until(lambda: became_of(clinic.session, job).ended, job)
    assert not became_of(clinic.session, job).trouble


def test_a_day_sheet_comes_out_of_the_printer_as_it_was_made(
    clinic: Practice, address: Path, tmp_path: Path
) -> None:
    """The printer's way makes letters into shapes without names, so the pages are compared by their look."""
    program("pdftoppm")
    wanted, made = DayPaper(day_of(NOW, ZONE)), tmp_path / "made.pdf"
    print_paper(clinic.session, PrintPaper(wanted, paper(), str(made)))
    cups.add(address, "PDF", "-v", "cups-pdf:/", "-P", str(PPD))
    folder = Path(pwd.getpwuid(os.geteuid()).pw_dir, "PDF")
    before = made_in(folder)
    done = print_paper(clinic.session, PrintPaper(wanted, paper(front="cups:PDF")))
    assert done.job.startswith("PDF-")
    printed(clinic, done.job)
    until(lambda: bool(made_in(folder) - before), "the PDF")
    ((file, _),) = made_in(folder) - before
    try:
        ours, theirs = drawn(made, tmp_path), drawn(file, tmp_path)
    finally:
        file.unlink()
    assert ours.size == theirs.size
    assert ImageStat.Stat(ours).mean[0] < 254
    assert ImageStat.Stat(ImageChops.difference(ours, theirs)).mean[0] < 1


def test_an_ipp_printer_takes_the_test_page(clinic: Practice, address: Path, tmp_path: Path) -> None:
    spool, port = tmp_path / "ipp", _free_port()
    spool.mkdir()
    bus = f"unix:path={tmp_path}/bus"
    daemon = [program("dbus-daemon"), "--session", "--nofork", "--nosyslog", f"--address={bus}"]
    env = {**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": bus}
    printer = [
        program("ippeveprinter"), "-r", "off", "-d", str(spool), "-k", "-p", str(port),
        "-f", "application/pdf", "Desk",
    ]  # fmt: skip
    with cups.running(daemon, tmp_path / "bus.log"):
        until(lambda: (tmp_path / "bus").exists(), "the bus")
        with cups.running(printer, tmp_path / "ipp.log", env):
            until(lambda: _takes(port), "the printer")
            cups.add(address, "Ipp", "-v", f"ipp://localhost:{port}/ipp/print", "-m", "everywhere")
            done = print_test(clinic.session, PrintTest("ipp", paper(ipp="cups:Ipp")))
            printed(clinic, done.job)
            until(lambda: any(spool.glob("*.pdf")), "the page")
            (page,) = spool.glob("*.pdf")
            found = words(page)
    assert "Test page" in found
    assert "àâäåæçéèêëîï" in found
    assert "€" in found


def test_a_receipt_printer_gets_the_same_directly_and_through_cups(clinic: Practice, address: Path) -> None:
    with listener() as (port, taken):
        cups.add(address, "Till", "-v", f"socket://127.0.0.1:{port}/?waiteof=false", "-m", "raw")
        wanted = PrintPaper(DayPaper(day_of(NOW, ZONE)), paper(till=f"socket:127.0.0.1:{port}"))
        print_paper(clinic.session, wanted)
        done = print_paper(clinic.session, PrintPaper(wanted.wanted, paper(till="cups:Till raw")))
        printed(clinic, done.job)
        until(lambda: len(taken) == 2, "the second receipt")
    assert taken[0] == taken[1]
    assert b"H\x1bt\x13\x94fer Clinic" in taken[0]


def test_a_stopped_queue_and_an_unknown_one_are_told(clinic: Practice, address: Path) -> None:
    cups.add(address, "Desk", "-v", "file:/dev/null", "-m", "raw")
    subprocess.run(
        [program("cupsdisable"), "-h", str(address), "-r", "out of paper", "Desk"], check=True, timeout=60
    )
    done = print_test(clinic.session, PrintTest("desk", paper(desk="cups:Desk")))
    told = became_of(clinic.session, done.job)
    assert (told.ended, told.trouble) == (True, True)
    assert "out of paper" in told.says
    rows = {row.said: row.state for row in listed(clinic.session, paper(desk="cups:Desk", x="cups:No"), "no")}
    assert rows == {"desk": "disabled: out of paper", "x": "not known to CUPS"}
    assert printqueue.queues() == ("Desk",)
    with pytest.raises(Refused, match="does not exist"):
        print_test(clinic.session, PrintTest("cups:No", paper()))


ASK = [sys.executable, "-m", "pim_tui", "printers", "--test", "here"]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The files of a clinic whose terminals may print."""
    (tmp_path / "config").mkdir()
    settings = 'media_copy = "yes"\nprinter = "here"\n[printers]\nhere = "terminal:"\n'
    (tmp_path / "config/pim_tui.toml").write_text(settings, "utf-8")
    made = [sys.executable, "-m", "pim_tui", "init", "--clinic", "Höfer Clinic", "--name", "Dr Lee"]
    subprocess.run(made, env=_env(tmp_path), check=True, capture_output=True, timeout=60)
    return tmp_path


def test_a_terminal_that_prints_gets_the_page_in_one_piece(home: Path) -> None:
    with PtyTerm(ASK, env=_env(home), term="xterm-256color") as terminal:
        assert terminal.wait_exit() == 0
        raw = bytes(terminal.raw)
    start, end = raw.index(b"\x1b[5i"), raw.index(b"\x1b[4i")
    page = raw[start + 4 : end]
    assert b"\x1b" not in page
    assert "Höfer Clinic".encode() in page
    assert "Western: àâäåæç".encode() in page
    assert raw[end + 4 :].decode().strip() == "The test page was sent to your terminal's printer."


def test_a_session_prints_between_two_pictures_and_its_screen_stays_whole(home: Path) -> None:
    with PtyTerm([sys.executable, "-m", "pim_tui"], env=_env(home), term="xterm-256color") as terminal:
        terminal.wait_for("Höfer Clinic")
        terminal.feed("p")
        terminal.wait_for("Where to")
        terminal.feed("\r")
        terminal.wait_for(lambda: b"\x1b[4i" in terminal.raw)
        raw = bytes(terminal.raw)
        start, end = raw.index(b"\x1b[5i"), raw.index(b"\x1b[4i")
        page = raw[start + 4 : end]
        assert b"\x1b" not in page
        assert page.startswith("Höfer Clinic".encode())
        assert page.endswith(b"\f")
        assert raw.count(b"\x1b[5i") == raw.count(b"\x1b[4i") == 1
        terminal.wait_for("was sent to your terminal")
        terminal.feed("\x11")


@pytest.mark.parametrize("inside", ["tmux", "screen"])
def test_inside_another_terminal_it_is_refused_and_nothing_spills(home: Path, inside: str) -> None:
    where, line = home / "s", f"{' '.join(ASK)}; echo it ended; read x"
    where.mkdir(mode=0o700)
    start = {
        "tmux": [program("tmux"), "-S", str(where / "t"), "-f", "/dev/null", "new-session", line],
        "screen": [program("screen"), "-c", "/dev/null", "-S", "pim", "sh", "-c", line],
    }[inside]
    env = {**_env(home), "SCREENDIR": str(where), "LC_ALL": "C.UTF-8"}
    with PtyTerm(start, env=env, term="xterm-256color") as terminal:
        text = " ".join(terminal.wait_for("it ended", 40).split())
        assert f"Inside {inside} the paper" in text
        assert "Test page" not in text
        assert b"\x1b[5i" not in terminal.raw
        terminal.feed("\r")
        terminal.wait_exit()


def test_letters_of_three_code_pages_arrive_as_they_were_meant() -> None:
    to = read_destination("till", "socket:127.0.0.1:1 pages=858,852,866")
    made = receipt([SlipLine("é ł ж €")], pages=to.pages, cut=False)
    pages = {19: "cp858", 18: "cp852", 17: "cp866"}
    page, text, rest = "ascii", "", iter(made[2:].rstrip(b"\n"))
    for byte in rest:
        if byte == 0x1B:
            assert next(rest) == ord("t")
            page = pages[next(rest)]
        else:
            text += bytes([byte]).decode(page)
    assert text == "é ł ж €"


def _env(home: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "PIM_HOME": str(home), "PIM_ZONE": "Europe/Berlin", "LC_ALL": "C.UTF-8"}


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _takes(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
