"""``pim-tui backup``, ``restore`` and ``drill``."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import asking
from ..bootstrap import Clinic, Office, backup_folder, clock, key_of, login, office, opened
from ..config import Settings
from ..domain.rights import Right
from ..errors import Refused, StoreError, UsageError
from ..settingchecks import read_keep, read_recipients
from . import terminal
from .said import so_many

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from ..domain.session import Session
    from ..services.backups import Taken

_HOUR = 3600


def backup(arguments: argparse.Namespace) -> int:
    """Make a backup, or say how the last one stands; 1 when it is faulty, or too old."""
    if arguments.make_key:
        return _make_key(Path(arguments.make_key).expanduser())
    with opened(office()) as clinic:
        if arguments.status:
            return _status(clinic, _folder(clinic, arguments.to), arguments.json)
        return _take(clinic, arguments)


def _take(clinic: Clinic, arguments: argparse.Namespace) -> int:
    from ..services.backups import TakeBackup, take_backup

    settings = clinic.settings
    command = TakeBackup(
        _folder(clinic, arguments.to),
        read_recipients(settings.backup_recipients),
        arguments.verify,
        read_keep(settings.backup_keep),
        _new_passphrase() if arguments.passphrase else _kept(settings),
    )
    taken = take_backup(clinic.session, command)
    if arguments.json:
        terminal.say_json(_told(taken))
    else:
        _say(taken)
    return int(bool(taken.faults))


def _told(taken: Taken) -> dict[str, Any]:
    manifest = taken.manifest
    return {
        "ok": not taken.faults, "file": taken.file, "size": taken.size, "sha256": taken.sha256,
        "verified": taken.verified, "faults": taken.faults, "dropped": taken.dropped,
        "seconds": round(taken.seconds, 1), "made_at": manifest.made_at, "head_seq": manifest.head_seq,
        "head_hash": manifest.head_hash, "rows": sum(manifest.rows.values()), "files": manifest.files,
    }  # fmt: skip


def _say(taken: Taken) -> None:
    manifest = taken.manifest
    if taken.faults:
        terminal.complain("This backup is not whole; it is kept apart, and the last good one is still there.")
        for fault in taken.faults:
            terminal.say(fault)
    looked = "restored and found whole" if taken.verified else "NOT looked at"
    if not taken.faults:
        terminal.say(
            f"{taken.file}: {_megabytes(taken.size)} with {so_many(sum(manifest.rows.values()), 'row')} and"
            f" {so_many(manifest.files, 'file')}, {looked}, in {so_many(taken.seconds, 'second')}."
        )
    if taken.dropped:
        terminal.say(f"No longer kept: {so_many(len(taken.dropped), 'older backup')}.")


def _status(clinic: Clinic, folder: Path, as_json: bool) -> int:
    from ..domain.keeping import GOOD, told_too_old
    from ..queries.backups import last_backup, unsaved_since
    from ..services.backups import backups_in

    clinic.session.needs(Right.BACK_UP)
    last, names = last_backup(), backups_in(folder, clinic.book.place.stem)
    most = clinic.settings.backup_warn_hours
    late = bool(told_too_old(*unsaved_since(), clinic.session.clock(), most))
    size = sum((folder / str(one)).stat().st_size for one in names)
    good = sum(one.worth == GOOD for one in names)
    if as_json:
        terminal.say_json(
            {
                "ok": not late,
                "last": last._asdict() if last else None,
                "folder": folder,
                "good": good,
                "faulty": len(names) - good,
                "size": size,
            }
        )
        return int(late)
    terminal.say(how_it_stands(clinic, last.at if last else None) + (f" It is {last.file}." if last else ""))
    if names:
        held = f"{so_many(len(names), 'backup')}, {good} of them good: {_megabytes(size)}"
        terminal.say(f"{folder} holds {held}.")
    return int(late)


def how_it_stands(clinic: Clinic, at: int | None) -> str:
    """When the last good backup was made, in a sentence."""
    from ..domain.moments import clock as clock_of
    from ..domain.moments import day_label, day_of

    if at is None:
        return "No backup was ever made of this book: pim-tui backup makes one."
    zone, hours = clinic.session.zone, (clinic.session.clock() - at) // _HOUR
    when = f"{day_label(day_of(at, zone))} {clock_of(at, zone)}"
    return f"The last good backup was made on {when}, {so_many(hours, 'hour')} ago."


@dataclass(frozen=True, slots=True)
class _Somebody:
    """Whoever restores a book that does not know them."""

    clock: Callable[[], int]
    key: str
    staff_id: int | None = None


def restore(arguments: argparse.Namespace) -> int:
    """Restore a backup; what was there before stays beside it."""
    from ..db.swap import go_on
    from ..services.restoring import Restore
    from ..services.restoring import restore as carry_out

    found = office()
    to = _target(found, arguments.to)
    if arguments.go_on:
        terminal.say(f"{to} is restored." if go_on(to) else "No restore broke off there.")
        return 0
    if not arguments.file:
        raise UsageError("Say which backup to restore.", "Run pim-tui backup --status to see where they are.")
    _require_right(found, to)
    command = Restore(
        Path(arguments.file).expanduser().absolute(),
        to,
        _identity(found, arguments.identity),
        arguments.anyway,
        key_of(found.settings),
        _heads(found),
        lambda: _passphrase(found.settings),
    )
    done = carry_out(command, lambda: _author(found), clock)
    if arguments.json:
        terminal.say_json(
            {
                "ok": not done.faults,
                "to": done.to,
                "before": done.before,
                "schema": done.schema,
                "made_at": done.made_at,
                "head_seq": done.head.seq,
                "head_hash": done.head.hash,
                "faults": done.faults,
            }
        )
        return int(bool(done.faults))
    terminal.say(f"{done.to} is as it was at line {done.head.seq:,} of its journal.")
    if done.before:
        terminal.say(f"The book that was there is {done.before} now; delete it when you are sure.")
    for fault in done.faults:
        terminal.say(fault)
    return int(bool(done.faults))


def _heads(found: Office) -> Path | None:
    file = found.settings.journal_head
    return Path(file).expanduser() if file else None


def drill(arguments: argparse.Namespace) -> int:
    """Try to restore the newest backup; 1 when it is not the book as it was."""
    from ..services.drills import Drill
    from ..services.drills import drill as carry_out

    found = office()
    with opened(found) as clinic:
        identity = _identity(found, arguments.identity)
        command = Drill(_folder(clinic, arguments.of), identity, lambda: _passphrase(found.settings))
        done = carry_out(clinic.session, command)
    if arguments.json:
        terminal.say_json(
            {
                "ok": not done.differences,
                "file": done.file,
                "seconds": round(done.seconds, 1),
                "age_seconds": done.age,
                "head_seq": done.head.seq,
                "differences": done.differences,
            }
        )
        return int(bool(done.differences))
    for one in done.differences:
        terminal.say(one)
    if not done.differences:
        terminal.say(
            f"{done.file} was restored and is the book as it was. It took {so_many(done.seconds, 'second')};"
            f" what was written since, in {so_many(done.age // 60, 'minute')}, would be lost."
        )
    return int(bool(done.differences))


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"


def _folder(clinic: Clinic, to: str | None) -> Path:
    return Path(to).expanduser().absolute() if to else backup_folder(clinic.settings, clinic.book)


def _target(found: Office, to: str | None) -> Path:
    """The file of the book: the clinic's, the one that was named, or one in the folder that was named; a
    name without an ending is a folder's.
    """
    from ..db.connection import file_of, is_on_server

    url = to or found.database
    if is_on_server(url):
        raise UsageError(
            "A backup is restored into a file.", "Name one with --to; pim-tui migrate takes it to a server."
        )
    file = file_of(url)
    return file / found.places.database_file.name if file.is_dir() or not file.suffix else file


def _require_right(found: Office, to: Path) -> None:
    """Where there is a book that can still tell, it says who may; to a damaged one nobody can sign in."""
    from dataclasses import replace

    if not to.exists():
        return
    try:
        with opened(Office(replace(found.settings, database=str(to)), found.places)) as clinic:
            clinic.session.needs(Right.BACK_UP)
    except StoreError as error:
        terminal.complain(f"The book that is there cannot be opened: {error.message}")


def _author(found: Office) -> Session | _Somebody:
    """Whoever runs this, as the restored book knows them."""
    from ..bootstrap import open_session
    from ..db.connection import current
    from ..errors import Refused

    try:
        return open_session(current(), found.settings, login())
    except Refused:
        return _Somebody(clock, os.urandom(8).hex())


def _identity(found: Office, reference: str | None) -> str:
    """The secret key that a reference names; empty where there is none."""
    from ..integrations.secrets import secret

    named = reference or found.settings.backup_identity
    return secret(named, comments=True) if named else ""


def _kept(settings: Settings) -> str:
    """The passphrase where the settings say that it is kept; empty where they name none."""
    from ..integrations.secrets import secret

    return secret(settings.backup_passphrase) if settings.backup_passphrase else ""


def _passphrase(settings: Settings) -> str:
    """What opens a backup that was made with a passphrase: from where it is kept, or as it is typed."""
    if not settings.backup_passphrase and not asking.can_ask():
        raise Refused(
            "The backup is closed by a passphrase, and there is no terminal to ask for it at.",
            "Say where it is kept, in backup_passphrase, or run this in a terminal (with ssh: ssh -t).",
        )
    return _kept(settings) or asking.secret("Passphrase of the backup")


def _new_passphrase() -> str:
    """What will open the backup that is made now, typed twice."""
    from ..integrations.agefile import require_passphrase

    typed = require_passphrase(asking.secret("Passphrase for this backup"))
    if asking.secret("Once more") != typed:
        raise Refused("The two are not the same; no backup was made.", "Start it again.")
    return typed


def _make_key(file: Path) -> int:
    """A new pair of keys: the secret one into a new file, the public one told."""
    from ..exports.outfile import OutFile
    from ..integrations.agefile import new_identity

    if file.exists():
        raise Refused(f"{file} is there already; no key is ever written over.", "Name another file.")
    secret_key, public_key = new_identity()
    with OutFile(str(file)) as out:
        out.text.write(f"{secret_key}\n")
        out.finish()
        out.place()
    terminal.say(f"{file} holds the secret key. Keep it where this machine is not, and never lose it.")
    terminal.say(f'backup_recipients = "{public_key}"')
    return 0
