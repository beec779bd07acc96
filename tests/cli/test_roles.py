"""``pim-tui roles``: the table of roles and rights."""

from __future__ import annotations

import json

from pim_tui.domain.rights import ROLES, rights_of
from tests.cli.shell import Shell


def test_roles_and_rights_are_one_table(clinic: Shell) -> None:
    told = clinic.run("roles")
    head, *lines = told.out.splitlines()
    assert head.split()[3:] == list(ROLES)
    (reads,) = (line for line in lines if line.startswith("  read notes"))
    assert reads.split()[2:] == ["yes", "-", "-", "-", "yes", "-"]
    found = {one["role"]: set(one["rights"]) for one in json.loads(clinic.run("roles", "--json").out)}
    assert found == {name: {right.value for right in rights_of(name)} for name in ROLES}
