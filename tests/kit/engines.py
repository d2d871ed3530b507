"""The engines of a test session: tables in memory, all else in MiniStack; all empty before each test."""

import os
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import requests

from infra import description
from infra.local import engines, names, resources
from infra.local.store import Store
from kit import aws, secrets


class Tables:
    """Every table of the product, on an engine of its own."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._described = resources.tables()
        for properties in self._described.values():
            resources.create_table(store, properties)

    def empty(self) -> None:
        """Make again the tables that have rows."""
        for name, properties in self._described.items():
            if self.store.call("Scan", TableName=name, Select="COUNT", Limit=1)["Count"]:
                self.store.call("DeleteTable", TableName=name)
                resources.create_table(self.store, properties)

    def rows(self, context: str) -> list[dict[str, Any]]:
        """All rows of a context's table, as DynamoDB JSON."""
        found: list[dict[str, Any]] = []
        start: dict[str, Any] = {}
        while True:
            page = self.store.call("Scan", TableName=os.environ[f"{context.upper()}_TABLE"], **start)
            found += page["Items"]
            if "LastEvaluatedKey" not in page:
                return found
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


@dataclass(frozen=True)
class Cloud:
    """Queues, buckets, secrets and the bus."""

    url: str

    def create(self) -> None:
        """Create everything the description lists."""
        resources.create_queues(aws.client("sqs"))
        resources.create_bus(aws.client("events"))
        resources.create_buckets(aws.client("s3"))

    def empty(self) -> None:
        """Forget messages, objects and secrets."""
        for queue, messages in self.by_queue().items():
            if messages:
                aws.client("sqs").purge_queue(QueueUrl=names.url_of_queue(queue))
        for bucket in description.of_type("AWS::S3::Bucket", names.STAGE):
            self._empty_bucket(names.name_of(bucket))
        for parameter in aws.client("ssm").describe_parameters()["Parameters"]:
            aws.client("ssm").delete_parameter(Name=parameter["Name"])
        secrets.forget()

    def messages(self, queue: str) -> list[str]:
        """The bodies in a queue, named by its logical id, also those being handled."""
        return [message["Body"] for message in self.by_queue()[names.name_of(queue)]]

    def by_queue(self) -> dict[str, list[dict[str, Any]]]:
        """All messages with what the engine knows of them, by the queue's physical name."""
        answer = requests.get(f"{self.url}/_ministack/sqs/messages", timeout=5).json()["messages"]
        by_url: dict[str, list[dict[str, Any]]] = answer[names.ACCOUNT][names.REGION]
        return {url.rpartition("/")[2]: messages for url, messages in by_url.items()}

    def _empty_bucket(self, bucket: str) -> None:
        versions = aws.client("s3").list_object_versions(Bucket=bucket)
        for version in versions.get("Versions", []) + versions.get("DeleteMarkers", []):
            aws.client("s3").delete_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])


class Session:
    """The engines of this test run; each starts when a test first asks for it.

    Making one leads every AWS client of this process to them and names the tables, so it comes before any
    function is imported.
    """

    def __init__(self) -> None:
        self._running = ExitStack()
        self._folder = Path(self._running.enter_context(TemporaryDirectory(prefix="dealer-shop-tests-")))
        self._cloud_port = engines.free_port()
        self._tables_port = engines.free_port() if engines.dynoxide() else self._cloud_port
        self._cloud_started = False
        os.environ.update(names.endpoints(self._tables_port, self._cloud_port))
        os.environ.update(names.environment())

    def tables(self) -> Tables:
        """Start the table engine and create the tables."""
        if engines.dynoxide() is None:
            self._start_cloud()
        else:
            process = engines.start_tables(self._tables_port)
            self._running.callback(engines.stop, process)
            engines.wait_ready(process, lambda: engines.tables_answer(self._tables_port), "dynoxide")
        store = Store(os.environ["AWS_ENDPOINT_URL_DYNAMODB"])
        self._running.callback(store.close)
        return Tables(store)

    def cloud(self) -> Cloud:
        """Start MiniStack and create queues, buckets, bus and rules."""
        self._start_cloud()
        cloud = Cloud(os.environ["AWS_ENDPOINT_URL"])
        cloud.create()
        return cloud

    def _start_cloud(self) -> None:
        if not self._cloud_started:
            process = engines.start_cloud(self._cloud_port, self._folder, keep=False)
            self._running.callback(engines.stop, process)
            engines.wait_ready(process, lambda: engines.cloud_answers(self._cloud_port), "MiniStack")
            self._cloud_started = True

    def close(self) -> None:
        self._running.close()
