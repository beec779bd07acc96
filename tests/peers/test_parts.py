"""The README's list of parts: what is installed, with versions and licences, in a form that others read."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.fences.rules import ROOT
from tests.peers.present import module
from tests.readme.pages import block

pytestmark = pytest.mark.peer
SILENT = {"peewee", "pysqlite3", "uharfbuzz"}
"""Packages whose licence is told by a file in them alone."""


def test_every_part_is_listed_with_version_and_licence(tmp_path: Path) -> None:
    module("cyclonedx_py")
    name, *options, _, file, python = shlex.split(block("sh parts"))
    assert (name, file, python) == ("cyclonedx-py", "parts.json", ".venv/bin/python")
    made = tmp_path / file
    lister = [sys.executable, "-m", "cyclonedx_py", *options, "-o", made, sys.executable]
    subprocess.run(lister, cwd=ROOT, check=True, timeout=120)
    told = json.loads(made.read_text("utf-8"))
    assert told["metadata"]["component"]["name"] == "pim-tui"
    parts = {part["name"].lower(): part for part in told["components"]}
    ours = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    for wanted in map(Requirement, ours):
        part = parts[wanted.name.lower()]
        assert part["version"] == version(wanted.name)
        assert part["purl"] == f"pkg:pypi/{wanted.name.lower()}@{part['version']}"
        assert ("licenses" in part) is (wanted.name not in SILENT), wanted.name
    assert str(ROOT) not in made.read_text("utf-8")
