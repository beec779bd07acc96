"""Products in tables: known layouts, odd columns, variants, barcodes and prices."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pim_tui.domain.product import LIMITS
from pim_tui.errors import FileProblem, PimError
from pim_tui.imports.products_csv import ProductRow, open_products, survey_table
from pim_tui.imports.report import Refusal

SHARED = {
    "barcodes_food.csv": (15, 0, "Cashews", None),
    "openlmis_ndc.csv": (58, 0, "Prozac", None),
    "products_from_synthea.csv": (102, 0, "1 ML medroxyPROGESTERone acetate 150 MG/ML Injection", 2520),
    "vendure_multiple_languages.csv": (3, 0, "Perfect Paper Stretcher Half Imperial", 4530),
    "vendure_products_head.csv": (5, 0, "Laptop 13 inch 8GB", 129900),
}
"""Every shared file: rows taken, rows refused, and the first product with its price in cents."""


def rows_of(file: Path, currency: str = "USD", **choices: str) -> list[ProductRow | Refusal]:
    with open_products(file, currency, choices) as opened:
        return list(opened.rows())


def table(folder: Path, text: str) -> Path:
    file = folder / "products.csv"
    file.write_text(text, "utf-8")
    return file


def one(folder: Path, header: str, cells: str) -> ProductRow:
    (row,) = rows_of(table(folder, f"{header}\n{cells}\n"))
    assert isinstance(row, ProductRow), row
    return row


def refused(folder: Path, header: str, cells: str) -> str:
    (row,) = rows_of(table(folder, f"{header}\n{cells}\n"))
    assert isinstance(row, Refusal), row
    return row.reason


@pytest.mark.parametrize("name", SHARED)
def test_every_shared_file_is_taken(shared: Path, name: str) -> None:
    rows = rows_of(shared / "data/products" / name)
    taken = [row for row in rows if isinstance(row, ProductRow)]
    first = taken[0].product
    assert (len(taken), len(rows) - len(taken), first.name, first.price) == SHARED[name]
    assert all(row.own_key for row in taken)


def test_every_file_in_the_folder_is_in_the_table(shared: Path) -> None:
    assert {file.name for file in (shared / "data/products").glob("*.csv")} == set(SHARED)


def test_codes_keep_their_zeros_and_name_their_system(tmp_path: Path) -> None:
    row = one(tmp_path, "code,fullproductname,netcontent", "0002-4453,ZYPREXA,28")
    assert (row.product.code, row.product.pack, row.key) == ("0002-4453", "28", "code 0002-4453")
    row = one(tmp_path, "code_system,code,name,kind", "RXNORM,00198014,Naproxen,medication")
    assert (row.key, row.product.kind, row.product.category) == ("rxnorm 00198014", "product", "medication")
    assert one(tmp_path, "name,type", "Consultation,Service").product.kind == "service"


def test_a_padded_bilingual_table_with_variants(tmp_path: Path) -> None:
    text = (
        "name:en      , name:fr      , facets:en                 , optionValues:en , sku  , price , notes\n"
        'Paper, "Papier, fin" , brand:KB|type:Accessory   , "Half|A4"       , P1   , 45.3  , "a, b"\n'
        "             ,              ,                           , Full            , P2   , 59.5  ,\n"
    )
    first, second = rows_of(table(tmp_path, text))
    assert isinstance(first, ProductRow)
    assert isinstance(second, ProductRow)
    assert (first.product.name, first.product.category, first.product.price) == (
        "Paper Half A4",
        "Accessory",
        4530,
    )
    assert (second.product.name, second.product.category, second.key) == (
        "Paper Full",
        "Accessory",
        "code P2",
    )
    told = dict(survey_table(tmp_path / "products.csv", "USD", {}).facts)
    assert told["not read"] == "name:fr, notes"
    assert told["prices"] == "in USD, decimals behind “.”"
    (french, _) = rows_of(tmp_path / "products.csv", name="name:fr")
    assert isinstance(french, ProductRow)
    assert french.product.name == "Papier, fin Half A4"


def test_a_variant_behind_a_row_that_was_lost_belongs_to_nobody(tmp_path: Path) -> None:
    text = "name,options,sku\nLaptop,13 inch,L1\nMouse,red,extra,M1\n,blue,M2\n"
    first, lost, orphan = rows_of(table(tmp_path, text))
    assert isinstance(first, ProductRow)
    assert isinstance(lost, Refusal)
    assert isinstance(orphan, Refusal)
    assert "no product stands above" in orphan.reason


@pytest.mark.parametrize(
    ("header", "cells", "says"),
    [
        ("name,price", ",5", "name: is empty"),
        ("name,price", "Gel,-5", "price: “-5” is below zero"),
        ("name,price", "Gel,5 EUR", "price: is in EUR; prices here are in USD"),
        ("name,price", "Gel,soon", "price: “soon” is not an amount"),
        ("name,code", "Gel,a\x1b[31mb", "code: holds characters that no id has"),
        ("name,code", f"Gel,{'x' * 61}", "code: takes at most 60 characters"),
        ("name,code", f"{'x' * 301},1", "name: takes at most 300 characters"),
        ("name,code,price", ",a\x07,x", "name: is empty; code: holds characters that no id has; price"),
    ],
)
def test_a_row_is_refused_with_everything_that_is_wrong(
    tmp_path: Path, header: str, cells: str, says: str
) -> None:
    assert says in refused(tmp_path, header, cells)


def test_the_column_tells_the_decimal_mark(tmp_path: Path) -> None:
    rows = rows_of(table(tmp_path, 'name;price\nA;"1.299,00"\nB;1.299\nC;0,5\n'), "EUR")
    assert [row.product.price for row in rows if isinstance(row, ProductRow)] == [129900, 129900, 50]
    rows = rows_of(table(tmp_path, "name;price\nA;1.299\nB;1.50\n"), "EUR")
    assert [isinstance(row, Refusal) for row in rows] == [True, False]


def test_a_barcode_is_told_and_not_forced(tmp_path: Path) -> None:
    row = one(tmp_path, "ean,label", "4014400400008,Toffee")
    assert (row.product.barcode, row.key) == ("4014400400008", "barcode 4014400400008")
    assert row.remarks == ("the check digit of barcode 4014400400008 is wrong: 7 would be right",)
    row = one(tmp_path, "ean,label", "n/a,Toffee")
    assert (row.product.barcode, row.own_key) == ("", False)
    assert row.remarks == ("“n/a” is no barcode of 8 to 14 digits and was left out",)


@pytest.mark.parametrize("cell", ['"=""4006381333931"""', "'4006381333931"])
def test_a_barcode_that_a_spreadsheet_had_to_leave_alone_is_read(tmp_path: Path, cell: str) -> None:
    assert one(tmp_path, "ean,label", f"{cell},Toffee").product.barcode == "4006381333931"


def test_a_shop_s_table_has_options_and_pictures_in_rows_of_their_own(tmp_path: Path) -> None:
    text = (
        "Handle,Title,Option1 Value,Variant SKU,Variant Price,Variant Barcode,Image Src\n"
        "soap,Soap,Small,S-1,4.50,4006381333931,\nsoap,,Large,S-2,6.50,,\nsoap,,,,,,https://x.example/2.png\n"
        "floss,Floss,Default Title,F-1,2.00,,\n"
    )
    rows = rows_of(table(tmp_path, text))
    told = [
        (row.product.name, row.product.code, row.product.price) if isinstance(row, ProductRow) else row.reason
        for row in rows
    ]
    assert told == [
        ("Soap Small", "S-1", 450),
        ("Soap Large", "S-2", 650),
        "row: has no name, option, code or price: no product of its own",
        ("Floss", "F-1", 200),
    ]


def test_a_variant_is_told_by_all_of_its_options(tmp_path: Path) -> None:
    text = (
        "Handle,Title,Option1 Value,Option2 Value,Option3 Value,Variant SKU,Variant Price\n"
        "brace,Brace,Small,Left,,B-1,40\nbrace,,Small,Right,,B-2,40\n"
    )
    rows = rows_of(table(tmp_path, text))
    assert [row.product.name for row in rows if isinstance(row, ProductRow)] == [
        "Brace Small Left",
        "Brace Small Right",
    ]


def test_a_till_s_catalogue_is_read_with_the_stock_of_its_one_place(tmp_path: Path) -> None:
    header = "Token,Item Name,Variation Name,Item Type,Price,Stock Alert Enabled Main,Current Quantity Main"
    rows = rows_of(
        table(
            tmp_path,
            f"{header}\nT1,Soap,Regular,Physical good,4.50,N,7\nT2,Visit,Regular,Appointments service,80,N,\n"
            "T3,Balm,Large,Physical good,variable,N,\n",
        )
    )
    assert [
        (row.product.name, row.product.kind, row.product.category, row.product.price, row.opening.quantity)
        for row in rows
        if isinstance(row, ProductRow)
    ] == [
        ("Soap", "product", "", 450, 7),
        ("Visit", "service", "", 8000, 0),
        ("Balm Large", "product", "", None, 0),
    ]
    two = one(tmp_path, f"{header},Current Quantity North", "T1,Soap,Regular,,4.50,N,7,3")
    assert two.opening.quantity == 0


def test_a_yes_for_being_in_stock_is_no_quantity_where_one_stands_beside_it(tmp_path: Path) -> None:
    row = one(tmp_path, "ID,Name,In stock?,Stock,Regular price", "7,Soap,1,12,4.50")
    assert row.opening.quantity == 12
    assert one(tmp_path, "Name,In stock", "Soap,3").opening.quantity == 3


def test_a_description_from_a_web_shop_is_plain_lines(tmp_path: Path) -> None:
    cell = "<p>Soft &amp; <b>warm</b></p><ul><li>1 < 2</li><li>two</li></ul>"
    assert one(tmp_path, "Name,Body (HTML)", f"Soap,{cell}").product.description == "Soft & warm\n1 < 2\ntwo"
    assert one(tmp_path, "Name,Description", "Soap,a < b &amp; c").product.description == "a < b &amp; c"


def test_the_regular_price_counts_and_kinds_of_a_shop_are_no_categories(tmp_path: Path) -> None:
    row = one(tmp_path, "ID,Type,SKU,Name,Sale price,Regular price", "7,simple,S-1,Soap,,4.50")
    assert (row.key, row.product.price, row.product.category) == ("id 7", 450, "")


@pytest.mark.parametrize(
    "header", ["Artikelnummer;Bezeichnung;VK-Preis;EAN", "Référence;Désignation;Prix TTC;Code-barres",
               "Código;Nombre;Precio;Código de barras"],
)  # fmt: skip
def test_columns_are_known_in_other_languages(tmp_path: Path, header: str) -> None:
    product = one(tmp_path, header, "00123;Gasa;1.234,50;4006381333931").product
    assert (product.code, product.name, product.price) == ("00123", "Gasa", 123_450)
    assert product.barcode == "4006381333931"


def test_hostile_text_is_made_harmless_and_long_text_cut_with_a_remark(tmp_path: Path) -> None:
    row = one(tmp_path, "name,description", f"[red]\x1b]0;x\x07Gel\u202e[/],{'d' * 2001}")
    assert row.product.name == "[red]␛]0;x␇Gel\ufffd[/]"
    assert len(row.product.description) == LIMITS["description"]
    assert row.remarks == ("the description was cut to 2000 characters",)


def test_a_table_without_names_says_which_columns_there_are(tmp_path: Path) -> None:
    file = table(tmp_path, "colour,size\nred,1\n")
    assert survey_table(file, "USD", {}).problems == ("choose a column for name",)
    with pytest.raises(FileProblem, match="colour, size"):
        open_products(file, "USD", {})
    (row,) = rows_of(file, name="colour")
    assert isinstance(row, ProductRow)
    assert row.product.name == "red"


CELLS = st.text(
    alphabet=st.characters(exclude_categories=["Cs"]) | st.sampled_from('",;|\t\n 0123456789.'), max_size=30
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(CELLS, max_size=6), max_size=5), st.sampled_from(["", " "]))
def test_any_table_yields_rows_or_reasons(tmp_path: Path, rows: list[list[str]], pad: str) -> None:
    head = f"name{pad},{pad}options,{pad}code,{pad}price,{pad}barcode,{pad}category"
    body = "\n".join(",".join(row) for row in rows)
    file = table(tmp_path, f"{head}\n{body}")
    try:
        found = rows_of(file)
    except PimError:
        return
    for row in found:
        if isinstance(row, ProductRow):
            assert 0 < len(row.product.name) <= LIMITS["name"]
            assert len(row.key) <= 160
            assert row.product.price is None or row.product.price >= 0
        else:
            assert row.reason
