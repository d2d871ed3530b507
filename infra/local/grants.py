"""Refuses what a function's role would refuse on AWS, so that a missing grant shows on this machine."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from botocore import handlers

from infra import description
from infra.local import names

_acting: ContextVar[str | None] = ContextVar("acting", default=None)
_TRANSACTED = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
    "Get": "GetItem",
}
_OBJECT_ACTIONS = {
    "HeadObject": "GetObject",
    "ListObjectsV2": "ListBucket",
    "ListParts": "ListMultipartUploadParts",
} | dict.fromkeys(("CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload"), "PutObject")
Asked = tuple[str, str]  # action, resource


class AccessDenied(Exception):
    """serverless.yml grants the function less than its code uses."""


@contextmanager
def acting_as(function: str) -> Iterator[None]:
    """Calls to AWS within the block are made with a function's role."""
    token = _acting.set(function)
    try:
        yield
    finally:
        _acting.reset(token)


def enforce() -> None:
    """Check every call from now on; must run before the first client is made."""
    handlers.BUILTIN_HANDLERS.append(("provide-client-params", _check))


def _check(params: Mapping[str, Any], model: Any, **_: Any) -> None:
    function = _acting.get()
    if function is None:
        return
    for action, resource in _asked(model.service_model.service_name, model.name, params):
        if not any(_allows(statement, action, resource) for statement in _statements(function)):
            raise AccessDenied(f"{function} may not {action} on {resource}")


@cache
def _statements(function: str) -> list[dict[str, Any]]:
    statements: list[dict[str, Any]] = names.plain(
        description.functions(names.STAGE)[function]["iamRoleStatements"]
    )
    return statements


def _allows(statement: dict[str, Any], action: str, resource: str) -> bool:
    actions, resources = _several(statement["Action"]), _several(statement["Resource"])
    return action in actions and any(fnmatchcase(resource, pattern) for pattern in resources)


def _several(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _asked(service: str, operation: str, params: Mapping[str, Any]) -> list[Asked]:
    """The actions and resources behind one call."""
    match service:
        case "dynamodb":
            return [(f"dynamodb:{action}", _table(name)) for action, name in _rows(operation, params)]
        case "s3":
            action = _OBJECT_ACTIONS.get(operation, operation)
            bucket = f"arn:{names.PARTITION}:s3:::{params['Bucket']}"
            if operation == "CopyObject":
                source = params["CopySource"]
                taken = f"arn:{names.PARTITION}:s3:::{source['Bucket']}/{source['Key']}"
                return [("s3:GetObject", taken), ("s3:PutObject", f"{bucket}/{params['Key']}")]
            if operation == "CreateBucket":  # botocore's model for the form of an upload; no bucket is made
                return [("s3:PutObject", f"{bucket}/*")]
            return [(f"s3:{action}", f"{bucket}/{params['Key']}" if "Key" in params else bucket)]
        case "sqs":
            return [(f"sqs:{operation}", _arn("sqs", params["QueueUrl"].rpartition("/")[2]))]
        case "ssm":
            named = params.get("Names") or [params["Name"]]
            return [(f"ssm:{operation}", _arn("ssm", f"parameter{name}")) for name in named]
        case "events":
            buses = {entry["EventBusName"] for entry in params["Entries"]}
            return [("events:PutEvents", _arn("events", f"event-bus/{bus}")) for bus in buses]
        case other:
            return [(f"{other}:{operation}", "*")]


def _rows(operation: str, params: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The action and the table (or index) of every row that one call touches."""
    if "TransactItems" in params:
        for item in params["TransactItems"]:
            for kind, arguments in item.items():
                yield _TRANSACTED[kind], arguments["TableName"]
    elif "RequestItems" in params:
        for table in params["RequestItems"]:
            yield operation, table
    else:
        index = f"/index/{params['IndexName']}" if "IndexName" in params else ""
        yield operation, f"{params['TableName']}{index}"


def _table(name: str) -> str:
    return _arn("dynamodb", f"table/{name}")


def _arn(service: str, resource: str) -> str:
    return f"arn:{names.PARTITION}:{service}:{names.REGION}:{names.ACCOUNT}:{resource}"
