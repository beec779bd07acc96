"""A backup is one only once it was restored and found whole; a restore loses nothing that was there."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random

import pytest

from pim_tui.db import parcel, swap
from pim_tui.db.connection import SCHEMA, Book, open_book, require_current_schema, select
from pim_tui.db.filestore import store_of
from pim_tui.db.migrate import migrate
from pim_tui.domain.keeping import FAULTY, GOOD, UNVERIFIED, read_name
from pim_tui.domain.names import search_words
from pim_tui.domain.rights import Right
from pim_tui.errors import FileProblem, Forbidden, Invalid, Refused, StoreBusy, StoreError, StoreUnfit
from pim_tui.integrations.agefile import new_identity
from pim_tui.models import Attachment, SearchWord, StoredFile
from pim_tui.queries.backups import last_backup, row_counts
from pim_tui.queries.checks import faults
from pim_tui.services.backups import TakeBackup, Taken, backups_in, take_backup
from pim_tui.services.drills import Drill, drill
from pim_tui.services.heads import write_head
from pim_tui.services.restoring import Restore, Restored, restore
from tests.db.released import released
from tests.db.walls import take_away
from tests.services.clinic import JANE, NOW
from tests.services.shop import BANDAGE, Shop, line, shop

pytestmark = pytest.mark.sqlite

LETTER = b"%PDF-1.4 letter of the insurance"
KEEP = {"h": 3}
WORDS = "heron quay lantern 4"


class Nobody:
    """Whoever restores without being in the book."""

    staff_id = None
    key = "restoring"

    def clock(self) -> int:
        return NOW + 60


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Shop]:
    """A visit, a bill that is paid, and a letter in the store."""
    made = shop(tmp_path)
    made.book("10:30")
    made.post(line(BANDAGE, 2), paid=1190)
    letter(made.store, LETTER)
    with made.store.write_tx():
        for id_, *names in made.store.select("select id, first_name, last_name from customer"):
            for word in search_words(names):
                SearchWord.create(customer=id_, word=word)
    yield made
    made.store.close()


def letter(store: Book, data: bytes) -> str:
    """Keep a document of Jane's."""
    digest = store_of(store).put(data)
    with store.write_tx():
        file = StoredFile.create(sha256=digest, size=len(data), media_type="application/pdf", created_at=NOW)
        Attachment.create(
            customer=JANE, file=file, kind="document", name="letter.pdf", added_at=NOW, added_by=1,
            removed_reason="", subject="",
        )  # fmt: skip
    return digest


def taken(clinic: Shop, folder: Path, **more: object) -> Taken:
    """A backup, a minute after the one before."""
    clinic.clock[0] += 60
    return take_backup(clinic.session, replace(TakeBackup(folder), **more))  # type: ignore[arg-type]


def restored(source: Path, to: Path, **more: object) -> Restored:
    command = replace(Restore(source, to), **more)  # type: ignore[arg-type]
    return restore(command, Nobody, lambda: NOW + 3600)


def journal() -> list[tuple[str, int | None]]:
    return [tuple(row) for row in select("select action, staff_id from journal order by seq")]  # type: ignore[misc]


def test_a_backup_is_the_book_and_its_files_and_restores_to_them(clinic: Shop, tmp_path: Path) -> None:
    before = row_counts()
    made = taken(clinic, tmp_path / "backups")
    assert (made.faults, made.verified, made.manifest.files) == ((), True, 1)
    assert made.file.stat().st_mode & 0o777 == 0o600
    assert last_backup() == (clinic.clock[0], str(made.file), made.size, made.sha256)
    clinic.store.close()

    to = tmp_path / "elsewhere" / "clinic.db"
    done = restored(made.file, to)
    assert (done.before, done.schema, done.faults) == (None, SCHEMA, ())
    book = open_book(str(to))
    assert row_counts() == before | {
        "journal": before["journal"] + 1,
        "journal_values": before["journal_values"] + 1,
    }
    assert store_of(book).read(hashlib.sha256(LETTER).hexdigest()) == LETTER
    assert list(faults()) == []
    assert journal()[-1] == ("restore", None)
    book.close()
    assert not list(tmp_path.glob("**/.pim-copies-*"))


def test_what_is_not_whole_is_no_backup_and_takes_nobodys_place(clinic: Shop, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    good = taken(clinic, folder, keep=KEEP)
    digest = letter(clinic.store, b"%PDF-1.4 another")
    path = store_of(clinic.store).folder / digest[:2] / digest[2:]
    path.chmod(0o600)
    path.write_bytes(b"rotten")
    bad = taken(clinic, folder, keep=KEEP)
    assert "C13" in bad.faults[0]
    assert {one.name: read_name(one.name).worth for one in folder.iterdir()} == {  # type: ignore[union-attr]
        good.file.name: GOOD,
        bad.file.name: FAULTY,
    }
    assert last_backup() == (good.manifest.made_at, str(good.file), good.size, good.sha256)
    assert journal()[-1] == ("fail to back up", 1)
    unlooked = taken(clinic, folder, verify=False)
    assert read_name(unlooked.file.name).worth == UNVERIFIED  # type: ignore[union-attr]
    assert last_backup().file == str(good.file)  # type: ignore[union-attr]

    clinic.store.close()
    to = tmp_path / "elsewhere" / "clinic.db"
    with pytest.raises(Refused, match=r"C13.*--anyway"):
        restored(unlooked.file, to)
    assert not to.exists()
    assert "C13" in restored(unlooked.file, to, anyway=True).faults[0]


@pytest.mark.parametrize("number", [1, SCHEMA - 1])
def test_the_copy_that_a_migration_made_is_restored_and_brought_up(number: int, tmp_path: Path) -> None:
    book = open_book(str(released(number, tmp_path)))
    (tmp_path / "files").chmod(0o755)  # told when the book is opened; the copy is as whole as before
    kept = migrate(book, "20261126-120000")
    book.close()
    assert kept is not None
    done = restored(kept, tmp_path / "clinic.db")
    assert (done.schema, done.faults, done.made_at) == (number, (), None)
    book = open_book(str(tmp_path / "clinic.db"))
    require_current_schema(book)
    book.close()


def test_older_ones_go_and_what_is_not_ours_stays(clinic: Shop, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    (folder / "other-20260101-000000.tar").write_text("another book's")
    (folder / ".clinic-20260101-000000.part").write_text("left by a process that was killed")
    first = taken(clinic, folder, keep=KEEP)
    second = taken(clinic, folder, keep=KEEP)
    assert second.dropped == (first.file.name,)
    assert sorted(one.name for one in folder.iterdir()) == sorted(
        ["notes.txt", "other-20260101-000000.tar", second.file.name]
    )


def test_only_who_has_its_key_can_read_an_encrypted_one(clinic: Shop, tmp_path: Path) -> None:
    (secret, public), other = new_identity(), new_identity()[0]
    made = taken(clinic, tmp_path / "backups", recipients=(public,))
    assert made.file.name.endswith(".tar.age")
    assert drill(clinic.session, Drill(tmp_path / "backups", secret)).differences == ()
    clinic.store.close()
    to = tmp_path / "elsewhere" / "clinic.db"
    for key, says in (("", "encrypted"), (other, "cannot be decrypted")):
        with pytest.raises((FileProblem, Refused), match=says):
            restored(made.file, to, identity=key)
    data = bytearray(made.file.read_bytes())
    for place in (10, 60, 150, len(data) // 2, len(data) - 1):
        flipped = tmp_path / "flipped.tar.age"
        flipped.write_bytes(data[:place] + bytes([data[place] ^ 4]) + data[place + 1 :])
        with pytest.raises((FileProblem, StoreError)):
            restored(flipped, to, identity=secret)
    assert not to.exists()
    assert restored(made.file, to, identity=secret).faults == ()


@pytest.mark.walk
def test_a_passphrase_opens_a_backup_and_so_does_a_key_that_it_was_made_for_besides(
    clinic: Shop, tmp_path: Path
) -> None:
    (secret, public), folder = new_identity(), tmp_path / "backups"
    with pytest.raises(Invalid, match="12 characters"):
        taken(clinic, folder, passphrase="too short")
    made = taken(clinic, folder, passphrase=WORDS, recipients=(public,))
    assert made.file.name.endswith(".tar.age")
    assert b"SQLite" not in made.file.read_bytes()
    done = drill(clinic.session, Drill(folder, passphrase=lambda: WORDS))
    assert done.differences == drill(clinic.session, Drill(folder, secret)).differences == ()
    clinic.store.close()
    to, cut = tmp_path / "elsewhere" / "clinic.db", tmp_path / "cut.tar.age"
    with pytest.raises(Refused, match="passphrase does not open the backup"):
        restored(made.file, to, passphrase=lambda: WORDS.upper())
    with pytest.raises(Refused, match="A passphrase opens this backup"):
        restored(made.file, to)
    cut.write_bytes(made.file.read_bytes()[:150])
    with pytest.raises(FileProblem, match="its key is not whole"):
        restored(cut, to, passphrase=lambda: WORDS)
    cut.write_bytes(made.file.read_bytes()[:-1])
    with pytest.raises(FileProblem, match="cannot be decrypted"):
        restored(cut, to, passphrase=lambda: WORDS)
    assert not to.exists()
    # A key that is there for other backups is in nobody's way.
    assert restored(made.file, to, identity=new_identity()[0], passphrase=lambda: WORDS).faults == ()


def test_a_drill_sees_what_is_not_as_it_was(clinic: Shop, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    with pytest.raises(Refused, match="no good backup"):
        drill(clinic.session, Drill(folder))
    made = taken(clinic, folder)
    clinic.book("11:30")
    clinic.post(line(BANDAGE, 1), paid=595)
    clinic.clock[0] += 600
    done = drill(clinic.session, Drill(folder))
    assert (done.differences, done.age, done.file) == ((), 600, made.file)
    with clinic.store.write_tx():
        clinic.store.db.execute_sql("drop trigger if exists entry_fixed")
        rows = clinic.store.select(
            "select name from sqlite_master where type = 'trigger'"
            " and (tbl_name = 'entry' or name = 'journal_fixed')"
        )
        for (name,) in rows:
            clinic.store.db.execute_sql(f"drop trigger {name}")
        clinic.store.db.execute_sql("update entry set amount = amount + 1 where id = 1")
        clinic.store.db.execute_sql("update journal set hash = 'f' || substr(hash, 2) where seq = 2")
    assert [one.split(":")[0] for one in drill(clinic.session, Drill(folder)).differences] == ["entry"]
    damaged = bytearray(made.file.read_bytes())
    damaged[9_000] ^= 1
    made.file.write_bytes(damaged)
    assert "damaged" in drill(clinic.session, Drill(folder)).differences[0]


def test_a_restore_keeps_what_was_there_and_waits_for_nobody(clinic: Shop, tmp_path: Path) -> None:
    made = taken(clinic, tmp_path / "backups")
    lost = clinic.book("11:30").ids[0]
    file = clinic.store.file
    assert file is not None
    clinic.store.close()
    child, end = holding(file)
    with pytest.raises(StoreBusy, match="open"):
        restored(made.file, file)
    os.close(end)
    os.waitpid(child, 0)

    done = restored(made.file, file)
    assert done.before is not None
    for book, there in ((done.before, True), (file, False)):
        opened = open_book(str(book))
        assert bool(opened.select("select 1 from appointment where id = ?", [lost])) == there
        opened.close()


def holding(file: Path) -> tuple[int, int]:
    """Another process that has the book open until the pipe is closed."""
    (ready, told), (wait, end) = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        os.close(end)
        book = open_book(str(file))
        book.select("select count(*) from staff")
        os.write(told, b"x")
        os.read(wait, 1)
        os._exit(0)
    os.close(wait)
    os.read(ready, 1)
    return child, end


class Died(Exception):
    """As if the process was killed here."""


def test_a_restore_that_dies_anywhere_goes_on_and_nobody_gets_in_between(
    clinic: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = taken(clinic, tmp_path / "backups")
    clinic.book("11:30")
    file = clinic.store.file
    assert file is not None
    clinic.store.close()
    real, left = os.rename, [0]

    def rename(source: str, target: str) -> None:
        left[0] -= ".restoring" not in str(target) and "/files/" not in str(target)
        if left[0] < 0:
            raise Died
        real(source, target)

    for steps in range(2):
        left[0] = steps
        with monkeypatch.context() as patched:
            patched.setattr("pim_tui.db.swap.os.rename", rename)
            with pytest.raises(Died):
                restore(Restore(made.file, file), Nobody, partial(int, NOW + 3600 * (steps + 1)))
        with pytest.raises(StoreUnfit, match="broke off"):
            open_book(str(file))
        assert swap.go_on(file)
        book = open_book(str(file))
        assert (list(faults()), journal()[-1]) == ([], ("restore", None))
        book.close()


def test_what_cannot_be_restored_changes_nothing(clinic: Shop, tmp_path: Path) -> None:
    made = taken(clinic, tmp_path / "backups")
    file = clinic.store.file
    assert file is not None
    clinic.store.close()
    was = file.read_bytes()
    newer = tmp_path / "newer.tar"
    with newer.open("wb") as out:
        packer = parcel.Packer(out)
        raw = replace(made.manifest, schema=SCHEMA + 1).to_json()
        packer.add(parcel.MANIFEST, len(raw), [raw])
        packer.finish()
    (tmp_path / "cut.tar").write_bytes(made.file.read_bytes()[:-600])
    noise = Random(7).randbytes(8192)
    # As many bytes as an encrypted book may have.
    (tmp_path / "damaged.tar").write_bytes(made.file.read_bytes()[:512] + noise[512:])
    for source, says in (
        (newer, "newer version"),
        (tmp_path / "cut.tar", "cut short"),
        (tmp_path / "damaged.tar", "damaged"),
        (tmp_path, "no backup"),
    ):
        with pytest.raises((FileProblem, StoreUnfit), match=says):
            restored(source, file)
    assert file.read_bytes() == was
    assert sorted(one.name for one in tmp_path.glob("clinic*.db")) == ["clinic.db"]


def test_a_backup_that_was_made_anew_from_its_first_line_on_is_not_restored(
    clinic: Shop, tmp_path: Path
) -> None:
    """All of it fits: only what was written down elsewhere tells."""
    heads, to = tmp_path / "heads", tmp_path / "elsewhere" / "clinic.db"
    write_head(clinic.session, heads)
    good = taken(clinic, tmp_path / "backups")
    write_head(clinic.session, heads)
    kept = heads.read_text()
    heads.write_text(kept.replace(kept.splitlines()[0].split()[-1][:64], "f" * 64))
    with pytest.raises(Refused, match="is another one than it was"):
        restored(good.file, to, heads=heads)
    assert not to.exists()
    heads.write_text(kept)
    assert restored(good.file, to, heads=heads).faults == ()


def test_a_backup_carries_where_the_journal_ended(clinic: Shop, tmp_path: Path) -> None:
    """Of a book whose last line was taken away there is no good one, and restored it still misses that."""
    taken(clinic, tmp_path / "backups")
    ((last,),) = select("select max(seq) from journal")
    for rule in ("journal_stays", "journal_values_stays"):
        ((kept,),) = select("select sql from sqlite_master where name = ?", [rule])
        take_away(clinic.store, rule)
        key = "seq" if rule == "journal_stays" else "seq_id"
        clinic.store.db.execute_sql("pragma foreign_keys = 0")
        clinic.store.db.execute_sql(f"delete from {rule.removesuffix('_stays')} where {key} = ?", (last,))
        clinic.store.db.execute_sql("pragma foreign_keys = 1")
        clinic.store.db.execute_sql(kept)
    bad = taken(clinic, tmp_path / "backups")
    assert bad.faults == (f"C41 journal {last}: line {last} is missing at its end",)
    clinic.store.close()

    to = tmp_path / "elsewhere" / "clinic.db"
    with pytest.raises(Refused, match="missing at its end"):
        restored(bad.file, to)
    restored(bad.file, to, anyway=True)
    book = open_book(str(to))
    assert [str(fault) for fault in faults()] == [f"C05 journal {last}: line {last} is missing"]
    book.close()


def test_it_takes_the_right_and_one_at_a_time(clinic: Shop, tmp_path: Path) -> None:
    with pytest.raises(Forbidden):
        take_backup(clinic.as_(2, Right.BACK_UP), TakeBackup(tmp_path / "backups"))
    from pim_tui.db.workroom import workroom

    with workroom(clinic.store.place), pytest.raises(Refused, match="under way"):
        taken(clinic, tmp_path / "backups")
    assert backups_in(tmp_path / "backups", "clinic") == []
