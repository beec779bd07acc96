"""Handing a file to lp: a stand-in lp records what it is given."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from pim_tui.errors import FileProblem, Refused
from pim_tui.integrations.printer import Sent, send
from tests.integrations.hanging import all_heard, held_open

RECORD = """
for word in "$@"; do printf '%s\\n' "$word"; done > "{folder}/argv"
/bin/cat > "{folder}/stdin"
echo "request id is Office-17 (1 file(s))"
"""


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "sheet.pdf"
    path.write_bytes(b"%PDF-1.7")
    return path


def put_lp(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    program = folder / "bin" / "lp"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent))


def test_the_file_goes_to_the_default_queue(
    tmp_path: Path, paper: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_lp(tmp_path, monkeypatch, RECORD.format(folder=tmp_path))
    assert send(paper) == Sent("Office-17")
    assert (tmp_path / "argv").read_text().split("\n") == ["-n", "1", "-t", "pim-tui", "--", str(paper), ""]
    assert (tmp_path / "stdin").read_bytes() == b""


def test_queue_copies_and_title_are_passed_on(
    tmp_path: Path, paper: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_lp(tmp_path, monkeypatch, RECORD.format(folder=tmp_path))
    send(paper, queue="Front_Desk", title="Day\x1b sheet\n$(id)", copies=2)
    assert (tmp_path / "argv").read_text().split("\n")[:6] == [
        "-d", "Front_Desk", "-n", "2", "-t", "Day␛ sheet $(id)",
    ]  # fmt: skip


def test_a_name_full_of_shell_stays_one_argument(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_lp(tmp_path, monkeypatch, RECORD.format(folder=tmp_path))
    path = tmp_path / "-d x; touch pwned $(id) `id`.pdf"
    path.write_bytes(b"%PDF")
    send(path)
    assert (tmp_path / "argv").read_text().split("\n")[-2] == str(path)
    assert not (tmp_path / "pwned").exists()


def test_secrets_of_the_environment_are_not_handed_on(
    tmp_path: Path, paper: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIM_DATABASE", "postgresql://secret")
    put_lp(tmp_path, monkeypatch, f'echo "$PIM_DATABASE" > "{tmp_path}/seen"')
    send(paper)
    assert (tmp_path / "seen").read_text() == "\n"


def test_without_lp_it_says_what_to_install(
    tmp_path: Path, paper: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Refused, match="no lp command") as refused:
        send(paper)
    assert "cups-client" in refused.value.hint


def test_a_refusing_queue_is_quoted_without_its_escapes(
    tmp_path: Path, paper: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_lp(tmp_path, monkeypatch, "printf 'lp: The printer \\033[31mdoes not exist.\\n' >&2; exit 1")
    with pytest.raises(Refused, match="does not exist") as refused:
        send(paper, queue="Nowhere")
    assert "\x1b" not in str(refused.value)
    assert "lpstat" in refused.value.hint


def test_where_no_printer_is_the_usual_one_the_settings_that_name_one_are_told(
    tmp_path: Path, paper: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_lp(tmp_path, monkeypatch, "printf 'lp: Error - No default destination.\\n' >&2; exit 1")
    with pytest.raises(Refused, match="No printer is set up as the usual one") as refused:
        send(paper)
    assert "the setting printer" in refused.value.hint


def test_a_silent_failure_names_the_code(
    tmp_path: Path, paper: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_lp(tmp_path, monkeypatch, "exit 3")
    with pytest.raises(Refused, match="code 3"):
        send(paper)


@pytest.mark.timeout(60)
def test_a_hanging_lp_and_its_children_are_ended(
    tmp_path: Path, paper: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = tmp_path / "line"
    put_lp(tmp_path, monkeypatch, f'exec 3>"{line}"; echo started >&3; /bin/sleep 300 & wait')
    with held_open(line, monkeypatch) as hears:
        with pytest.raises(Refused, match=r"within 0\.1 seconds"):
            send(paper, timeout=0.1)
        assert all_heard(hears) == b"started\n"


def test_an_lp_that_cannot_start_is_refused(
    tmp_path: Path, paper: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_lp(tmp_path, monkeypatch, "")
    (tmp_path / "bin" / "lp").write_bytes(b"\x7fELF nonsense")
    with pytest.raises(Refused, match="does not start"):
        send(paper)


@pytest.mark.parametrize("queue", ["-o raw", "two words", "a;b", "é", "-d", "x" * 200, "a\nb"])
def test_a_queue_that_is_no_name_is_refused(
    queue: str, tmp_path: Path, paper: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_lp(tmp_path, monkeypatch, "exit 0")
    with pytest.raises(Refused, match="not the name"):
        send(paper, queue=queue)


@pytest.mark.parametrize("copies", [0, -1, 500])
def test_a_foolish_number_of_copies_is_refused(
    copies: int, tmp_path: Path, paper: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_lp(tmp_path, monkeypatch, "exit 0")
    with pytest.raises(Refused, match="copies"):
        send(paper, copies=copies)


def test_what_is_no_readable_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_lp(tmp_path, monkeypatch, "exit 0")
    pipe, empty = tmp_path / "pipe", tmp_path / "empty.pdf"
    os.mkfifo(pipe)
    empty.touch()
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    for path in (tmp_path / "gone.pdf", tmp_path, pipe, empty):
        with pytest.raises(FileProblem, match=r"Cannot print .*" + path.name):
            send(path)
