"""The one key table: bindings, footer, help, palette and README are all made from it.

A key's id is ``scope.name``. Its name is the action the screen of that scope answers
(``calendar.add`` calls ``action_add``). Settings may give an id other keys.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from textual.binding import Binding

from ..errors import SettingsError
from .keycaps import EVERY, Keycaps, printed


@dataclass(frozen=True, slots=True)
class Key:
    """One row: ``keys`` in Textual's names, ``label`` for the footer, ``help`` for everything longer.

    ``rank`` says how early the footer shows it; 0 keeps it out of the footer. ``caps`` is the keyboard that
    ``keys`` are sorted for.
    """

    id: str
    keys: tuple[str, ...]
    label: str
    help: str
    rank: int = 0
    caps: Keycaps = EVERY

    @property
    def scope(self) -> str:
        """Where it works; ``app`` is everywhere."""
        return self.id.partition(".")[0]

    @property
    def action(self) -> str:
        """The name of the action method, without ``action_``."""
        return self.id.partition(".")[2]

    @property
    def shown(self) -> str:
        """The first key as one finds it on this keyboard."""
        return self.caps.printed(self.keys[0]) if self.keys else ""

    @property
    def on_board(self) -> tuple[str, ...]:
        """The keys that this keyboard has; all, where it has none of them."""
        return tuple(key for key in self.keys if self.caps.has(key)) or self.keys


EDITED = frozenset(f"ctrl+{letter}" for letter in "abefkuw")
"""Keys that a line one types in, or a table, would take for itself: where a screen has a use for one, the
screen does."""
OF_SCREENS = frozenset(("app.journal", "app.glass"))
"""They work on every screen, also while one types there; to the fields of dialogs their keys are left."""

OPENERS = {
    "calendar": "app.calendar", "dayclose": "app.day_close", "staff": "app.staff", "refunds": "app.refunds",
}  # fmt: skip
"""What opens the screen of a scope, where its keys work at once."""
_NAMED = 4
"""So many of the rows without a key are told of by their ids."""

TABLE: tuple[Key, ...] = (
    Key("app.help", ("f1", "question_mark"), "Help", "what every key does here", 90),
    Key("app.calendar", ("f2",), "Calendar", "the appointment book", 80),
    Key("app.customers", ("f3",), "Customers", "the list of customers", 79),
    Key("app.till", ("f4",), "Till", "the till; there: sale, income, borrow, dispense", 78),
    Key("app.products", ("f6",), "Products", "the list of products: by name, code or barcode", 20),
    Key("app.imports", ("f7",), "Imports", "take over customers, appointments and products from files"),
    Key("app.refunds", ("ctrl+r",), "Refunds", "refunds and payouts that wait to be approved or paid"),
    Key("app.staff", ("ctrl+l",), "Staff", "the staff list: roles, PINs, and who is at work"),
    Key("app.roles", (), "Roles", "roles, and what each may do"),
    Key(
        "app.lists",
        ("f10", "ctrl+t"),
        "Lists",
        "the clinic's lists: bills, visits, notes, documents, payments, stock",
        19,
    ),
    Key("app.find", ("slash",), "Find", "find a customer: name, phone, birth date or number", 88),
    Key("app.export", ("f9",), "Export", "write what is shown to a file", 35),
    Key("app.undo", ("u",), "Undo", "take back your last change", 60),
    Key("app.take_up", ("U",), "Take up", "go on with the form that was left last with Esc"),
    Key(
        "app.day_close",
        ("f12", "ctrl+z"),
        "Day close",
        "the close of the day: what is open, the drawer, X and Z",
        18,
    ),
    Key("app.told", ("exclamation_mark",), "Told", "what you were told lately, to read it again"),
    Key("app.journal", ("ctrl+d",), "Journal", "what happened: to this record, or at all; who saw it"),
    Key("app.glass", ("ctrl+x",), "Opened", "records that were opened for a reason, to be looked into"),
    Key("app.back_up", (), "Backup", "back up the whole book now, and when that was done last"),
    Key("app.manual", (), "Manual", "the manual, subject by subject; m in the help opens it as well"),
    Key("app.palette", ("ctrl+p",), "Commands", "every command by its name"),
    Key(
        "app.meter",
        ("f11", "ctrl+v"),
        "Meter",
        "bytes and milliseconds of the last key in the footer, or not",
    ),
    Key(
        "app.redraw",
        ("ctrl+underscore",),
        "Redraw",
        "send the whole screen anew: something else has written over it",
    ),
    Key("app.lock", ("ctrl+k",), "Lock", "lock the screen; your PIN opens it again, as it was", 9),
    Key("app.leave", ("ctrl+q", "ctrl+backslash"), "Quit", "leave; a draft is kept", 10),
    Key(
        "calendar.add",
        ("a", "insert"),
        "Add",
        "book in one line: jane doe 7d 10:30 30m follow-up - reason",
        100,
    ),
    Key("calendar.add_form", ("A",), "Form", "book with the form, at the cursor"),
    Key("calendar.edit", ("e",), "Edit", "change everything about the appointment", 86),
    Key("calendar.move", ("m",), "Move", "move the appointment: type a date, a time, both", 87),
    Key("calendar.later", ("right_square_bracket",), "Later", "move it one slot later", 40),
    Key("calendar.earlier", ("left_square_bracket",), "Earlier", "move it one slot earlier", 39),
    Key("calendar.next_free", ("greater_than_sign",), "Next free", "move it to the next free time", 38),
    Key("calendar.openings", ("N",), "Openings", "the next openings: with whom, how long, which days", 49),
    Key("calendar.longer", ("plus",), "Longer", "make it one slot longer", 37),
    Key("calendar.shorter", ("minus",), "Shorter", "make it one slot shorter", 36),
    Key("calendar.again", ("b",), "Again", "book again like this one", 50),
    Key("calendar.repeat", ("R",), "Repeat", "a series: a new one, or the one of the appointment", 49),
    Key(
        "calendar.hold",
        ("H",),
        "Hold",
        "hold the time under the cursor for some minutes, or let it go",
        34,
    ),
    Key(
        "calendar.waiting_list",
        ("W",),
        "Waiting list",
        "the waiting list; a there adds the customer here",
        33,
    ),
    Key("calendar.let_go", ("escape",), "Let go", "give back what was picked up, or let the held time go"),
    Key(
        "calendar.confirm",
        ("y",),
        "Confirmed",
        "confirmed: they said that they come; again takes it back",
        59,
    ),
    Key("calendar.arrive", ("i",), "Arrived", "arrived: they are here and wait; again takes it back", 82),
    Key("calendar.seat", ("h",), "Seated", "seated: they were called in; again takes it back", 63),
    Key("calendar.gone", ("q",), "Left", "left: they are gone again; once more takes it back", 62),
    Key("calendar.step_time", ("J",), "Adjust time", "put right when they came, were seated or left"),
    Key("calendar.walk_in", ("I",), "Walk-in", "book somebody who is here now", 61),
    Key("calendar.waiting_room", ("f5",), "Waiting room", "who is here, who is expected", 64),
    Key("calendar.pick_up", ("v",), "Pick up", "pick it up for the pinboard, or put it back", 48),
    Key("calendar.put_down", ("V",), "Put down", "put what was picked up down at the cursor", 47),
    Key("calendar.complete", ("c",), "Completed", "mark it Completed", 85),
    Key("calendar.missed", ("n",), "No-show", "mark it Missed", 84),
    Key("calendar.cancel", ("x",), "Cancel", "cancel it, with a reason", 83),
    Key("calendar.reopen", ("r",), "Reopen", "set it back to Scheduled"),
    Key("calendar.fee", ("F",), "Fee", "charge or waive the fee of a late cancelation or missed visit"),
    Key("calendar.outbox", ("G",), "Messages", "what goes out: what waits, what failed and why; their words"),
    Key("calendar.book_there", ("O",), "Calendly", "book the visit in Calendly as well"),
    Key("calendar.profile", ("o",), "Profile", "open the customer's profile", 70),
    Key(
        "calendar.contact",
        ("at",),
        "Contact",
        "email, SMS, call, video, copy: reach them",
        69,
    ),
    Key("calendar.goto", ("g",), "Go to", "go to a date: +7d, next tue, 14 dec", 75),
    Key("calendar.today", ("t",), "Today", "go to today, now", 74),
    Key("calendar.before", ("comma",), "Back", "the day, week or month before"),
    Key("calendar.after", ("full_stop",), "Forward", "the day, week or month after"),
    Key("calendar.day", ("1", "d"), "Day", "day view", 30),
    Key("calendar.week", ("2", "w"), "Week", "week view: the team's load", 29),
    Key("calendar.month", ("3",), "Month", "month view: load and free minutes per day", 28),
    Key("calendar.list", ("4", "l"), "List", "list view", 27),
    Key("calendar.columns", ("s",), "Staff/rooms", "columns by staff member or by room"),
    Key("calendar.filter", ("f",), "Filter", "show only some staff, rooms, types or states", 45),
    Key("calendar.resources", ("T",), "Rooms", "rooms, equipment and appointment types"),
    Key(
        "calendar.keyback", ("K",), "Key back", "key back what was written by hand while the program was down"
    ),
    Key("calendar.print", ("p",), "Print", "print the day sheet", 65),
    Key("calendar.reports", ("Y",), "Reports", "figures of a period: no-shows, use of time, idle hours ..."),
    Key(
        "calendar.print_menu", ("f8", "P"), "Papers", "print a week, month, schedule or card; look first", 26
    ),
    Key("calendar.hours", ("E",), "Hours", "working time, leave, closed days and holidays", 25),
    Key("calendar.moving", ("M",), "To move", "what lies in leave or outside working time", 24),
    Key("hours.week", ("w",), "Week", "another week from a day on: 9-12:30, 13:30-17", 100),
    Key("hours.leave", ("l",), "Leave", "leave: whole days, or a part of one", 99),
    Key("hours.day", ("d",), "Day", "closed or other hours on single days, of the clinic or somebody", 98),
    Key("hours.change", ("e",), "Change", "change what is under the cursor", 97),
    Key("hours.take_back", ("x", "delete"), "Take back", "take back the leave or the day", 96),
    Key("hours.moving", ("M",), "To move", "what lies in leave or outside working time", 95),
    Key("hours.before", ("comma",), "Year before", "the public holidays of the year before"),
    Key("hours.after", ("full_stop",), "Year after", "the public holidays of the year after"),
    Key("hours.back", ("escape",), "Back", "back to where you came from", 30),
    Key("moving.move", ("m",), "Move", "move the appointment: type a date, a time, both", 100),
    Key("moving.next_free", ("greater_than_sign",), "Next free", "move it to the next free time", 99),
    Key("moving.edit", ("e",), "Edit", "change everything about the appointment, with whom as well", 98),
    Key("moving.cancel", ("x",), "Cancel", "cancel it, with a reason", 97),
    Key("moving.profile", ("o",), "Profile", "open the customer's profile", 96),
    Key(
        "moving.contact",
        ("at",),
        "Contact",
        "email, SMS, call, video, copy: reach them",
        95,
    ),
    Key("moving.later", ("right_square_bracket",), "Later", "move it one slot later"),
    Key("moving.earlier", ("left_square_bracket",), "Earlier", "move it one slot earlier"),
    Key("moving.again", ("b",), "Again", "book again like this one"),
    Key("moving.back", ("escape",), "Back", "back to where you came from", 30),
    Key(
        "waiting_list.find_time",
        ("enter",),
        "Find a time",
        "offer a free time, or write the answer down",
        100,
    ),
    Key("waiting_list.add", ("a", "insert"), "Add", "put a customer on the list", 99),
    Key("waiting_list.add_other", ("A",), "Add other", "put somebody else on the list than a would", 60),
    Key("waiting_list.edit", ("e",), "Change", "change the wishes: urgent mon,thu mornings dr lee 30m", 98),
    Key("waiting_list.withdraw", ("x",), "Take off", "take the customer off the list, with a reason", 97),
    Key("waiting_list.profile", ("o",), "Profile", "open the customer's profile", 90),
    Key(
        "waiting_list.contact",
        ("at",),
        "Contact",
        "email, SMS, call, video, copy: reach them",
        89,
    ),
    Key("waiting_list.filter", ("f",), "Filter", "narrow the list, or show who waits no more", 80),
    Key("waiting_list.back", ("escape",), "Back", "back to where you came from", 50),
    Key(
        "waiting_room.arrive", ("i",), "Arrived", "arrived: they are here and wait; again takes it back", 100
    ),
    Key("waiting_room.seat", ("h",), "Seated", "seated: they were called in; again takes it back", 99),
    Key("waiting_room.gone", ("q",), "Left", "left: they are gone again; once more takes it back", 98),
    Key("waiting_room.complete", ("c",), "Completed", "mark it Completed", 97),
    Key("waiting_room.missed", ("n",), "No-show", "mark it Missed", 96),
    Key("waiting_room.walk_in", ("I",), "Walk-in", "book somebody who is here now", 95),
    Key(
        "waiting_room.confirm",
        ("y",),
        "Confirmed",
        "confirmed: they said that they come; again takes it back",
        66,
    ),
    Key(
        "waiting_room.step_time",
        ("J",),
        "Adjust time",
        "put right when they came, were seated or left",
        65,
    ),
    Key("waiting_room.cancel", ("x",), "Cancel", "cancel it, with a reason", 64),
    Key("waiting_room.reopen", ("r",), "Reopen", "set it back to Scheduled"),
    Key("waiting_room.edit", ("e",), "Edit", "change everything about the appointment", 63),
    Key("waiting_room.add", ("a", "insert"), "Add", "book in one line", 62),
    Key("waiting_room.profile", ("o",), "Profile", "open the customer's profile", 67),
    Key(
        "waiting_room.contact",
        ("at",),
        "Contact",
        "email, SMS, call, video, copy: reach them",
        66,
    ),
    Key("waiting_room.print_menu", ("P", "f8"), "Print", "print the day sheet; look first", 61),
    Key("waiting_room.back", ("escape", "f5"), "Back", "back to where you came from", 68),
    Key("customers.add", ("insert", "ctrl+n"), "New", "create a customer, named as typed", 100),
    Key("customers.payers", ("f5",), "Payers", "insurers and others who pay a share", 50),
    Key("customers.up", ("up",), "Up", "the customer above"),
    Key("customers.down", ("down",), "Down", "the customer below"),
    Key("customers.page_up", ("pageup", "ctrl+b"), "Page up", "a screenful up"),
    Key("customers.page_down", ("pagedown", "ctrl+f"), "Page down", "a screenful down"),
    Key("customers.print_menu", ("f8",), "Print", "print the customer's appointment card; look first", 60),
    Key(
        "customers.contact",
        ("ctrl+e",),
        "Contact",
        "email, SMS, call, video, copy: reach them",
        59,
    ),
    Key("customers.back", ("escape",), "Clear, back", "clear the line; go back when it is empty", 30),
    Key("products.add", ("insert", "ctrl+n"), "New", "add a product or service, named as typed", 100),
    Key("products.taxes", ("f5",), "Taxes", "the tax classes", 50),
    Key("products.up", ("up",), "Up", "the product above"),
    Key("products.down", ("down",), "Down", "the product below"),
    Key("products.page_up", ("pageup", "ctrl+b"), "Page up", "a screenful up"),
    Key("products.page_down", ("pagedown", "ctrl+f"), "Page down", "a screenful down"),
    Key("products.back", ("escape",), "Clear, back", "clear the line; go back when it is empty", 30),
    Key("till.pay", ("f5",), "Pay", "take the payment and post; Enter on the empty line does it too", 100),
    Key("till.lines", ("tab", "shift+tab"), "Lines", "from the typing line to the bill's lines and back", 99),
    Key("till.up", ("up",), "Up", "the product or line above"),
    Key("till.down", ("down",), "Down", "the product below; on the empty line down to the lines"),
    Key("till.more", ("plus",), "More", "one more of the line", 97),
    Key("till.less", ("minus",), "Less", "one less of the line", 96),
    Key(
        "till.quantity",
        ("q",),
        "Quantity",
        "how many; a figure on a line begins it",
        95,
    ),
    Key("till.price", ("p",), "Price", "another price for the line, by right", 94),
    Key("till.discount", ("d",), "Discount", "off the line: 10% or 2.50", 93),
    Key("till.lot", ("l",), "Lot", "choose the lot or serial number; a later one needs a reason", 91),
    Key("till.share", ("s",), "Share", "what the payer pays of the line", 74),
    Key("till.directions", ("i",), "Directions", "what the label of the line says", 73),
    Key("till.due", ("t",), "Back by", "when what is lent is to come back", 72),
    Key("till.condition", ("o",), "Condition", "in what condition it is lent", 71),
    Key(
        "till.own",
        ("insert", "ctrl+f"),
        "Own line",
        "a line that is no product: its text and price, then its tax",
        76,
    ),
    Key("till.remove", ("delete", "x"), "Remove", "take the line out of the bill", 92),
    Key("till.customer", ("ctrl+g", "c"), "Customer", "whose bill it is", 90),
    Key("till.payer", ("y",), "Payer", "who pays a share of the bill", 75),
    Key("till.bill_discount", ("ctrl+b", "b"), "Bill discount", "off the whole bill: 10% or 2.50", 68),
    Key("till.visit", ("v",), "Visit", "the visit the bill is for", 70),
    Key("till.note", ("n",), "Note", "a note that is printed on the bill", 69),
    Key("till.park", ("ctrl+s", "ctrl+a", "k"), "Park", "keep the bill for later, under a label", 88),
    Key("till.parked", ("ctrl+o", "w"), "Parked", "what is parked: go on with it, or drop it", 87),
    Key("till.new", ("ctrl+n", "N"), "New", "an empty bill; what becomes of this one is asked", 66),
    Key("till.print_menu", ("f8",), "Receipt", "print the receipt of the bill posted last", 67),
    Key("till.bill", ("ctrl+y", "r"), "Bill", "open the bill posted last: look at it, correct it", 64),
    Key("till.back", ("escape",), "Back", "leave the lines, clear the line, go back; the bill is kept", 65),
    Key("product.edit", ("e",), "Edit", "change the record of the product", 100),
    Key("product.receive", ("r",), "Receive", "take in what came of it", 99),
    Key("product.count", ("c",), "Count", "count every lot of it", 98),
    Key("product.adjust", ("j",), "Adjust", "put right what the book says of the lot", 97),
    Key("product.quarantine", ("q",), "Set aside", "put some of the lot into quarantine, or release it", 96),
    Key("product.scrap", ("x",), "Throw away", "throw some of the lot away", 95),
    Key("product.lot", ("l",), "Lot", "put right until when the lot may be used, or its note", 94),
    Key("product.retire", ("o",), "In/out of use", "take the product out of use, or back", 40),
    Key(
        "product.next_tab",
        ("tab", "shift+tab", "left", "right"),
        "Register",
        "lots, or all that was moved",
        93,
    ),
    Key("product.filter", ("f",), "Filter", "narrow the register: counted this month", 45),
    Key("product.print_menu", ("p", "P", "f8"), "Print", "print the register as it is narrowed", 44),
    Key("product.back", ("escape", "enter"), "Back", "back to where you came from", 30),
    Key("payers.add", ("a", "insert"), "New", "add a payer", 100),
    Key("payers.edit", ("e",), "Edit", "change the payer", 99),
    Key(
        "payers.receive", ("y", "dollar_sign"), "Pays", "take what the payer pays: the oldest bills first", 99
    ),
    Key("payers.spend", ("k",), "Credit", "settle the oldest bills with what the payer paid too much", 60),
    Key("payers.retire", ("x",), "In/out of use", "take the payer out of use, or back", 98),
    Key("payers.filter", ("f",), "Filter", "narrow the list; out of use too", 97),
    Key("payers.back", ("escape",), "Back", "back to where you came from", 30),
    Key("taxes.add", ("a", "insert"), "New", "add a tax class", 100),
    Key("taxes.edit", ("e",), "Edit", "change the class; bills keep what they were charged", 99),
    Key("taxes.retire", ("x",), "In/out of use", "take the class out of use, or back", 98),
    Key("taxes.match", ("m",), "Match", "give imported products the class that their tax means", 97),
    Key("taxes.filter", ("f",), "Filter", "narrow the list; out of use too", 96),
    Key("taxes.back", ("escape",), "Back", "back to where you came from", 30),
    Key("bill.pay", ("y",), "Pay", "take what the customer still owes on the bill", 100),
    Key("bill.pay_payer", ("Y",), "Payer pays", "take what the payer still owes on the bill", 99),
    Key(
        "bill.credit",
        ("k",),
        "Credit",
        "use the customer's credit for the bill; on a payment, settle a bill with what is left of it",
        98,
    ),
    Key("bill.print", ("p",), "Print", "print it as it was issued; printed once more it says COPY", 97),
    Key("bill.give_back", ("r",), "Return", "take items back: a request that somebody else approves", 96),
    Key("bill.refund", ("R",), "Refund", "approve the return that waits, or pay out what was approved", 101),
    Key("bill.email", ("e",), "Email", "send it to the customer: the file as it was issued", 90),
    Key("bill.notice", ("n",), "Notice", "remind the customer of what is owed on it, with the bill", 88),
    Key("bill.adjust", ("j",), "Adjust", "charge more or take off, with a debit or credit note", 95),
    Key("bill.void", ("x",), "Void", "take the whole document back on its own day, with a reason", 94),
    Key("bill.write_off", ("w",), "Write off", "give up what is left to pay, with a reason", 93),
    Key("bill.unsettle", ("d",), "Part", "part a payment from the bill: it is credit again", 91),
    Key("bill.label", ("B",), "Label", "print the label of what was dispensed", 96),
    Key("bill.hand_back", ("h",), "Hand back", "what was lent is back, some of it or all", 95),
    Key("bill.extend", ("E",), "More time", "give a loan more time, with a reason", 94),
    Key("bill.lost", ("L",), "Lost", "what was lent is lost: charge it with a bill", 93),
    Key("bill.copy", ("c",), "Copy", "print it again; it says COPY and which one", 85),
    Key("bill.print_menu", ("P", "f8"), "Paper", "which paper, its size and where it goes; look first", 60),
    Key("bill.explain", ("equals_sign",), "Explain", "the rows an amount is made of", 59),
    Key("bill.timeline", ("t",), "Timeline", "everything that happened to it, and back", 92),
    Key("bill.profile", ("o",), "Customer", "open the customer's profile", 89),
    Key(
        "bill.contact",
        ("at",),
        "Contact",
        "email, SMS, call, video, copy: reach them",
        88,
    ),
    Key("bill.back", ("escape",), "Back", "back to where you came from", 65),
    Key("profile.break_glass", ("K",), "Open record", "open what is closed to you, for a reason", 94),
    Key("profile.add", ("a", "insert"), "Add", "book an appointment, or add what the tab lists", 100),
    Key("profile.add_form", ("A",), "Form", "book with the form"),
    Key("profile.edit", ("e",), "Edit", "change the customer's record", 86),
    Key("profile.note", ("N",), "Note", "write a note, from any tab", 66),
    Key("profile.move", ("m",), "Move", "move the appointment: type a date, a time, both", 85),
    Key("profile.complete", ("c",), "Completed", "mark it Completed", 84),
    Key("profile.missed", ("n",), "No-show", "mark it Missed; among the notes: write one", 83),
    Key(
        "profile.cancel",
        ("x",),
        "Cancel",
        "cancel the appointment, withdraw the note or remove the document, with a reason",
        82,
    ),
    Key("profile.pay", ("y",), "Pay", "take a payment for the bill", 81),
    Key("profile.adjust", ("j",), "Adjust", "charge more or less: a debit or credit note", 80),
    Key("profile.label", ("B",), "Label", "print the label of what was dispensed", 86),
    Key("profile.hand_back", ("h",), "Hand back", "what was lent is back, some of it or all", 86),
    Key("profile.extend", ("E",), "More time", "give a loan more time, with a reason", 85),
    Key("profile.lost", ("L",), "Lost", "what was lent is lost: charge it with a bill", 84),
    Key(
        "profile.receive",
        ("dollar_sign",),
        "Payment",
        "take a payment on account: the oldest bills first",
        65,
    ),
    Key("profile.spend", ("k",), "Credit", "settle the oldest bills with the customer's credit"),
    Key("profile.ledger", ("l",), "Ledger", "the account: every posting, its balance, how old it is", 66),
    Key("profile.explain", ("equals_sign",), "Explain", "the rows an amount is made of", 53),
    Key("profile.coverage", ("C",), "Payers", "who else pays for the customer, and what share", 53),
    Key("profile.picture", ("i",), "Picture", "attach, replace or remove the photo", 54),
    Key("profile.save_copy", ("s",), "Save copy", "save a copy of the document to your outbox", 81),
    Key("profile.kind", ("t",), "Kind", "say what kind of document it is, and until when it is good", 82),
    Key("profile.merge", ("M",), "Merge", "merge with another record of the person, or take that back", 24),
    Key("profile.archive", ("S",), "Archive", "everything about the person, in one archive", 23),
    Key("profile.erase", ("D",), "Erase", "erase the person; what must be kept is told before", 22),
    Key("profile.waiting_list", ("W",), "Waiting list", "the waiting list; a there adds the customer", 56),
    Key("profile.again", ("b",), "Again", "book again like this one", 55),
    Key("profile.repeat", ("R",), "Repeat", "a series: a new one, or the one of the appointment", 54),
    Key("profile.later", ("right_square_bracket",), "Later", "move it one slot later"),
    Key("profile.earlier", ("left_square_bracket",), "Earlier", "move it one slot earlier"),
    Key("profile.next_free", ("greater_than_sign",), "Next free", "move it to the next free time"),
    Key("profile.openings", ("w",), "Openings", "the next openings: with whom, how long, which days", 56),
    Key("profile.longer", ("plus",), "Longer", "make it one slot longer"),
    Key("profile.shorter", ("minus",), "Shorter", "make it one slot shorter"),
    Key("profile.reopen", ("r",), "Reopen", "set it back to Scheduled"),
    Key("profile.confirm", ("Y",), "Confirmed", "confirmed: they said that they come; again takes it back"),
    Key("profile.arrive", ("I",), "Arrived", "arrived: they are here and wait; again takes it back", 80),
    Key("profile.seat", ("H",), "Seated", "seated: they were called in; again takes it back"),
    Key("profile.gone", ("Q",), "Left", "left: they are gone again; once more takes it back"),
    Key("profile.step_time", ("J",), "Adjust time", "put right when they came, were seated or left"),
    Key("profile.fee", ("F",), "Fee", "charge or waive the fee of a late cancelation or missed visit"),
    Key("profile.messages", ("G",), "Messages", "messages to the customer: what waits, what was sent", 52),
    Key("profile.book_there", ("O",), "Calendly", "book the visit in Calendly as well"),
    Key(
        "profile.contact",
        ("at",),
        "Contact",
        "email, SMS, call, video, copy: reach them",
        68,
    ),
    Key("profile.filter", ("f",), "Filter", "filter what the tab lists: missed this month knee", 67),
    Key("profile.next_tab", ("tab", "right"), "Tabs", "the next tab", 87),
    Key("profile.previous_tab", ("shift+tab", "left"), "Tab before", "the tab before"),
    Key("profile.show_day", ("g",), "Go to day", "show the chosen appointment in the calendar", 50),
    Key(
        "profile.print_menu",
        ("p", "P", "f8"),
        "Print",
        "print the appointment card, or what the tab lists",
        65,
    ),
    Key("profile.back", ("escape",), "Back", "back to where you came from", 30),
    Key("refunds.approve", ("a",), "Approve", "somebody else approves it with their PIN", 100),
    Key("refunds.pay", ("p",), "Pay out", "pay back what was approved, the way it came", 99),
    Key("refunds.reject", ("x",), "Reject", "somebody else rejects it, with a reason and their PIN", 98),
    Key("refunds.contact", ("at",), "Contact", "email, SMS, call, video, copy: reach them", 50),
    Key("refunds.details", ("enter",), "Details", "all of the request", 97),
    Key("refunds.payout", ("c",), "Credit", "ask to pay a customer's credit out", 93),
    Key("refunds.reimburse", ("y",), "Payer", "ask to pay back to a payer what they paid too much", 92),
    Key("refunds.withdraw", ("w",), "Withdraw", "take the request back before it is decided", 96),
    Key("refunds.filter", ("f",), "Filter", "show others: paid, rejected, credited", 95),
    Key("refunds.back", ("escape",), "Back", "back to where you came from", 94),
    Key("dayclose.complete", ("c",), "Completed", "mark the appointment Completed", 100),
    Key("dayclose.missed", ("n",), "No-show", "mark the appointment Missed", 99),
    Key("dayclose.cancel", ("x",), "Cancel", "cancel the appointment, with a reason", 98),
    Key(
        "dayclose.fee",
        ("F",),
        "Fee",
        "charge or waive the fee of a late cancelation or missed visit",
        100,
    ),
    Key("dayclose.till", ("o",), "Till", "bill the visit at the till", 100),
    Key("dayclose.approve", ("a",), "Approve", "the next step of the refund: approve it, or pay it out", 100),
    Key("dayclose.hand_back", ("h",), "Hand back", "what was lent is back, some of it or all", 100),
    Key("dayclose.extend", ("e", "E"), "More time", "give the loan more time, with a reason", 99),
    Key("dayclose.lost", ("L",), "Lost", "what was lent is lost: charge it with a bill", 98),
    Key("dayclose.section", ("tab",), "Section", "the next section of the list", 87),
    Key("dayclose.section_before", ("shift+tab", "backspace"), "Section before", "the section before"),
    Key("dayclose.float", ("f",), "Float", "open the drawer with a counted float", 90),
    Key("dayclose.cash", ("m",), "Cash in/out", "put cash into the drawer or take it out, with a reason", 89),
    Key("dayclose.count", ("b",), "Count", "count the drawer blindly, and close it", 91),
    Key("dayclose.correct", ("k",), "Correct", "put a wrong count right, with a reason", 88),
    Key(
        "dayclose.report",
        ("X",),
        "X report",
        "what the day came to so far; the Z report once it is closed",
        85,
    ),
    Key("dayclose.close_day", ("Z",), "Close", "close the day, once: the Z report", 86),
    Key("dayclose.tomorrow", ("t",), "Tomorrow", "print the sheet of the next day", 84),
    Key("dayclose.explain", ("equals_sign",), "Explain", "the rows an amount is made of", 56),
    Key("dayclose.profile", ("p",), "Profile", "open the customer's profile", 70),
    Key(
        "dayclose.contact",
        ("at",),
        "Contact",
        "email, SMS, call, video, copy: reach them",
        69,
    ),
    Key("dayclose.before", ("comma",), "Day before", "the day before", 60),
    Key("dayclose.after", ("full_stop",), "Day after", "the day after", 59),
    Key("dayclose.print_menu", ("P", "f8"), "Print", "print the report or a day sheet; look first", 58),
    Key("dayclose.back", ("escape",), "Back", "back to where you came from", 57),
    Key(
        "keyback.apply",
        ("enter",),
        "Apply",
        "apply the line: 9:30 came, missed, canceled too ill, moved fri 10, note ..., roe walk-in 15m",
        99,
    ),
    Key("keyback.before", ("pageup", "ctrl+b"), "Day before", "the day before", 98),
    Key("keyback.after", ("pagedown", "ctrl+f"), "Day after", "the day after", 97),
    Key("keyback.back", ("escape",), "Back", "back to the calendar", 96),
    Key("resources.add", ("a", "insert"), "Add", "add a room, equipment or an appointment type", 100),
    Key("resources.change", ("e", "enter"), "Change", "change it, or take it out of use", 99),
    Key("resources.section", ("tab", "right"), "Next list", "rooms, equipment, appointment types", 98),
    Key("resources.section_before", ("shift+tab", "left"), "List before", "the list before"),
    Key("resources.back", ("escape",), "Back", "back to the calendar", 97),
    Key("journal.filter", ("f",), "Filter", "who, what, which days, words of the reason, #12", 100),
    Key("journal.again", ("r",), "Read again", "read on from the newest line", 98),
    Key("journal.looks", ("w",), "Who saw it", "only who saw, printed or exported; again: everything", 99),
    Key("journal.whole", ("a",), "All", "the whole journal, where it is of one record", 97),
    Key("journal.glass", ("g",), "Opened", "the records that were opened for a reason", 96),
    Key("journal.back", ("escape",), "Back", "back to where you came from", 95),
    Key("glass.review", ("r",), "Review", "say whether it was in order", 100),
    Key("glass.profile", ("o",), "Customer", "open the customer's profile", 99),
    Key("glass.filter", ("f",), "Filter", "all that there ever were", 98),
    Key("glass.back", ("escape",), "Back", "back to where you came from", 97),
    Key("staff.add", ("a", "insert"), "Add", "somebody begins to work here", 100),
    Key("staff.change", ("e", "enter"), "Change", "change name, login, role; or who has left", 99),
    Key("staff.pin", ("p",), "PIN", "set the PIN of the one under the cursor", 98),
    Key("staff.own_pin", ("o",), "Own PIN", "change your own PIN or passphrase", 96),
    Key("staff.sessions", ("s",), "At work", "who is at work since when and from where; end a session", 95),
    Key("staff.roles", ("r",), "Roles", "roles, and what each may do", 98),
    Key("roles.change", ("e", "enter"), "Change", "rename the role, give it rights and take some", 100),
    Key("roles.left", ("left",), "Role before", "choose the role before", 96),
    Key("roles.right", ("right",), "Next role", "choose the next role", 97),
    Key("roles.add", ("a", "insert"), "Add", "a new role", 99),
    Key("roles.copy", ("y",), "Copy", "a new role that may what this one may", 98),
    Key("roles.before", ("left_square_bracket",), "Forward", "put the role before the one before it", 95),
    Key("roles.after", ("right_square_bracket",), "Behind", "put the role behind the next one", 94),
    Key("roles.back", ("escape",), "Back", "back to where you came from", 93),
    Key("staff.back", ("escape",), "Back", "back to where you came from", 97),
    Key("lists.menu", ("m",), "Lists", "choose another list", 100),
    Key("lists.add", ("a", "insert"), "Add", "begin a bill of this kind at the till", 99),
    Key("lists.next_list", ("tab", "right"), "Next", "the next list", 60),
    Key("lists.previous_list", ("shift+tab", "left"), "Before", "the list before"),
    Key("lists.filter", ("f",), "Filter", "narrow the list: unpaid last week bandage", 98),
    Key("lists.profile", ("o",), "Customer", "open the customer's profile", 97),
    Key(
        "lists.contact",
        ("at",),
        "Contact",
        "email, SMS, call, video, copy: reach them",
        96,
    ),
    Key("lists.pay", ("y",), "Pay", "take a payment for the bill", 96),
    Key("lists.adjust", ("j",), "Adjust", "charge more or less: a debit or credit note", 90),
    Key("lists.cancel", ("x",), "Void", "void what was posted today, with a reason", 89),
    Key("lists.label", ("B",), "Label", "print the label of what was dispensed", 96),
    Key("lists.hand_back", ("h",), "Hand back", "what was lent is back, some of it or all", 96),
    Key("lists.extend", ("e", "E"), "More time", "give a loan more time, with a reason", 95),
    Key("lists.lost", ("L",), "Lost", "what was lent is lost: charge it with a bill", 94),
    Key("lists.notice", ("n",), "Notice", "remind the customer of what is owed, with the statement", 96),
    Key("lists.explain", ("equals_sign",), "Explain", "the rows an amount is made of", 80),
    Key("lists.print_menu", ("p", "P", "f8"), "Print", "print the list as it is narrowed", 70),
    Key("lists.back", ("escape",), "Back", "back to where you came from", 50),
    Key("reports.open", ("enter",), "Visits", "the visits behind the number under the cursor", 100),
    Key("reports.menu", ("m",), "Reports", "choose another report", 99),
    Key("reports.next_report", ("tab",), "Next", "the next report", 60),
    Key("reports.previous_report", ("shift+tab", "backspace"), "Before", "the report before"),
    Key("reports.period", ("d",), "Period", "another period: this month, this quarter, this year ...", 98),
    Key("reports.filter", ("f",), "Narrow", "type dates, staff, types, rooms: from 1 oct dr lee", 97),
    Key("reports.divide", ("b",), "By", "a line for each staff member, type, weekday, hour, day or week", 96),
    Key("reports.chart", ("g",), "Chart", "show or hide the chart", 70),
    Key("reports.print_menu", ("p", "P", "f8"), "Print", "print the report with its chart", 80),
    Key(
        "reports.back",
        ("escape",),
        "Back",
        "stop the counting; else back to where you came from",
        50,
    ),
    Key("report_rows.profile", ("o",), "Customer", "open the customer's profile", 97),
    Key(
        "report_rows.contact",
        ("at",),
        "Contact",
        "email, SMS, call, video, copy: reach them",
        96,
    ),
    Key("report_rows.back", ("escape",), "Back", "back to the report", 50),
    Key(
        "ledger.receive", ("y", "dollar_sign"), "Pay", "take a payment on account: the oldest bills first", 99
    ),
    Key("ledger.spend", ("k",), "Credit", "settle the oldest bills with the customer's credit", 98),
    Key("ledger.statement", ("e",), "Email", "send the statement of the days shown to the customer", 94),
    Key("ledger.notice", ("n",), "Notice", "remind the customer of what is owed, with the statement", 93),
    Key("ledger.filter", ("f",), "Filter", "narrow the ledger: payments last month", 98),
    Key("ledger.as_of", ("d",), "As of", "how old the balance was on another day", 97),
    Key("ledger.explain", ("equals_sign",), "Explain", "the rows an amount is made of", 96),
    Key(
        "ledger.contact",
        ("at",),
        "Contact",
        "email, SMS, call, video, copy: reach them",
        94,
    ),
    Key("ledger.print_menu", ("p", "P", "f8"), "Print", "print the statement or the ledger", 95),
    Key("ledger.back", ("escape",), "Back", "back to the profile", 50),
    Key("imports.open", ("enter",), "Open", "take the file in, or open the report of the import", 100),
    Key("imports.other", ("tab", "shift+tab"), "Files/imports", "from the files to the imports and back", 95),
    Key("imports.take_back", ("x",), "Take back", "take a whole import back while nothing depends on it", 94),
    Key("imports.reread", ("r",), "Look again", "look into the inbox again", 93),
    Key("imports.back", ("escape",), "Back", "back to where you came from; stop what is under way", 92),
    Key("import_file.choose", ("enter",), "Column", "choose what the column is read as", 98),
    Key("import_file.try_out", ("t",), "Dry run", "tell what would happen and write nothing", 100),
    Key("import_file.staff", ("s",), "With", "whom appointments are with where the file does not say", 97),
    Key("import_file.unknown", ("k",), "Unknown", "what to do with people the book does not know", 96),
    Key("import_file.all_day", ("d",), "All-day", "take entries without a time, or leave them out", 95),
    Key("import_file.back", ("escape",), "Back", "back to the files; what was chosen is kept", 94),
    Key("import_report.take", ("i",), "Import", "import the file as the dry run has told", 100),
    Key("import_report.export", ("e",), "Export", "write the report to a file in the outbox", 98),
    Key("import_report.take_back", ("x",), "Take back", "take the whole import back", 97),
    Key("import_report.back", ("escape",), "Back", "back to where you came from; stop what is under way", 95),
    Key("messages.read", ("enter",), "Read", "read the message as it is sent", 100),
    Key("messages.withdraw", ("x",), "Withdraw", "take the message back, if it still waits", 99),
    Key("messages.retry", ("r",), "Try again", "send a message again that has failed", 90),
    Key("messages.decide", ("d",), "Decide", "say of an unknown one whether it went", 85),
    Key("messages.templates", ("t",), "Words", "the words of the clinic's messages", 80),
    Key("messages.contact", ("at",), "Contact", "email, SMS, call, video, copy: reach them", 59),
    Key("messages.profile", ("o",), "Profile", "open the customer's profile", 60),
    Key("messages.filter", ("f",), "Filter", "narrow the list, or show those that were withdrawn too", 70),
    Key("messages.back", ("escape",), "Back", "back to where you came from", 50),
    Key("templates.edit", ("e", "enter"), "Change", "change the words; what they become is shown", 100),
    Key("templates.add", ("a", "insert"), "Language", "words in another language", 99),
    Key("templates.back", ("escape",), "Back", "back to where you came from", 50),
    Key("preview.print", ("p", "enter"), "Print", "print it as the menu said", 100),
    Key("preview.up", ("up",), "Up", "a line up"),
    Key("preview.down", ("down",), "Down", "a line down"),
    Key("preview.page_up", ("pageup", "b", "ctrl+b"), "Page up", "a screenful up", 70),
    Key("preview.page_down", ("pagedown", "space", "ctrl+f"), "Page down", "a screenful down", 71),
    Key("preview.top", ("home", "g"), "Top", "the first line", 50),
    Key("preview.bottom", ("end", "G"), "End", "the last line", 49),
    Key("preview.back", ("escape",), "Back", "back without printing", 90),
    Key("manual.up", ("up",), "Up", "a line up"),
    Key("manual.down", ("down", "enter"), "Down", "a line down"),
    Key("manual.page_up", ("pageup", "b", "ctrl+b"), "Page up", "a screenful up", 70),
    Key("manual.page_down", ("pagedown", "space", "ctrl+f"), "Page down", "a screenful down", 71),
    Key("manual.top", ("home", "g"), "Top", "the first line", 50),
    Key("manual.bottom", ("end", "G"), "End", "the last line", 49),
    Key("manual.subjects", ("escape", "m"), "Subjects", "back to the subjects of the manual", 90),
    Key("small.card", ("enter",), "Card", "the card of whoever is under the cursor", 100),
    Key("small.arrive", ("ctrl+a",), "Arrived", "arrived: they are here and wait; again takes it back", 98),
    Key("small.view", ("tab",), "Lists", "today of one's own, of everybody, the next free times", 99),
    Key("small.back", ("escape",), "Back", "from the card to the list; clear the line", 97),
    Key("small.up", ("up",), "Up", "a line up"),
    Key("small.down", ("down",), "Down", "a line down"),
    Key("small.page_up", ("pageup", "ctrl+b"), "Page up", "a screenful up"),
    Key("small.page_down", ("pagedown", "ctrl+f"), "Page down", "a screenful down"),
)


class Keys:
    """The table with a clinic's own keys put in, for a keyboard. Where one of them is also that of a row that
    the clinic says nothing of, that row gives it up: rows are added, and the clinic's keys were there first.

    Raises :class:`SettingsError` where two of the clinic's own are the same, or nothing would lead to a row.
    """

    def __init__(self, overrides: Mapping[str, str] | None = None, caps: Keycaps = EVERY) -> None:
        own = {
            id_: tuple(_called(k.strip()) for k in keys.split(",") if k.strip())
            for id_, keys in (overrides or {}).items()
        }
        self.without: tuple[Key, ...] = ()
        """The rows that the clinic's own have left without a key, with the keys they had."""
        if not own and caps == EVERY:  # the table as it is agrees with itself
            self.table, self._places = TABLE, _places_of_table()
            return
        unknown = sorted(set(own) - {key.id for key in TABLE})
        if unknown:
            raise SettingsError(
                f"keys: {', '.join(unknown)} is not in the key table.",
                "Press F1 for the ids, or see the README.",
            )
        rows = [replace(key, keys=caps.of(own.get(key.id, key.keys)), caps=caps) for key in TABLE]
        if clash := first_clash(row for row in rows if row.id in own):
            raise SettingsError(f"keys: {clash}.", "Give one of them another key in [keys].")
        self.table = tuple(_given_up(rows, own))
        self.without = tuple(
            was for was, key in zip(rows, self.table, strict=True) if was.keys and not key.keys
        )
        if self.without and not self.named("app.palette"):
            raise SettingsError(
                f"keys: nothing leads to {self.without[0].id} any more, nor to the commands by their names.",
                "Give app.palette a key in [keys].",
            )
        self._places = _by_place(self.table)

    def of(self, scope: str) -> tuple[Key, ...]:
        """The keys that work in ``scope``, its own before those that work everywhere."""
        return (*self._places.get(scope, ()), *self._places["app"])

    def named(self, id_: str) -> tuple[str, ...]:
        """The keys of one row, in Textual's names."""
        return next(key.keys for key in self.table if key.id == id_)

    def way(self, scope: str, id_: str) -> str:
        """What to press in ``scope`` for what the row ``id_`` does: the key that does the same there, or else
        the keys that lead to it; empty where there are none.
        """
        wanted = next(key for key in self.table if key.id == id_)
        if wanted.scope == "app":
            return wanted.shown
        if here := next((key for key in self.of(scope) if _same(key, wanted)), None):
            return here.shown
        opens = next((key.shown for key in self.table if key.id == OPENERS.get(wanted.scope)), "")
        return f"{opens}, then {wanted.shown}" if opens and wanted.shown else ""

    def bindings(self, scope: str) -> list[Binding]:
        """Textual's bindings of ``scope`` alone: for one row two, where some of its keys are in
        :data:`EDITED` and some are not."""
        return [
            Binding(",".join(names), key.action, key.label, show=False, id=key.id, priority=first)
            for key in self._places.get(scope, ())
            for first in (True, False)
            if (names := [name for name in key.keys if (name in EDITED) is first])
        ]

    def told(self) -> str:
        """Which rows the clinic's own keys have left without one, and what can be done; empty where none."""
        if not self.without:
            return ""
        named = [f"{key.id} ({', '.join(map(key.caps.printed, key.keys))})" for key in self.without]
        more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
        palette = next(key.shown for key in self.table if key.id == "app.palette")
        return (
            f"Your own keys leave none to {', '.join(named[:_NAMED])}{more}: {palette} lists what has none. "
            'In [keys] it may be given another, or "" to be told no more.'
        )

    def footer(self, scope: str) -> list[Key]:
        """What the footer offers, the most useful first."""
        return sorted((k for k in self.of(scope) if k.rank and k.keys), key=lambda k: -k.rank)


def _called(key: str) -> str:
    """The name of a key that a clinic may also have written as what is printed on it: ``!``, ``/``."""
    if len(key) != 1 or key.isalnum():
        return key
    from textual.keys import _character_to_key

    return _character_to_key(key)


def _given_up(rows: Iterable[Key], own: Container[str]) -> list[Key]:
    """``rows`` in their order; those that are not the clinic's ``own`` without the keys that these have in
    the same place. What works everywhere gives a key up everywhere: else it did now this, now that.
    """
    rows = list(rows)
    taken: dict[str, set[str]] = {}
    for row in rows:
        if row.id in own:
            for place in (row.scope, "any"):
                taken.setdefault(place, set()).update(row.keys)
    everywhere = taken.get("app", set())
    left = []
    for row in rows:
        gone = taken.get("any" if row.scope == "app" else row.scope, set()) | everywhere
        keys = row.keys if row.id in own else tuple(key for key in row.keys if key not in gone)
        left.append(replace(row, keys=keys))
    return left


def _same(one: Key, other: Key) -> bool:
    """Whether two keys of different screens do one and the same."""
    return bool(one.keys) and (one.action, one.help) == (other.action, other.help)


def _by_place(table: Iterable[Key]) -> dict[str, list[Key]]:
    """The rows by where they work, in their order."""
    found: dict[str, list[Key]] = {}
    for key in table:
        found.setdefault(key.scope, []).append(key)
    return found


@cache
def _places_of_table() -> dict[str, list[Key]]:
    return _by_place(TABLE)


def first_clash(table: Iterable[Key]) -> str | None:
    """Which key two actions of one place would fight over, as a sentence; None when there is none."""
    taken: dict[tuple[str, str], str] = {}
    rows = list(table)
    scopes = {"app", *(key.scope for key in rows)}
    for key in rows:
        for name in key.keys:
            for scope in scopes if key.scope == "app" else {key.scope}:
                other = taken.setdefault((scope, name), key.id)
                if other != key.id:
                    return f"{printed(name)} is used for both {other} and {key.id}"
    return None
