"""What ``pim-tui doctor`` tries of a clinic: one function for each thing that can be set up.

Nothing is sent, printed or changed. Each imports what it needs when it is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ..bootstrap import Clinic, backup_folder
from ..config import references
from ..domain.trials import Off, Trial
from ..errors import Refused
from ..settingchecks import read_address
from .said import so_many

if TYPE_CHECKING:
    from ..services.stationery import Stationery

LATE = 600
"""Seconds after which what is due should have gone."""


def trials(clinic: Clinic) -> list[Trial]:
    """All of them, in the order in which they are told."""
    return [trial for make in _TRIALS for trial in make(clinic)]


def _files(clinic: Clinic) -> Iterator[Trial]:
    from ..db.privacy import exposed, refusal

    def ours() -> str:
        if found := exposed(clinic.book.file, clinic.places, clinic.settings):
            raise refusal(found)
        return "The book and its folders are closed to others."

    yield Trial("files", ours)


def _encryption(clinic: Clinic) -> Iterator[Trial]:
    def told() -> str:
        from ..db.filestore import store_of

        if clinic.book.file is None:
            raise Off("The book is on a server: whether it is encrypted there is the server's matter.")
        if not clinic.settings.database_key:
            raise Off("The setting database_key is empty: the book lies on the disk as it is.")
        folder = store_of(clinic.book).folder
        return f"The book and drafts are. Photos and documents are NOT: keep {folder} on a disk that is."

    yield Trial("encryption", told)


def _compiled(clinic: Clinic) -> Iterator[Trial]:
    """What was not compiled when it was installed, each start compiles anew that may not write it down."""
    import os
    from importlib.util import cache_from_source

    from .. import __file__ as ours

    def kept() -> str:
        folder = Path(ours).parent
        sources = [file for file in folder.rglob("*.py") if "migrations" not in file.parts]
        missing = [file for file in sources if not Path(cache_from_source(str(file))).is_file()]
        if missing and not os.access(folder, os.W_OK):
            raise Refused(
                f"{so_many(len(missing), 'file')} of {len(sources)} of the program are not compiled: a start"
                " takes several times as long.",
                f"Run python -m compileall -q {folder} as whoever may write there.",
            )
        return "The next start compiles the program." if missing else "The program is compiled."

    yield Trial("speed of a start", kept)


def _money(clinic: Clinic) -> Iterator[Trial]:
    def told() -> str:
        from ..queries.tax_classes import tax_classes
        from ..services.posting import require_one_currency

        require_one_currency(clinic.session.currency)
        classes = ", ".join(one.name for one in tax_classes())
        if not classes:
            raise Off("No tax class is entered: what is sold is untaxed. F6 and then F5 has them.")
        how = "taxes are in them" if clinic.settings.prices_include_tax == "yes" else "taxes are added"
        return f"Prices are in {clinic.session.currency} and {how}; tax classes: {classes}."

    yield Trial("money", told)


def _secrets(clinic: Clinic) -> Iterator[Trial]:
    from ..integrations.secrets import secret

    def readable(reference: str) -> str:
        secret(reference, 8.0)
        return f"It is there ({reference.partition(':')[0]}:)."

    for setting, reference in references(clinic.settings).items():
        yield Trial(f"secret {setting}", partial(readable, reference))


def _mail(clinic: Clinic) -> Iterator[Trial]:
    def signs_in() -> str:
        from .outside import smtp

        settings = clinic.settings
        if not settings.smtp_host:
            raise Off("The setting smtp_host is empty: no email goes out.")
        if not settings.mail_from:
            raise Refused("The setting mail_from is empty: emails need a sender.", "Set it.")
        smtp(clinic).try_out()
        return f"{settings.smtp_host} takes emails{' and the password' if settings.smtp_user else ''}."

    yield Trial("email", signs_in)


def _sms(clinic: Clinic) -> Iterator[Trial]:
    def answers() -> str:
        from ..services.sms_courier import BySms
        from .outside import couriers

        made = couriers(clinic).get("sms")
        if not isinstance(made, BySms):
            raise Off("The setting sms_service is empty: no text message goes out.")
        texter = made.texter
        if not texter.hears:
            return f"{texter.name} is set up; only a message can tell whether it takes them."
        try:
            next(iter(texter.inbound(clinic.session.clock())), None)
        finally:
            texter.close()
        return f"{texter.name} answers and knows the account."

    yield Trial("sms", answers)


def _video(clinic: Clinic) -> Iterator[Trial]:
    def signs_in() -> str:
        from ..services.zoom import passes, told_missing

        settings = clinic.settings
        if not settings.video_service:
            raise Off("The setting video_service is empty: video visits have no link.")
        if settings.video_service == "link":
            return f"Rooms are under {settings.video_url}, without an account."
        if lacks := told_missing(settings):
            raise Refused(lacks, "Set it, or choose another video_service.")
        passes(clinic.session, settings).current()
        return "Zoom has given a pass."

    yield Trial("video", signs_in)


def _calendly(clinic: Clinic) -> Iterator[Trial]:
    def knows_us() -> str:
        from .outside import calendly

        if not clinic.settings.calendly_token:
            raise Off("The setting calendly_token is empty: bookings at Calendly do not come in.")
        made = calendly(clinic)
        try:
            offered = len(made.offerings())
        finally:
            made.close()
        return f"Calendly knows the clinic, which offers {offered} kinds of visits there."

    yield Trial("calendly", knows_us)


def _calendars(clinic: Clinic) -> Iterator[Trial]:
    def none() -> str:
        raise Off("The setting caldav is empty: no calendar on a server is kept alike.")

    def offers(staff: str) -> str:
        from .outside import calendar

        made = calendar(clinic, staff)
        try:
            return made.offers()
        finally:
            made.close()

    if not clinic.settings.caldav:
        yield Trial("calendars", none)
    for staff in clinic.settings.caldav:
        yield Trial(f"calendar {staff}", partial(offers, staff))


def _feeds(clinic: Clinic) -> Iterator[Trial]:
    def takes_files() -> str:
        from ..integrations.reaching import require_writable

        folder = clinic.settings.feed_folder
        if not folder:
            raise Off("The setting feed_folder is empty: there are no calendar files.")
        require_writable(Path(folder).expanduser())
        return f"{folder} takes files."

    yield Trial("feeds", takes_files)


def _printers(clinic: Clinic) -> Iterator[Trial]:
    from ..services.printers import configured
    from ..services.stationery import stationery

    paper = stationery(clinic.settings)
    for row in configured(paper):
        yield Trial(f"printer {row.said or '(default)'}", partial(_printer, clinic, paper, row.said))


def _printer(clinic: Clinic, paper: Stationery, said: str) -> str:
    from ..integrations import mediacopy, printer, printqueue
    from ..integrations.reaching import require_listening, require_writable

    to = paper.destination(said)
    if to.kind == "socket":
        require_listening(to.target, to.port)
        return f"{to.where} listens."
    if to.kind == "file":
        folder = Path(to.target).expanduser() if to.target else clinic.places.outbox
        if folder.exists() or to.target:
            require_writable(folder)
        return f"{folder} takes files."
    if to.kind == "terminal":
        mediacopy.check(clinic.settings.media_copy)
        return "This terminal is asked to print."
    if not to.target:
        if not printer.available():
            raise Off("The setting printer is empty, and there is no CUPS here: papers go into files.")
        if not printqueue.usual_queue():
            raise Off("The setting printer is empty, and this machine has no usual printer.")
    queue = to.target or printqueue.usual_queue()
    state = printqueue.queue_states(queue).get(queue, "not known to CUPS")
    if state.startswith(("disabled", "not known")):
        raise Refused(f"The queue {queue} is {state}.", "Look at lpstat -t.")
    return f"The queue {queue} is {state}."


def _backups(clinic: Clinic) -> Iterator[Trial]:
    def is_new() -> str:
        from ..domain.keeping import told_too_old
        from ..integrations.reaching import require_writable
        from ..queries.backups import unsaved_since

        folder = backup_folder(clinic.settings, clinic.book)
        if folder.exists():
            require_writable(folder)
        now, (since, made) = clinic.session.clock(), unsaved_since()
        if too_old := told_too_old(since, made, now, clinic.settings.backup_warn_hours):
            raise Refused(too_old, "Run pim-tui backup, and see that it runs by itself.")
        if not made:
            raise Off("No backup was made yet: pim-tui backup makes one.")
        return f"The last good backup is {so_many((now - since) // 3600, 'hour')} old."

    yield Trial("backups", is_new)


def _disk(clinic: Clinic) -> Iterator[Trial]:
    def has_room() -> str:
        from ..db.disk import disk_of, little_left, megabytes, room_left

        if little := little_left(clinic.book.place):
            raise Refused(little, "Free some space there.")
        left = room_left(clinic.book.place)
        return f"The {disk_of(clinic.book.place)} has {megabytes(left)} left."

    yield Trial("disk", has_room)


def _camera(clinic: Clinic) -> Iterator[Trial]:
    def takes_one() -> str:
        from ..integrations.camera import taken

        if not clinic.settings.camera:
            raise Off("The setting camera is empty: pictures come from files.")
        return (
            f"It took a picture of {len(taken(clinic.settings.camera, 8.0)) // 1000} kB, which was not kept."
        )

    yield Trial("camera", takes_one)


def _upload(clinic: Clinic) -> Iterator[Trial]:
    def is_served() -> str:
        from ..integrations.reaching import SOON, certificate_ends, require_listening
        from ..integrations.uploadpage import trust

        settings = clinic.settings
        found = read_address(settings.upload_address)
        if found is None:
            raise Off("The setting upload_address is empty: telephones send no pictures.")
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(found[0], found[0])
        if not settings.upload_certificate:
            require_listening(host, found[1])
            return "It listens behind a proxy."
        trust(settings.upload_certificate, settings.upload_key)
        left = certificate_ends(host, found[1], settings.upload_certificate) - clinic.session.clock()
        if left < SOON:
            raise Refused(f"Its certificate ends in {max(0, left) // 86_400} days.", "Get a new one.")
        return "It is served, and its certificate is good."

    yield Trial("upload page", is_served)


def _outbox(clinic: Clinic) -> Iterator[Trial]:
    def stands() -> str:
        from ..domain.moments import moment_label
        from ..queries.outside import late_since, standing

        now, zone = clinic.session.clock(), clinic.session.zone
        found = standing(now)
        if found.troubled:
            raise Refused(" ".join(found.lines(now, zone)), "See pim-tui deliver --status.")
        late = late_since(now - LATE)
        if late is not None:
            since = moment_label(late, zone)
            raise Refused(f"What was due since {since} has not gone.", "Does pim-tui deliver run?")
        return "Nothing is late, and nothing has failed."

    yield Trial("messages", stands)


def _host(clinic: Clinic) -> Iterator[Trial]:
    from ..bootstrap import Office
    from .hosting import standing

    def answers() -> str:
        known = standing(Office(clinic.settings, clinic.places))
        if known is None:
            raise Off("No host runs: every session starts by itself. See pim-tui host.")
        return f"The host answers, with {so_many(known.sessions, 'session')}."

    yield Trial("host", answers)


_TRIALS: tuple[Callable[[Clinic], Iterator[Trial]], ...] = (
    _files, _disk, _encryption, _compiled, _backups, _money, _secrets, _mail, _sms, _video, _calendly,
    _calendars, _feeds, _printers, _camera, _upload, _outbox, _host,
)  # fmt: skip
"""One for each thing that can be set up."""
