"""A stream's changes reach a function in order, at least once, and a bad one does not stop the others."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from infra.local.checkpoints import Checkpoints
from infra.local.invoke import FunctionFailed
from infra.local.streams import Stream
from tests.kit.engines import Tables

SOURCE = {"batchSize": 100, "functionResponseType": "ReportBatchItemFailures", "maximumRetryAttempts": 2}
BISECT = SOURCE | {"bisectBatchOnFunctionError": True, "destinations": {"onFailure": {"arn": "a:parked"}}}


class Consumer:
    """Notes what it is offered; refuses or raises for the rows it is told to."""

    def __init__(self, refuses: str = "", raises: str = "") -> None:
        self.offered: list[list[str]] = []
        self.ids: list[str] = []
        self._refuses, self._raises = refuses, raises

    def __call__(self, function: str, event: Any) -> Any:
        rows = [record["dynamodb"]["Keys"]["sk"]["S"] for record in event["Records"]]
        self.offered.append(rows)
        self.ids += [record["eventID"] for record in event["Records"]]
        if self._raises and self._raises in rows:
            raise FunctionFailed(self._raises)
        if self._refuses and self._refuses in rows:
            bad = event["Records"][rows.index(self._refuses)]["dynamodb"]["SequenceNumber"]
            return {"batchItemFailures": [{"itemIdentifier": bad}]}
        return {"batchItemFailures": []}


class Parked(list[dict[str, Any]]):
    def __call__(self, arn: str, message: str) -> None:
        self.append(json.loads(message) | {"arn": arn})


def _put(tables: Tables, *rows: str) -> None:
    for row in rows:
        item = {"pk": {"S": "a"}, "sk": {"S": row}}
        tables.store.call("PutItem", TableName=os.environ["ORDERS_TABLE"], Item=item)


def _stream(
    tables: Tables,
    consumer: Consumer,
    source: dict[str, Any] = SOURCE,
    checkpoints: Checkpoints | None = None,
    parked: Parked | None = None,
) -> Stream:
    stream = _restarted(tables, consumer, None, source, checkpoints, parked)
    stream.skip_to_end()
    return stream


def _restarted(
    tables: Tables,
    consumer: Consumer,
    folder: Path | None,
    source: dict[str, Any] = SOURCE,
    checkpoints: Checkpoints | None = None,
    parked: Parked | None = None,
) -> Stream:
    arn = f"arn:aws:dynamodb:r:0:table/{os.environ['ORDERS_TABLE']}/stream/latest"
    return Stream(
        "orders-publish",
        source | {"arn": arn},
        consumer,
        tables.store,
        checkpoints or Checkpoints(folder),
        Parked() if parked is None else parked,
        lambda attempt: None,
    )


def test_changes_arrive_once_and_in_order(tables: Tables) -> None:
    consumer = Consumer()
    stream = _stream(tables, consumer)
    _put(tables, "1", "2", "3")
    assert stream.step()
    assert not stream.step()
    _put(tables, "4")
    assert stream.step()
    assert consumer.offered == [["1", "2", "3"], ["4"]]


def test_a_batch_is_no_larger_than_asked_for(tables: Tables) -> None:
    consumer = Consumer()
    stream = _stream(tables, consumer, SOURCE | {"batchSize": 2})
    _put(tables, "1", "2", "3")
    assert [stream.step(), stream.step(), stream.step()] == [True, True, False]
    assert consumer.offered == [["1", "2"], ["3"]]


def test_a_reported_failure_is_offered_again_without_what_was_before_it(tables: Tables) -> None:
    consumer, parked = Consumer(refuses="2"), Parked()
    stream = _stream(tables, consumer, BISECT, parked=parked)
    _put(tables, "1", "2", "3")
    assert stream.step()
    assert consumer.offered == [["1", "2", "3"], ["2", "3"], ["2"], ["2"], ["2"], ["3"]]
    assert [message["DDBStreamBatchInfo"]["batchSize"] for message in parked] == [1]


def test_a_batch_that_raises_is_halved_until_the_culprit_is_found(tables: Tables) -> None:
    consumer, parked = Consumer(raises="3"), Parked()
    stream = _stream(tables, consumer, BISECT, parked=parked)
    _put(tables, "1", "2", "3", "4")
    assert stream.step()
    handled = [rows for rows in consumer.offered if "3" not in rows]
    assert handled == [["1", "2"], ["4"]]
    place = parked[0]["DDBStreamBatchInfo"]
    assert (len(parked), parked[0]["arn"], place["batchSize"]) == (1, "a:parked", 1)
    assert place["startSequenceNumber"] == place["endSequenceNumber"]


def test_without_halving_the_whole_batch_is_given_up(tables: Tables) -> None:
    consumer = Consumer(raises="2")
    stream = _stream(tables, consumer)
    _put(tables, "1", "2")
    assert stream.step()
    assert consumer.offered == [["1", "2"]] * 3


def test_a_new_process_continues_where_the_old_one_was(tables: Tables, tmp_path: Path) -> None:
    first = _stream(tables, Consumer(), checkpoints=Checkpoints(tmp_path))
    _put(tables, "1", "2")
    first.step()
    _put(tables, "3")
    after = Consumer()
    assert _restarted(tables, after, tmp_path).step()
    assert after.offered == [["3"]]


def test_what_was_in_hand_at_a_crash_is_offered_again_under_the_same_id(
    tables: Tables, tmp_path: Path
) -> None:
    class Crash(BaseException):
        pass

    class Crashing(Consumer):
        def __call__(self, function: str, event: Any) -> Any:
            answer = super().__call__(function, event)
            if len(self.offered) > 1:
                raise Crash
            return answer

    before, after = Crashing(), Consumer()
    stream = _stream(tables, before, checkpoints=Checkpoints(tmp_path))
    _put(tables, "1")
    stream.step()
    _put(tables, "2")
    with pytest.raises(Crash):
        stream.step()
    _restarted(tables, after, tmp_path).step()
    assert (before.offered, after.offered) == ([["1"], ["2"]], [["2"]])
    assert before.ids[1:] == after.ids
