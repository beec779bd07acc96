"""Lines that nobody may write, found in the syntax trees of the program."""

from __future__ import annotations

import ast

import pytest

from tests.fences.rules import RULES, Rule

NAMES = [rule.name for rule in RULES]


@pytest.mark.walk
def test_the_program_keeps_every_rule() -> None:
    """In one test, so that one process reads the program once."""
    assert {rule.name: found for rule in RULES if (found := rule.faults())} == {}


@pytest.mark.parametrize("rule", RULES, ids=NAMES)
def test_the_rule_sees_every_line_of_its_control(rule: Rule) -> None:
    """Each statement of the control breaks the rule, and each must be found."""
    statements = ast.parse(rule.control).body
    seen = {line for line, _ in rule.check(ast.parse(rule.control))}
    assert all(any(node.lineno <= line <= (node.end_lineno or 0) for line in seen) for node in statements)
