"""``pim-tui report``: the same figures as text, as JSON and in a file."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path

import pytest

from tests.cli.shell import Shell


@pytest.mark.walk
def test_a_report_is_told_written_and_refused(clinic: Shell) -> None:
    asked = ("report", "use", "--period", "year", "--by", "week")
    told = json.loads(clinic.run(*asked, "--json").out)
    assert told["title"] == "Use of working time"
    assert told["all"]["visits"] == sum(line["visits"] for line in told["lines"]) > 0
    table = clinic.home / "use.csv"
    assert "lines are in" in clinic.run(*asked, "--to", str(table)).out
    rows = list(csv.DictReader(table.read_text("utf-8-sig").splitlines()))
    assert [row["line"] for row in rows] == [*(line["line"] for line in told["lines"]), "All"]
    assert [int(row["booked"]) for row in rows[:-1]] == [line["booked"] for line in told["lines"]]
    shown = clinic.run(*asked).out
    assert f"All {told['all']['working']:,} {told['all']['booked']:,}" in " ".join(shown.split())
    assert "not divided by hour" in clinic.run("report", "use", "--by", "hour").complaint
    assert clinic.run("report", "profits").code == 2


@pytest.mark.walk
def test_the_takings_and_the_taxes_of_a_period_are_told_to_the_cent(clinic: Shell, tmp_path: Path) -> None:
    size = ("--customers", "20", "--appointments", "20", "--lines", "60")
    assert clinic.run("demo", *size, "--to", str(tmp_path / "made.db")).code == 0
    where = {"PIM_DATABASE": str(tmp_path / "made.db")}
    takings = ("report", "takings", "--from", "-3y")
    money = json.loads(clinic.run(*takings, "--by", "month", "--json", **where).out)
    assert Decimal(money["all"]["billed"]) == sum(Decimal(line["billed"]) for line in money["lines"]) > 0
    taxes = json.loads(clinic.run("report", "taxes", "--from", "-3y", "--json", **where).out)
    assert taxes["all"]["tax"] == money["all"]["tax"]
    assert f"{Decimal(money['all']['billed']):,}" in clinic.run(*takings, "--by", "staff", **where).out
