"""Every test starts with empty engines, made from the description alone."""

import os

import pytest

from kit import aws, secrets
from tests.kit.engines import Cloud, Tables


@pytest.mark.parametrize("_time", range(2))
def test_tables_are_empty_at_the_start_of_every_test(tables: Tables, _time: int) -> None:
    assert tables.rows("orders") == []
    for name in _variables("_TABLE"):
        tables.store.call("PutItem", TableName=name, Item={"pk": {"S": "a"}, "sk": {"S": "b"}})
    assert len(tables.rows("orders")) == 1


def _variables(ending: str) -> list[str]:
    return [value for name, value in os.environ.items() if name.endswith(ending)]


@pytest.mark.parametrize("_time", range(2))
def test_queues_buckets_and_secrets_are_empty_at_the_start_of_every_test(cloud: Cloud, _time: int) -> None:
    bucket = os.environ["UPLOADS_BUCKET"]
    assert "Contents" not in aws.client("s3").list_objects_v2(Bucket=bucket)
    assert cloud.messages("NotificationsSendCodeQueue") == []
    aws.client("s3").put_object(Bucket=bucket, Key="picture", Body=b"...")
    aws.client("sqs").send_message(QueueUrl=os.environ["SEND_CODE_QUEUE"], MessageBody="first")
    secrets.store("sms", "secret")
    assert cloud.messages("NotificationsSendCodeQueue") == ["first"]
    assert secrets.text("sms") == "secret"


def test_a_fact_reaches_the_queues_whose_rules_want_it_and_no_other(cloud: Cloud) -> None:
    fact = {"Source": "shop.orders", "DetailType": "OrderPaid", "Detail": "{}"}
    aws.client("events").put_events(Entries=[fact | {"EventBusName": os.environ["FACTS_BUS"]}])
    assert len(cloud.messages("PointsOnOrderPaidQueue")) == 1
    assert cloud.messages("OrdersOnOrderShippedQueue") == []
