"""The process that runs the provider fakes, and tells the shop their addresses and secrets."""

import dataclasses
import json
import logging
import signal
import threading

from infra.local.clock import LocalClock
from infra.local.place import place
from infra.local.providers import Ports, Providers
from kit import secrets


def main() -> None:
    """Run every provider until SIGTERM."""
    logging.basicConfig(format="%(asctime)s %(name)s %(levelname)s %(message)s", level=logging.WARNING)
    here, stopping = place(), threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    clock = LocalClock(here.clock)
    clock.install()
    push_url = f"{here.address}/callbacks/wechat/messages"
    providers = Providers(here.folder / "providers", clock.now, push_url=push_url)
    names = [field.name for field in dataclasses.fields(Ports)]
    providers.start(Ports(**{name: here.providers + index for index, name in enumerate(names)}))
    for name, document in providers.credentials().items():
        secrets.store(name, document)
    here.provider_addresses.write_text(json.dumps(providers.urls()))
    stopping.wait()
    providers.stop()


if __name__ == "__main__":
    main()
