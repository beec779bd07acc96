"""JSON that outlives the cleaning of the field it is stored in."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from pim_tui.domain.jsontext import to_json
from pim_tui.domain.text import clean, visible

PIECES = ("a", "n", "\n", "\t", "\\", '"', "\x1b", "\u0301", "\u030a", "\u0307", "é", "\u202e")


@settings(max_examples=150)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_it_can_be_read_whatever_begins_a_line(text: str) -> None:
    kept = clean(to_json({"text": text}), limit=10**6, lines=True)
    assert visible(json.loads(kept)["text"]) == visible(text)


def test_plain_json_is_as_it_always_was() -> None:
    value = {"b": "José\nLine 2", "a": [1, None]}
    assert to_json(value) == json.dumps(value, ensure_ascii=False)
    assert to_json(value, sort_keys=True, compact=True) == '{"a":[1,null],"b":"José\\nLine 2"}'
