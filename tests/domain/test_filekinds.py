"""A file is what its content says; a copy of it gets a name that is a name anywhere."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pim_tui.domain.filekinds import (
    JPEG,
    KINDS,
    PDF,
    TEXT,
    WEBP,
    copy_name,
    kind_of,
    picture_kind_of,
    size_words,
)
from pim_tui.errors import FileProblem


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7\n", PDF),
        (b"\xff\xd8\xff\xe1Exif", JPEG),
        (b"RIFF\0\0\0\0WEBPVP8 ", WEBP),
        ("Lieber Kollege,\r\n\tGrüße\n".encode(), TEXT),
        (b"\xef\xbb\xbfwith a mark", TEXT),
        (b" %PDF-1.7 but not from its first byte", TEXT),
    ],
)
def test_five_kinds_are_known_by_their_content(data: bytes, kind: object) -> None:
    assert kind_of(data) is kind


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "empty"),
        (b"GIF89a", "a GIF picture"),
        (b"PK\x03\x04word/document.xml", "a ZIP archive or an office document"),
        (b"\x7fELF\x02", "a program"),
        (b"caf\xe9", "neither"),
        (b"clear \x1b[2J", "neither"),
        ("c1 \x9b2J".encode(), "neither"),
    ],
)
def test_everything_else_is_refused_with_what_it_seems_to_be(data: bytes, what: str) -> None:
    with pytest.raises(FileProblem, match=what):
        kind_of(data)


def test_a_photo_is_a_picture() -> None:
    with pytest.raises(FileProblem, match="not a picture"):
        picture_kind_of(b"%PDF-1.7")


@given(
    name=st.text(max_size=300) | st.just("-rf") | st.just("漢" * 99),
    id_=st.integers(1, 10**9),
    media_type=st.sampled_from(sorted(KINDS)),
)
@settings(max_examples=60)
def test_a_copy_has_a_plain_name_and_its_true_ending(name: str, id_: int, media_type: str) -> None:
    copy = copy_name(name, id_, media_type)
    assert "/" not in copy
    assert "\0" not in copy
    assert not copy.startswith((".", "-", " "))
    assert copy.endswith(f"-{id_}{KINDS[media_type].ending}")
    assert len(copy.encode()) < 200


def test_names_and_sizes_for_people() -> None:
    assert copy_name("../../etc/Letter of 3 May.exe", 7, "application/pdf") == "etc_Letter of 3 May-7.pdf"
    assert [size_words(size) for size in (12, 999, 1_000, 38_400, 999_499, 2_400_000)] == [
        "12 B", "999 B", "1 kB", "38 kB", "999 kB", "2.4 MB",
    ]  # fmt: skip
