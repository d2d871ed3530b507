"""Everything the engines must hold before a function can run; may be repeated at any start."""

import json
import os
import secrets as random
from typing import Any

from infra.local import resources
from infra.local.place import Place
from infra.local.store import Store
from kit import aws, secrets


def tables() -> None:
    """Create the tables."""
    store = Store(os.environ["AWS_ENDPOINT_URL_DYNAMODB"])
    for properties in resources.tables().values():
        resources.create_table(store, properties)
    store.close()


def cloud(place: Place) -> None:
    """Create queues, bus and buckets, and store the secrets of this machine."""
    resources.create_queues(aws.client("sqs"))
    resources.create_bus(aws.client("events"))
    resources.create_buckets(aws.client("s3"))
    for name, value in _own_secrets(place).items():
        secrets.store(name, value)
    secrets.store("public-url", place.address)


def _own_secrets(place: Place) -> dict[str, Any]:
    """Made once and kept in the folder, so that sessions outlive an engine that lost its state."""
    file = place.folder / "secrets.json"
    held = json.loads(file.read_text()) if file.exists() else {}
    missing = [name for name in ("signing-key", "second-factor-key") if name not in held]
    if missing:
        held |= {name: random.token_urlsafe(48) for name in missing}
        file.touch(mode=0o600)
        file.write_text(json.dumps(held))
    return held
