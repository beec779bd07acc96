"""Email against a real server: it goes encrypted or not at all, and every refusal is told apart."""

from __future__ import annotations

import smtplib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

import pytest
from icalendar import Calendar

from pim_tui.domain.delivery import Attachment, Mail, Trouble, Undelivered
from pim_tui.domain.invites import Guest, Method, Occasion
from pim_tui.domain.messages import House
from pim_tui.errors import SettingsError
from pim_tui.exports import invites
from pim_tui.integrations.smtp import Server, Smtp
from tests.exports.samples import KEY, at, visit
from tests.integrations.mailserver import USER, WORD, MailServer, certificate, mail_server

MAIL = Mail(
    "jane@mail.example", "Grüße", "Dear Jane,\n.dot\nhere it is: ü", "<1@clinic.invalid>", 1_700_000_000
)


def carrier(server: MailServer, **more: Any) -> Smtp:
    """A carrier to it that signs in and trusts it, unless said otherwise."""
    options = {
        "host": "127.0.0.1", "port": server.port, "user": USER, "password": lambda: WORD, "timeout": 5.0,
        "sender": "desk@clinic.example", "sender_name": "Harbour, Clinic <x>", "ca_file": str(certificate()),
    }  # fmt: skip
    return Smtp(Server(**{**options, **more}))


@contextmanager
def to_it(security: str = "none", **more: Any) -> Iterator[tuple[MailServer, Smtp]]:
    with mail_server(security, signed=security != "none") as server:
        plain = {"user": "", "ca_file": ""} if security == "none" else {}
        made = carrier(server, security=security, **{**plain, **more})
        try:
            yield server, made
        finally:
            made.close()


def trouble(made: Smtp, mail: Mail = MAIL) -> Undelivered:
    with pytest.raises(Undelivered) as undelivered:
        made.send(mail)
    assert WORD not in undelivered.value.says
    assert "jane" not in undelivered.value.says
    return undelivered.value


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_it_signs_in_over_an_encrypted_line_and_keeps_the_line(security: str) -> None:
    file = Attachment("S-2026-000001.pdf", bytes(range(256)) * 40)
    with to_it(security) as (server, made):
        made.send(MAIL)
        made.send(Mail("john@mail.example", "Two", "text", "<2@clinic.invalid>", 1_700_000_000, file))
    assert (server.lines, server.signed_in) == (1, 1)
    assert server.to == ["jane@mail.example", "john@mail.example"]
    assert server.ids == ["<1@clinic.invalid>", "<2@clinic.invalid>"]
    first, second = server.mail(0), server.mail(1)
    assert (first["To"], first["Subject"]) == ("jane@mail.example", "Grüße")
    assert first["From"].addresses[0].display_name == "Harbour, Clinic <x>"
    assert (first["Auto-Submitted"], first["Date"]) == ("auto-generated", "Tue, 14 Nov 2023 22:13:20 +0000")
    assert first.get_content().splitlines() == MAIL.text.splitlines()
    assert server.arrived[0].isascii()
    (attached,) = second.iter_attachments()
    assert (attached.get_content(), attached.get_filename()) == (file.data, file.name)


INVITE = invites.single(
    visit(at("2026-11-27 10:30"), staff="Dr Ünal, MD; x"),
    Occasion(Method.REQUEST, House("Quay", "", "", "desk@clinic.example"), Guest("Zoë", MAIL.to), 0),
    KEY,
)


def test_an_invitation_arrives_in_words_as_html_and_twice_for_calendars() -> None:
    text = 'Dear <Jane> & co,\njoin https://video.example/a?b=1&c="x", or\nü'
    pdf = Attachment("form.pdf", b"%PDF")
    with to_it("tls") as (server, made):
        made.send(replace(MAIL, text=text, calendar=INVITE, file=pdf))
    mail = server.mail()
    assert server.arrived[0].isascii()
    assert max(map(len, server.arrived[0].splitlines())) < 999
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar",
        "application/ics", "application/pdf",
    ]  # fmt: skip
    words, html, calendar, file = (part for part in list(mail.walk())[2:6])
    assert words.get_content().splitlines() == text.splitlines()
    shown = html.get_content()
    assert "Dear &lt;Jane&gt; &amp; co,<br>" in shown
    assert '<a href="https://video.example/a?b=1&amp;c=">' in shown
    params = calendar["Content-Type"].params
    assert (params["method"], params["charset"]) == ("REQUEST", "utf-8")
    assert (file.get_filename(), file.get_content()) == ("invite.ics", INVITE.text.encode())
    assert calendar.get_content().splitlines() == INVITE.text.splitlines()
    (event,) = Calendar.from_ical(calendar.get_content()).walk("VEVENT")
    assert str(event["SUMMARY"]) == "Quay: Dr Ünal, MD; x"


def test_nothing_goes_over_a_line_that_is_not_safe() -> None:
    with mail_server("starttls", offers_tls=False) as server:
        assert trouble(carrier(server)).trouble == Trouble.SETTINGS
    with to_it("starttls", ca_file="") as (server, made):
        refused = trouble(made)
        assert (refused.trouble, server.signed_in) == (Trouble.SETTINGS, 0)
        assert "is not to be trusted" in refused.says
    with to_it("none", user=USER) as (server, made):
        assert "in clear" in trouble(made).says
        assert server.lines == 0
    assert "unencrypted" in trouble(Smtp(Server("mail.example", security="none", sender="a@b.example"))).says
    with to_it() as (server, made), to_it("tls", port=server.port) as (_, wrong):
        assert trouble(wrong).trouble == Trouble.LINE
        assert server.arrived == []


def test_a_wrong_password_and_one_that_cannot_be_read_are_told_and_never_shown() -> None:
    def none() -> str:
        raise SettingsError("The variable X is not set.", "Set it.")

    with to_it("starttls", password=lambda: f"{WORD}!") as (server, made):
        assert trouble(made).trouble == Trouble.LOGIN
    with to_it("starttls", password=none) as (server, made):
        assert trouble(made).says == "The variable X is not set. Set it."
    for odd in (None, lambda: "wört"):
        with to_it("starttls", password=odd) as (server, made):
            assert trouble(made).trouble == Trouble.SETTINGS
            assert server.arrived == []


@pytest.mark.parametrize(
    ("command", "said", "what"),
    [
        ("MAIL", "550 who are you", Trouble.SETTINGS),
        ("MAIL", "451 later", Trouble.BUSY),
        ("RCPT", "450 grey", Trouble.BUSY),
        ("RCPT", "550 5.1.1 nobody \x1b[31m", Trouble.ADDRESS),
        ("DATA", "452 full", Trouble.BUSY),
        ("DATA", "554 5.7.1 spam", Trouble.CONTENT),
    ],
)
def test_every_refusal_is_its_own_trouble_and_the_next_message_goes(
    command: str, said: str, what: Trouble
) -> None:
    with to_it() as (server, made):
        server.answers[command] = [said]
        refused = trouble(made)
        assert refused.trouble == what
        assert "\x1b" not in refused.says
        made.send(MAIL)
        assert server.to == ["jane@mail.example"]


def test_a_line_that_breaks_is_told_apart_by_what_may_have_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    sends = smtplib.SMTP.send

    def gives_up_once_it_hangs(line: smtplib.SMTP, data: Any) -> None:
        sends(line, data)
        if server.hang and data[-5:] == b"\r\n.\r\n":
            assert server.hung.wait(20)
            assert line.sock is not None
            line.sock.settimeout(0.01)

    monkeypatch.setattr(smtplib.SMTP, "send", gives_up_once_it_hangs)
    with to_it(timeout=20.0) as (server, made):
        made.send(MAIL)
        server.cut_early = 1
        assert trouble(made).trouble == Trouble.BUSY
        server.cut = 1
        assert trouble(made).trouble == Trouble.UNSURE
        server.hang = True
        assert trouble(made).trouble == Trouble.UNSURE
        server.hang = False
        made.send(MAIL)
        assert len(server.arrived) == 3
        assert len(set(server.ids)) == 1


@pytest.mark.parametrize("told", [b"220-hello\r\n", b"220 hello\r\n"])
def test_a_reply_without_an_end_is_a_line_that_broke(told: bytes) -> None:
    """It greets for ever, or tells for ever what it can do."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def talk() -> None:
            line, _ = listening.accept()
            with line, suppress(OSError):
                line.sendall(told)
                while True:
                    line.sendall(b"250-more and more\r\n" * 100)

        talking = threading.Thread(target=talk, daemon=True)
        talking.start()
        made = Smtp(Server("127.0.0.1", listening.getsockname()[1], "none", sender="desk@clinic.example"))
        assert trouble(made).trouble == Trouble.LINE
        made.close()
        talking.join(10)
        assert not talking.is_alive()


def test_who_does_not_answer_is_not_reached() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        port = deaf.getsockname()[1]
        silent = Smtp(Server("127.0.0.1", port, "none", sender="a@b.example", timeout=0.1))
        assert trouble(silent).trouble == Trouble.LINE
        deaf.listen()
        assert trouble(silent).trouble == Trouble.LINE
    assert (
        trouble(Smtp(Server("", sender="a@b.example"))).says == "The setting smtp_host names no mail server."
    )
    assert "mail_from" in trouble(Smtp(Server("127.0.0.1", port, "none"))).says


HOSTILE = (
    "a@b.example, evil@c.example", "a@b.example\r\nBcc: evil@c.example", "a@b.example\n", "<a@b.example>",
    "a b@c.example", '"a"@b.example', "a..b@", "@b.example", "a@b@c", "..@x",
    "a@b.example>\r\nRCPT TO:<evil@c.example",
)  # fmt: skip


def test_no_words_steer_the_terminal_that_a_message_is_read_on() -> None:
    with to_it() as (server, made):
        made.send(replace(MAIL, text="two\nlines\x1b[2J\u202e\x9b31m", subject="s\x1b]0;x\x07"))
        raw = server.arrived[0]
        assert not {0x1B, 7, 0x9B}.intersection(raw)
        words = server.mail(0).get_body(("plain",))
        assert words is not None
        assert words.get_content().splitlines() == ["two", "lines␛[2J\ufffd\ufffd31m"]
        assert server.mail(0)["Subject"] == "s␛]0;x␇"


def test_an_address_stays_one_address_and_a_subject_one_line() -> None:
    with to_it(sender_name="Clinic\r\nBcc: evil@c.example") as (server, made):
        for address in HOSTILE:
            assert trouble(made, Mail(address, "s", "t", "<1@x>", 0)).trouble == Trouble.ADDRESS
        made.send(Mail("jane@mail.example", "Hi\r\nBcc: evil@c.example", "t\r\n.\r\nMAIL", "<1@x>", 0))
        made.send(Mail("jané@mail.example", "wide", "ü", "<2@x>", 0))
        assert server.to == ["jane@mail.example", "jané@mail.example"]
        assert [server.mail(at)["Bcc"] for at in (0, 1)] == [None, None]
        assert server.mail(1)["To"] == "jané@mail.example"
