"""The page is what the contents say, and reads without a mark of its Markdown."""

from __future__ import annotations

import re

from pim_tui.manual.blocks import Code, Heading, Prose, Table, blocks
from pim_tui.manual.lines import cut, lines, sentences
from pim_tui.manual.subjects import PAGE, subjects

MARKED = """# Page

- **Part one**: [A subject](#a-subject),
  [Another](#another)

## A subject

Press `x` or `Ctrl+S`, *never* both; see [the other
one](#another) and `file 1`.
`3*4*5` is left alone.

- **Once.** Said
  so.
- Twice.

```sh
pim-tui find  "jane doe"

pim-tui   day
```

<!-- roles -->

| who | may | can `y` |
| --- | --- | --- |
| **All** |  |  |
| anna | yes | - |

<!-- /roles -->
"""


def test_marks_are_gone_and_code_is_as_it_is() -> None:
    heading, contents, subject, prose, once, twice, code, table = blocks(MARKED)
    assert heading == Heading("Page", 1)
    assert subject == Heading("A subject", 2)
    assert contents == Prose("Part one: A subject, Another", True)
    assert prose == Prose(
        'Press "x" or Ctrl+S, never both; see the other one and "file 1". 3*4*5 is left alone.'
    )
    assert (once, twice) == (Prose("Once. Said so.", True), Prose("Twice.", True))
    assert code == Code(('pim-tui find  "jane doe"', "", "pim-tui   day"))
    assert table == Table(("who", "may", 'can "y"'), (("All", "", ""), ("anna", "yes", "-")))


def test_a_table_is_aligned_where_it_has_room_and_told_row_by_row_where_not() -> None:
    found = [one for one in blocks(MARKED) if isinstance(one, Table)]
    assert lines(found, 20) == ['who   may  can "y"', "All", "anna  yes  -"]
    assert lines(found, 12) == ["All", "anna", "  may"]
    assert list(sentences(found)) == ["All", "anna: may"]


def test_lines_are_folded_items_hang_and_what_is_too_long_is_cut_in_pieces() -> None:
    made = lines(blocks(MARKED), 24)
    assert "- Once. Said so." in made
    assert all(len(line) <= 24 for line in made if "pim-tui" not in line)
    assert 'pim-tui find  "jane doe"' in made
    assert list(cut(["abcdef", "", "gh"], 4)) == ["abcd", "ef", "", "gh"]
    assert "F9 saves" in lines([Prose("Ctrl+S saves")], 40, lambda text: text.replace("Ctrl+S", "F9"))


def test_the_contents_name_every_subject_in_its_order_and_each_has_a_part() -> None:
    contents = PAGE.read_text("utf-8").partition("\n## ")[0]
    named = [" ".join(title.split()) for title in re.findall(r"\[([^\]]+)\]\(#", contents)]
    assert named == [one.title for one in subjects() if not one.of]
    assert len(named) > 30
    assert all(one.part for one in subjects())
    assert len({one.title for one in subjects()}) == len(subjects())


def test_no_mark_is_left_in_what_is_read_out() -> None:
    for one in subjects():
        assert one.blocks, one.title
        told = [block for block in one.blocks if not isinstance(block, Code)]
        for line in (*lines(told, 79), *sentences(told)):
            assert not re.search(r"`|\*\*|\]\(|^#|^\||<!--|---", line), line
        assert max(map(len, lines(told, 79))) <= 79
