"""Files that only the holder of a key can read, in the format of age (age-encryption.org/v1).

Whoever encrypts needs public keys alone, so a machine that makes backups cannot read the old ones. Any other
program for age opens them. Memory stays level.

A passphrase would encrypt only what fits into memory. So a file of its own key pair is what it opens: first
the secret key, encrypted with the passphrase and written in letters, then the rest for the public one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, BinaryIO

from ..domain.text import visible
from ..errors import Fault, FileProblem, Invalid, Refused, SettingsError

MAGIC = b"age-encryption.org/v1\n"
LOCKED = b"-----BEGIN AGE ENCRYPTED FILE-----\n"
"""How a file begins that a passphrase opens."""
SHORTEST = 12
"""Characters of a passphrase: whoever has the file can try as often as they like."""
_LOCKED_END = b"-----END AGE ENCRYPTED FILE-----"
_LONGEST_HEAD = 4096


def encrypt(source: BinaryIO, target: BinaryIO, recipients: Sequence[str]) -> None:
    """Write what is in ``source`` to ``target``, for the holders of these public keys (``age1...``)."""
    age = _age()
    age.encrypt_io(source, target, _keys(recipients))


def lock(source: BinaryIO, target: BinaryIO, passphrase: str, recipients: Sequence[str] = ()) -> None:
    """The same for whoever knows the passphrase, and for holders of these keys besides."""
    secret, public = new_identity()
    target.write(_age().passphrase.encrypt(secret.encode(), passphrase, armored=True).strip() + b"\n")
    encrypt(source, target, [public, *recipients])


def unlock(source: BinaryIO, target: BinaryIO, passphrase: str) -> None:
    """The inverse. Raises :class:`Refused` for a wrong passphrase, :class:`FileProblem` for damage."""
    age, head = _age(), _head(source)
    try:
        secret = age.passphrase.decrypt(head, passphrase).decode()
    except (age.DecryptError, UnicodeDecodeError):
        raise Refused(
            "That passphrase does not open the backup.",
            "Type the one that it was made with; another one may have been in use then.",
        ) from None
    decrypt(source, target, secret)


def past_the_lock(source: BinaryIO) -> None:
    """Leave out what a passphrase opens, for somebody who has a key."""
    _head(source)


def _head(source: BinaryIO) -> bytes:
    lines = [source.readline(_LONGEST_HEAD)]
    while lines[-1].strip() != _LOCKED_END:
        lines.append(source.readline(_LONGEST_HEAD))
        if not lines[-1] or sum(map(len, lines)) > _LONGEST_HEAD:
            raise FileProblem("The backup is damaged: its key is not whole.", "Take another backup.")
    return b"".join(lines)


def require_passphrase(passphrase: str) -> str:
    """The passphrase; :class:`Invalid` for one that is too short to be any use."""
    _age()
    if len(passphrase) < SHORTEST:
        fault = Fault("passphrase", f"needs {SHORTEST} characters or more")
        raise Invalid((fault,), "Take some words that do not belong together.")
    return passphrase


def decrypt(source: BinaryIO, target: BinaryIO, identity: str) -> None:
    """The inverse, with a secret key (``AGE-SECRET-KEY-...``). Raises :class:`FileProblem` when it is not one
    of those it was encrypted for, or a byte of the file is another one.
    """
    age = _age()
    try:
        key = age.x25519.Identity.from_str(identity.strip())
    except age.IdentityError:
        raise SettingsError("That is no secret key of age.", "It begins with AGE-SECRET-KEY-1.") from None
    try:
        age.decrypt_io(source, target, [key])
    except (age.DecryptError, OSError) as error:
        raise FileProblem(
            f"The backup cannot be decrypted: {visible(str(error))[:120]}.",
            "Take the key that it was encrypted for; if it is this one, the file is damaged.",
        ) from None


def require_keys(recipients: Sequence[str]) -> None:
    """Raise :class:`SettingsError` for what is no public key, before any work is done."""
    _keys(recipients)


def new_identity() -> tuple[str, str]:
    """A new pair of keys: the secret one, the public one."""
    made = _age().x25519.Identity.generate()
    return str(made), str(made.to_public())


def _keys(recipients: Sequence[str]) -> list[Any]:
    age = _age()
    try:
        return [age.x25519.Recipient.from_str(one) for one in recipients]
    except age.RecipientError:
        raise SettingsError(
            "backup_recipients holds what is no public key of age.", "One begins with age1."
        ) from None


def _age() -> Any:
    try:
        import pyrage
    except ImportError as error:
        raise SettingsError(
            "This installation can neither encrypt nor decrypt backups.",
            "Run pip install 'pim-tui[encrypted-backup]'.",
        ) from error
    return pyrage
