"""Bad input at the door: each gives one clear line that says what to do, and nothing is lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from pim_tui import cli
from pim_tui.config import Settings
from pim_tui.db import connection, disk, fitness
from pim_tui.db.disk import mount_of
from pim_tui.db.privacy import exposed
from pim_tui.errors import Gate
from pim_tui.paths import Places
from tests.cli.shell import Shell, with_a_full_disk, without_privileges

pytestmark = pytest.mark.sqlite

MOUNTS = """\
22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
31 22 0:40 / /srv rw,relatime shared:1 - nfs4 server:/export rw
32 31 254:1 / /srv/local\\040disk rw,relatime - xfs /dev/vdb rw
33 22 0:41 / /mnt/host rw - fuse.sshfs host:/ rw
"""


@pytest.fixture(scope="session")
def _book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("gates")
    done = Shell(home).run("init", "--zone", "UTC", "--clinic", "Gate")
    assert done.code == 0, done.err
    return home


@pytest.fixture
def clinic(_book: Path, tmp_path: Path) -> Shell:
    """A shell with an empty clinic of its own."""
    shutil.copytree(_book, tmp_path / "home")
    return Shell(tmp_path / "home")


def _refused(
    clinic: Shell, says: str, hint: str, *, code: int = 1, before: Callable[[], object] | None = None
) -> None:
    """The command fails with one line that holds both, and leaves the file as it was."""
    kept = clinic.book.read_bytes() if clinic.book.is_file() else b""
    done = clinic.run("day", before=before)
    assert done.code == code
    assert says in done.complaint
    assert hint in done.complaint
    assert done.out == ""
    assert (clinic.book.read_bytes() if clinic.book.is_file() else b"") == kept


# --- settings --------------------------------------------------------------------------------------


def test_settings_that_are_no_toml_name_the_file_and_the_line(clinic: Shell) -> None:
    clinic.settings("zone = 'UTC'\nday_starts = [\n")
    _refused(clinic, "pim_tui.toml is not valid TOML", "line")


def test_settings_in_another_encoding_are_refused(clinic: Shell) -> None:
    clinic.settings("")
    (clinic.home / "config" / "pim_tui.toml").write_bytes(b"clinic_name = 'Caf\xe9'\n")
    _refused(clinic, "is not valid TOML", "Correct that line")


def test_a_setting_with_a_typo_suggests_the_right_name(clinic: Shell) -> None:
    clinic.settings("slot_minute = 15\n")
    _refused(clinic, "slot_minute is not a setting", "did you mean slot_minutes?")


def test_every_faulty_setting_is_named_at_once(clinic: Shell) -> None:
    clinic.settings("slot_minutes = 'many'\nzone = 'Mars/Base'\npaper = 'a3'\n")
    complaint = clinic.run("day").complaint
    assert all(name in complaint for name in ("slot_minutes", "zone", "paper"))


def test_a_variable_with_a_typo_suggests_the_right_name(clinic: Shell) -> None:
    assert "did you mean database?" in clinic.run("day", PIM_DATABSE="x.db").complaint


def test_settings_that_may_not_be_read_are_refused(clinic: Shell) -> None:
    clinic.settings("")
    (clinic.home / "config" / "pim_tui.toml").chmod(0)
    _refused(clinic, "pim_tui.toml cannot be read", "permissions", before=without_privileges)


# --- files -----------------------------------------------------------------------------------------


def test_no_book_yet(clinic: Shell) -> None:
    clinic.book.unlink()
    _refused(clinic, "no clinic's book at", "pim-tui init")
    assert not clinic.book.exists()


def test_a_folder_where_the_book_should_be(clinic: Shell) -> None:
    clinic.book.unlink()
    clinic.book.mkdir()
    _refused(clinic, "is a folder", "Name a file inside it")


def test_an_empty_file(clinic: Shell) -> None:
    clinic.book.write_bytes(b"")
    _refused(clinic, "is empty", "Restore a backup", code=Gate.EMPTY)


def test_a_text_file(clinic: Shell) -> None:
    clinic.book.write_text("name,phone\nJane Doe,555-0143\n" * 100)
    _refused(clinic, "is not a database", "name another file")


def test_somebody_elses_database(clinic: Shell) -> None:
    clinic.book.unlink()
    with closing(sqlite3.connect(clinic.book)) as db, db:
        db.execute("create table recipe (name)")
    clinic.book.chmod(0o600)
    before = clinic.book.read_bytes()
    _refused(clinic, "is not a clinic's book", "Name another file", code=Gate.FOREIGN)
    assert clinic.book.read_bytes() == before


def test_a_book_of_a_newer_version(clinic: Shell) -> None:
    with closing(sqlite3.connect(clinic.book)) as db, db:
        db.execute("pragma user_version = 99")
    _refused(clinic, "newer version", "Update pim-tui", code=Gate.NEWER)


def test_a_book_of_an_older_version_asks_for_migrate(clinic: Shell) -> None:
    with closing(sqlite3.connect(clinic.book)) as db, db:
        db.execute("pragma user_version = 0")
    _refused(clinic, "older version", "pim-tui migrate", code=Gate.OLDER)


def test_a_page_that_was_overwritten_is_told_and_the_file_left_alone(clinic: Shell) -> None:
    with open(clinic.book, "r+b") as file:
        for page in range(1, clinic.book.stat().st_size // 4096):
            file.seek(page * 4096)
            file.write(b"\xa5" * 64)
    _refused(clinic, "damaged", "newest backup")


def test_check_finds_a_damaged_index_page(clinic: Shell) -> None:
    with closing(sqlite3.connect(clinic.book)) as db, db:
        page = db.execute("select rootpage from sqlite_master where name = 'journal_kind_row_id'").fetchone()[
            0
        ]
        size = db.execute("pragma page_size").fetchone()[0]
    with open(clinic.book, "r+b") as file:
        file.seek((page - 1) * size + size - 40)
        file.write(b"\x00" * 40)
    done = clinic.run("check")
    assert done.code == 1
    assert "C03 file:" in done.out
    assert done.err == ""


def test_a_cut_off_file(clinic: Shell) -> None:
    os.truncate(clinic.book, 10_000)
    _refused(clinic, "damaged", "newest backup")


# --- permissions and disk --------------------------------------------------------------------------


def test_a_read_only_file(clinic: Shell) -> None:
    clinic.book.chmod(0o400)
    _refused(clinic, "cannot be written to", "permissions", before=without_privileges)


def test_a_file_that_may_not_be_read(clinic: Shell) -> None:
    clinic.book.chmod(0)
    done = clinic.run("day", before=without_privileges)
    assert (done.code, done.out) == (1, "")
    assert "permissions" in done.complaint


def test_a_read_only_folder(clinic: Shell) -> None:
    clinic.book.parent.chmod(0o500)
    _refused(clinic, "cannot be written to", "folder", before=without_privileges)


def test_a_folder_that_may_not_be_entered(clinic: Shell) -> None:
    clinic.book.parent.chmod(0)
    done = clinic.run("day", before=without_privileges)
    clinic.book.parent.chmod(0o700)
    assert (done.code, done.out) == (1, "")
    assert "permissions" in done.complaint


def test_init_where_nothing_may_be_written(shell_without_book: Shell) -> None:
    shell_without_book.home.mkdir(mode=0o500)
    done = shell_without_book.run("init", "--zone", "UTC", before=without_privileges)
    assert (done.code, done.out) == (1, "")
    assert "permissions" in done.complaint


@pytest.fixture
def shell_without_book(tmp_path: Path) -> Shell:
    """A home that does not exist."""
    return Shell(tmp_path / "none")


@pytest.mark.walk
def test_a_full_disk_loses_nothing_and_the_next_try_works(clinic: Shell) -> None:
    def lines() -> int:
        return int(onlooker.execute("select count(*) from journal where action = 'print'").fetchone()[0])

    onlooker = sqlite3.connect(clinic.book)  # while somebody looks on, the write-ahead log only grows
    assert lines() == 0
    told = 0
    for number in range(20):
        sheet = clinic.home / f"sheet{number}.txt"
        answer = clinic.run("print", "day", "--to", str(sheet), before=with_a_full_disk(40_000))
        if answer.code:
            break
        told += 1
    assert answer.code == 1
    assert "disk" in answer.complaint
    assert not sheet.exists()
    assert lines() == told
    again = clinic.run("print", "day", "--to", str(sheet))
    assert (again.code, again.err) == (0, "")
    assert lines() == told + 1
    onlooker.close()
    assert clinic.run("check").code == 0


def _with_room(monkeypatch: pytest.MonkeyPatch, megabytes: int) -> None:
    monkeypatch.setattr(disk, "room_left", lambda path: megabytes << 20)


def test_what_is_big_and_can_wait_is_refused_while_the_disk_has_little_room(
    clinic: Shell, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("PIM_HOME", str(clinic.home))
    (tmp_path / "people.csv").write_text("first name,last name\nJane,Doe\n")
    people, paper = str(tmp_path / "people.csv"), str(clinic.home / "out.csv")
    _with_room(monkeypatch, 150)
    for big in (["import", "customers", people], ["export", "customers", "--to", paper]):
        assert cli.main(big) == 1
        complaint = capsys.readouterr().err
        # Where the root was changed, no mount leads there.
        where = disk.disk_of(clinic.home)
        assert f"needs more room than there is: the {where} has 150 MB left. Free 51 MB there" in complaint
    assert cli.main(["import", "customers", people, "--dry-run"]) == 0
    assert cli.main(["day"]) == 0

    _with_room(monkeypatch, 250)
    assert cli.main(["import", "customers", people]) == 0
    assert cli.main(["export", "customers", "--to", paper]) == 0


def test_init_on_a_full_disk_leaves_nothing_behind(shell_without_book: Shell) -> None:
    done = shell_without_book.run("init", "--zone", "UTC", before=with_a_full_disk(40_000))
    assert done.code == 1
    assert "disk" in done.complaint
    assert not list(shell_without_book.book.parent.iterdir())


# --- others on this machine ------------------------------------------------------------------------


def test_what_others_may_read_or_change_is_told_all_at_once_with_what_mends_it(clinic: Shell) -> None:
    home = clinic.home
    for folder in ("inbox", "outbox", "files", "backups"):
        (home / "data" / folder).mkdir()
        (home / "data" / folder).chmod(0o755)
    (home / "state" / "crashes").mkdir(parents=True)
    (home / "state").chmod(0o755)
    clinic.settings('smtp_host = "localhost"\nsmtp_password = "env:X"\n')
    open_ = {
        clinic.book: 0o644,
        clinic.book.with_name("clinic.db-wal"): 0o640,
        clinic.book.with_name("clinic.db.wlock"): 0o604,
        home / "state" / "drafts.db": 0o644,
        home / "config" / "pim_tui.toml": 0o644,
        home / "config": 0o755,
        home: 0o777,
    }
    for path, mode in open_.items():
        path.touch() if not path.exists() else None
        path.chmod(mode)
    done = clinic.run("day")
    assert (done.code, done.out) == (Gate.OPEN, "")
    told = done.complaint
    for path in (*open_, home / "data" / "inbox", home / "data" / "files", home / "state"):
        # A folder for settings may be looked into, as long as the file in it is closed.
        assert (f"{path} has mode" in told) is (path != home / "config"), path
    mend = told.partition("Close them: ")[2]
    subprocess.run(["sh", "-c", mend], check=True)
    assert clinic.run("day").code == 0


def test_somebody_elses_file_and_a_folder_above_that_others_write_to(tmp_path: Path, clinic: Shell) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a file away")
    os.chown(clinic.book, 1, -1)
    done = clinic.run("day")
    assert done.code == Gate.OPEN
    assert f"{clinic.book} belongs to daemon" in done.complaint
    assert f"sudo chown root {clinic.book}" in done.complaint
    os.chown(clinic.book, 0, -1)
    tmp_path.chmod(0o1777)
    assert clinic.run("day").code == 0, "a sticky folder keeps others from moving ours"
    tmp_path.chmod(0o770)
    assert clinic.run("day").code == 0, "a group that its owner has alone"
    os.chown(tmp_path, -1, 1)
    assert f"{tmp_path} has mode 0770" in clinic.run("day").complaint


def test_check_and_doctor_tell_the_same_and_go_on(clinic: Shell) -> None:
    (clinic.home / "data" / "outbox").mkdir()
    (clinic.home / "data" / "outbox").chmod(0o755)
    clinic.book.chmod(0o644)
    (clinic.home / "data").chmod(0o755)
    checked, tried = clinic.run("check").out, clinic.run("doctor").out
    for path, mode in (
        (clinic.book, 600),
        (clinic.home / "data", 700),
        (clinic.home / "data" / "outbox", 700),
    ):
        assert checked.count(f"C02 {path}: ") == 1
        assert f"run chmod {mode} {path}" in checked
        assert f"chmod {mode} {path}" in tried


def test_looking_takes_a_blink(clinic: Shell) -> None:
    home, began = Places(*(clinic.home / one for one in ("config", "data", "state"))), time.thread_time()
    for _ in range(10):
        assert exposed(clinic.book, home, Settings()) == []
    assert (time.thread_time() - began) / 10 < 0.02


# --- the machine -----------------------------------------------------------------------------------


def test_the_file_system_of_a_file_is_that_of_the_deepest_mount(tmp_path: Path) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNTS)
    for file, kind in (
        ("/home/pim/clinic.db", "ext4"),
        ("/srv/clinic.db", "nfs4"),
        ("/srv/local disk/clinic.db", "xfs"),
        ("/srvx/clinic.db", "ext4"),
        ("/mnt/host/clinic.db", "fuse.sshfs"),
    ):
        assert mount_of(Path(file).parent, mounts).kind == kind


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "lustre", "ceph"])
def test_a_network_file_system_is_refused(
    clinic: Shell, kind: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PIM_HOME", str(clinic.home))
    monkeypatch.setattr(fitness, "file_system_of", lambda file: kind)
    assert cli.main(["day"]) == Gate.NETWORK
    complaint = capsys.readouterr().err
    assert f"network file system ({kind})" in complaint
    assert "over SSH" in complaint


def test_an_old_sqlite_is_refused(
    clinic: Shell, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PIM_HOME", str(clinic.home))
    monkeypatch.setattr(connection.sqlite3, "sqlite_version_info", (3, 40, 1))
    assert cli.main(["day"]) == Gate.LIBRARY
    complaint = capsys.readouterr().err
    assert "SQLite 3.40.1 can damage" in complaint
    assert "pip install pysqlite3" in complaint
