"""Imports by command: the mapping told, the report kept, the whole of it listed and taken back."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pim_tui import bootstrap
from pim_tui.cli import main
from pim_tui.services import importing
from tests.services.imported import HEADER, contacts, many

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """``pim-tui`` in this process, in a clinic of its own: code, stdout, stderr."""
    monkeypatch.setenv("PIM_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(bootstrap, "keep_private", lambda: None)

    def command(*words: object) -> tuple[int, str, str]:
        code = main([str(word) for word in words])
        return (code, *capsys.readouterr())

    assert command("init", "--clinic", "Quay", "--zone", "Europe/Berlin", "--name", "Dr A")[0] == 0
    return command


def answer(done: tuple[int, str, str]) -> dict[str, Any]:
    """What a command answered with --json."""
    read: dict[str, Any] = json.loads(done[1])
    return read


def test_the_mapping_is_told_before_it_runs_and_can_be_given(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("A;B;C\nJane;Doe;01.03.1984\n", "utf-8")
    code, out, err = run("import", "customers", file)
    assert (code, err) == (1, err)
    assert "for example" in out
    assert "Choose a column for" in err
    assert "--map TARGET=COLUMN" in err
    maps = ("--map", "first=A", "--map", "last=B")
    code, out, err = run("import", "customers", file, "--show-mapping", *maps)
    assert (code, err) == (0, "")
    assert [line.split()[:3] for line in out.splitlines() if line.startswith("A ")] == [
        ["A", "first", "name"]
    ]
    assert "dry run" not in out
    code, out, _ = run("import", "customers", file, *maps)
    assert code == 0
    assert "customers: 1 added" in out
    assert out.splitlines()[-1] == "This is import 1: pim-tui import undo 1 takes it back."
    products = tmp_path / "products.csv"
    products.write_text("name,price,on hand\nGel,2.50,4\n", "utf-8")
    _, out, _ = run("import", "products", products)
    assert out.splitlines()[-1] == "This is import 2: it took in stock, so it cannot be taken back."


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--map", "first"), "Write target=Column"),
        (("--map", "nonsense=A"), "There is nothing called nonsense"),
        (("--map", "first=Z"), "There is no column called Z"),
    ],
)
def test_a_mapping_that_cannot_be_is_a_wrong_line(run: Run, tmp_path: Path, words: Any, says: str) -> None:
    file = tmp_path / "people.csv"
    file.write_text("A;B\nJane;Doe\n", "utf-8")
    code, out, err = run("import", "customers", file, *words)
    assert (code, out) == (2, "")
    assert says in err


def test_json_has_the_report_the_mapping_the_facts_and_the_number(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(f"{HEADER}\nJane,Doe,,1984-03-01,,,\nBad,Date,,1999-13-45,,,\n", "utf-8")
    done = run("import", "customers", file, "--json", "--dry-run")
    assert done[0] == 1
    told = answer(done)
    assert (told["dry_run"], told["number"], told["earlier"]) == (True, None, "")
    assert told["counts"]["customers"] == {"added": 1, "already_here": 0, "refused": 1, "notices": 0}
    assert [(one["line"], one["file"]) for one in told["refusals"]] == [(3, "people.csv")]
    assert told["mapping"][0] == {"column": "First Name", "target": "first", "example": "Jane"}
    assert told["layout"]
    assert told["facts"]
    assert answer(run("import", "customers", file, "--json"))["number"] == 1
    assert "(import 1)" in answer(run("import", "customers", file, "--json"))["earlier"]


def test_imports_are_listed_told_again_and_taken_back(run: Run, tmp_path: Path) -> None:
    assert run("import", "list") == (0, "Nothing was imported so far.\n", "")
    file = contacts(tmp_path / "people.csv", ("Mia Moss", "Max Mohn"))
    file.write_text(file.read_text() + "Bad,Date,,1999-13-45,,,\n")
    assert run("import", "customers", file)[0] == 1
    (listed,) = answer(run("import", "list", "--json"))["imports"]
    assert (listed["number"], listed["kind"], listed["state"], listed["source"]) == (
        1,
        "customers",
        "done",
        "people.csv",
    )
    assert "people.csv" in run("import", "list")[1]
    told = run("import", "report", 1)
    assert (told[0], "people.csv:4: birth date" in told[1]) == (0, True)
    assert answer(run("import", "report", 1, "--json"))["report"]["counts"]["customers"]["added"] == 2
    assert run("import", "report", 1, "--to", tmp_path / "r.csv")[0] == 0
    assert (tmp_path / "r.csv").read_text().count("\n") == 2
    assert run("import", "report", 1, "--to", tmp_path / "r.pdf")[0] == 2
    assert run("book", "mia moss", "next tue", "10:30", "with", "dr a")[0] == 0
    code, out, err = run("import", "undo", 1)
    assert code == 1
    assert out.splitlines()[1].split() == [
        "customer", "1", "Mia", "Moss", "(1)", "has", "an", "appointment", "from", "elsewhere",
    ]  # fmt: skip
    assert "cannot be taken back" in err
    held = answer(run("import", "undo", 1, "--json"))["held"]
    assert [(one["kind"], one["id"]) for one in held] == [("customer", 1)]


def test_an_undo_says_what_went_and_that_there_is_nothing_left(run: Run, tmp_path: Path) -> None:
    file = contacts(tmp_path / "people.csv", ("Mia Moss", "Max Mohn"))
    run("import", "customers", file)
    done = run("import", "undo", 1, "--json")
    assert (done[0], answer(done)["taken_back"]) == (0, {"note": 2, "customer": 2})
    assert answer(run("import", "list", "--json"))["imports"][0]["state"] == "undone"
    assert "taken back" in run("import", "list")[1]
    assert run("import", "report", 1)[1].splitlines()[0].endswith(": taken back")
    code, _, err = run("import", "undo", 1)
    assert (code, "was taken back before" in err) == (1, True)
    assert run("import", "report", 7)[0] == 1
    assert answer(run("import", "customers", file, "--json"))["counts"]["customers"]["added"] == 2


def test_ctrl_c_stops_after_the_batch_and_the_rest_comes_with_the_same_line(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 10)
    take = importing._take

    def interrupted(*arguments: Any) -> None:
        signal.raise_signal(signal.SIGINT)
        take(*arguments)

    file = contacts(tmp_path / "people.csv", many(25))
    monkeypatch.setattr(importing, "_take", interrupted)
    code, out, _ = run("import", "customers", file)
    assert (code, "Stopped before the end" in out) == (1, True)
    monkeypatch.setattr(importing, "_take", take)
    assert "15 added, 10 already here" in run("import", "customers", file)[1]
    assert [one["state"] for one in answer(run("import", "list", "--json"))["imports"]] == ["done", "stopped"]


def test_appointments_and_products_come_in_the_same_way(run: Run, tmp_path: Path) -> None:
    visits = tmp_path / "visits.csv"
    visits.write_text(
        "Subject,Start Date,Start Time,End Date,End Time\nMia Moss,11/30/2099,10:00 AM,11/30/2099,10:30 AM\n"
    )
    assert run("import", "appointments", visits, "--unknown", "refuse")[0] == 1
    done = run("import", "appointments", visits, "--unknown", "create", "--staff", "dr a", "--json")
    assert (done[0], answer(done)["counts"]["appointments"]["added"]) == (0, 1)
    code, _, err = run("import", "appointments", visits, "--staff", "nobody")
    assert (code, "Nobody on the staff is called nobody" in err) == (1, True)
    products = tmp_path / "products.csv"
    products.write_text("name,price\nBandage,2.50\n")
    assert answer(run("import", "products", products, "--json"))["counts"]["products"]["added"] == 1
    for number in (3, 2, 1):
        assert run("import", "undo", number)[0] == 0
    assert run("import", "products", products, "--staff", "dr a")[0] == 2
