"""Style sheets: colours in one file, and every rule under the name of the screen or widget it is for."""

from __future__ import annotations

import re

import pytest

from tests.fences.rules import PACKAGE, ROOT

SHEETS = {file.name: file.read_text("utf-8") for file in sorted((ROOT / "styles").glob("*.tcss"))}
COLOURED = re.compile(
    r"(?:color|background|tint|border[\w-]*|outline[\w-]*|scrollbar[\w-]*)\s*:\s*([^;}]+)[;}]"
)
PLAIN = {"ansi_default", "transparent", "initial", "none", "round", "solid", "heavy", "double", "dashed",
         "blank", "hidden", "wide", "tall", "panel", "inner", "outer", "ascii", "thick", "hkey", "vkey", "0",
         "1"}  # fmt: skip
CLASSES = {
    name
    for file in (PACKAGE / "tui").rglob("*.py")
    for name in re.findall(r"^class (\w+)", file.read_text("utf-8"), re.MULTILINE)
}


def colours(sheet: str) -> list[str]:
    """Every colour a sheet names itself."""
    words = [word for value in COLOURED.findall(_bare(sheet)) for word in value.split()]
    return [
        word for word in words if not word.startswith("$") and word not in PLAIN and not word.endswith("%")
    ]


def tops(sheet: str) -> list[str]:
    """The first name of every outermost selector."""
    depth, names, text = 0, list[str](), ""
    for letter in _bare(sheet):
        if letter == "{":
            if depth == 0:
                names += [
                    one.split()[0].partition(".")[0].partition(":")[0]
                    for one in text.split(",")
                    if one.strip()
                ]
            depth, text = depth + 1, ""
        elif letter == "}":
            depth, text = depth - 1, ""
        elif letter == ";":
            text = ""
        else:
            text += letter
    return names


def _bare(sheet: str) -> str:
    return re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)


@pytest.mark.parametrize("name", [name for name in SHEETS if name != "app.tcss"])
def test_colours_are_named_in_one_sheet_only(name: str) -> None:
    assert colours(SHEETS[name]) == []


@pytest.mark.parametrize("name", [name for name in SHEETS if name != "app.tcss"])
def test_every_rule_stands_under_a_screen_dialog_or_widget_of_ours(name: str) -> None:
    assert [top for top in tops(SHEETS[name]) if top not in CLASSES] == []


def test_a_sheet_speaks_of_no_screen_but_its_own() -> None:
    screens = {file.stem: file.read_text("utf-8") for file in (PACKAGE / "tui" / "screens").glob("*.py")}
    for name, sheet in SHEETS.items():
        others = " ".join(text for stem, text in screens.items() if f"{stem}.tcss" != name)
        assert set(tops(sheet)) & set(re.findall(r"^class (\w+Screen)\b", others, re.MULTILINE)) == set(), (
            name
        )


def test_no_widget_brings_colours_of_its_own() -> None:
    for file in (PACKAGE / "tui").rglob("*.py"):
        for sheet in re.findall(
            r'(?:DEFAULT_)?CSS\b[^=\n]*=\s*f?"""(.*?)"""', file.read_text("utf-8"), re.DOTALL
        ):
            assert colours(sheet) == [], file.name


def test_the_reading_of_sheets_sees() -> None:
    assert colours("A { color: red; border: round #123; background: $x 30%; }") == ["red", "#123"]
    assert tops("/* B */ A.-x, C D { & > .y { color: $x; } } E:focus { width: 1; }") == ["A", "C", "E"]


def test_every_sheet_the_app_names_is_there() -> None:
    source = (PACKAGE / "tui" / "app.py").read_text("utf-8")
    assert {f"{name}.tcss" for name in re.findall(r'sheet\("(\w+)"\)', source)} <= set(SHEETS)
