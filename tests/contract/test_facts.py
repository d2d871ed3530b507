"""Every fact has a schema and a reader; every reader has a rule, a queue and dead letters of its own."""

import pytest

from infra import description
from infra.build import facts
from infra.build.facts import Consumer, pascal
from kit.facts import Fact

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
    assert set(consumer.facts) == set(facts.named_in(consumer.function))


@each_reader
def test_what_it_reads_is_announced_with_the_fields_it_needs(consumer: Consumer) -> None:
    announced = facts.published()
    for name, read in facts.named_in(consumer.function).items():
        assert name in announced, f"nobody announces {name}"
        assert _fields(read).items() <= _fields(announced[name]).items()


def test_every_fact_is_read_by_somebody() -> None:
    read = {name for consumer in CONSUMERS for name in consumer.facts}
    assert set(facts.published()) == read


def test_the_bus_may_reach_every_queue_that_a_rule_feeds() -> None:
    (policy,) = description.of_type("AWS::SQS::QueuePolicy").values()
    assert [queue["Ref"] for queue in policy["Queues"]] == [one.queue for one in CONSUMERS if one.facts]


def test_no_rule_and_no_queue_is_without_a_reader() -> None:
    names = {pascal(consumer.function) for consumer in CONSUMERS}
    assert {rule.removesuffix("Rule") for rule in RULES} <= names
    left = {queue.removesuffix("Queue").removesuffix("DeadLetters") for queue in QUEUES} - names
    assert left == {"Unpublished"}


def _fields(model: type[Fact]) -> dict[str, object]:
    """Field → its JSON schema, titles and descriptions aside."""
    schema = model.model_json_schema()
    kept = {"title", "description", "default"}
    return {
        name: {key: value for key, value in field.items() if key not in kept}
        for name, field in schema["properties"].items()
    }
