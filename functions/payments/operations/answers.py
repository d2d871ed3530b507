"""Which answers of a provider count."""

from collections.abc import Iterator
from contextlib import contextmanager

from functions.payments.providers.signing import SignatureInvalid
from kit.http_client import ProviderUnsure


@contextmanager
def believing() -> Iterator[None]:
    """An answer that is not the provider's own says nothing: the outcome is unknown."""
    try:
        yield
    except SignatureInvalid as failure:
        raise ProviderUnsure(reason="signature") from failure
