"""The process that runs the functions: HTTP, triggers and the pages for developers.

It may be killed at any moment. Its listening socket belongs to the supervisor, so callers wait for the next.
"""

import logging
import os
import signal
import sys
import threading

import boto3
from botocore.config import Config
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from infra.local import grants, names, prepare
from infra.local.clock import LocalClock
from infra.local.dev import Dev
from infra.local.gateway import Gateway
from infra.local.invoke import Functions, Switch
from infra.local.place import HOST, place
from infra.local.site import Site
from infra.local.store import Store
from infra.local.triggers import Triggers
from kit import aws


class _Handler(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Functions log for themselves."""


def main(descriptor: int) -> None:
    """Serve on a socket somebody else has opened."""
    logging.basicConfig(format="%(asctime)s %(name)s %(levelname)s %(message)s", level=logging.WARNING)
    here = place()
    clock = LocalClock(here.clock)
    clock.install()
    grants.enforce()
    for service in ("events", "s3", "sqs", "ssm"):
        aws.client(service)  # botocore makes clients safely only in one thread
    os.environ.update(names.environment())
    prepare.tables()
    prepare.cloud(here)
    functions = Functions()
    functions.load()
    switch = Switch(functions)
    sqs = boto3.client("sqs", config=Config(max_pool_connections=64, read_timeout=30))
    store = Store(os.environ["AWS_ENDPOINT_URL_DYNAMODB"])
    triggers = Triggers(here, functions, switch, store, sqs)
    site = Site(Gateway(functions.events("http"), triggers.invoke), Dev(here, clock, switch, triggers, sqs))
    server = ThreadedWSGIServer(HOST, here.shop, site, _Handler, fd=descriptor)
    server.daemon_threads = (
        False  # so that closing waits for the requests in hand; new ones wait for the next process
    )
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    triggers.start()
    server.serve_forever(poll_interval=0.1)
    triggers.stop()
    server.server_close()


if __name__ == "__main__":
    main(int(sys.argv[1]))
