"""Hostile pictures, names and folders; a process that dies between the file and its row; damaged files."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from PIL import Image

from pim_tui.db.connection import Book, open_book, select
from pim_tui.db.filestore import store_of
from pim_tui.errors import FileProblem
from pim_tui.integrations import picture_child, pictures
from pim_tui.integrations.inbox import Inbox
from pim_tui.queries.checks import faults
from pim_tui.queries.files import documents_of
from pim_tui.services.files import AttachFile, attach_document, attach_photo, prepare_photo, sweep
from tests.integrations.pictures import as_file, bomb, face, photo_file
from tests.safety.alone import alone
from tests.services.clinic import ZONE, Practice, practice

pytestmark = pytest.mark.timeout(60)


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    made = Inbox(tmp_path / "inbox")
    made.files()
    return made


# --- what lies in the inbox -----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["../clinic.db", "/etc/passwd", "..", ".", "", "a\0b", "folder", "gone.png"])
def test_nothing_outside_the_inbox_is_reached(clinic: Practice, inbox: Inbox, name: str) -> None:
    (inbox.folder / "folder").mkdir()
    with pytest.raises(FileProblem):
        attach_document(clinic.session, AttachFile(1, inbox, name))


@pytest.mark.parametrize("target", ["/etc/passwd", "/dev/zero", "/proc/self/environ", "../clinic.db"])
def test_links_are_not_followed(clinic: Practice, inbox: Inbox, target: str) -> None:
    (inbox.folder / "photo.png").symlink_to(target)
    assert inbox.files() == ()
    for act in (attach_photo, attach_document):
        with pytest.raises(FileProblem, match="cannot be taken"):
            act(clinic.session, AttachFile(1, inbox, "photo.png"))


def test_a_pipe_holds_nobody_up(clinic: Practice, inbox: Inbox) -> None:
    """Who waits for somebody to write into it does so for ever."""
    os.mkfifo(inbox.folder / "scan.pdf")
    with pytest.raises(FileProblem, match="is not a file"):
        attach_document(clinic.session, AttachFile(1, inbox, "scan.pdf"))


def test_a_file_over_the_cap_is_not_read(inbox: Inbox) -> None:
    with (inbox.folder / "huge.pdf").open("wb") as file:
        file.truncate(pictures.MOST + 1)
    with pytest.raises(FileProblem, match="larger than 20 MB"):
        inbox.read("huge.pdf", pictures.MOST)


def test_a_file_that_grows_while_it_is_read_is_refused(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    path = inbox.folder / "scan.txt"
    path.write_bytes(b"x" * 1000)
    plain = os.fstat

    def grows(descriptor: int) -> os.stat_result:
        seen = plain(descriptor)
        with path.open("ab") as file:
            file.write(b"more")
        return seen

    monkeypatch.setattr(os, "fstat", grows)
    with pytest.raises(FileProblem, match="still being written"):
        inbox.read("scan.txt", pictures.MOST)


def test_a_name_that_would_steer_the_terminal_is_kept_as_harmless_text(
    clinic: Practice, inbox: Inbox
) -> None:
    name = "\x1b]0;owned\x07[@click=app.leave]\udcff\u202egpj.pdf"
    (inbox.folder / name).write_bytes(b"%PDF-1.4")
    attach_document(clinic.session, AttachFile(1, inbox, name))
    (row,) = documents_of(1, zone=ZONE).rows
    assert row.name == "␛]0;owned␇[@click=app.leave]\ufffd\ufffdgpj.pdf"


# --- pictures -------------------------------------------------------------------------------------

POLYGLOT = b"<script>alert(1)</script>%PDF-1.4 PK\x03\x04"
HOSTILE = {
    "a bomb": (bomb, "more than 40 million pixels"),
    "cut off": (lambda: as_file(face())[:900], "damaged or not complete"),
    "a head alone": (lambda: b"\xff\xd8\xff\xe0" + bytes(5_000), "not a picture|damaged"),
    "noise": (lambda: b"\x89PNG\r\n\x1a\n" + os.urandom(5_000), "not a picture|damaged"),
    "nothing": (bytes, "empty"),
    "another kind": (lambda: as_file(Image.new("P", (9, 9)), "GIF"), "GIF"),
    "over the cap": (lambda: b"\xff\xd8\xff" + bytes(pictures.MOST), "larger than 20 MB"),
}


def cost() -> float:
    """Seconds of the processor that this process has had, with the children that have ended."""
    return sum(os.times()[:4])


@pytest.mark.parametrize("what", HOSTILE)
def test_what_cannot_be_a_photo_is_refused_with_the_reason(clinic: Practice, what: str) -> None:
    make, why = HOSTILE[what]
    data = make()
    pictures._CHILD.close()
    began = cost()
    with pytest.raises(FileProblem, match=why):
        prepare_photo(data)
    pictures._CHILD.close()
    assert cost() - began < 2
    assert clinic.count("stored_file") == 0


def test_unguarded_the_bomb_would_be_taken() -> None:
    """The control: what the child refuses is a picture that Pillow would unpack."""
    with pytest.warns(Image.DecompressionBombWarning), Image.open(io.BytesIO(bomb())) as opened:
        assert opened.size == (13_000, 13_000)


def zipped() -> bytes:
    """A ZIP archive with one entry."""
    packed = io.BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr("run.js", "alert(1)")
    return packed.getvalue()


TWO_IN_ONE = {
    "letter.pdf": (lambda: b"%PDF-1.4 letter " + zipped(), "two files in one: a ZIP archive"),
    "remark.pdf": (
        lambda: b"%PDF-1.4 " + zipped()[:-2] + b"\x05\0%%EOF", "two files in one: a ZIP archive",
    ),
    "scan.png": (lambda: as_file(Image.new("RGB", (60, 40)), "PNG") + zipped(), "a ZIP archive hides in it"),
    "scan.jpg": (
        lambda: as_file(Image.new("RGB", (60, 40)), comment=b"%PDF-1.4"), "a PDF hides in it",
    ),
    "bomb.png": (bomb, "more than 40 million pixels"),
    "half.jpg": (lambda: as_file(face())[:900], "damaged or not complete"),
}  # fmt: skip


@pytest.mark.parametrize("name", TWO_IN_ONE)
def test_documents_that_are_not_what_they_look_like_are_refused(
    clinic: Practice, inbox: Inbox, name: str
) -> None:
    make, why = TWO_IN_ONE[name]
    (inbox.folder / name).write_bytes(make())
    with pytest.raises(FileProblem, match=why):
        attach_document(clinic.session, AttachFile(1, inbox, name))
    assert clinic.count("stored_file") == clinic.count("journal") == 0


def test_a_document_that_only_speaks_of_archives_is_taken(clinic: Practice, inbox: Inbox) -> None:
    (inbox.folder / "letter.pdf").write_bytes(b"%PDF-1.4 PK\x05\x06 and more of the letter, up to its end")
    (inbox.folder / "note.txt").write_bytes(b"It begins with %PDF-1.4, they say.")
    for name in ("letter.pdf", "note.txt"):
        attach_document(clinic.session, AttachFile(1, inbox, name))
    assert clinic.count("attachment") == 2


ODD = {
    "CMYK": lambda: as_file(Image.new("CMYK", (60, 40), (0, 200, 200, 0))),
    "16 bits": lambda: as_file(Image.new("I;16", (60, 40), 40_000), "PNG"),
    "a palette": lambda: as_file(Image.new("P", (60, 40), 3), "PNG", transparency=3),
    "transparent": lambda: as_file(Image.new("RGBA", (60, 40), (255, 0, 0, 10)), "PNG"),
    "black and white": lambda: as_file(Image.new("1", (60, 40), 1), "PNG"),
    "moving": lambda: as_file(
        Image.new("RGB", (60, 40)), "WEBP", save_all=True, append_images=[Image.new("RGB", (60, 40), 255)] * 3
    ),
    "polyglot": lambda: as_file(Image.new("RGB", (60, 40)), comment=POLYGLOT) + POLYGLOT,
    "long": lambda: as_file(Image.new("RGB", (20_000, 2)), "PNG"),
}


@pytest.mark.parametrize("what", ODD)
def test_odd_pictures_become_small_bare_jpegs(what: str) -> None:
    made = pictures.photo(ODD[what]())
    with Image.open(io.BytesIO(made)) as opened:
        opened.load()
        assert (opened.format, opened.mode) == ("JPEG", "RGB")
        assert max(opened.size) <= pictures.SIDE
        assert set(opened.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert POLYGLOT not in made


def test_a_photo_is_turned_upright_and_forgets_where_it_was_taken() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    made = pictures.photo(as_file(Image.new("RGB", (60, 40)), exif=exif))
    with Image.open(io.BytesIO(made)) as opened:
        assert opened.size == (40, 60)
        assert not dict(opened.getexif())


def test_a_child_that_hangs_or_dies_costs_one_picture(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    deaf = tmp_path / "deaf.py"
    deaf.write_text("import sys, time\nsys.stdin.buffer.read(9)\ntime.sleep(60)\n")
    pictures._CHILD.close()
    with monkeypatch.context() as patched:
        patched.setattr(picture_child, "__file__", str(deaf))
        patched.setattr(pictures, "PATIENCE", 0.2)
        with pytest.raises(FileProblem, match="could not be read"):
            pictures.photo(photo_file())
    assert pictures.photo(photo_file()).startswith(b"\xff\xd8\xff")


def test_the_child_can_do_little() -> None:
    code = (
        "import runpy, sys; child = runpy.run_path(sys.argv[1]); child['confine']()\n"
        "import os\nfor act in (lambda: bytearray(1 << 30), lambda: open(sys.argv[2], 'wb').write(b'x')):\n"
        "    try:\n        act(); print('done')\n    except (MemoryError, OSError) as error:\n"
        "        print(type(error).__name__)\n"
    )
    argv = [sys.executable, "-I", "-c", code, picture_child.__file__, os.devnull + "/no"]
    said = subprocess.run(argv, capture_output=True, text=True, timeout=20, check=True).stdout.split()
    assert said[0] == "MemoryError"
    assert "done" not in said


def peak() -> int:
    """The most kilobytes this program has had; the usage the system counts includes who started it."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("VmHWM:")[2].split()[0])


def memory_of_the_parent() -> tuple[int, int]:
    """Kilobytes this process grows by while the child shrinks a large photo, and when it does so itself."""
    data, large = bomb(), bomb(6_300)
    pictures.photo(photo_file())
    sizes = [peak()]
    with pytest.raises(FileProblem):
        pictures.photo(data)
    pictures.photo(large)
    pictures._CHILD.close()
    sizes.append(peak())
    with Image.open(io.BytesIO(large)) as opened:
        opened.load()
    sizes.append(peak())
    return sizes[1] - sizes[0], sizes[2] - sizes[1]


@pytest.mark.walk
def test_the_program_itself_stays_small_and_would_not_without_the_child() -> None:
    guarded, unguarded = alone(memory_of_the_parent)
    assert guarded < 10_000
    assert unguarded > 30_000


# --- files and their rows -------------------------------------------------------------------------


def dies_before_the_row(folder: str) -> None:
    """Attach a letter, and end the process when the file is kept and its row is not yet written."""
    from pim_tui.services import files

    made, inbox = practice(Path(folder)), Inbox(Path(folder) / "inbox")
    inbox.files()
    (inbox.folder / "letter.pdf").write_bytes(b"%PDF-1.4 letter")
    files._insert = partial(os._exit, 0)  # type: ignore[assignment]
    attach_document(made.session, AttachFile(1, inbox, "letter.pdf"))


@pytest.mark.walk
def test_a_process_killed_between_file_and_row_leaves_an_orphan_that_is_swept(tmp_path: Path) -> None:
    with pytest.raises((AssertionError, IndexError)):
        alone(dies_before_the_row, tmp_path)
    assert_orphan_is_swept(tmp_path)


def assert_orphan_is_swept(folder: Path) -> None:
    book = open_book(str(folder / "clinic.db"))
    made = practice_session(book)
    (orphan,) = (folder / "files").glob("??/*")
    assert select("select count(*) from stored_file") == [(0,)]
    assert sweep(made) == 0, "it may be on its way to a row"
    os.utime(orphan, (1, 1))
    assert [fault.code for fault in faults() if fault.code == "C14"] == ["C14"]
    assert sweep(made) == 1
    assert not orphan.exists()
    book.close()


def practice_session(book: Book) -> Any:
    """Somebody who may do everything."""
    from pim_tui.domain.rights import rights_of
    from pim_tui.domain.session import Session

    return Session(1, "Anna Berg", ZONE, lambda: 0, rights_of("owner"), "desk-1", "DE")


def test_the_sweep_leaves_what_is_attached_and_what_another_book_may_own(
    clinic: Practice, inbox: Inbox, tmp_path: Path
) -> None:
    (inbox.folder / "letter.pdf").write_bytes(b"%PDF-1.4 letter")
    attach_document(clinic.session, AttachFile(1, inbox, "letter.pdf"))
    store = store_of(clinic.store)
    orphan = store.put(b"nobody's")
    for path in store.folder.glob("??/*"):
        os.utime(path, (1, 1))
    (tmp_path / "other.db").touch()
    assert sweep(clinic.session) == 0
    (tmp_path / "other.db").unlink()
    assert sweep(clinic.session) == 1
    assert not store.has(orphan)
    assert store.read(documents_of(1, zone=ZONE).rows[0].sha256) == b"%PDF-1.4 letter"


@pytest.mark.parametrize(("damage", "says"), [("gone", "is missing"), ("changed", "is damaged")])
def test_check_names_the_row_whose_file_is_not_what_it_was(
    clinic: Practice, inbox: Inbox, damage: str, says: str
) -> None:
    (inbox.folder / "letter.pdf").write_bytes(b"%PDF-1.4 letter")
    attach_document(clinic.session, AttachFile(1, inbox, "letter.pdf"))
    (path,) = store_of(clinic.store).folder.glob("??/*")
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o400, 0o700)
    path.chmod(0o600)
    path.unlink() if damage == "gone" else path.write_bytes(b"%PDF-1.4 lettes")
    assert [str(fault) for fault in faults() if fault.code == "C13"] == [
        f"C13 stored_file 1: letter.pdf of customer 1 {says}: {path}"
    ]
    with pytest.raises(FileProblem, match=says.removeprefix("is ")):
        store_of(clinic.store).read(path.parent.name + path.name)
    attach_document(clinic.session, AttachFile(2, inbox, "letter.pdf"))
    assert [fault for fault in faults() if fault.code == "C13"] == [], "attached again, it is whole again"
