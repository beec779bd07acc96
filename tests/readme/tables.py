"""README and manual have tables made from the program and from what was measured of it: ``python -m
tests.readme.tables`` renews them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pim_tui.config import Settings
from pim_tui.domain.rights import ROLES
from pim_tui.domain.roles import RoleFields, matrix
from pim_tui.tui.keycaps import printed
from pim_tui.tui.keys import TABLE, Key
from tests.readme.beside import beside
from tests.readme.pages import PAGES

PLACES = {
    "app": "Everywhere",
    "calendar": "In the calendar",
    "hours": "Among the working hours",
    "moving": "Among what needs moving",
    "waiting_list": "In the waiting list",
    "waiting_room": "In the waiting room",
    "customers": "In the list of customers",
    "profile": "In a customer's profile",
    "ledger": "In a customer's ledger",
    "lists": "In the clinic's lists",
    "reports": "Among the reports",
    "report_rows": "In the list behind a number",
    "dayclose": "In the day's close",
    "till": "At the till",
    "products": "In the list of products",
    "refunds": "Among the waiting refunds",
    "staff": "In the staff list",
    "roles": "Among the roles",
    "journal": "In the journal",
    "glass": "Among the opened records",
    "resources": "Among rooms, equipment and types",
    "keyback": "Keying back",
    "imports": "Among the files and imports",
    "import_file": "Before an import",
    "import_report": "In the report of an import",
    "messages": "Among the messages to a customer",
    "templates": "Among the words of messages",
    "preview": "In the preview of a paper",
    "manual": "In the manual",
    "product": "On a product's page",
    "taxes": "In the list of tax classes",
    "payers": "In the list of payers",
    "bill": "On a bill's page",
    "small": "On a terminal that is smaller than 80x24",
}


def keys() -> str:
    """The key table, a part for each place."""
    return "\n\n".join(
        f"**{title}**\n\n" + _table(("Keys", "What they do", "Id"), map(_key, _keys_of(scope)))
        for scope, title in PLACES.items()
    )


def settings() -> str:
    """Every setting with its default, what it may be and what it is for."""
    return _table(("Setting", "Default", "May be", "Meaning"), map(_setting, dataclasses.fields(Settings)))


def roles() -> str:
    """What the roles of a new book may, a part for each area."""
    head = ("A role may", *ROLES)
    found = [RoleFields(name, rights) for name, rights in ROLES.items()]
    lines = [
        (title, *cells) if right else (f"**{title}**", *("" for _ in ROLES))
        for title, right, cells in matrix(found)
    ]
    return _table(head, lines)


TABLES = {"roles": roles, "keys": keys, "settings": settings, "beside": beside}
"""What stands between ``<!-- name -->`` and ``<!-- /name -->``."""


def renewed(pages: Mapping[Path, str]) -> dict[Path, str]:
    """The pages with their tables as the program has them now; each table has one place on one of them."""
    found = dict(pages)
    for name, made in TABLES.items():
        start, end = f"<!-- {name} -->\n", f"<!-- /{name} -->\n"
        (page,) = (page for page, text in pages.items() if start in text)
        before, _, rest = found[page].partition(start)
        _, there, after = rest.partition(end)
        assert there, f"the table of {name} has no end in {page.name}"
        found[page] = f"{before}{start}\n{made()}\n\n{end}{after}"
    return found


def _keys_of(scope: str) -> Iterator[Key]:
    return (key for key in TABLE if key.scope == scope)


def _key(key: Key) -> tuple[str, ...]:
    return ", ".join(_code(printed(name)) for name in key.keys), key.help, _code(key.id)


def _setting(field: dataclasses.Field[object]) -> tuple[str, ...]:
    if field.default is dataclasses.MISSING:
        return _code(field.name), "", "a table", field.metadata["help"]
    default = _code(str(field.default)) if field.default != "" else ""
    return _code(field.name), default, _allowed(field), field.metadata["help"]


def _allowed(field: dataclasses.Field[object]) -> str:
    """What the setting's own check says to a value that is never right."""
    kind, wrong = ("whole number", -1) if field.type == "int" else ("text", "?")
    check = field.metadata["check"]
    return str(check(wrong)).removeprefix("must be ") if check else kind


def _code(text: str) -> str:
    return f"`{text}`"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


if __name__ == "__main__":
    for page, text in renewed({page: page.read_text("utf-8") for page in PAGES}).items():
        page.write_text(text, "utf-8")
