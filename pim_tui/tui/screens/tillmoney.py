"""Where the bill at the till goes: paid and posted, parked, taken up again, dropped; and its receipt."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ...domain.basket import faults, from_json
from ...domain.filling import listed_price
from ...domain.paying import Bill, Payment
from ...errors import Invalid, NeedsAnswer, PimError, Refused, StoreError
from ...queries.balances import Draft, draft_basket, drafts
from ...services.discounts import QUESTION, may_agree
from ...services.drafts import DropDraft, ParkBill, drop_draft, park_bill
from ...services.till import PostBill, post_bill
from ...services.usecase import answered
from ...services.work import Done
from ..dialogs.parked import Parked, ParkedDialog
from ..dialogs.pay import PayDialog
from ..dialogs.pick import Pick
from ..dialogs.pin import PinDialog, Said
from ..requests import new_request
from .tillbill import TillBill
from .underway import UnderWay, agreed

if TYPE_CHECKING:
    from ...services.wanted import Wanted
    from .papers import PrintKeys

    class _Base(TillBill, PrintKeys):
        """What the keys stand on."""
else:
    _Base = object


HINTS = {"customer": "Ctrl+G finds the customer.", "payer": "Tab, then y, chooses the payer."}
"""What to do about what is missing, by the field of the fault."""


class TillMoney(_Base):
    """The keys that end a bill."""

    posted: tuple[str, int] | None = None
    """What is said of the bill posted last, and its id."""
    unprinted = False
    """Whether Enter on the empty line prints its receipt: once, until the next bill begins."""

    # --- paying -----------------------------------------------------------------------------------

    def action_pay(self) -> None:
        """Take the payment and post."""
        if not self.basket.lines:
            self.pim.say("There is nothing to pay yet: type or scan what is sold.")
        elif found := faults(self.basket):
            self._refused(Invalid(found, HINTS.get(found[0].field, "Correct it, then pay.")))
        else:
            self.load(self._look_before_paying, group="people")

    async def _look_before_paying(self) -> None:
        """Prices may have been changed in the catalogue since the bill was begun: nobody pays unawares."""
        await self.read_again()
        for at, line in enumerate(self.basket.lines):
            known = self.goods_of(line)
            if known is not None and not self.is_listed(line):
                now, then = self.money(known.price or 0), self.money(listed_price(line))
                self.pim.tell(
                    Refused(f"{line.description} costs {now} now, not {then}.", "p on the line takes it.")
                )
                self.go_to(at)
                return
        self._ask_payment()

    def _ask_payment(self, typed: Mapping[str, str] | None = None, refusal: PimError | None = None) -> None:
        assert self.priced is not None
        credit = self.balance.credit if self.balance else 0
        bill = Bill(self.priced.customer, self.terms, credit, in_full=self.basket.customer_id is None)

        def answered(payment: Payment | None) -> None:
            if payment is not None:
                self._post(payment)

        who = self.buyer.name if self.buyer else "no customer"
        share = f" · {self.payer} pays {self.money(self.priced.payer)}" if self.priced.payer else ""
        about = f"{who} · total {self.money(self.priced.total)}{share}"
        self.app.push_screen(PayDialog("To pay", bill, about=about, typed=typed, refusal=refusal), answered)

    def _post(self, payment: Payment, said: Said | None = None) -> None:
        work = self.work
        command = PostBill(
            work.basket, payment.tenders, payment.use_credit, work.draft_id, work.draft_version, work.request
        )
        if said is not None:
            command = replace(command, agreed_by=said.staff_id, pin=said.pin)

        def refused(error: PimError) -> None:
            asked = isinstance(error, NeedsAnswer) and error.question == QUESTION
            if self.is_attached and (asked or (said and isinstance(error, Refused) and error.rule == "R4")):
                self.load(self._ask_agreement, payment, error, said, group="people")
            else:
                self._not_posted(error, payment)

        self.pim.submit(post_bill, command, self.ended, refused)

    async def _ask_agreement(self, payment: Payment, error: PimError, was: Said | None) -> None:
        """Somebody else agrees to the discount with their PIN, or the bill stays as it is."""
        people = [(one.id, one.name) for one in await self.fetch(may_agree, self.pim.desk.session.staff_id)]
        if not people:
            self.pim.tell(Refused(error.message, "Nobody else here can agree: give less."))
            return

        def answered(said: Said | None) -> None:
            if said is not None:
                self._post(payment, said)
            else:
                self.pim.say("Nothing was posted: the discount is more than may be given here alone.")

        about = "" if was else f"{error.message} Whoever may charge another price agrees."
        self.app.push_screen(
            PinDialog(
                "Agree to the discount", people, about=about, refusal=error if was else None,
                was=(was.staff_id, "") if was else None,
            ),
            answered,
        )  # fmt: skip

    def ended(self, done: Done) -> None:
        """Ready for the next customer, the paper of this one a key away."""
        if not self.is_attached:
            self.forget()
            return
        self.posted, self.unprinted = (done.says.partition(" ")[0], done.ids[0]), True
        self.start_anew()
        self.line.focus()
        self.pim.say(self.keyed(f"{done.says} ", "Enter prints it, F8 asks how."))

    def _not_posted(self, error: PimError, payment: Payment) -> None:
        """Everything stays as it was, and what is known of goods and people is read again.

        What is wrong with the payment alone is told where it was typed.
        """
        if not self.is_attached:
            return
        if not (isinstance(error, Refused) and error.rule == "M7"):
            self._refused(error)
        self.load(self._look_after, error, payment, group="people")

    async def _look_after(self, error: PimError, payment: Payment) -> None:
        if isinstance(error, StoreError) and (done := await self.fetch(answered, self.work.request)):
            self.ended(done)
            return
        await self.read_again()
        if isinstance(error, Refused) and error.rule == "M7":
            self._ask_payment(payment.typed, error)

    async def read_again(self) -> None:
        """Read goods and people anew."""
        await self.read_goods()
        await self.read_people()

    def _refused(self, error: PimError) -> None:
        """Say what is wrong, and put the cursor on the line it is about."""
        self.pim.tell(error)
        if (at := self._line_of(error)) is not None:
            self.go_to(at)

    def _line_of(self, error: PimError) -> int | None:
        """Which line a refusal speaks of: by its number in a fault, else by what it names."""
        if isinstance(error, Invalid):
            words = [fault.field.split() for fault in error.faults]
            numbers = [int(word[1]) - 1 for word in words if len(word) > 1 and word[0] == "line"]
            return next(iter(numbers), None)
        named = [at for at, line in enumerate(self.basket.lines) if line.description in error.message]
        return next(iter(named), None)

    # --- parking ----------------------------------------------------------------------------------

    def action_park(self) -> None:
        """Keep the bill for later, under a label."""
        if not self.basket.lines:
            self.pim.say("There is nothing to park yet.")
            return
        usual = self.work.label or (self.buyer.name if self.buyer else self.basket.lines[0].description)
        self.ask(
            "Park this bill as",
            "Enter parks it; Ctrl+O lists what is parked.",
            usual,
            lambda typed: "Enter parks it.",
            self._park,
        )

    def _park(self, label: str) -> None:
        work = self.work
        command = ParkBill(work.basket, label.strip(), work.draft_id, work.draft_version, new_request())

        def parked(done: Done) -> None:
            if self.is_attached:
                self.start_anew()
                self.line.focus()
                self.pim.say(f"{done.says} Ctrl+O lists what is parked.")

        self.pim.submit(park_bill, command, parked)

    def action_parked(self) -> None:
        """List what is parked."""
        self.load(self._offer_parked, group="parked")

    async def _offer_parked(self) -> None:
        found = await self.fetch(drafts, self._home)
        if not found:
            self.pim.say("Nothing is parked. Ctrl+S parks a bill.")
            return

        def answered(answer: Parked | None) -> None:
            if answer is None:
                return
            if answer.drop:
                self._drop(answer.draft)
            elif self.basket.lines:
                self.pim.tell(_taken())
            else:
                self.load(self._take_up, answer.draft, group="parked")

        self.app.push_screen(ParkedDialog(found, self.pim.desk.session.zone), answered)

    async def _take_up(self, draft: Draft) -> None:
        found = await self.fetch(draft_basket, draft.id)
        if found is None:
            self.pim.say("That one is gone: somebody has posted or dropped it.")
            return
        text, version = found
        basket = from_json(text)
        await self.go_on(
            UnderWay(
                basket, draft_id=draft.id, draft_version=version, label=draft.label, cover=agreed(basket)
            )
        )
        self.line.focus()
        self.pim.say(f"Going on with “{draft.label}”; it stays parked until it is posted.")

    def _drop(self, draft: Draft) -> None:
        command = DropDraft(draft.id, draft.version, new_request())
        self.pim.submit(drop_draft, command, self.pim.said)

    def action_new(self) -> None:
        """Begin a new bill: what becomes of this one is asked."""
        if not self.basket.lines:
            self.start_anew()
            self.pim.say("An empty bill.")
            return
        options: list[tuple[Hashable, str]] = [("park", "park it"), ("drop", "drop it: nothing is posted")]

        def answered(answer: tuple[Hashable] | None) -> None:
            if answer == ("park",):
                self.action_park()
            elif answer == ("drop",):
                self.start_anew()
                self.line.focus()
                self.pim.say("Dropped. Nothing was posted.")

        self.app.push_screen(Pick("This bill is not posted", options, "park"), answered)

    # --- the receipt ------------------------------------------------------------------------------

    def papers(self) -> Sequence[tuple[str, Wanted]]:
        """The paper of the bill posted last: a receipt when nothing is left to pay."""
        from ...services.wanted import PostingPaper

        if self.posted is None:
            return ()
        code, id_ = self.posted
        return ((f"receipt or bill {code}", PostingPaper(id_)),)

    def action_bill(self) -> None:
        """Open the bill posted last: to look at it, correct it or take it back."""
        from .bill import BillScreen

        if self.posted is None:
            self.pim.say("Nothing was posted here yet.")
        else:
            self.app.push_screen(BillScreen(self.posted[1]))

    def print_receipt(self) -> bool:
        """Print the paper of the bill posted last, the usual way; whether there was one to print."""
        from ...services.printing import stationery

        if not self.unprinted:
            return False
        self.unprinted = False
        (_, wanted), posted = self.papers()[0], self.posted

        def refused(error: PimError) -> None:
            self.unprinted = self.posted == posted and not self.basket.lines
            self.pim.tell(error)

        place = self.pim.printing.usual_place(wanted)
        self.send_paper(wanted, stationery(self.pim.desk.settings), place, refused=refused)
        return True


def _taken() -> PimError:
    return PimError("There is a bill on the till already.", "Ctrl+S parks it, Ctrl+N drops it.")
