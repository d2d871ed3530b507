"""Password hashes: argon2id with 19 MiB, two passes, one lane."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# Nobody's: verified for unknown accounts, so that these take as long as known ones.
_NOBODYS = "$argon2id$v=19$m=19456,t=2,p=1$UbmmUhCiWmhkOsjwtF6kYw$5oL79XdyzG8jzz57zd7MbpagTltw8yxfS0hCVwMSvek"


def hashed(password: str) -> str:
    """The hash to keep."""
    return _hasher.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether a password is right; without a hash, False after the same work."""
    try:
        return _hasher.verify(password_hash or _NOBODYS, password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(password_hash)
