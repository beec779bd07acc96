"""People for the stage of the customers' screens, and the hostile texts shown on all of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pim_tui.domain.customer import ConsentEntry, CustomerFields, EmailEntry, NewCustomer, PhoneEntry
from pim_tui.domain.names import PersonName
from pim_tui.queries.customers import editable
from pim_tui.services.customer_rows import insert_customers
from pim_tui.services.customers import ChangeCustomer, change_customer
from pim_tui.services.notes import AddNote, add_note
from tests.tui.stage import TODAY, Stage

HOSTILE = (
    "[b]Bold[/b] [/nope]",
    "[@click=app.leave]Quit[/]",
    "\x1b]0;owned\x07Osc",
    "\x1b[2J\x1b[31mCsi",
    "a\u202egnp.exe",
    "山田太郎",
    "محمد עברית",
)
"""Markup, an action in markup, a title and a clearing sequence, an override, wide and right-to-left."""
LONG = "Wolfeschlegelsteinhausenbergerdorff " * 5

SHOWN = {
    "\x1b]0;owned\x07Osc": "␛]0;owned␇Osc",
    "\x1b[2J\x1b[31mCsi": "␛[2J␛[31mCsi",
    "a\u202egnp.exe": "a\ufffdgnp.exe",
}
"""How those that carry controls look on the screen; the others look as they are written."""


def change(stage: Stage, name: str, **fields: Any) -> None:
    """Change a customer as another session would, at once."""
    seen = editable(stage.customers[name])
    change_customer(
        stage.session,
        ChangeCustomer(
            seen.id, seen.version, seen.fields, replace(seen.fields, **fields), duplicates_seen=True
        ),
    )


def furnished(stage: Stage) -> None:
    """Jane with everything a profile can tell."""
    change(
        stage, "Jane Doe",
        prefix="Mrs.", last="Doe-Smith",
        address="12 Harbour Road\nFlat 3", city="Berlin", postal_code="10115", country="Germany",
        phones=(PhoneEntry("mobile", "030 5550101"), PhoneEntry("work", "+49 30 5550199")),
        emails=(EmailEntry("", "jane.doe.smith@example.org"),),
        consents=(ConsentEntry("email", "yes", TODAY, "form"), ConsentEntry("sms", "no", TODAY, "form")),
        alerts=("Allergic to penicillin", "Needs a wheelchair ramp"),
    )  # fmt: skip


def named(stage: Stage, first: str, last: str = "Case", **more: Any) -> int:
    """Another customer, as an import would add one."""
    with stage.book.write_tx():
        (id_,) = insert_customers(stage.session, [NewCustomer(PersonName("", first, "", last, ""), **more)])
    return id_


def noted(stage: Stage, customer_id: int, text: str) -> int:
    """A note by the service; its id."""
    return add_note(stage.session, AddNote(customer_id, text)).ids[0]


def stored(stage: Stage, name: str) -> CustomerFields:
    """The record as it is in the book."""
    return editable(stage.customers[name]).fields
