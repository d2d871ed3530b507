"""Every fact has a schema and a reader; every reader has a rule, a queue and dead letters of its own."""

from collections.abc import Iterator
from typing import Any

import pytest

from functions.notifications.rules import TEMPLATES, placeholders
from infra import description
from infra.build import facts
from infra.build.facts import Consumer, pascal
from kit.facts import Fact

Schema = dict[str, Any]
CONSUMERS = facts.consumers()
QUEUES = description.of_type("AWS::SQS::Queue")
RULES = description.of_type("AWS::Events::Rule")
each_consumer = pytest.mark.parametrize("consumer", CONSUMERS, ids=[one.function for one in CONSUMERS])
each_reader = pytest.mark.parametrize(
    "consumer", [one for one in CONSUMERS if one.facts], ids=[one.function for one in CONSUMERS if one.facts]
)


@each_consumer
def test_its_queue_is_its_own_and_keeps_what_fails(consumer: Consumer) -> None:
    assert consumer.queue == f"{pascal(consumer.function)}Queue"
    redrive = QUEUES[consumer.queue]["RedrivePolicy"]
    dead_letters = f"{pascal(consumer.function)}DeadLetters"
    assert dead_letters in QUEUES
    assert redrive == {"deadLetterTargetArn": {"Fn::GetAtt": [dead_letters, "Arn"]}, "maxReceiveCount": 5}


@each_consumer
def test_its_queue_waits_for_six_times_its_timeout(consumer: Consumer) -> None:
    timeout = description.functions()[consumer.function]["timeout"]
    assert QUEUES[consumer.queue]["VisibilityTimeout"] >= 6 * timeout


@each_consumer
def test_its_queue_is_fed_by_a_rule_or_by_a_sender(consumer: Consumer) -> None:
    senders = [
        name
        for name, entry in description.functions().items()
        if {"Ref": consumer.queue} in entry["environment"].values()
    ]
    assert bool(consumer.facts) == (f"{pascal(consumer.function)}Rule" in RULES)
    assert bool(consumer.facts) != bool(senders)


@each_reader
def test_its_rule_lets_through_what_its_code_reads(consumer: Consumer) -> None:
    assert set(consumer.facts) == set(facts.read_by(consumer.function))


@each_reader
def test_what_it_reads_is_announced_with_the_fields_it_needs(consumer: Consumer) -> None:
    announced = facts.published()
    for name, read in facts.read_by(consumer.function).items():
        assert name in announced, f"nobody announces {name}"
        lacking = list(_lacking(name, _schema(read), _schema(announced[name])))
        assert not lacking


def test_every_fact_is_read_by_somebody() -> None:
    read = {name for consumer in CONSUMERS for name in consumer.facts}
    assert set(facts.published()) == read


def test_the_bus_may_reach_every_queue_and_leaves_what_it_cannot_deliver_in_its_dead_letters() -> None:
    fed = set()
    for rule in description.of_type("AWS::Events::Rule").values():
        for target in rule["Targets"]:
            (queue, _), (waiting, _) = (
                target["Arn"]["Fn::GetAtt"],
                target["DeadLetterConfig"]["Arn"]["Fn::GetAtt"],
            )
            assert waiting == queue.removesuffix("Queue") + "DeadLetters"
            fed |= {queue, waiting}
    (policy,) = description.of_type("AWS::SQS::QueuePolicy").values()
    assert {queue["Ref"] for queue in policy["Queues"]} == fed


def test_no_rule_and_no_queue_is_without_a_reader() -> None:
    names = {pascal(consumer.function) for consumer in CONSUMERS}
    assert {rule.removesuffix("Rule") for rule in RULES} <= names
    left = {queue.removesuffix("Queue").removesuffix("DeadLetters") for queue in QUEUES} - names
    assert left == {"Unpublished"}


def _schema(model: type[Fact]) -> Schema:
    """A fact's JSON schema with every reference replaced by what it refers to."""
    schema = model.model_json_schema()
    definitions = schema.get("$defs", {})

    def inline(part: Any) -> Any:
        if isinstance(part, list):
            return [inline(inner) for inner in part]
        if not isinstance(part, dict):
            return part
        if "$ref" in part:
            return inline(definitions[part["$ref"].rsplit("/", 1)[1]])
        return {key: inline(inner) for key, inner in part.items() if key != "$defs"}

    inlined: Schema = inline(schema)
    return inlined


def _lacking(place: str, read: Schema, announced: Schema) -> Iterator[str]:
    """What a reader requires and the announcement does not have, or has with another type."""
    if read.get("type") != announced.get("type"):
        yield f"{place}: {announced.get('type')} is announced, {read.get('type')} is read"
    for name in read.get("required", []):
        field = announced.get("properties", {}).get(name)
        if field is None:
            yield f"{place}.{name} is not announced"
        else:
            yield from _lacking(f"{place}.{name}", read["properties"][name], field)
    if "items" in read:
        yield from _lacking(f"{place}[]", read["items"], announced.get("items", {}))


@pytest.mark.parametrize("kind", TEMPLATES)
def test_the_words_people_read_use_fields_that_are_announced(kind: str) -> None:
    fields = facts.published()[kind].model_fields
    used = {name.replace("_yuan", "_fen").replace("_local", "_at") for name in placeholders(TEMPLATES[kind])}
    assert used <= set(fields)
