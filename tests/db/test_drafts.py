"""Drafts survive the process, cost the typing nothing, and never make trouble of their own."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from pim_tui.db.drafts import KEEP, DraftStore

pytestmark = pytest.mark.sqlite

NOW = 1_790_000_000
ROOT = Path(__file__).resolve().parents[2]

Open = Callable[..., DraftStore]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "drafts.db"


@pytest.fixture
def opened(path: Path) -> Iterator[Open]:
    stores: list[DraftStore] = []

    def make(now: int = NOW, where: Path = path) -> DraftStore:
        stores.append(DraftStore(where, clock=lambda: now))
        return stores[-1]

    yield make
    for store in stores:
        store.close()


def names(store: DraftStore, person: int = 1) -> list[tuple[str, str, str]]:
    return [(d.form, d.record, d.fields["name"]) for d in store.latest(person)]


def test_the_last_text_of_each_form_comes_back_newest_first(opened: Open) -> None:
    early, late = opened(NOW), opened(NOW + 60)
    early.put(1, "customer", "7", 3, {"name": "J"})
    early.put(1, "customer", "7", 3, {"name": "Jane", "phone": "0"})
    early.save_now(20)
    late.put(1, "appointment", "new", 0, {"name": "check-up"})
    assert names(late) == [("appointment", "new", "check-up"), ("customer", "7", "Jane")]
    draft = late.latest(1)[1]
    assert (draft.person, draft.version, draft.saved_at) == (1, 3, NOW)
    assert draft.fields == {"name": "Jane", "phone": "0"}


def test_nobody_sees_the_drafts_of_another_person(opened: Open) -> None:
    store = opened()
    store.put(1, "customer", "7", 1, {"name": "Jane"})
    assert names(store, 2) == []


def test_a_newer_version_of_a_record_hides_the_older_draft_and_both_are_discarded(opened: Open) -> None:
    store = opened()
    store.put(1, "customer", "7", 1, {"name": "old"})
    store.put(1, "customer", "7", 2, {"name": "new"})
    assert names(store) == [("customer", "7", "new")]
    store.discard(1, "customer", "7")
    assert names(store) == []


def test_drafts_older_than_seven_days_are_purged(opened: Open) -> None:
    store = opened(NOW)
    store.put(1, "customer", "7", 1, {"name": "kept"})
    store.purge(NOW + KEEP)
    assert names(store) == [("customer", "7", "kept")]
    store.purge(NOW + KEEP + 1)
    assert names(store) == []


def test_text_no_encoding_takes_is_kept(opened: Open) -> None:
    store = opened()
    store.put(1, "customer", "7", 1, {"name": "\ud800\x00\x1b'"})
    assert names(store) == [("customer", "7", "\ud800\x00\x1b'")]


def test_only_the_owner_may_read_the_file(opened: Open, path: Path) -> None:
    store = opened()
    store.put(1, "customer", "7", 1, {"name": "Jane"})
    store.save_now(20)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_file_others_could_read_is_closed_to_them(opened: Open, path: Path) -> None:
    path.parent.mkdir()
    path.touch(0o644)
    opened().latest(1)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_discarded_text_is_gone_from_the_file(opened: Open, path: Path) -> None:
    store = opened()
    store.put(1, "customer", "7", 1, {"name": "Rumpelstiltskin"})
    store.save_now(20)
    assert b"Rumpelstiltskin" in path.read_bytes()
    store.discard(1, "customer", "7")
    assert b"Rumpelstiltskin" not in path.read_bytes()


def test_save_now_may_interrupt_put_anywhere(opened: Open, path: Path) -> None:
    """A signal a millisecond after the last one runs `save_now` in the middle of the main thread's `put`."""
    store = opened()
    saves: list[str] = []

    def save(*_: object) -> None:
        saves.append(store.save_now())
        # The next one only now: on a busy machine they would pile up inside each other.
        signal.setitimer(signal.ITIMER_REAL, 0.001)

    previous = signal.signal(signal.SIGALRM, save)
    signal.setitimer(signal.ITIMER_REAL, 0.001)
    try:
        number = 0
        while len(saves) < 100:
            number += 1
            store.put(1, "customer", "7", 1, {"name": str(number)})
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
    assert set(saves) == {""}
    assert names(store) == [("customer", "7", str(number))]


def environment() -> dict[str, str]:
    """The environment in which a child can import the project from this checkout."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}


TYPIST = """
import sys, time
from pathlib import Path
from pim_tui.db.drafts import DraftStore
store = DraftStore(Path(sys.argv[1]), clock=lambda: int(time.time()))
while True:
    now = time.time()
    store.put(1, "customer", "7", 1, {"name": repr(now)})
    print(now, flush=True)
    time.sleep(0.02)
"""


@pytest.mark.walk
def test_a_draft_is_at_most_a_second_old_after_sigkill_however_fast_one_types(
    path: Path, opened: Open
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", TYPIST, str(path)], stdout=subprocess.PIPE, text=True, env=environment()
    ) as typist:
        assert typist.stdout is not None
        began = float(typist.stdout.readline())
        last = began
        while last - began < 1.3:
            last = float(typist.stdout.readline())
        assert names(opened()) == [], "a form still being typed in a living session is not left behind"
        typist.kill()
        last = float([str(last), *typist.stdout.read().split()][-1])
    [(_, _, kept)] = names(opened())
    assert last - float(kept) <= 1.0


def test_what_an_ended_session_left_stays_until_it_is_taken_up_or_given_up(path: Path, opened: Open) -> None:
    left = TYPIST.split("while")[0] + "store.put(1, 'customer', '7', 1, {'name': 'x'}); store.close()"
    subprocess.run([sys.executable, "-c", left, str(path)], check=True, env=environment())
    store = opened()
    assert names(store) == [("customer", "7", "x")]
    store.put(1, "customer", "7", 1, {"name": "mine"})
    store.discard(1, "customer", "7")
    assert names(store) == [("customer", "7", "x")], "kept for later: another form of the same kind was saved"
    store.take_up(store.latest(1)[0])
    assert names(store) == [("customer", "7", "x")]
    store.discard(1, "customer", "7")
    assert names(store) == []
    subprocess.run([sys.executable, "-c", left, str(path)], check=True, env=environment())
    store.give_up(store.latest(1)[0])
    assert names(store) == []


def test_a_damaged_file_is_set_aside_and_said_so(path: Path, opened: Open) -> None:
    path.parent.mkdir()
    path.write_bytes(b"not a database, " * 100)
    store = opened()
    store.put(1, "customer", "7", 1, {"name": "Jane"})
    assert names(store) == [("customer", "7", "Jane")]
    told: list[str] = []
    store.listen(told.append)
    assert told == ["The drafts file was damaged: it is kept as drafts.db.damaged-1, a new one is used."]
    assert path.with_name("drafts.db.damaged-1").read_bytes().startswith(b"not a database")
    assert store.notice == ""


def test_a_page_damaged_while_running_costs_only_what_was_saved_before(path: Path, opened: Open) -> None:
    first = opened()
    for number in range(200):
        first.put(1, "customer", str(number), 1, {"name": "x" * 200})
    first.close()
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 4096 * 5)
    store = opened()
    store.put(1, "customer", "7", 1, {"name": "Jane"})
    store.save_now(20)
    assert ("customer", "7", "Jane") in names(store)


FOREIGN = "create table bill(id)"
NEWER = "pragma application_id=1346981188; create table draft(x); pragma user_version=99"


@pytest.mark.parametrize("sql", [FOREIGN, NEWER])
def test_a_file_that_is_not_ours_or_newer_is_left_alone(path: Path, opened: Open, sql: str) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as other, other:
        other.executescript(sql)
    before = path.read_bytes()
    store = opened()
    store.put(1, "customer", "7", 1, {"name": "Jane"})
    assert "Move" in store.save_now(20)
    assert store.latest(1) == []
    assert path.read_bytes() == before


def test_a_folder_that_is_a_file_is_a_notice_said_once(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "state").write_text("")
    store = opened()
    told: list[str] = []
    store.listen(told.append)
    for text in ("J", "Ja"):
        store.put(1, "customer", "7", 1, {"name": text})
        assert store.save_now(20).startswith("What you type is not kept as a draft: ")
    assert len(told) == 1


def test_a_full_disk_is_a_notice_and_the_draft_is_written_once_there_is_room() -> None:
    """``RLIMIT_FSIZE`` in a child stands in for the full disk."""
    program = """
import resource, signal, sys, tempfile
from pathlib import Path
from pim_tui.db.drafts import DraftStore

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
store = DraftStore(Path(tempfile.mkdtemp()) / "drafts.db", clock=lambda: 1)
store.put(1, "a", "1", 1, {"name": "small"})
assert store.save_now(20) == "", store.notice
sys.dont_write_bytecode = True
soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (20000, hard))
store.put(1, "a", "2", 1, {"name": "x" * 100000})
assert "not kept" in store.save_now(20), store.notice
resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
assert store.save_now(20) == "", store.notice
assert len(store.latest(1)) == 2
"""
    subprocess.run([sys.executable, "-c", program], check=True, env=environment())


def kept_in(path: Path) -> int:
    """How many drafts the file holds, be their sessions alive or not."""
    with closing(sqlite3.connect(path)) as file:
        return int(file.execute("select count(*) from draft").fetchone()[0])


def test_two_sessions_of_one_person_keep_their_own_text(path: Path, opened: Open) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", TYPIST, str(path)], stdout=subprocess.PIPE, text=True, env=environment()
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        store = opened()
        store.put(1, "customer", "7", 1, {"name": "mine"})
        assert store.save_now(20) == ""
        assert names(store) == [("customer", "7", "mine")]
        store.discard(1, "customer", "7")
        while not kept_in(path):
            other.stdout.readline()
        other.kill()
    [(_, _, theirs)] = names(store)
    assert float(theirs) > 0
