"""Files that only the holder of a key can read, in the format of age (age-encryption.org/v1).

Whoever encrypts needs public keys alone, so a machine that makes backups cannot read the old ones. Any other
program for age opens them. Memory stays level.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, BinaryIO

from pim_tui.domain.text import visible
from pim_tui.errors import FileProblem, SettingsError

MAGIC = b"age-encryption.org/v1\n"


def encrypt(source: BinaryIO, target: BinaryIO, recipients: Sequence[str]) -> None:
    """Write what is in ``source`` to ``target``, for the holders of these public keys (``age1...``)."""
    age = _age()
    age.encrypt_io(source, target, _keys(recipients))


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
