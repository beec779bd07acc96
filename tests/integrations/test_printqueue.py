"""What CUPS tells of queues and jobs: a stand-in lpstat says what the real one was seen to say."""

from __future__ import annotations

from pathlib import Path

import pytest

from pim_tui.errors import Refused
from pim_tui.integrations.printqueue import Told, job_state, queue_states, queues, usual_queue
from tests.integrations.programs import put_program

JOB = "{name}                  root              1024   Thu Nov 26 21:05:34 2026\n"


def say(folder: Path, patch: pytest.MonkeyPatch, **answers: str) -> None:
    """An lpstat that answers ``waiting``, ``ended``, ``printer``, ``queues`` and ``usual``."""
    for name in ("waiting", "ended", "printer", "queues", "usual"):
        (folder / name).write_text(answers.get(name, ""), "utf-8")
    script = (
        'case "$*" in *not-completed*) f=waiting;; *completed*) f=ended;; *-p*) f=printer;; -d) f=usual;; '
        "*) f=queues;; "
        "esac\n"
        '[ "$LC_ALL" = C ] || exit 9\n/bin/cat "{folder}/$f"'
    )
    put_program(folder, patch, "lpstat", script)


def job(name: str, status: str = "", alerts: str = "none") -> str:
    """A job as ``lpstat -l`` tells it."""
    return JOB.format(name=name) + f"\tStatus: {status}\n\tAlerts: {alerts}\n\tqueued for Desk\n"


IDLE = "printer Desk is idle.  enabled since Thu Nov 26 21:05:34 2026\n"
STOPPED = "printer Desk disabled since Thu Nov 26 21:05:34 2026 -\n\tout of paper\n"


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ({"waiting": job("Desk-3", "Sending data."), "printer": IDLE}, Told("queued", "Sending data")),
        ({"waiting": job("Desk-3"), "printer": STOPPED}, Told("stopped", "disabled: out of paper")),
        ({"ended": job("Desk-3", alerts="processing-to-stop-point")}, Told("printed")),
        ({"ended": job("Desk-3", alerts="job-canceled-by-user")}, Told("stopped", "canceled at the queue")),
        ({"ended": job("Desk-3", "Filter failed")}, Told("stopped", "Filter failed")),
        ({"waiting": job("Desk-3", "Filter failed"), "printer": IDLE}, Told("stopped", "Filter failed")),
        ({"ended": job("Desk-33") + job("Desk-13", "Filter failed")}, Told("unknown")),
        ({"waiting": job("Desk-2") + job("Desk-3") + job("Desk-4", "no"), "printer": IDLE}, Told("queued")),
    ],
)
def test_a_job_is_queued_printed_or_stopped(
    answers: dict[str, str], told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(tmp_path, monkeypatch, **answers)
    assert job_state("Desk-3") == told


def test_a_job_by_no_jobs_name_is_not_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert job_state("-o raw") == Told("unknown")
    with pytest.raises(Refused, match="no lpstat"):
        job_state("Desk-3")


def test_queues_are_listed_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    say(tmp_path, monkeypatch, queues="Desk\nTill\n", printer="printer Desk is idle.  enabled since x\n")
    assert queues() == ("Desk", "Till")
    assert queue_states() == {"Desk": "idle"}
    say(
        tmp_path,
        monkeypatch,
        printer=IDLE.replace("Desk", "Till") + STOPPED.replace("paper", "\x1b[31mpaper"),
    )
    assert queue_states() == {"Till": "idle", "Desk": "disabled: out of ␛[31mpaper"}
    put_program(tmp_path, monkeypatch, "lpstat", "exit 1")
    assert (queues(), queue_states("Desk")) == ((), {})
    monkeypatch.setenv("PATH", "")
    assert queues() == ()


def test_the_usual_queue_is_named_or_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    say(tmp_path, monkeypatch, usual="system default destination: Desk\n")
    assert usual_queue() == "Desk"
    say(tmp_path, monkeypatch, usual="no system default destination\n")
    assert usual_queue() == ""
