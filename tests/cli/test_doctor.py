"""``pim-tui doctor`` tries everything and says what is wrong; no command ever says a secret."""

from __future__ import annotations

import json
import socket
import threading
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pim_tui.bootstrap import Clinic
from pim_tui.cli import doctor, trials
from pim_tui.config import Settings
from pim_tui.domain.trials import Off, Trial
from pim_tui.errors import PimError, Refused
from pim_tui.paths import Places
from pim_tui.services.tax_classes import AddTaxClass, add_tax_class
from tests.cli.shell import Answer, Shell
from tests.cli.test_deliver import queue
from tests.integrations.mailserver import USER, WORD, certificate, mail_server
from tests.integrations.pictures import photo_file
from tests.integrations.test_camera import copies
from tests.services.clinic import practice
from tests.services.shop import BANDAGE, line, shop

CANARY = "canary-in-the-mine"


@pytest.fixture
def clinic(shell: Shell) -> Shell:
    """A shell with an empty clinic."""
    assert shell.run("init", "--clinic", "Quay").code == 0
    return shell


def findings(answer: Answer) -> dict[str, tuple[str, str]]:
    """State and sentence by name."""
    told = json.loads(answer.out)
    assert answer.code == (0 if told["ok"] else 1)
    return {one["name"]: (one["state"], one["says"]) for one in told["findings"]}


def test_what_is_not_set_up_names_its_setting_and_is_not_wrong(clinic: Shell) -> None:
    clinic.settings('video_service = ""\nprinter = "file:"\n')
    found = findings(clinic.run("doctor", "--json"))
    off = {name: says for name, (state, says) in found.items() if state == "off"}
    for name, setting in {
        "email": "smtp_host", "sms": "sms_service", "video": "video_service", "feeds": "feed_folder",
        "camera": "camera", "calendars": "caldav",
        "calendly": "calendly_token", "upload page": "upload_address", "encryption": "database_key",
    }.items():  # fmt: skip
        assert f"The setting {setting} is empty" in off[name]
    assert [name for name, (state, _) in found.items() if state == "wrong"] == []
    plain = clinic.run("doctor")
    assert (plain.code, plain.out.splitlines()[-1]) == (0, "Nothing is wrong.")


def test_money_that_is_not_the_books_is_wrong_and_missing_taxes_are_told(tmp_path: Path) -> None:
    made = shop(tmp_path)

    def money(currency: str = "EUR") -> str:
        session = replace(made.session, currency=currency)
        told = Clinic(made.store, session, Settings(), Places(tmp_path, tmp_path, tmp_path))
        (trial,) = trials._money(told)
        return trial.run()

    with pytest.raises(Off, match="No tax class is entered: what is sold is untaxed"):
        money()
    add_tax_class(made.session, AddTaxClass("Standard", "VAT 19%"))
    assert money() == "Prices are in EUR and taxes are in them; tax classes: Standard."
    made.post(line(BANDAGE, 2), paid=1190)
    with pytest.raises(Refused, match="The money of this book is EUR, and the setting currency is USD"):
        money(currency="USD")
    made.store.close()


def test_a_disk_without_room_and_a_folder_that_takes_no_backups_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "clinic.db"
    told = SimpleNamespace(book=SimpleNamespace(place=place), settings=Settings(backup_folder=str(place)))
    (disk,) = trials._disk(told)  # type: ignore[arg-type]
    (backups,) = trials._backups(told)  # type: ignore[arg-type]
    assert disk.run().endswith(" MB left.")
    monkeypatch.setattr("pim_tui.db.disk.room_left", lambda path: 4 << 20)
    with pytest.raises(Refused, match=r"has only 4 MB left.*Free some space there"):
        disk.run()
    place.write_bytes(b"no folder")
    with pytest.raises(PimError, match="takes no file"):
        backups.run()


def test_a_machine_without_a_usual_printer_is_told_and_one_that_stands_still_is_wrong(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = {"-d": "no system default destination", "-p": ""}
    monkeypatch.setattr("pim_tui.integrations.printer.available", lambda: True)
    monkeypatch.setattr("pim_tui.integrations.printqueue._ask", lambda asked, timeout: (0, answers[asked[0]]))
    told = SimpleNamespace(settings=Settings())
    (usual,) = trials._printers(told)  # type: ignore[arg-type]
    assert usual.name == "printer (default)"
    with pytest.raises(trials.Off, match="The setting printer is empty, and this machine has no usual"):
        usual.run()
    answers |= {"-d": "system default destination: Desk", "-p": "printer Desk is idle.  enabled since Thu\n"}
    assert usual.run() == "The queue Desk is idle."
    answers["-p"] = "printer Desk disabled since Thu -\n\tout of paper\n"
    with pytest.raises(Refused, match="The queue Desk is disabled: out of paper"):
        usual.run()


@pytest.mark.walk
def test_what_is_set_up_is_reached_and_what_is_wrong_says_what_to_do(clinic: Shell, tmp_path: Path) -> None:
    word = tmp_path / "word"
    word.write_text(WORD, "utf-8")
    word.chmod(0o600)
    (tmp_path / "feeds").mkdir()
    with mail_server("starttls", signed=True) as server, socket.create_server(("127.0.0.1", 0)) as printer:
        port = printer.getsockname()[1]
        common = (
            f'smtp_host = "127.0.0.1"\nsmtp_port = {server.port}\nsmtp_user = "{USER}"\n'
            f'smtp_ca_file = "{certificate()}"\nmail_from = "desk@clinic.example"\n'
            f"camera = '''{copies(tmp_path, photo_file())}'''\n"
        )
        clinic.settings(
            f'{common}smtp_password = "file:{word}"\nfeed_folder = "{tmp_path / "feeds"}"\n'
            f'printer = "slips"\n[printers]\nslips = "socket:127.0.0.1:{port}"\n'
        )
        good = findings(clinic.run("doctor", "--json"))
        assert server.arrived == [], "nothing is sent"
        assert {state for state, _ in good.values()} == {"good", "off"}
        assert good["email"][1] == "127.0.0.1 takes emails and the password."
        assert good["printer slips"] == ("good", "slips listens.")
        assert "which was not kept" in good["camera"][1]
        printer.close()
        clinic.settings(
            f'{common}smtp_password = "env:CLINIC_MAIL"\nfeed_folder = "{tmp_path / "none"}"\n'
            f'printer = "slips"\nupload_address = "127.0.0.1:{port}"\nupload_url = "https://x.example"\n'
            f'upload_certificate = "{certificate()}"\nupload_key = "{certificate().with_name("key.pem")}"\n'
            f'[printers]\nslips = "socket:127.0.0.1:{port}"\n'
        )
        clinic.book.chmod(0o644)
        bad = findings(clinic.run("doctor", "--json", CLINIC_MAIL=CANARY))
    told = {name: says for name, (state, says) in bad.items() if state == "wrong"}
    assert f"chmod 600 {clinic.book}" in told["files"]
    assert "does not take the name or the password" in told["email"]
    assert "takes no file" in told["feeds"]
    assert "Nobody listens" in told["printer slips"]
    assert "Start pim-tui deliver --loop" in told["upload page"]
    assert CANARY not in str(bad)
    assert bad["secret smtp_password"] == ("good", "It is there (env:).")
    lacking = findings(clinic.run("doctor", "--json"))
    assert "The variable CLINIC_MAIL is not set." in lacking["secret smtp_password"][1]


def test_one_that_hangs_or_breaks_is_told_and_the_others_are_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, stop = practice(tmp_path), threading.Event()
    places = Places(tmp_path, tmp_path, tmp_path)

    def refuses() -> str:
        raise Refused("It is broken.", "Mend it.")

    def hangs() -> str:
        stop.wait(20)
        raise Off("late")

    # After the first, which hangs, the clock is put back: a busy machine has all the time for the others.
    moments = iter((20.0, 20.0, 0.0, 0.0))
    monkeypatch.setattr(doctor, "time", SimpleNamespace(monotonic=lambda: next(moments)))
    found = doctor.tried(
        Clinic(made.store, made.session, Settings(), places),
        [Trial("hangs", hangs), Trial("good", lambda: "Fine."), Trial("broken", refuses)],
        0.3,
    )
    stop.set()
    assert [(one.name, one.state) for one in found] == [
        ("hangs", "wrong"),
        ("good", "good"),
        ("broken", "wrong"),
    ]
    assert "did not come to an end within 0.3 seconds" in found[0].says
    assert found[2].says == "It is broken. Mend it."
    made.store.close()


def secrets(folder: Path) -> tuple[str, dict[str, str]]:
    """Settings whose every secret is the canary, in each way to keep one, and the environment."""
    kept = folder / "word"
    kept.write_text(CANARY, "utf-8")
    kept.chmod(0o600)
    settings = (
        'smtp_host = "127.0.0.1"\nsmtp_port = 9\nsmtp_user = "clinic"\nsmtp_password = "env:CLINIC_MAIL"\n'
        'mail_from = "desk@clinic.example"\nquiet_from = "00:00"\nquiet_to = "00:00"\n'
        'sms_service = "twilio"\nsms_from = "+15005550006"\nsms_account = "AC1"\n'
        f'sms_secret = "file:{kept}"\nsms_url = "http://127.0.0.1:9"\n'
        'video_service = "zoom"\nzoom_account = "a"\nzoom_client = "c"\nzoom_login_url = "http://127.0.0.1:9"\n'
        'calendly_url = "http://127.0.0.1:9"\ncalendly_token = "env:CLINIC_MAIL"\n'
        f"zoom_secret = 'cmd:cat {kept}'\n"
        '[caldav]\n"Dr Lee" = "http://lee@127.0.0.1:9/lee/"\n'
        '[caldav_passwords]\n"Dr Lee" = "env:CLINIC_MAIL"\n'
    )
    return settings, {"CLINIC_MAIL": CANARY, "PIM_CLINIC_PHONE": "1"}


@pytest.mark.walk
def test_no_command_journal_log_or_crash_report_has_a_secret_in_it(clinic: Shell, tmp_path: Path) -> None:
    settings, env = secrets(tmp_path)
    clinic.settings(settings)
    queue(clinic, "a@mail.example")
    for command in ("doctor", "deliver", "deliver --status --json", "sync", "upload-page"):
        answer = clinic.run(*command.split(), **env)
        assert CANARY not in answer.out + answer.err, command
        assert "Traceback" not in answer.err, command
    held: list[Any] = [file for file in clinic.home.rglob("*") if file.is_file()]
    assert len(held) > 2
    assert [file for file in held if CANARY.encode() in file.read_bytes()] == []
