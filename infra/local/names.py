"""What the references of the description mean on this machine: names, addresses and environment variables.

Every engine answers for one account in one region; which ones they are does not matter as long as all agree.
"""

import os
import re
from collections.abc import Mapping
from typing import Any

from infra import description

STAGE = "local"
REGION = "cn-northwest-1"
ACCOUNT = "000000000000"
PARTITION = "aws"  # what the engines write into their ARNs
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_REGION": REGION,
    "AWS_DEFAULT_REGION": REGION,
    "AWS_EC2_METADATA_DISABLED": "true",
}
_PREFIX = f"dealer-shop-{STAGE}"
_PSEUDO = {
    "AWS::AccountId": ACCOUNT,
    "AWS::Region": REGION,
    "AWS::Partition": PARTITION,
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::StackName": _PREFIX,
}


class UnknownReference(Exception):
    """The description refers to something that has no meaning on this machine."""


def name_of(logical_id: str) -> str:
    """The physical name of a resource."""
    resource = description.resources(STAGE)[logical_id]
    given = {
        "AWS::DynamoDB::Table": "TableName",
        "AWS::SQS::Queue": "QueueName",
        "AWS::S3::Bucket": "BucketName",
        "AWS::Events::EventBus": "Name",
        "AWS::Events::Rule": "Name",
        "AWS::IAM::Role": "RoleName",
    }[resource["Type"]]
    name = resource.get("Properties", {}).get(given)
    return str(plain(name)) if name else f"{_PREFIX}-{logical_id}"


def queue_url(logical_id: str) -> str:
    """Where a queue of the description is reached; needs AWS_ENDPOINT_URL."""
    return url_of_queue(name_of(logical_id))


def url_of_queue(name: str) -> str:
    """Where the queue of a physical name is reached; needs AWS_ENDPOINT_URL."""
    return f"{os.environ['AWS_ENDPOINT_URL']}/{ACCOUNT}/{name}"


def url_of_dead_letters(name: str) -> str | None:
    """Where a queue, by physical name, moves what failed too often."""
    for logical_id, properties in description.of_type("AWS::SQS::Queue", STAGE).items():
        if name_of(logical_id) == name and "RedrivePolicy" in properties:
            return url_of_queue(plain(properties["RedrivePolicy"])["deadLetterTargetArn"].rpartition(":")[2])
    return None


def arn_of(logical_id: str) -> str:
    """The ARN of a resource."""
    name = name_of(logical_id)
    match description.resources(STAGE)[logical_id]["Type"]:
        case "AWS::DynamoDB::Table":
            return f"arn:{PARTITION}:dynamodb:{REGION}:{ACCOUNT}:table/{name}"
        case "AWS::SQS::Queue":
            return f"arn:{PARTITION}:sqs:{REGION}:{ACCOUNT}:{name}"
        case "AWS::S3::Bucket":
            return f"arn:{PARTITION}:s3:::{name}"
        case "AWS::Events::EventBus":
            return f"arn:{PARTITION}:events:{REGION}:{ACCOUNT}:event-bus/{name}"
        case "AWS::IAM::Role":
            return f"arn:{PARTITION}:iam::{ACCOUNT}:role/{name}"
        case kind:
            raise UnknownReference(f"{logical_id} ({kind}) has no ARN here")


def plain(value: Any) -> Any:
    """A part of the description with `!Ref`, `!GetAtt` and `!Sub` replaced by what they mean here."""
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        (kind, argument), *_ = value.items()
        if kind == "Ref":
            return _reference(argument)
        if kind == "Fn::GetAtt":
            return _attribute(*argument)
        if kind == "Fn::Sub":
            return re.sub(r"\$\{([^}]+)\}", lambda found: str(_reference(found[1])), argument)
    return {key: plain(inner) for key, inner in value.items()}


def _reference(name: str) -> str:
    if name in _PSEUDO:
        return _PSEUDO[name]
    if "." in name:
        return _attribute(*name.split(".", 1))
    if description.resources(STAGE).get(name, {}).get("Type") == "AWS::SQS::Queue":
        return queue_url(name)
    return name_of(name)


def _attribute(logical_id: str, attribute: str) -> str:
    if attribute == "Arn":
        return arn_of(logical_id)
    if attribute == "StreamArn":
        return f"{arn_of(logical_id)}/stream/latest"
    raise UnknownReference(f"{logical_id}.{attribute}")


def environment() -> dict[str, str]:
    """The variables of all functions together: on this machine they share one process."""
    variables: dict[str, str] = {}
    for function in description.functions(STAGE).values():
        variables |= {name: str(plain(value)) for name, value in function["environment"].items()}
    return variables


def endpoints(tables_port: int, cloud_port: int) -> Mapping[str, str]:
    """The variables that lead every AWS client to the engines of this machine."""
    return {
        **CREDENTIALS,
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{cloud_port}",
        "AWS_ENDPOINT_URL_DYNAMODB": f"http://127.0.0.1:{tables_port}",
    }
