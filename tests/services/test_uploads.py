"""A picture comes by a page that is open once, for three minutes, over TLS; everything else keeps nothing."""

from __future__ import annotations

import io
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from pim_tui.bootstrap import Clinic
from pim_tui.cli.uploads import Behind
from pim_tui.config import Settings, load
from pim_tui.db.connection import select
from pim_tui.db.filestore import store_of
from pim_tui.errors import NotFound, Refused, SettingsError
from pim_tui.integrations import uploadpage
from pim_tui.integrations.inbox import Inbox
from pim_tui.integrations.uploadpage import NOT_OPEN, Listening, UploadPage, trust
from pim_tui.paths import Places
from pim_tui.services import uploads
from pim_tui.services.uploads import ClosePage, FetchPictures, OpenPage
from tests.integrations.mailserver import certificate
from tests.integrations.pictures import as_file, bomb, photo_file
from tests.services.clinic import LEE, Practice, practice

KEY = certificate().with_name("key.pem")
SLOW = 0.6
"""Seconds that a whole request has, of whoever is to be too slow."""
PATIENT = 30.0
"""Seconds that everybody else waits: who is not slow is not hung up on by a busy machine."""


@dataclass
class Open:
    """A clinic whose page listens, and a telephone."""

    clinic: Practice
    listens: UploadPage
    store: Path

    @property
    def port(self) -> int:
        return self.listens.port

    def hurries(self, seconds: float) -> None:
        """Whoever comes from now on has so many seconds."""
        server = self.listens._server
        server.at = replace(server.at, seconds=seconds)

    def page(self) -> str:
        """The secret of a page that is open."""
        made = uploads.new_secret()
        uploads.open_upload(self.clinic.session, OpenPage(uploads.digest_of(made)))
        return made

    def line(self) -> ssl.SSLSocket:
        trusted = ssl.create_default_context(cafile=str(certificate()))
        return trusted.wrap_socket(
            socket.create_connection(("127.0.0.1", self.port), PATIENT), server_hostname="127.0.0.1"
        )

    def ask(self, raw: bytes) -> str:
        """What the page answers to these bytes; empty where it hangs up."""
        found = b""
        with self.line() as line, suppress(OSError):
            line.sendall(raw)
            while piece := line.recv(65_536):
                found += piece
        return found.decode()

    def send(self, secret: str, data: bytes, **how: str) -> str:
        return self.ask(form(secret, data, **how))

    def kept(self) -> int:
        """Pictures in the store and pages that were used."""
        files = sum(file.is_file() for file in self.store.rglob("*")) if self.store.exists() else 0
        ((used,),) = select("select count(*) from upload where used_at is not null")
        return files + int(used)


def form(
    secret: str,
    data: bytes,
    name: str = "picture",
    kind: str = "multipart/form-data; boundary=x",
    more: str = "",
) -> bytes:
    body = (
        f'--x\r\nContent-Disposition: form-data; name="{name}"; filename="../../etc/passwd"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    ).encode() + data + b"\r\n--x--\r\n"  # fmt: skip
    head = f"POST /{secret} HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\n"
    return f"{head}Content-Length: {len(body)}\r\n{more}\r\n".encode() + body


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    monkeypatch.setattr(uploadpage, "_DRAINED", PATIENT)
    made = practice(tmp_path)
    behind = Behind(Clinic(made.store, made.session, Settings(), Places(tmp_path, tmp_path, tmp_path)))
    at = Listening("127.0.0.1", 0, str(certificate()), str(KEY), 1 << 20, PATIENT, 30)
    page = UploadPage(at, behind)
    yield Open(made, page, store_of(made.store).folder)
    page.close()
    made.store.close()


def test_one_picture_comes_rewritten_into_the_inbox_of_whoever_opened_the_page(
    opened: Open, tmp_path: Path
) -> None:
    exif = Image.Exif()
    exif[0x010E] = "canary"
    secret, session = opened.page(), opened.clinic.session
    told = opened.ask(f"GET /{secret} HTTP/1.1\r\n\r\n".encode())
    assert "200 OK" in told
    assert "<form" in told
    assert "script-src" not in told
    assert "<script" not in told
    assert "default-src 'none'" in told
    assert "arrived" in opened.send(secret, as_file(Image.new("RGB", (90, 60)), exif=exif))
    somebody = replace(session, staff_id=LEE, key="other")
    inbox = Inbox(tmp_path / "inbox")
    assert uploads.fetch_pictures(somebody, FetchPictures(inbox)).says == ""
    name = uploads.fetch_pictures(session, FetchPictures(inbox)).says
    assert name == "phone-2026-11-23-092000.jpg"
    kept = (inbox.folder / name).read_bytes()
    assert Image.open(io.BytesIO(kept)).size == (90, 60)
    assert b"canary" not in kept
    assert uploads.fetch_pictures(session, FetchPictures(inbox)).says == ""
    assert opened.kept() == 1, "the page is used, and the store keeps nothing that is nobody's"
    assert opened.clinic.actions()[-2:] == ["open", "receive"]
    assert secret not in str(select("select * from upload")) + str(select("select * from journal_values"))
    assert NOT_OPEN in opened.send(secret, photo_file()), "a second time"
    assert NOT_OPEN in opened.ask(f"GET /{secret} HTTP/1.1\r\n\r\n".encode())


def test_of_two_at_once_one_is_kept(opened: Open) -> None:
    secret, told = opened.page(), list[str]()
    sent = [
        threading.Thread(target=lambda: told.append(opened.send(secret, photo_file(size=200))))
        for _ in range(4)
    ]
    for one in sent:
        one.start()
    for one in sent:
        one.join()
    assert sorted("arrived" in one for one in told) == [False, False, False, True]
    assert opened.kept() == 2


def test_what_is_no_picture_or_no_form_is_refused_and_the_page_stays_open(opened: Open) -> None:
    secret = opened.page()
    picture, length = photo_file(), "Content-Length: 9\r\n"
    for raw, status in (
        (form(secret, b"GIF89a"), 422),
        (form(secret, b"%PDF-1.4"), 422),
        (form(secret, bomb()), 422),
        (form(secret, b"\xff\xd8\xff broken"), 422),
        (form(secret, picture, name="other"), 400),
        (form(secret, picture + b"\r\n--x\r\n\r\n" + picture), 400),
        (form(secret, picture, kind="image/jpeg"), 415),
        (form(secret, picture, kind="multipart/form-data"), 415),
        (form(secret, picture, more="Transfer-Encoding: chunked\r\n"), 411),
        (form(secret, b"\xff\xd8\xff" + bytes(1 << 20)), 413),
        (f"POST /{secret} HTTP/1.1\r\n{length}\r\n".encode(), 415),
        (form(secret, picture).replace(b"Content-Length: ", b"Content-Length: -"), 411),
        (form(secret, picture).replace(b"Content-Length: ", b"Content-Length: 99999999999999"), 413),
    ):
        assert f" {status} " in opened.ask(raw).partition("\r\n")[0], raw[:200]
    assert opened.kept() == 0
    assert "arrived" in opened.send(secret, picture)


def test_every_other_address_method_and_time_has_the_same_answer(opened: Open) -> None:
    secret, answers = opened.page(), set()
    late = opened.page()
    gone = opened.page()
    uploads.close_upload(opened.clinic.session, ClosePage(3))
    for raw in (
        "GET / HTTP/1.1\r\n\r\n", f"GET /{secret}x HTTP/1.1\r\n\r\n", f"GET /a/{secret} HTTP/1.1\r\n\r\n",
        f"GET /{'A' * 22} HTTP/1.1\r\n\r\n", f"DELETE /{secret} HTTP/1.1\r\n\r\n",
        f"GET /{gone} HTTP/1.1\r\n\r\n", f"PUT /{secret} HTTP/1.1\r\n\r\n",
        "GET /../../etc/passwd HTTP/1.1\r\n\r\n", f"GET /{secret}?x HTTP/1.1\r\n\r\n",
    ):  # fmt: skip
        answers.add(opened.ask(raw.encode()).partition("\r\nDate")[2].partition("\r\n")[2])
    opened.clinic.clock[0] += 180
    answers.add(opened.send(late, photo_file()).partition("\r\nDate")[2].partition("\r\n")[2])
    (answer,) = answers
    assert NOT_OPEN in answer
    assert NOT_OPEN in opened.ask(b"rubbish\r\n\r\n")
    assert opened.kept() == 1, "the one that was closed"


def test_who_is_slow_is_hung_up_on_and_others_are_served_meanwhile(opened: Open) -> None:
    secret, raw = opened.page(), form(opened.page(), photo_file())
    opened.hurries(SLOW)
    slow = [socket.create_connection(("127.0.0.1", opened.port), PATIENT)]
    for begun in (b"", b"GET / HTTP/1.1\r\nX", raw[:-30]):
        with suppress(ConnectionError, ssl.SSLError):  # A busy machine may be too slow even for that.
            slow.append(opened.line())
            slow[-1].sendall(begun)
    opened.hurries(PATIENT)
    assert "arrived" in opened.send(secret, photo_file())
    for line in slow:
        with suppress(ConnectionError, ssl.SSLError):  # And whoever is not hung up on waits in vain.
            while line.recv(1000):
                pass
        line.close()
    assert opened.kept() == 2


def test_bytes_that_drip_do_not_win_time(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    now, raw = [0.0], form(opened.page(), photo_file())
    monkeypatch.setattr(uploadpage, "time", SimpleNamespace(monotonic=lambda: now[0]))
    with opened.line() as line, suppress(ConnectionError, ssl.SSLError):
        for at in range(len(raw)):
            line.sendall(raw[at : at + 1])
            now[0] += 2 * PATIENT / len(raw)
        assert line.recv(1000) == b"", "there is no answer"
    assert opened.kept() == 0


def test_from_one_place_so_many_a_minute_are_answered(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploadpage, "time", SimpleNamespace(monotonic=lambda: 90.0))
    page = UploadPage(Listening("127.0.0.1", 0, a_minute=3), AlwaysOpen())
    told = []
    for place in ("203.0.113.5", "203.0.113.5", "9.9.9.9, 203.0.113.5", "203.0.113.5", "203.0.113.6"):
        with socket.create_connection(("127.0.0.1", page.port), PATIENT) as line:
            line.sendall(f"GET /{'A' * 22} HTTP/1.1\r\nX-Forwarded-For: {place}\r\n\r\n".encode())
            told.append(b"<form" in line.makefile("rb").read())
    page.close()
    assert told == [True, True, True, False, True]


class AlwaysOpen:
    """Every page is open."""

    def is_open(self, secret: str) -> bool:
        return True

    def take(self, secret: str, data: bytes) -> object:
        raise NotFound("No.", "No.")


def private(file: Path, folder: Path, mode: int) -> Path:
    """A copy of a file with this mode."""
    made = folder / f"{mode}.pem"
    made.write_bytes(file.read_bytes())
    made.chmod(mode)
    return made


def test_pages_are_few_their_owners_alone_and_never_unencrypted_outside(opened: Open, tmp_path: Path) -> None:
    session = opened.clinic.session
    for _ in range(uploads.MOST_OPEN):
        opened.page()
    with pytest.raises(Refused, match="Too many"):
        opened.page()
    with pytest.raises(NotFound):
        uploads.close_upload(replace(session, staff_id=LEE), ClosePage(1))
    with pytest.raises(SettingsError, match="unencrypted"):
        UploadPage(Listening("0.0.0.0", 0), AlwaysOpen())
    with pytest.raises(SettingsError, match="do not fit together"):
        trust(str(certificate()), str(private(certificate(), tmp_path, 0o600)))
    with pytest.raises(SettingsError, match="Others can read"):
        trust(str(certificate()), str(private(KEY, tmp_path, 0o604)))
    for values, told in (
        ({"PIM_UPLOAD_ADDRESS": "0.0.0.0:8443", "PIM_UPLOAD_URL": "https://x"}, "without upload_certificate"),
        ({"PIM_UPLOAD_ADDRESS": "127.0.0.1:8443"}, "needs upload_url"),
        ({"PIM_UPLOAD_ADDRESS": "8443"}, "an interface and a port"),
    ):
        with pytest.raises(SettingsError, match=told):
            load(Path("/none"), values)
