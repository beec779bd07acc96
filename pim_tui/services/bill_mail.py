"""A document goes to the customer by email: the file as it was issued waits in the outbox (M10).

The message and the row that says where the paper went are written in one transaction; what waits is delivered
by :mod:`~pim_tui.services.delivery`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from ..domain.bills import BILLS, OWED
from ..domain.jsontext import to_json
from ..domain.letters import Letter, faults_of, letter_about
from ..domain.money import shown
from ..domain.people import Answer
from ..domain.rights import Right
from ..domain.session import Session
from ..errors import Invalid, Refused
from ..models import Outbox
from ..queries.bills import BillPage, Header, bill_page
from ..queries.exporting import clinic_key
from ..queries.reaching import ByEmail, by_email
from .issuing import HandOut, hand_out
from .stationery import Stationery
from .wanted import PostingPaper
from .work import Done, Work

HOLDS = 5 * 60
"""Seconds a message waits at least, so that a slip can still be taken back."""


@dataclass(frozen=True, slots=True)
class EmailBill:
    """Send the paper of a document; ``paper`` is what it is issued on if it never was."""

    posting_id: int
    letter: Letter
    paper: Stationery
    request: str = ""


def compose_email(session: Session, posting_id: int, paper: Stationery) -> tuple[Letter, tuple[str, ...]]:
    """The letter as it is proposed, to the customer's first address, and all their addresses.

    Raises Refused where there is no address, or the customer said no (P5); NotFound.
    """
    session.needs(Right.POST_BILL)
    session.needs(Right.SEE_BILL)
    page = bill_page(posting_id)
    whom = _reached(page.header)
    proposed = _proposed(page, whom.name, paper)
    to = whom.addresses[0] if whom.addresses else ""
    return Letter(to, proposed.subject, proposed.text), whom.addresses


def email_bill(session: Session, command: EmailBill) -> Done:
    """Put the email into the outbox, the paper issued now if it never was.

    It needs the right to post bills: the paper goes where the counter would hand it, to its own customer;
    carrying out lists is another right. Raises Invalid with every fault of the letter, Refused for a
    customer who said no (P5), and as :func:`~pim_tui.services.issuing.hand_out`.
    """
    session.needs(Right.POST_BILL)
    session.needs(Right.SEE_BILL)
    letter = command.letter
    if wrong := faults_of(letter):
        raise Invalid(wrong, "Correct it, then send it.")
    head = bill_page(command.posting_id).header
    _reached(head, to=letter.to)

    def also(work: Work, digest: str) -> None:
        _put(work, head, command, digest)

    told = HandOut(PostingPaper(head.id), command.paper, "email", letter.to, command.request, also)
    handed = hand_out(session, told)
    says = f"{head.code} to {letter.to} waits to be sent. {handed.note}".strip()
    return Done("posting", (head.id,), handed.done.days, says=says)


def _put(work: Work, head: Header, command: EmailBill, digest: str) -> None:
    """The message as it waits: its file by digest, and an id that stays the same however often it is sent."""
    letter = command.letter
    token = hashlib.sha256(f"{head.id} {command.request or work.now} {letter.to}".encode()).hexdigest()[:20]
    payload = {
        "to": letter.to,
        "subject": letter.subject.strip(),
        "text": letter.text,
        "posting_id": head.id,
        "file": digest,
        "name": f"{head.code}.pdf",
        "message_id": f"<{token}@{clinic_key()}.pim-tui.invalid>",
    }
    id_ = int(
        Outbox.insert(
            kind="email",
            window=head.code,
            payload=to_json(payload),
            due_at=work.now + HOLDS,
            created_at=work.now,
            channel="email",
            customer=head.customer_id,
        ).execute()
    )
    told = {"kind": "email", "customer_id": head.customer_id, "state": "waiting"}
    work.changed("write", "outbox", id_, None, told)


def _reached(head: Header, to: str = "") -> ByEmail:
    """Who gets it; Refused where the customer said no, and without an address where none was typed."""
    if head.customer_id is None:
        return ByEmail("", (), Answer.UNKNOWN)
    whom = by_email(head.customer_id)
    if whom.answer == Answer.NO:
        raise Refused(
            f"{whom.name} does not want email.",
            "Print it; if the answer has changed, enter it in the record: o, then e.",
            rule="P5",
        )
    if not whom.addresses and not to:
        raise Refused(
            f"{whom.name} has no email address.", "Add one in the customer's record: o, then e.", rule="P5"
        )
    return whom


def _proposed(page: BillPage, whom: str, paper: Stationery) -> Letter:
    head = page.header
    kind = "bill" if head.kind in BILLS else head.kind.word.lower()
    left = shown(page.due, head.currency) if head.kind in OWED and page.due > 0 else ""
    return letter_about(
        head.code,
        kind,
        head.day,
        shown(head.amount, head.currency),
        left,
        whom,
        paper.clinic.name,
        paper.clinic.phone,
    )
