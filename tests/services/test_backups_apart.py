"""A backup by a process of its own: the desk's goes on reading, and its journal tells who wanted it."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pim_tui import apart
from pim_tui.bootstrap import Clinic, copier, demo_clinic
from pim_tui.config import Settings
from pim_tui.db.connection import select
from pim_tui.db.workroom import PREFIX, workroom
from pim_tui.domain.keeping import GOOD
from pim_tui.domain.names import search_words
from pim_tui.domain.rights import Right
from pim_tui.errors import Forbidden, PimError, Refused, SettingsError, StoreError
from pim_tui.integrations.agefile import new_identity
from pim_tui.models import SearchWord
from pim_tui.paths import Places, import_folders
from pim_tui.queries.backups import last_backup, row_counts
from pim_tui.services.backups import Copier, TakeBackup, Taken, backups_in, backups_kept, take_backup_apart
from tests.services.clinic import LEE
from tests.services.shop import BANDAGE, Shop, line


@pytest.fixture
def clinic(till: Shop) -> Shop:
    till.post(line(BANDAGE, 2), paid=1190)
    with till.store.write_tx():
        for id_, *names in till.store.select("select id, first_name, last_name from customer"):
            for word in search_words(names):
                SearchWord.create(customer=id_, word=word)
    return till


def by(clinic: Shop, folder: Path, **more: object) -> Copier:
    """What makes backups of the clinic into ``folder``."""
    settings = replace(Settings(database=clinic.store.name, backup_folder=str(folder)), **more)  # type: ignore[arg-type]
    return copier(Clinic(clinic.store, clinic.session, settings, Places(folder, folder, folder)))


def made(
    clinic: Shop, folder: Path, stop: Callable[[], bool] = lambda: False, **more: object
) -> Taken | None:
    return take_backup_apart(clinic.session, by(clinic, folder, **more), lambda done, total: None, stop)


def left_behind(folder: Path, beside: Path) -> list[str]:
    """What a backup makes on its way."""
    return [one.name for one in (*folder.glob(".*"), *beside.glob(f"{PREFIX}*"))]


def test_it_is_made_while_this_process_reads_and_told_by_its_journal(clinic: Shop, tmp_path: Path) -> None:
    folder, percents, read = tmp_path / "backups", list[int](), list[int]()
    done = threading.Event()
    # In one statement, so that what the journal is told meanwhile is there whole or not at all.
    rows = "select " + " + ".join(f"(select count(*) from {table})" for table in row_counts())

    def reading() -> None:
        clinic.store.connect()
        while not done.is_set():
            read.append(select(rows)[0][0])
        clinic.store.close()

    desk = threading.Thread(target=reading)
    desk.start()
    taken = take_backup_apart(
        clinic.session,
        by(clinic, folder),
        lambda far, whole: percents.append(100 * far // whole),
        lambda: False,
    )
    done.set()
    desk.join()
    assert taken is not None
    assert (taken.faults, taken.verified) == ((), True)
    assert percents == sorted(percents)
    assert {25, 50, 90} <= set(percents)
    # The journal's own line comes at the end; a copy has less.
    assert set(read) <= {read[0], read[0] + 2}
    assert taken.file.parent == folder
    assert select("select staff_id from journal where kind = 'backup'") == [(clinic.session.staff_id,)]
    last = last_backup()
    assert last is not None
    assert (last.file, last.sha256) == (str(taken.file), taken.sha256)
    assert [(one.worth, one.size) for one in backups_kept(clinic.session, by(clinic, folder), 5)] == [
        (GOOD, taken.size)
    ]
    assert left_behind(folder, tmp_path) == []


def test_it_takes_the_right_and_one_at_a_time(clinic: Shop, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    other = clinic.as_(LEE, Right.BACK_UP)
    with pytest.raises(Forbidden, match="back up"):
        take_backup_apart(other, by(clinic, folder), lambda done, total: None, lambda: False)
    with pytest.raises(Forbidden):
        backups_kept(other, by(clinic, folder), 5)
    with (
        workroom(clinic.store.place),
        pytest.raises(Refused, match="Another backup or restore"),
    ):
        made(clinic, folder)
    assert backups_kept(clinic.session, by(clinic, folder), 5) == ()


def test_stopped_it_leaves_nothing_and_the_next_one_is_made(clinic: Shop, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    assert made(clinic, folder, lambda: True) is None
    assert left_behind(folder, tmp_path) == []
    assert select("select count(*) from journal where kind = 'backup'") == [(0,)]
    assert made(clinic, folder) is not None


def test_one_that_does_not_end_when_it_is_asked_to_is_ended_and_tidied_away(
    clinic: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir(mode=0o700)
    (folder / ".clinic-20261123-080000.part").touch()
    (tmp_path / f"{PREFIX}left").mkdir()
    monkeypatch.setattr(apart, "_GRACE", 0)
    monkeypatch.setattr(apart, "_LOOKS", 0.001)
    assert made(clinic, folder, lambda: True) is None
    assert left_behind(folder, tmp_path) == []


@pytest.mark.parametrize(
    ("more", "wrong", "says"),
    [
        ({"backup_recipients": "age1nonsense"}, PimError, "no public key of age"),
        ({"backup_passphrase": "file:/nowhere/at/all"}, SettingsError, "/nowhere/at/all"),
    ],
)
def test_what_keeps_it_from_being_made_is_said(
    clinic: Shop, tmp_path: Path, more: dict[str, str], wrong: type[PimError], says: str
) -> None:
    with pytest.raises(wrong, match=says):
        made(clinic, tmp_path / "backups", **more)


def test_a_folder_that_is_a_file_is_told_of_by_its_name(clinic: Shop, tmp_path: Path) -> None:
    (tmp_path / "backups").write_text("no folder")
    with pytest.raises(Refused, match=r"backups.*Check the folder's permissions"):
        made(clinic, tmp_path / "backups")


def test_it_is_encrypted_as_the_settings_say_and_no_secret_is_in_sight(clinic: Shop, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("heron quay lantern 4\n")
    (tmp_path / "secret").chmod(0o600)
    public = new_identity()[1]
    taken = made(
        clinic,
        tmp_path / "backups",
        backup_recipients=public,
        backup_passphrase=f"file:{tmp_path / 'secret'}",
    )
    assert taken is not None
    assert taken.file.suffix == ".age"


def test_where_the_desk_ends_the_other_end_does_and_leaves_nothing_half_made(
    clinic: Shop, tmp_path: Path
) -> None:
    """Its stdin is the desk's end of a pipe, and is closed here once the order is through."""
    folder = tmp_path / "backups"
    command = TakeBackup(folder, keep={"h": 3})
    order = apart.Order(clinic.store.name, tmp_path, "", command, clinic.session.clock())
    child = subprocess.Popen(
        [sys.executable, "-I", "-c", apart.OTHER_END, *import_folders()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    out, _ = child.communicate(apart._written(order), timeout=60)
    assert left_behind(folder, tmp_path) == []
    assert len(backups_in(folder, "clinic")) == out.count(b'"made"') == int(child.returncode == 0)


def test_a_process_that_breaks_off_is_no_backup(
    clinic: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart.sys, "executable", "/bin/false")
    with pytest.raises(StoreError, match="broke off"):
        made(clinic, tmp_path / "backups")


def test_where_no_process_can_begin_it_is_said(
    clinic: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart.sys, "executable", str(tmp_path / "another"))
    with pytest.raises(StoreError, match="cannot begin: No such file") as refused:
        made(clinic, tmp_path / "backups")
    assert "pim-tui backup" in refused.value.hint


STOPPED_LATE = """
import os, signal
from pim_tui import apart
from pim_tui.services import backups
backups._rotate = lambda folder, book, keep: os.kill(os.getpid(), signal.SIGTERM) or ()
apart.main()
"""


@pytest.mark.parametrize("program", [apart.OTHER_END, STOPPED_LATE])
def test_what_is_there_is_told_of_and_the_process_ends_in_peace(
    clinic: Shop, tmp_path: Path, program: str
) -> None:
    """Be it stopped when the backup has its name already; the desk is there all the while."""
    order = apart.Order(clinic.store.name, tmp_path, "", TakeBackup(tmp_path / "backups"), 1_800_000_000)
    pipe = subprocess.PIPE
    begun = [sys.executable, "-I", "-c", program, *import_folders()]
    with subprocess.Popen(begun, stdin=pipe, stdout=pipe, bufsize=0) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(apart._written(order))
        out = child.stdout.read()
        assert child.wait(60) == 0
    assert len(backups_in(tmp_path / "backups", "clinic")) == out.count(b'"made"') == 1


def test_backups_of_a_demo_are_none_of_those_of_the_book(tmp_path: Path) -> None:
    """Both books have the same name: the newer backup of a day takes the place of the older one."""
    folder = tmp_path / "backups"
    folder.mkdir(mode=0o700)
    kept = folder / "clinic-20261123-080000.tar"
    kept.touch()
    settings = Settings(
        backup_folder=str(folder), backup_keep="1d", backup_passphrase=f"file:{tmp_path / 'none'}"
    )
    with demo_clinic(settings) as clinic:
        taken = take_backup_apart(clinic.session, copier(clinic), lambda done, total: None, lambda: False)
        assert taken is not None
        assert (taken.file.name.startswith("clinic-"), taken.file.suffix) == (True, ".tar")
        assert taken.file.is_relative_to(clinic.book.place.parent)
    assert list(folder.iterdir()) == [kept]
