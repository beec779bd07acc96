"""``pim-tui journal``: what happened, searched; ``pim-tui journal head``: where the journal stands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..bootstrap import Clinic, office, opened
from ..domain.called import one_called
from ..domain.moments import clock, day_of
from ..domain.rights import Right
from . import said, terminal

if TYPE_CHECKING:
    import argparse

    from ..queries.journal import JournalRow


def journal(arguments: argparse.Namespace) -> int:
    """``pim-tui journal``: the newest lines, the newest last, as on a screen that is read downwards."""
    from ..queries.gate import on_behalf_of
    from ..queries.journal import journal_page

    with opened(office()) as clinic, on_behalf_of(clinic.session):
        clinic.session.needs(Right.SEE_JOURNAL)
        page = journal_page(_wanted(arguments, clinic), arguments.limit, zone=clinic.session.zone)
        rows = tuple(reversed(page.rows))
        if arguments.json:
            terminal.say_json([_as_json(row) for row in rows])
        else:
            for row in rows:
                terminal.say(_as_line(row, clinic.session.zone))
    return 0


def head(arguments: argparse.Namespace) -> int:
    """``pim-tui journal head``: on stdout for whoever keeps it elsewhere, and as a line of a file."""
    from ..queries import heads
    from ..services.heads import write_head

    with opened(office()) as clinic:
        session = clinic.session
        session.needs(Right.CHECK)
        found = (
            write_head(session, Path(arguments.to).expanduser())
            if arguments.to
            else heads.head(session.clock())
        )
    terminal.say(found.line())
    return 0


def _wanted(arguments: argparse.Namespace, clinic: Clinic) -> Any:
    from ..queries.journal import JournalWanted
    from ..queries.staff import staff_list

    first, last = said.days([arguments.since or ""], [arguments.until or ""], clinic, "past")
    people = [(one.id, one.name) for one in staff_list()] if arguments.who else []
    return JournalWanted(
        staff_ids=tuple(one_called(name, people, "Nobody on the staff") for name in arguments.who),
        actions=tuple(arguments.action),
        customer_id=said.customer_id(arguments.customer, clinic) if arguments.customer else None,
        first=first,
        last=last,
        words=arguments.words or "",
    )


def _as_line(row: JournalRow, zone: str) -> str:
    when = f"{day_of(row.at, zone).isoformat()} {clock(row.at, zone)}"
    told = f"{row.id}  {when}  {row.who}: {row.action} {row.what}"
    return f"{told}: {row.reason}" if row.reason else told


def _as_json(row: JournalRow) -> dict[str, Any]:
    return {**row._asdict(), "what": row.what}
