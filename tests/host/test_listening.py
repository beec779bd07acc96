"""Where the host listens: the kernel keeps who may come there, and nobody else's socket is taken away."""

from __future__ import annotations

import grp
import os
import socket
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from pim_tui.config import Settings
from pim_tui.errors import PimError
from pim_tui.host import listening as host
from pim_tui.host.listening import listening, looked_for, place
from pim_tui.paths import Places

GROUP = grp.getgrgid(os.getegid()).gr_name


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path / "config", tmp_path / "data", tmp_path / "state")


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def refusal(settings: Settings, places: Places) -> str:
    """Why a host would not begin."""
    with pytest.raises(PimError) as refused, listening(settings, places):
        pass
    return str(refused.value)


def test_it_is_its_own_accounts_or_a_groups_besides_and_gone_afterwards(places: Places) -> None:
    shared = places.data.parent / "shared" / "host.sock"
    for settings, file, bits in (
        (Settings(host_socket=str(places.state / "host.sock")), places.state / "host.sock", 0o600),
        (Settings(host_socket=str(shared), host_group=GROUP), shared, 0o660),
    ):
        assert place(settings, places) == str(file)
        with listening(settings, places):
            assert (mode(file), file.stat().st_gid) == (bits, os.getegid())
        assert not file.exists()
    assert mode(places.state) == 0o700


def test_a_group_is_let_in_only_where_it_can_come(places: Places, tmp_path: Path) -> None:
    inside, outside = str(places.state / "host.sock"), str(tmp_path / "x" / "host.sock")
    assert "nobody else comes into" in refusal(Settings(host_socket=inside, host_group=GROUP), places)
    assert "no group here" in refusal(Settings(host_socket=outside, host_group="no-such"), places)
    (tmp_path / "x").mkdir(0o700)
    (tmp_path / "x").chmod(0o777)
    assert "nobody else's terminal" in refusal(Settings(host_socket=outside, host_group=GROUP), places)


def test_one_host_at_a_place_and_what_a_killed_one_left_is_taken_away(places: Places) -> None:
    file = places.state / "host.sock"
    settings = Settings(host_socket=str(file))
    file.parent.mkdir()
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as left:
        left.bind(str(file))
    with listening(settings, places):
        assert "listens at" in refusal(settings, places)
        assert file.exists()
        file.unlink()
        file.touch()
    assert file.exists(), "it is another's by now"


def test_what_is_no_socket_is_left_as_it_is(places: Places, tmp_path: Path) -> None:
    book, link = tmp_path / "clinic.db", tmp_path / "host.sock"
    book.write_text("a book")
    link.symlink_to(book)
    for at in (book, link, tmp_path):
        assert "is no socket" in refusal(Settings(host_socket=str(at)), places)
    assert book.read_text() == "a book"
    assert link.is_symlink()


def activated(act: Callable[[], object], kind: int, whose: int = 0) -> str:
    """What ``act`` says or raises in a process that was given a socket as systemd does it."""
    said, tells = os.pipe()
    if (pid := os.fork()) == 0:
        try:
            os.dup2(tells, 9)
            given = socket.socket(socket.AF_UNIX, kind)
            os.dup2(given.fileno(), 3)
            os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(whose or os.getpid()))
            os.write(9, str(act()).encode())
        except PimError as error:
            os.write(9, str(error).encode())
        finally:
            os._exit(0)
    os.close(tells)
    os.waitpid(pid, 0)
    with open(said, encoding="utf-8") as pipe:
        return pipe.read()


def test_a_socket_of_the_system_is_used_as_it_is(places: Places) -> None:
    def listens() -> str:
        with listening(Settings(host_socket=str(places.state / "host.sock")), places) as made:
            left = [name for name in os.environ if name.startswith("LISTEN_")]
            return f"{made.fileno()} {made.get_inheritable()} {left}"

    assert activated(listens, socket.SOCK_SEQPACKET) == "3 False []"
    assert "of another kind" in activated(listens, socket.SOCK_STREAM)
    assert not activated(listens, socket.SOCK_SEQPACKET, whose=1).startswith("3 ")


def test_it_is_looked_for_where_the_system_has_made_its_socket_as_well(
    places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """systemd makes it in a folder into which the host's account may not write."""
    theirs, ours = str(tmp_path / "run" / "host.sock"), str(places.state / "host.sock")
    monkeypatch.setattr(host, "SOCKET", theirs)
    assert looked_for(Settings(), places) == (ours, theirs)
    Path(theirs).parent.mkdir()
    assert looked_for(Settings(), places) == (theirs,)
    assert looked_for(Settings(host_socket=ours), places) == (ours,)
