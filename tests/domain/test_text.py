"""Text: nothing stored can steer a terminal, nothing a person needs is lost, spellings compare equal."""

from __future__ import annotations

import csv
import json
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pim_tui.domain.text import (
    bound,
    cell_width,
    clean,
    clip,
    digits,
    fold,
    has_other_letters,
    tidy,
    to_ascii,
    visible,
    words,
)  # fmt: skip

ANY = st.text(st.characters())  # hypothesis leaves surrogates out unless asked
RAW = st.text(st.characters(categories=["L", "M", "N", "P", "S", "Z", "C"]), max_size=60)
NASTY = st.text(
    st.sampled_from("aeب漢क👍❤\u0653\u0650\u0301\u0323\u0327\u0344\u0958\u0cc6\u0cc2\u200c\u200d\ufe0f\u20e3"
                    "\U0001f3fd\U000e0100\u1100\u1161\u202e\u200b\x1b\x9b\t\n\r\ud83d\ude00"),
    max_size=60,
)  # fmt: skip
ZWNJ, ZWJ = "\u200c", "\u200d"
VISIBLE_FORMATS = {0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD, *range(0x600, 0x606)}


def assert_harmless(text: str, *, newline: bool = False) -> None:
    for char in text:
        kind = unicodedata.category(char)
        assert kind not in {"Cs", "Zl", "Zp"}, ascii(char)
        assert kind != "Cc" or (newline and char == "\n"), ascii(char)
        assert kind != "Cf" or char in {ZWNJ, ZWJ} or ord(char) in VISIBLE_FORMATS, ascii(char)
    text.encode("utf-8")


@pytest.mark.parametrize("trick", ["\x1b[2J", "\x9b", "\u202e", "\u200b", "\u2028", "\ud800", "\n"])
def test_the_check_for_harm_sees_harm(trick: str) -> None:
    with pytest.raises(AssertionError):
        assert_harmless(trick)


# Taking the joiner out brings letter and accent together; sorting the marks parts letter and joiner;
# unfolding one mark into two makes nine.
@example("a\u200d\u0301")
@example("ب\u0323\u0650\u200d")
@example("b" + "\u0344" * 8)
@given(RAW | NASTY)
def test_cleaned_text_is_harmless_normal_and_stable(text: str) -> None:
    once = clean(text)
    assert_harmless(once)
    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert visible(once) == once


@given(RAW | NASTY, st.integers(0, 30))
def test_the_limit_counts_characters_after_cleaning_and_stays_stable(text: str, limit: int) -> None:
    cut = clean(text, limit=limit)
    assert len(cut) <= limit
    assert clean(cut, limit=limit) == cut
    assert clean(text, limit=10_000).startswith(cut)


@given(RAW | NASTY)
def test_notes_keep_their_lines_and_nothing_worse(text: str) -> None:
    note = clean(text, limit=10_000, lines=True)
    assert_harmless(note, newline=True)
    assert clean(note, limit=10_000, lines=True) == note == visible(text)


def test_on_the_screen_a_joiner_stays_only_between_what_it_joins() -> None:
    assert bound("क्\u200dष") == "क्\u200dष"
    assert bound("\u2404\u200d") == "\u2404"
    assert bound("क्\u200d क्\u200c\u200d") == "क् क्"


@given(RAW | NASTY)
def test_tidied_fields_have_single_inner_spaces_only(text: str) -> None:
    field = tidy(text, limit=20)
    assert field == " ".join(field.split()) == tidy(field, limit=20)
    assert_harmless(field)


@pytest.mark.parametrize(
    ("raw", "stored"),
    [
        ("Jane\tDoe\r\nX", "Jane Doe X"),
        ("\x1b]0;title\x07", "␛]0;title␇"),
        ("a\x00b\x7f", "a␀b␡"),
        ("\x9b2J", "\ufffd2J"),
        ("evil\u202egnp.exe", "evil\ufffdgnp.exe"),
        ("Ja\u200bne", "Ja\ufffdne"),
        ("\ud800x", "\ufffdx"),
        ("Jane\u200dDoe", "JaneDoe"),
        ("e\u0301", "é"),
        ("❤\ufe0f 1\ufe0f\u20e3 👍\U0001f3fd", "❤ 1 👍"),
        ("a" + "\u0323" * 5000, "ạ" + "\u0323" * 7),
        ("[@click=app.quit]Jane[/]", "[@click=app.quit]Jane[/]"),
    ],
)
def test_what_becomes_of_tricks(raw: str, stored: str) -> None:
    assert clean(raw) == stored


@pytest.mark.parametrize(
    "name",
    [
        "Ива́нов",
        "علی\u200cرضا",
        "क्\u200dष",
        "Nguyễn Thị Ánh",
        "สมชาย",
        "👩\u200d👧",
        "葛\U000e0100城",
        "Ó Súilleabháin",
        " x ",
    ],
)
def test_names_of_the_world_survive(name: str) -> None:
    assert clean(name) == unicodedata.normalize("NFC", name)


def test_a_cut_does_not_part_a_letter_from_its_marks() -> None:
    assert clean("abv̄̄", limit=4) == "ab"
    assert clean("abv̄̄", limit=5) == "abv̄̄"


def test_shared_strings_and_names_come_through_readable(shared: Path) -> None:
    naughty = json.loads((shared / "data/names/naughty_strings.json").read_text("utf-8"))["strings"]
    with (shared / "data/names/world_names.csv").open(encoding="utf-8", newline="") as file:
        names = [row[key] for row in csv.DictReader(file) for key in ("localized", "romanized")]
    assert len(naughty) == 80
    for text in [row["text"] for row in naughty] + names:
        stored = clean(text)
        assert_harmless(stored)
        assert clean(stored) == stored
        assert cell_width(clip(stored, 10)) <= 10
        if text in names:
            assert stored == unicodedata.normalize("NFC", text)
            assert not text or words(text)


@pytest.mark.parametrize(
    "piece", ["é", "e\u0301", "\u0301\u0327", "\x1b[0m", ZWJ, "👍" + ZWJ, "a\u0653\u200d\u0301"]
)
def test_a_long_hostile_paste_is_cleaned_quickly(piece: str) -> None:
    started = time.process_time()
    clean(piece * (100_000 // len(piece)))
    assert time.process_time() - started < 1.0


@given(RAW)
def test_folding_ignores_the_normal_form_and_is_stable(text: str) -> None:
    folded = fold(text)
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert fold(unicodedata.normalize(form, text)) == folded
    assert fold(folded) == folded
    assert folded == folded.strip()


@given(ANY)
def test_the_short_way_for_ascii_agrees_with_the_long_one(text: str) -> None:
    plain = "".join(char for char in text if char.isascii())
    assert fold(plain + " é") == f"{fold(plain)} e".strip()


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("O'Connor", "oconnor"),
        ("O’Connor", "oconnor"),
        ("O´Connor", "oconnor"),
        ("Smith-Jones", "smith jones"),
        ("  José   María ", "jose maria"),
        ("Straße Ørsted Łódź Æsir", "strasse orsted lodz aesir"),
        ("İSTANBUL ı", "istanbul i"),
        ("Ковалёв", "ковалев"),
        ("Ива́нов", "иванов"),
        ("Παπουτσής", "παπουτσησ"),
        ("الصَّباح", "الصباح"),
        ("علی\u200cرضا", "علیرضا"),
        ("הָיְתָה", "היתה"),
        ("देवी", "देवी"),
        ("がか", "がか"),
        ("𝐓𝐡𝐞 ١٢٣ №5", "the 123 no5"),
        ("!?", ""),
    ],
)
def test_what_search_compares(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert words(text) == tuple(folded.split())


def test_folding_a_plain_name_is_cheap() -> None:
    fold("warm up")
    best = min(_cpu_of(lambda: [fold("Jane O'Connor") for _ in range(1000)]) for _ in range(5))
    assert best / 1000 < 10e-6


def _cpu_of(action: object) -> float:
    assert callable(action)
    started = time.process_time()
    action()
    return time.process_time() - started


def test_digits_of_every_script() -> None:
    assert digits("+٤٣ (०) 12-3²") == "430123"


@given(ANY)
def test_the_short_way_to_digits_agrees_with_the_long_one(text: str) -> None:
    plain = "".join(char for char in text if char.isascii())
    assert digits(f"{plain}٣") == f"{digits(plain)}3"


@pytest.mark.parametrize(
    ("text", "columns"), [("Jane", 4), ("한글", 4), ("é", 1), ("e\u0301", 1), ("", 0), ("👍", 2)]
)
def test_width_counts_columns(text: str, columns: int) -> None:
    assert cell_width(text) == columns


@given(RAW | NASTY, st.integers(-1, 20))
def test_clipped_text_fits_and_says_so(text: str, columns: int) -> None:
    line = clean(text)
    shown = clip(line, columns)
    assert cell_width(shown) <= max(0, columns)
    assert shown == line or columns < 1 or shown.endswith("…")


def test_a_wide_letter_that_does_not_fit_is_left_out() -> None:
    assert clip("한글이름", 4) == "한…"
    assert clip("Jane Doe", 6) == "Jane…"


# --- only ASCII -----------------------------------------------------------------------------------


@given(ANY)
def test_in_ascii_nothing_else_is_left(text: str) -> None:
    assert to_ascii(text).isascii()


def test_no_letter_takes_more_columns_in_ascii_than_it_did() -> None:
    for letter in map(chr, range(0x370, 0x20000)):  # Above that are ideographs alone.
        if unicodedata.category(letter) in ("Lu", "Ll", "Lo", "Lm") and letter != "ẞ":
            said = unicodedata.normalize("NFKD", letter)
            assert len(said) > 1 or len(to_ascii(letter)) <= max(1, cell_width(letter)), letter


@pytest.mark.parametrize(("name", "written"), [
    ("Иван Щёголев", "Ivan Segolev"), ("Ζήνων", "Zinon"), ("محمد علي", "mhmd aly"), ("שרה לוי", "srh lvy"),
    ("ヤマダ タロー", "yamata taro-"), ("ﾔﾏﾀﾞ ﾀﾛｰ", "ymt tr-"), ("김민준", "kimicu"), ("Արամ", "Aram"),
    ("გიორგი", "giorgi"), ("अनिल", "anl"), ("山田", "??"), ("ŋə", "??"), ("±™", "?TM"),
])  # fmt: skip
def test_a_name_in_other_letters_is_hinted_at_as_it_is_said(name: str, written: str) -> None:
    assert to_ascii(name) == written


@pytest.mark.parametrize("name", ["Иван", "山田", "김", "Anna 山", "ŋə"])
def test_names_that_may_look_alike_in_ascii_are_known(name: str) -> None:
    assert has_other_letters(name)


@pytest.mark.parametrize("name", ["", "Jane Doe?", "Łódź Đặng", "François", "O’Connor", "ﬁ…", "12 €"])
def test_and_those_that_do_not(name: str) -> None:
    assert not has_other_letters(name)
