"""A book that SQLCipher encrypts: nothing of anybody can be read on the disk; only its own key opens it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from pim_tui.bootstrap import login
from pim_tui.db.backup import backed_up
from pim_tui.db.cipher import looks_encrypted
from pim_tui.db.connection import SCHEMA, open_book
from pim_tui.db.drafts import DraftStore
from pim_tui.errors import Gate, StoreUnfit
from pim_tui.paths import private_folder
from pim_tui.queries.checks import faults
from tests.cli.shell import Shell
from tests.db.released import released
from tests.peers.present import module

pytestmark = [pytest.mark.peer, pytest.mark.sqlite]

KEY, OTHER = "5a" * 32, "c3" * 32
NAME = "Zebediah Quartermain"
CARD = f"BEGIN:VCARD\nVERSION:3.0\nN:{NAME.split()[1]};{NAME.split()[0]}\nEND:VCARD\n"


@pytest.fixture(autouse=True)
def _installed() -> None:
    module("sqlcipher3")


def clinic(home: Path, **env: str) -> Shell:
    """A clinic with one customer."""
    shell = Shell(home)
    assert shell.run("init", "--zone", "UTC", "--clinic", "Quay", **env).code == 0
    card = home / "card.vcf"
    card.write_text(CARD)
    assert shell.run("import", "customers", str(card), **env).code == 0
    card.unlink()
    return shell


def keyed(key: str = KEY) -> dict[str, str]:
    """The settings of an encrypted book."""
    return {"PIM_DATABASE_KEY": "env:BOOK_KEY", "BOOK_KEY": key}


def told(folder: Path) -> list[str]:
    """The files in which the customer's name can be read."""
    words = [word.encode() for word in NAME.split()]
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if any(word in path.read_bytes() for word in words)]


def test_nothing_of_anybody_can_be_read_on_the_disk_and_in_a_plain_book_it_can(tmp_path: Path) -> None:
    shell = clinic(tmp_path / "sealed", **keyed())
    assert told(shell.home) == []
    assert looks_encrypted(shell.book)
    assert NAME.split()[1] in shell.run("find", NAME.split()[0], **keyed()).out
    assert "Photos and documents are NOT: keep " in shell.run("doctor", **keyed()).out
    assert shell.run("check", **keyed()).out.endswith("checks passed.\n")
    plain = clinic(tmp_path / "plain")
    assert "clinic.db" in told(plain.home)
    assert not looks_encrypted(plain.book)


def test_another_key_none_or_one_too_many_is_told_as_such(tmp_path: Path) -> None:
    shell = clinic(tmp_path / "sealed", **keyed())
    before = shell.book.read_bytes()
    for env, says in (
        (keyed(OTHER), "The key does not open"),
        (keyed("abc"), "must be 64 digits"),
        ({"PIM_DATABASE_KEY": "env:NOWHERE"}, "NOWHERE is not set"),
        ({}, "is encrypted, as it seems"),
    ):
        done = shell.run("day", **env)
        assert (done.code, done.out) == (Gate.KEY, "")
        assert says in done.complaint
        assert OTHER not in done.err
    assert shell.book.read_bytes() == before
    plain = clinic(tmp_path / "plain")
    assert "is not encrypted" in plain.run("day", **keyed()).complaint
    plain.book.write_text("name,phone\n" * 4096)
    assert "is not a database" in plain.run("day", **keyed()).complaint


def test_drafts_and_backups_are_encrypted_alike(tmp_path: Path) -> None:
    shell = clinic(tmp_path / "sealed", **keyed())
    book = open_book(str(shell.book), key=KEY)
    copy = backed_up(book, "now")
    book.close()
    drafts = DraftStore(tmp_path / "sealed" / "drafts.db", clock=lambda: 0, key=KEY)
    drafts.put(1, "form", "", 0, {"name": NAME})
    assert drafts.save_now(5) == ""
    drafts.close()
    assert told(tmp_path) == []
    assert copy is not None
    with pytest.raises(StoreUnfit, match="seems"):
        open_book(str(copy))
    again = open_book(str(copy), key=KEY)
    assert list(faults()) == []
    again.close()
    later = DraftStore(tmp_path / "sealed" / "drafts.db", clock=lambda: 0, key=KEY)
    assert [draft.fields["name"] for draft in later.latest(1)] == [NAME]
    later.close()


def test_a_plain_book_is_encrypted_whole_and_kept_as_it_was(tmp_path: Path) -> None:
    shell = clinic(tmp_path / "plain")
    with closing(sqlite3.connect(shell.book)) as db:
        rows = db.execute("select seq, hash from journal order by seq").fetchall()
    (shell.home / "state").mkdir(mode=0o700, exist_ok=True)
    (shell.home / "state" / "drafts.db").touch(0o600)
    done = shell.run("encrypt", **keyed())
    assert done.code == 0, done.err
    kept = shell.home / "data" / "backups"
    (old,) = kept.iterdir()
    assert str(old) in done.out
    assert told(shell.home) == [old.name]
    assert shell.book.stat().st_mode & 0o777 == 0o600
    assert not (shell.home / "state" / "drafts.db").exists()
    book = open_book(str(shell.book), key=KEY)
    assert book.select("select seq, hash from journal order by seq") == rows
    assert list(faults()) == []
    book.close()
    assert "already" in shell.run("encrypt", **keyed()).complaint
    assert "no key" in shell.run("encrypt").complaint


def test_its_backup_is_encrypted_and_restores_by_its_key_alone(tmp_path: Path) -> None:
    shell = clinic(tmp_path / "sealed", **keyed())
    made = shell.run("backup", "--json", **keyed())
    told_of = json.loads(made.out)
    assert (made.code, told_of["ok"], told_of["verified"]) == (0, True, True), made.err
    tried = shell.run("drill", **keyed())
    assert (tried.code, "is the book as it was" in tried.out) == (0, True), tried.out

    to = tmp_path / "elsewhere" / "clinic.db"
    restore = ("restore", told_of["file"], "--to", str(to))
    for env, says in ((keyed(OTHER), "The key does not open"), ({}, "is encrypted, as it seems")):
        done = shell.run(*restore, **env)
        assert (done.code, says in done.complaint) == (Gate.KEY, True)
    assert not to.exists()
    assert shell.run(*restore, **keyed()).code == 0
    assert looks_encrypted(to)
    assert shell.run("check", PIM_DATABASE=str(to), **keyed()).out.endswith("checks passed.\n")
    assert told(tmp_path) == []


def test_what_is_copied_of_it_for_another_version_or_another_place_is_encrypted(tmp_path: Path) -> None:
    shell = Shell(tmp_path / "old")
    private_folder(shell.book.parent)
    with closing(sqlite3.connect(released(SCHEMA - 1, shell.book.parent))) as db, db:
        db.execute("update staff set login = ?, version = version + 1 where id = 1", [login()])
    assert shell.run("encrypt", **keyed()).code == 0
    assert shell.run("migrate", **keyed()).code == 0
    (kept,) = (shell.book.parent / "backups").glob("clinic-????????-??????.db")
    assert looks_encrypted(kept)
    restored = shell.run("restore", str(kept), **keyed())
    assert restored.code == 0, restored.err
    assert shell.run("check", **keyed()).out.endswith("checks passed.\n")

    to = tmp_path / "elsewhere" / "clinic.db"
    moved = shell.run("migrate", "--to", str(to), **keyed())
    assert moved.code == 0, moved.err
    assert looks_encrypted(to)
    assert shell.run("check", PIM_DATABASE=str(to), **keyed()).out.endswith("checks passed.\n")


def test_while_somebody_has_it_open_nothing_is_encrypted(tmp_path: Path) -> None:
    shell = clinic(tmp_path / "plain")
    colleague = sqlite3.connect(shell.book)
    colleague.execute("select count(*) from journal").fetchall()
    before = sorted(path.name for path in shell.book.parent.iterdir())
    assert "Somebody has" in shell.run("encrypt", **keyed()).complaint
    assert sorted(path.name for path in shell.book.parent.iterdir()) == before
    colleague.close()
    assert shell.run("check").code == 0
