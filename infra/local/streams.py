"""Offers a table's changes to a function, as Lambda's event source mapping for streams does.

Changes of a shard arrive in order. What a function reports as failed is offered again from the first failure
on; a batch that raises is halved to find the culprit; what fails too often is parked and passed over.
"""

import hashlib
import json
import math
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from infra.local.checkpoints import Checkpoints
from infra.local.invoke import FunctionFailed
from infra.local.names import REGION
from infra.local.store import Refused, Store
from kit import clock

Invoke = Callable[[str, Any], Any]
Record = dict[str, Any]
_LOST_PLACE = {"ExpiredIteratorException", "TrimmedDataAccessException"}


class Stream:
    """One function's reading of one table's stream.

    `park(arn, message)` keeps what failed too often; `pause(attempt)` waits before another attempt.
    """

    def __init__(
        self,
        function: str,
        source: dict[str, Any],
        invoke: Invoke,
        store: Store,
        checkpoints: Checkpoints,
        park: Callable[[str, str], None],
        pause: Callable[[int], None],
    ) -> None:
        self.function = function
        self.table = source["arn"].split("/")[1]
        self._place = f"{function}@{self.table}"  # a function may read several streams
        self._batch_size = source.get("batchSize", 100)
        self._partial = source.get("functionResponseType") == "ReportBatchItemFailures"
        self._bisect = source.get("bisectBatchOnFunctionError", False)
        retries = source.get("maximumRetryAttempts", -1)
        self._retries = math.inf if retries < 0 else retries
        self._dead_letters = source.get("destinations", {}).get("onFailure", {}).get("arn")
        self._invoke, self._store, self._checkpoints, self._park, self._pause = (
            invoke,
            store,
            checkpoints,
            park,
            pause,
        )
        self._iterators: dict[str, str] = {}
        self._arn = ""
        self.looked_in_vain_at = (
            -math.inf
        )  # by the monotonic clock: when the last look that found nothing began

    def skip_to_end(self) -> None:
        """Pass over everything that has happened so far."""
        for shard in self._shards():
            self._iterators[shard] = self._iterator(shard, ShardIteratorType="LATEST")

    def step(self) -> bool:
        """Offer the next batch of every shard; tells whether there was one."""
        began = time.monotonic()
        if not self._iterators:
            self._iterators = {shard: self._resume(shard) for shard in self._shards()}
        found = sum(self._read(shard) for shard in self._iterators) > 0
        self.looked_in_vain_at = self.looked_in_vain_at if found else began
        return found

    def _read(self, shard: str) -> bool:
        try:
            answer = self._store.call(
                "GetRecords", ShardIterator=self._iterators[shard], Limit=self._batch_size
            )
        except Refused as refusal:
            if refusal.code not in _LOST_PLACE:
                raise
            self._iterators[shard] = self._resume(shard)
            return False
        if answer["Records"]:
            self._deliver(shard, [self._record(record) for record in answer["Records"]])
        self._iterators[shard] = answer["NextShardIterator"]
        return bool(answer["Records"])

    def _deliver(self, shard: str, records: list[Record]) -> None:
        size, attempt = len(records), 0
        while records:
            batch = records[:size]
            done = self._done(batch)
            if not done and self._bisect and len(batch) > 1:
                size = len(batch) // 2
                continue
            if not done and attempt < self._retries:
                attempt += 1
                self._pause(attempt)
                continue
            if not done:
                self._give_up(shard, batch)
                done = len(batch)
            self._checkpoints.write(self._place, self._positions() | {shard: _sequence(batch[done - 1])})
            records = records[done:]
            size, attempt = len(records), 0

    def _done(self, batch: list[Record]) -> int:
        """How many records, from the first on, the function is done with."""
        try:
            answer = self._invoke(self.function, {"Records": batch})
        except FunctionFailed:
            return 0
        failures = (answer or {}).get("batchItemFailures", []) if self._partial else []
        failed = {failure["itemIdentifier"] for failure in failures}
        return next((index for index, record in enumerate(batch) if _sequence(record) in failed), len(batch))

    def _give_up(self, shard: str, batch: list[Record]) -> None:
        if not self._dead_letters:
            return
        place = {
            "streamArn": self._arn,
            "shardId": shard,
            "startSequenceNumber": _sequence(batch[0]),
            "endSequenceNumber": _sequence(batch[-1]),
            "batchSize": len(batch),
        }
        context = {"functionArn": self.function, "condition": "RetryAttemptsExhausted"}
        message = {"version": "1.0", "timestamp": clock.to_text(clock.now())}
        self._park(
            self._dead_letters, json.dumps(message | {"requestContext": context, "DDBStreamBatchInfo": place})
        )

    def _shards(self) -> list[str]:
        self._arn = self._store.call("DescribeTable", TableName=self.table)["Table"]["LatestStreamArn"]
        stream = self._store.call("DescribeStream", StreamArn=self._arn)["StreamDescription"]
        return [shard["ShardId"] for shard in stream["Shards"]]

    def _positions(self) -> dict[str, str]:
        """The sequence number of the last change done in each shard, as long as it is the same stream."""
        held: dict[str, str] = self._checkpoints.read(self._place) or {}
        return held if held.get("stream") == self._arn else {"stream": self._arn}

    def _resume(self, shard: str) -> str:
        if last := self._positions().get(shard):
            with suppress(Refused):  # the engine no longer knows the place: begin with the oldest it has
                return self._iterator(shard, ShardIteratorType="AFTER_SEQUENCE_NUMBER", SequenceNumber=last)
        return self._iterator(shard, ShardIteratorType="TRIM_HORIZON")

    def _iterator(self, shard: str, **place: str) -> str:
        answer = self._store.call("GetShardIterator", StreamArn=self._arn, ShardId=shard, **place)
        return str(answer["ShardIterator"])

    def _record(self, record: Record) -> Record:
        # The engines count events per stream; Lambda's ids are unique and the same at every delivery.
        event_id = hashlib.md5(f"{self._arn} {_sequence(record)}".encode(), usedforsecurity=False).hexdigest()
        return record | {"eventID": event_id, "awsRegion": REGION, "eventSourceARN": self._arn}


def _sequence(record: Record) -> str:
    return str(record["dynamodb"]["SequenceNumber"])
