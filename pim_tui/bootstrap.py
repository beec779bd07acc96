"""The only place that wires: settings, the book, who is working, and the app over them."""

from __future__ import annotations

import gc
import os
import pwd
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from operator import call
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from .config import Settings, load
from .errors import Gate, Refused, SettingsError, StoreUnfit
from .paths import Places, places

if TYPE_CHECKING:
    from .db.connection import Book
    from .db.privacy import Exposed
    from .domain.rights import Right
    from .domain.session import Session
    from .services.backups import Copier, TakeBackup, Taken, Told
    from .services.couriers import Courier
    from .services.signing import Door
    from .tui.desk import Desk

_NAMED = 5  # logins written out in a refusal

Does = Callable[[Callable[[], object]], object]
"""Does what it is given, wherever that may be."""


@dataclass(frozen=True, slots=True)
class Office:
    """What every command starts from: the settings, and where files live."""

    settings: Settings
    places: Places

    @property
    def database(self) -> str:
        """The URL or path of the clinic's book."""
        return self.settings.database or str(self.places.database_file)

    @property
    def has_book(self) -> bool:
        """Whether it is there, as far as this machine can tell."""
        from .db.connection import file_of, is_on_server

        return is_on_server(self.database) or os.path.lexists(file_of(self.database))


def office(*, slow: bool = False) -> Office:
    """Read the settings, ``slow`` on top of them; :class:`SettingsError` names every fault."""
    found = places()
    settings = load(found.settings_file)
    return Office(replace(settings, slow="on") if slow else settings, found)


def keep_private() -> None:
    """Every file this process makes is its owner's alone, and a crash leaves no image of its memory."""
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def clock() -> int:
    """The present, UTC seconds."""
    return int(time.time())


def since_start() -> float:
    """Seconds since the machine was started, sleep included: no clock that is set back keeps anybody in."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


_works_for = ""


def works_for(login: str) -> None:
    """From now on this process works for whoever has ``login``, in the account that it has: the kernel has
    told the host whose terminal it is."""
    global _works_for
    _works_for = login


def login() -> str:
    """The operating-system user at the terminal of this process."""
    return _works_for or account()


def account() -> str:
    """The operating-system user of this process; ``USER`` and ``LOGNAME`` could be anybody's claim."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


@dataclass(frozen=True, slots=True)
class Clinic:
    """A clinic at work: its book, who has it open, its settings and its folders."""

    book: Book
    session: Session
    settings: Settings
    places: Places
    door: Door | None = None


@contextmanager
def opened(office: Office, *, given: bool = False, closed: bool = True) -> Iterator[Clinic]:
    """The clinic's book for one command of whoever started this process, read on their behalf; closed after.

    Whom the operating system has let in works without more ado, which is no sign-in; so does, where names are
    asked for, what runs without a terminal. Anybody else is asked for name and PIN; ``given`` lets in who
    still has to replace a PIN. Only with ``closed`` unset are files used that others may get at: by what
    tells of them. Raises the :class:`StoreError` family when the book cannot be used, and :class:`Refused`
    for somebody who is not on the staff list.
    """
    from . import asking
    from .queries.gate import on_behalf_of
    from .services.refusals import refusals_told

    with _book_of(office, closed=closed) as book:
        door = door_of(book, office.settings)
        asks = office.settings.sign_in == "ask" and asking.can_ask()
        known = _let_in(book, door, asks)
        session = _asked(door, given) if known is None else door.made(*known, os.urandom(8).hex())
        try:
            with on_behalf_of(session), refusals_told(session, "command line"):
                yield Clinic(book, session, _named_settings(book, office.settings), office.places, door)
        finally:
            if known is None:
                door.close()


@contextmanager
def at_work(office: Office, key: str = "", *, closed: bool = True) -> Iterator[Clinic]:
    """The clinic's book for the screens. Its session is nobody's where they have to ask who it is.

    ``key`` is the login that the SSH key stands for, which lets nobody in without a PIN; ``closed`` as for
    :func:`opened`.
    """
    with _book_of(office, closed=closed) as book:
        door = door_of(book, office.settings, key)
        known = _let_in(book, door, office.settings.sign_in == "ask")
        session = door.nobody() if known is None else door.come_in(known[0])
        try:
            yield Clinic(book, session, _named_settings(book, office.settings), office.places, door)
        finally:
            door.close()


def _let_in(book: Book, door: Door, asks: bool) -> tuple[int, str, frozenset[Right]] | None:
    """Whom the operating system lets in; None where name and PIN are asked for.

    Refused where nobody has a PIN that would do.
    """
    from .services.signing import anybody_has_a_pin

    asks = asks or bool(door.person)
    if not asks and (known := _known(book, login())):
        return known
    if anybody_has_a_pin():
        return None
    if asks:
        raise Refused("Nobody has a PIN yet.", f"Run PIM_SIGN_IN=auto pim-tui pin as {_logins(book)}.")
    raise _not_listed(book, login())


def _asked(door: Door, given: bool) -> Session:
    """The session of whoever answers at the terminal with a name and a PIN."""
    from . import asking
    from .services.signing import SignIn, must_change

    session = door.sign_in(SignIn(asking.line("Name"), asking.secret("PIN"), door.origin))
    if must_change(session) and not given:
        door.leave(session, "left")
        raise Refused(
            "You were given this PIN by somebody else.", "Run pim-tui pin and choose one of your own."
        )
    return session


@contextmanager
def _book_of(office: Office, *, closed: bool = True) -> Iterator[Book]:
    from .db.connection import require_current_schema

    book = book_of(office, closed=closed)
    try:
        require_current_schema(book)
        yield book
    finally:
        book.close()


def book_of(office: Office, *, closed: bool = True) -> Book:
    """The clinic's book, opened once its files were seen to be this account's alone; of whatever schema.

    Raises the :class:`StoreError` family.
    """
    from .db.connection import open_book

    if closed:
        require_closed(office)
    return open_book(office.database, key=key_of(office.settings))


def key_of(settings: Settings) -> str:
    """The key of an encrypted book, from where the settings say; empty for any other.

    Raises :class:`StoreUnfit`, which never shows it.
    """
    if not settings.database_key:
        return ""
    from .db.cipher import require_key
    from .integrations.secrets import secret

    try:
        return require_key(secret(settings.database_key))
    except SettingsError as error:
        raise StoreUnfit(f"The key of the book: {error.message}", error.hint, gate=Gate.KEY) from None


def require_closed(office: Office) -> None:
    """Raise :class:`StoreUnfit` when others on this machine may get at the clinic's files."""
    if found := exposures(office):
        from .db.privacy import refusal

        raise refusal(found)


def exposures(office: Office) -> list[Exposed]:
    """What others on this machine may read or change of the clinic's files."""
    from .db.connection import file_of, is_on_server
    from .db.privacy import exposed

    file = None if is_on_server(office.database) else file_of(office.database)
    return exposed(file, office.places, office.settings)


def _named_settings(book: Book, settings: Settings) -> Settings:
    """The settings with the clinic's name as the book has it, unless they say another one."""
    if settings.clinic_name != Settings().clinic_name:
        return settings
    return replace(settings, clinic_name=book.select("select name from clinic where id = 1")[0][0])


def open_session(book: Book, settings: Settings, login: str) -> Session:
    """The session of the staff member whose login is ``login``, in the clinic's zone."""
    door = door_of(book, settings)
    if (known := _known(book, login)) is None:
        raise _not_listed(book, login)
    return door.made(*known, os.urandom(8).hex())


def _known(book: Book, login: str) -> tuple[int, str, frozenset[Right]] | None:
    """Who of the staff has this login: id, name and rights."""
    from .queries.roles import rights_of_role

    found = book.select("select id, name, role from staff where login = ? and active = 1", [login])
    return (found[0][0], found[0][1], rights_of_role(found[0][2])) if found else None


def door_of(book: Book, settings: Settings, key: str = "") -> Door:
    """The way in on this terminal; ``key`` is the login that the SSH key stands for."""
    from .domain.session import Session
    from .services.clinicrules import calendar_rules, house_rules
    from .services.signing import Door

    clinic = book.select("select zone from clinic where id = 1")
    if not clinic:
        raise Refused(f"{book.name} was not set up completely.", "Delete it and run pim-tui init.")
    zone, house, calendar = clinic[0][0], house_rules(settings), calendar_rules(settings)

    def made(staff_id: int, name: str, rights: frozenset[Right], key: str) -> Session:
        return Session(
            staff_id, name, zone, clock, rights, key, settings.country, settings.currency, house, calendar
        )

    return Door(origin(key), clock, made, key)


def origin(key: str = "") -> str:
    """Where this process is used from: by whose key, from which address, or at which terminal."""
    from .domain.text import tidy

    if key:
        return tidy(f"ssh key {key}", limit=100)
    if address := os.environ.get("SSH_CONNECTION", "").partition(" ")[0]:
        return tidy(f"ssh {address}", limit=100)
    try:
        return tidy(os.ttyname(0).removeprefix("/dev/"), limit=100)
    except OSError:
        return "no terminal"


def _not_listed(book: Book, login: str) -> Refused:
    return Refused(f"{login} is not on the staff list of this clinic.", f"Start pim-tui as {_logins(book)}.")


def _logins(book: Book) -> str:
    """Those who may come in without being asked."""
    rows = book.select(
        "select login from staff where active = 1 and login is not null order by id limit ?", [_NAMED + 1]
    )
    logins = [row[0] for row in rows]
    more = " or another of the staff" if len(logins) > _NAMED else ""
    return f"{' or '.join(logins[:_NAMED])}{more}"


def desk(clinic: Clinic, couriers: Callable[[Clinic], dict[str, Courier]] | None = None) -> Desk:
    """What the app is wired from; ``couriers`` makes what a session may send by itself."""
    from .db.drafts import DraftStore
    from .tui.desk import Desk

    drafts = DraftStore(clinic.places.drafts_file, clock=clinic.session.clock, key=clinic.book.key)

    def carriers(session: Session) -> dict[str, Courier]:
        return couriers(replace(clinic, session=session)) if couriers else {}

    return Desk(
        clinic.session,
        clinic.book,
        clinic.settings,
        clinic.places,
        drafts,
        carriers if couriers else None,
        clinic.door,
        _account(clinic.book),
        partial(copier, clinic),
    )


def copier(clinic: Clinic) -> Copier:
    """What makes backups of the clinic's book beside a session: as the settings say, and nowhere else."""
    from .services.backups import Copier

    folder, place = backup_folder(clinic.settings, clinic.book), clinic.book.place

    def make(progress: Told, stop: Callable[[], bool]) -> Taken | None:
        from .apart import Order, made_apart

        book = clinic.book
        database = str(book.file or Office(clinic.settings, clinic.places).database)
        order = Order(
            database,
            book.place.parent,
            book.key,
            backup_command(clinic.settings, folder),
            clinic.session.clock(),
        )
        return made_apart(order, progress, stop)

    return Copier(folder, place.stem, make)


def backup_folder(settings: Settings, book: Book) -> Path:
    """Where backups go."""
    chosen = settings.backup_folder
    return Path(chosen).expanduser().absolute() if chosen else book.place.parent / "backups"


def backup_command(settings: Settings, folder: Path) -> TakeBackup:
    """A backup as the settings have it made; the passphrase comes from where they say that it is kept."""
    from .integrations.secrets import secret
    from .services.backups import TakeBackup
    from .settingchecks import read_keep, read_recipients

    kept = settings.backup_passphrase
    return TakeBackup(
        folder,
        read_recipients(settings.backup_recipients),
        keep=read_keep(settings.backup_keep),
        passphrase=secret(kept) if kept else "",
    )


def _account(book: Book) -> int:
    """Whose account of the operating system this is; 0: nobody's of the staff."""
    found = book.select("select id from staff where login = ?", [account()])
    return int(found[0][0]) if found else 0


def serve(office: Office, couriers: Callable[[Clinic], dict[str, Courier]], key: str = "") -> int:
    """Open the clinic's book on this terminal; the exit code.

    ``couriers`` as for :func:`desk`, ``key`` as for :func:`at_work`.
    """
    _before_start()
    with at_work(office, key) as clinic:
        made = desk(clinic, couriers)
        try:
            return _run(made)
        finally:
            made.drafts.close()


def serve_demo(settings: Settings) -> int:
    """Open a throw-away clinic on this terminal; the exit code."""
    _before_start()
    with demo_desk(settings) as made:
        return _run(made)


@contextmanager
def demo_desk(settings: Settings, does: Does = call) -> Iterator[Desk]:
    """The screens' desk in a :func:`demo_clinic`."""
    with demo_clinic(settings, does) as clinic:
        made = desk(clinic)
        try:
            yield made
        finally:
            made.drafts.close()


_NO_BACKUPS: Final[dict[str, Any]] = {
    "backup_folder": "", "backup_recipients": "", "backup_passphrase": "", "backup_warn_hours": 0,
}  # fmt: skip
"""Of a throw-away clinic: its backups lie beside it, never among those of the book, whose place they would
take, and nobody asks for them."""


@contextmanager
def demo_clinic(settings: Settings, does: Does = call) -> Iterator[Clinic]:
    """A believable clinic in a private folder of its own, which is gone afterwards. ``does`` is given the
    making of it, which leaves some megabytes behind in the process that does it."""
    from .db.newfile import new_book
    from .services.demo import furnish
    from .throwaway import throw_away_folder

    with throw_away_folder() as folder:
        places = Places(folder / "config", folder / "data", folder / "state")
        # A demo opened on a public holiday shows a full day all the same.
        kept = "shown" if settings.holidays == "closed" else settings.holidays
        plain = replace(
            settings, database=str(places.database_file), database_key="", holidays=kept, **_NO_BACKUPS
        )
        office = Office(plain, places)

        def furnished(book: Book) -> None:
            furnish(book, settings.zone_name, clock, login(), settings.country, currency=settings.currency)

        does(partial(new_book, office.database, furnished))
        # Nobody real is in it, and what is above the temporary folder is nobody's to mend.
        with at_work(office, closed=False) as clinic:
            yield clinic


def _before_start() -> None:
    """Refuse without a terminal before anything slow; collect no garbage until the first screen stands."""
    from .program import guard
    from .tui.lifeline import require_terminal

    require_terminal()
    guard()
    gc.disable()


def _run(made: Desk) -> int:
    from .tui.app import PimApp

    return PimApp(made).serve()
