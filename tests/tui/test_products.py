"""The list of products: found by name, code and scan, and read whole."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pim_tui.domain.rights import Right
from pim_tui.services.importing import import_products
from pim_tui.tui.screens.calendar import CalendarScreen
from pim_tui.tui.screens.product import ProductScreen
from pim_tui.tui.screens.products import ProductsScreen
from tests.tui.people import HOSTILE, SHOWN
from tests.tui.stage import Stage, lines, playing, set_up

TABLE = (
    "code,name,category,price,ean,description,controlled\n"
    "0002-4453,ZYPREXA 5 mg,medication,129.94,4014400400008,Keep below 25 degrees.,yes\n"
    "L13,Laptop 13 inch,Electronics,1299.00,036000291452,,\n"
    "GEL,Ultrasound gel,supplies,,,,\n"
)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    made = set_up(tmp_path)
    brought(made, tmp_path, TABLE)
    return made


def brought(stage: Stage, folder: Path, text: str) -> None:
    file = folder / "products.csv"
    file.write_text(text, "utf-8")
    assert not import_products(stage.session, file, dry_run=False).refusals


async def test_the_list_shows_code_name_category_price_and_barcode(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("f6")
        assert lines(p)[0].startswith(" Products · 3 found")
        assert lines(p)[2].split() == ["Code", "Name", "Category", "Price", "Barcode"]
        assert lines(p)[3].startswith("▶L13          Laptop 13 inch")
        assert lines(p)[3].split()[-2:] == ["1,299.00", "036000291452"]
        await p.type("zyp")
        await p.press("enter")
        assert isinstance(p.app.screen, ProductScreen)
        for told in (
            "ZYPREXA 5 mg", "0002-4453", "129.94 USD", "wrong check digit: 7 is right",
            "Keep below 25 degrees.", "controlled",
        ):  # fmt: skip
            assert told in p.screen
        await p.press("escape", "escape", "escape")
        assert isinstance(p.app.screen, CalendarScreen)


async def test_one_scan_after_another_opens_each_and_tells_a_misread_one(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("f6")
        await p.type("0036000291452")
        await p.press("enter")
        assert "Laptop 13 inch" in p.screen
        await p.press("enter")
        await p.type("4014400400009")
        await p.press("enter")
        assert isinstance(p.app.screen, ProductsScreen)
        assert "No product has the barcode 4014400400009, and its last digit should be 7" in p.screen
        await p.type("4014400400008")
        await p.press("enter")
        assert "ZYPREXA" in p.screen
        assert isinstance(p.app.screen, ProductScreen)


async def test_up_and_down_choose_while_the_line_keeps_the_keys(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("f6", "down", "enter")
        assert "Ultrasound gel" in p.screen
        await p.press("escape", "pageup", "pagedown", "up", "x")
        assert lines(p)[1].strip() == "x"


async def test_the_line_keeps_the_keys_after_a_tab(stage: Stage) -> None:
    async with playing(stage) as p:
        await p.press("f6", "tab")
        await p.type("zyp")
        await p.press("enter")
        assert p.screen.split("\n")[0].startswith(" ZYPREXA")


async def test_without_products_it_says_where_they_come_from(tmp_path: Path) -> None:
    async with playing(set_up(tmp_path)) as p:
        await p.press("f6")
        assert "pim-tui import products FILE" in p.screen
        assert "Ctrl+N adds one" in p.screen


@pytest.mark.walk
async def test_hostile_names_are_shown_as_they_are_written(stage: Stage, tmp_path: Path) -> None:
    rows = "\n".join(f'h{n},"{name}","{name}"' for n, name in enumerate(HOSTILE))
    brought(stage, tmp_path, f"code,name,description\n{rows}\n")
    async with playing(stage) as p:
        await p.press("f6")
        for n, name in enumerate(HOSTILE):
            await p.type(f"h{n}")
            await p.press("enter")
            assert SHOWN.get(name, name) in p.screen
            await p.press("escape")
        assert isinstance(p.app.screen, ProductsScreen)


async def test_nobody_sees_products_without_the_right(stage: Stage) -> None:
    stage.session = replace(stage.session, rights=stage.session.rights - {Right.SEE_PRODUCT})
    async with playing(stage) as p:
        await p.press("f6")
        assert isinstance(p.app.screen, CalendarScreen)
        assert "right to see products" in p.screen
