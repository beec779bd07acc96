"""The camera is a program with ten seconds; whatever it does, a clean picture or a sentence comes of it."""

from __future__ import annotations

import io
import shlex
import sys
from ast import literal_eval
from pathlib import Path

import pytest
from PIL import Image

from pim_tui.config import load
from pim_tui.errors import FileProblem, PimError, Refused, SettingsError
from pim_tui.integrations.camera import taken
from pim_tui.integrations.inbox import ATTACHED, Inbox
from tests.integrations.hanging import all_heard, held_open
from tests.integrations.pictures import as_file, bomb, photo_file

EXIF = Image.Exif()
EXIF[0x010E] = "canary"


def camera(folder: Path, code: str) -> str:
    """The setting for a camera that is a small program; ``file`` is where it writes."""
    program = folder / "camera.py"
    program.write_text(f"import os, sys, time, shutil\nfile = sys.argv[1]\n{code}\n", "utf-8")
    return shlex.join((sys.executable, "-I", str(program), "{file}"))


def copies(folder: Path, data: bytes) -> str:
    (folder / "shot").write_bytes(data)
    return camera(folder, f"shutil.copyfile({str(folder / 'shot')!r}, file)")


def test_a_picture_is_rewritten_and_nothing_of_it_stays_behind(tmp_path: Path) -> None:
    shot = as_file(Image.new("RGB", (2000, 1000), (9, 99, 200)), exif=EXIF) + b"<?php canary ?>"
    assert b"canary" in shot
    kept = taken(copies(tmp_path, shot) + f" ; touch {tmp_path / 'shell'}")
    assert b"canary" not in kept
    assert Image.open(io.BytesIO(kept)).size == (1024, 512)
    assert not (tmp_path / "shell").exists()


def test_it_sees_no_secret_and_its_file_is_gone_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLINIC_MAIL", "canary")
    monkeypatch.setenv("PIM_SMTP_PASSWORD", "canary")
    told = tmp_path / "told"
    code = f"open({str(told)!r}, 'w').write(repr((dict(os.environ), file, os.stat('.').st_mode)))"
    with pytest.raises(Refused, match="wrote no file"):
        taken(camera(tmp_path, code))
    environment, file, mode = literal_eval(told.read_text("utf-8"))
    assert "canary" not in environment.values()
    assert mode & 0o077 == 0
    assert not Path(file).parent.exists()


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (
            "print('Cannot open\\x1b[2J video device\\n', file=sys.stderr); sys.exit(3)",
            "took no picture: Cannot open.*video",
        ),
        ("sys.exit(3)", "ended with code 3"),
        ("open(file, 'w')", "wrote no file"),
        ("open(file, 'w').write('<svg/>')", "not a picture"),
        ("os.symlink('/etc/passwd', file)", "cannot be taken"),
    ],
)
def test_what_is_wrong_is_told_by_its_last_line(tmp_path: Path, code: str, told: str) -> None:
    with pytest.raises(PimError, match=told) as refused:
        taken(camera(tmp_path, code))
    assert "\x1b" not in str(refused.value)


@pytest.mark.timeout(60)
def test_one_that_hangs_is_ended_with_all_it_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    line = tmp_path / "line"
    begins = f"told = os.open({str(line)!r}, os.O_WRONLY)\nif not os.fork(): os.write(told, b'begun')"
    with held_open(line, monkeypatch) as hears:
        with pytest.raises(Refused, match=r"within 0\.1 seconds"):
            taken(camera(tmp_path, f"{begins}\ntime.sleep(300)"), 0.1)
        assert all_heard(hears) == b"begun"


def test_a_bomb_and_a_program_that_is_not_there_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match="million pixels"):
        taken(copies(tmp_path, bomb()))
    with pytest.raises(Refused, match="does not start"):
        taken("/no/such/camera {file}")
    with pytest.raises(Refused, match="setting camera is empty"):
        taken("")


@pytest.mark.parametrize("wrong", ["fswebcam", "{file}", "fswebcam '{file}"])
def test_a_camera_without_a_file_to_write_is_no_setting(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(SettingsError, match="CAMERA"):
        load(tmp_path / "none", {"PIM_CAMERA": wrong})


def test_what_was_taken_leaves_the_inbox_and_writes_nothing_over(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path / "inbox", moves=True)
    for colour in ((1, 2, 3), (4, 5, 6)):
        assert inbox.add("scan.jpg", photo_file(colour)) == "scan.jpg"
        assert inbox.add("scan.jpg", b"other") == "scan-2.jpg"
        assert inbox.put_away("scan.jpg")
        (inbox.folder / "scan-2.jpg").unlink()
    assert inbox.files() == ()
    kept = sorted((inbox.folder / ATTACHED).iterdir())
    assert [file.name for file in kept] == ["scan-2.jpg", "scan.jpg"]
    assert kept[0].read_bytes() == photo_file((4, 5, 6))
    assert not inbox.put_away("gone.jpg")
    stays = Inbox(inbox.folder)
    stays.add("a.jpg", b"x")
    assert stays.put_away("a.jpg")
    assert [file.name for file in stays.files()] == ["a.jpg"]
