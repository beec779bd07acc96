"""What is typed at the till's line, and the basket that comes of it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pim_tui.domain.basket import Basket, BasketLine, Discount, Share
from pim_tui.domain.filling import (
    Typed,
    is_scan,
    listed_price,
    part_text,
    percent,
    read_discount,
    read_line,
    read_own,
    read_quantity,
    read_share,
    with_changed,
    with_line,
    without_line,
)
from pim_tui.errors import Invalid

GEL = BasketLine("Gel", 1, 595, product_id=1)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("gel", Typed(None, "gel")),
        ("3*gel", Typed(3, "gel")),
        (" 3 * gel ", Typed(3, "gel")),
        ("3x gel", Typed(3, "gel")),
        ("3 × gel", Typed(3, "gel")),
        ("٣*gel", Typed(3, "gel")),
        ("3*", Typed(3, "")),
        ("3x4006381333931", Typed(3, "4006381333931")),
        ("4x4 bandage", Typed(None, "4x4 bandage")),
        ("4006381333931", Typed(None, "4006381333931")),
        ("*gel", Typed(None, "*gel")),
        ("", Typed(None, "")),
    ],
)
def test_a_quantity_is_read_before_words_and_codes(text: str, read: Typed) -> None:
    assert read_line(text) == read


@settings(max_examples=60, deadline=None)
@given(st.text("0123456789٣*xX× 4abé\t", max_size=40))
def test_no_line_is_too_strange_to_be_read(text: str) -> None:
    read = read_line(text)
    assert len(read.words) <= 100
    assert read.quantity is None or 0 <= read.quantity < 10**8


def test_only_the_digits_of_a_barcode_are_a_scan() -> None:
    assert all(map(is_scan, ("4006381333931", "12345678")))
    assert not any(map(is_scan, ("1234567", "GEL", "٤٠٠٦٣٨١٣٣٣٩٣١", "400638133393A", "")))


def test_the_same_again_raises_the_quantity_and_anything_else_is_a_line_of_its_own() -> None:
    basket, at = with_line(Basket("sale"), GEL)
    basket, again = with_line(basket, GEL)
    assert (at, again, basket.lines[0].quantity) == (0, 0, 2)
    for changed in ({"discount": Discount(percent=10_000)}, {"unit_price": 500}, {"lot_id": 7}):
        _, other = with_line(with_changed(basket, 0, **changed), GEL)
        assert other == 1
    lent = with_changed(basket, 0, due_on=date(2026, 12, 1), directions="at night", payer=Share(percent=1))
    assert with_line(lent, GEL)[1] == 0
    own = BasketLine("Room", 1, 900)
    assert len(with_line(with_line(basket, own)[0], own)[0].lines) == 3


def test_a_line_goes_and_the_others_stay() -> None:
    lines = tuple(BasketLine(name, 1, 1) for name in "abc")
    assert [one.description for one in without_line(Basket("sale", lines), 1).lines] == ["a", "c"]


def test_parts_are_read_as_percentages_or_amounts_and_written_back() -> None:
    for text, read in (("10%", Discount(10_000)), ("7,5 %", Discount(7_500)), ("2.50", Discount(0, 250))):
        assert read_discount(text, "EUR") == read
        assert read_discount(part_text(read, "EUR"), "EUR") == read
    assert read_share("80%", "EUR") == Share(80_000)
    assert part_text(Share(), "EUR") == ""
    assert [percent(rate) for rate in (19_000, 7_500, 125, 0)] == ["19 %", "7.5 %", "0.125 %", "0 %"]
    for wrong in ("101%", "-1", "ten", ""):
        with pytest.raises(Invalid):
            read_discount(wrong, "EUR")


def test_a_quantity_is_whole_and_not_endless() -> None:
    assert read_quantity(" 12 ") == 12
    for wrong in ("0", "1.5", "-1", "1000001", "", "12345678"):
        with pytest.raises(Invalid):
            read_quantity(wrong)


def test_a_line_of_ones_own_is_a_text_and_a_price() -> None:
    assert read_own("room hire  25.00", "EUR") == ("room hire", 2500)
    for wrong in ("25.00", "room", "room hire"):
        with pytest.raises(Invalid):
            read_own(wrong, "EUR")


def test_the_price_of_the_catalogue_is_known_beside_another() -> None:
    assert listed_price(GEL) == 595
    assert listed_price(BasketLine("Gel", 1, 500, list_price=595)) == 595
