"""Amounts of money: whole minor units, never floats, never guessed (M1)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pim_tui.domain.money import MOST, decimal_mark, digits_of, figures, read_amount, shown, written
from pim_tui.errors import Invalid

AMOUNTS = st.integers(min_value=0, max_value=MOST)
CURRENCIES = st.sampled_from(["USD", "EUR", "JPY", "KWD", "CLF"])


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12.34", "USD", 1234),
        ("12,34", "EUR", 1234),
        ("45.3", "USD", 4530),
        ("0.04", "USD", 4),
        (".5", "USD", 50),
        ("1299.00", "USD", 129900),
        ("1,299.00", "USD", 129900),
        ("1.299,00", "EUR", 129900),
        ("1 299,00 €", "EUR", 129900),
        ("1\u00a0299,5", "EUR", 129950),
        ("1'299.50 CHF", "CHF", 129950),
        ("12,34,567.50", "INR", 123456750),
        ("1,299", "USD", 129900),
        ("1.234.567", "EUR", 123456700),
        ("$ 5", "USD", 500),
        ("USD 5", "USD", 500),
        ("£5.00", "GBP", 500),
        ("5,-", "EUR", 500),
        ("1.5000", "USD", 150),
        ("1299.00", "JPY", 1299),
        ("1,299", "JPY", 1299),
        ("1.2345", "CLF", 12345),
        ("0.125", "KWD", 125),
        ("1234.500", "KWD", 1234500),
        ("٤٥٫٣", "USD", 4530),
        ("١٬٢٣٤٫٥", "EUR", 123450),
        ("1.500", "KWD", 1500),
        ("12,345.750", "KWD", 12345750),
        ("Rs.500", "INR", 50000),
        ("Fr. 5.50", "CHF", 550),
        ("US $ .5", "USD", 50),
    ],
)
def test_an_amount_is_read(text: str, currency: str, minor: int) -> None:
    assert read_amount(text, currency) == minor


@pytest.mark.parametrize(
    ("text", "currency", "says"),
    [
        ("", "USD", "is empty"),
        ("free", "USD", "not an amount"),
        ("-5.00", "USD", "below zero"),
        ("(5.00)", "USD", "below zero"),
        ("−5", "USD", "below zero"),
        ("5.00-", "USD", "below zero"),
        ("0.039", "USD", "more than 2 decimals"),
        ("12.5", "JPY", "JPY has no decimals: write 12"),
        ("1,200.50", "JPY", "JPY has no decimals: write 1200"),
        ("0,5", "KRW", "KRW has no decimals: write 0"),
        ("1,299", "KWD", "two ways; write 1299 or 1.299"),
        ("1,000", "KWD", "two ways; write 1000 or 1.0"),
        ("5%", "USD", "“%” is no currency"),
        ("100k", "USD", "not an amount"),
        ("5 *", "USD", "“*” is no currency"),
        ("12.00 EUR", "USD", "in EUR; prices here are in USD"),
        ("eur 12", "USD", "in EUR; prices here are in USD"),
        ("out 5", "USD", "“out” is no currency; prices here are in USD"),
        ("5 pcs", "USD", "“pcs” is no currency; prices here are in USD"),
        ("€ 5", "USD", "in EUR"),
        ("1.2.3", "USD", "not an amount"),
        ("1,2,3.4.5", "USD", "decimal marks"),
        ("1e5", "USD", "not an amount"),
        ("NaN", "USD", "not an amount"),
        ("12.34 per box", "USD", "no currency"),
        ("9" * 40, "USD", "larger than any price"),
        ("a" * 60_000, "USD", "not an amount"),
        ("12.34\x1b[2J", "USD", "not an amount"),
    ],
)
def test_what_is_no_price_is_refused_with_the_reason(text: str, currency: str, says: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_amount(text, currency)
    assert says in caught.value.faults[0].message


def test_the_list_tells_what_a_single_mark_is() -> None:
    assert decimal_mark(["1.299", "12.50"]) == "."
    assert decimal_mark(["1.299", "12,50"]) == ","
    assert decimal_mark(["1,299.00"]) == "."
    assert decimal_mark(["1.299", "1299", ""]) == ""
    assert decimal_mark(["1.299", "12.500", ""], places=3) == "."
    assert decimal_mark(["1,299", "0,500"], places=3) == ","
    assert [decimal_mark(texts, places=3) for texts in (["1.299", "250"], ["1.299", "1,500"], ["", "5"])] == [
        "",
        "",
        "",
    ]
    with pytest.raises(Invalid):
        read_amount("1.299", "KWD", "")
    assert read_amount("1.299", "KWD", ".") == 1299
    assert read_amount("1.299", "KWD", ",") == 1_299_000
    with pytest.raises(Invalid):
        read_amount("1.299", "USD", ".")


def test_the_currencies_that_differ_from_two_decimals_are_known() -> None:
    assert [digits_of(one) for one in ("USD", "eur", "JPY", "ISK", "BHD", "UYW", "QQQ")] == [
        2, 2, 0, 0, 3, 4, 2,
    ]  # fmt: skip
    assert [written(1234, one) for one in ("USD", "JPY", "KWD")] == ["12.34", "1234", "1.234"]
    assert written(-5, "USD") == "-0.05"


def test_people_read_amounts_with_their_thousands_parted_and_the_currency_behind() -> None:
    assert [shown(-123_450, one) for one in ("USD", "JPY", "kwd")] == [
        "-1,234.50 USD",
        "-123,450 JPY",
        "-123.450 KWD",
    ]
    assert [figures(minor, "EUR") for minor in (-5, 0, 99, 123_456_789_012)] == [
        "-0.05",
        "0.00",
        "0.99",
        "1,234,567,890.12",
    ]


@settings(max_examples=150, deadline=None)
@given(st.integers(-(10**15), 10**15), CURRENCIES)
def test_what_people_read_is_what_programs_read_with_commas(minor: int, currency: str) -> None:
    assert figures(minor, currency).replace(",", "") == written(minor, currency)


@settings(max_examples=150, deadline=None)
@given(AMOUNTS, CURRENCIES)
def test_what_is_written_is_read_again(minor: int, currency: str) -> None:
    assert read_amount(written(minor, currency), currency, ".") == minor
    assert read_amount(written(minor, currency), currency) == read_amount(shown(minor, currency), currency)
    assert read_amount(written(minor, currency), currency) == minor


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="0123456789.,'- €$()eE\u00a0", max_size=24), CURRENCIES)
def test_any_text_is_an_amount_of_at_least_nothing_or_refused(text: str, currency: str) -> None:
    try:
        minor = read_amount(text, currency)
    except Invalid:
        return
    assert type(minor) is int
    assert 0 <= minor <= MOST
    assert read_amount(written(minor, currency), currency, ".") == minor


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=30))
def test_reading_never_fails_in_another_way(text: str) -> None:
    try:
        read_amount(text, "USD")
    except Invalid:
        return
