"""A function may do what its role allows, and nothing else."""

from collections.abc import Iterator
from typing import Any

import botocore.session
import pytest
from botocore import handlers
from botocore.client import BaseClient
from botocore.stub import Stubber

from infra.local import grants, names


def _client(service: str) -> BaseClient:
    """A client made while grants are enforced."""
    before = list(handlers.BUILTIN_HANDLERS)
    grants.enforce()
    session = botocore.session.Session()
    session.set_credentials("key", "secret")
    client = session.create_client(service, region_name=names.REGION)
    handlers.BUILTIN_HANDLERS[:] = before
    return client


@pytest.fixture
def dynamodb() -> Iterator[BaseClient]:
    """The tables' client; it reaches nobody."""
    client = _client("dynamodb")
    with Stubber(client) as stubber:
        stubber.add_response("get_item", {})
        stubber.add_response("put_item", {})
        yield client


ROW = {"TableName": "dealer-shop-local-settings", "Key": {"pk": {"S": "a"}, "sk": {"S": "b"}}}
ITEM = {"TableName": "dealer-shop-local-settings", "Item": {"pk": {"S": "a"}, "sk": {"S": "b"}}}


def test_a_reader_reads_but_does_not_write(dynamodb: BaseClient) -> None:
    with grants.acting_as("settings-api"):
        dynamodb.get_item(**ROW)  # type: ignore[attr-defined]
        with pytest.raises(grants.AccessDenied, match="settings-api may not dynamodb:PutItem"):
            dynamodb.put_item(**ITEM)  # type: ignore[attr-defined]


def test_a_transaction_is_judged_by_each_of_its_writes(dynamodb: BaseClient) -> None:
    with grants.acting_as("settings-api"), pytest.raises(grants.AccessDenied, match="PutItem"):
        dynamodb.transact_write_items(TransactItems=[{"Put": ITEM}])  # type: ignore[attr-defined]


def test_another_context_is_out_of_reach(dynamodb: BaseClient) -> None:
    other = {"TableName": "dealer-shop-local-points", "Key": ROW["Key"]}
    with (
        grants.acting_as("settings-api"),
        pytest.raises(grants.AccessDenied, match="table/dealer-shop-local-points"),
    ):
        dynamodb.get_item(**other)  # type: ignore[attr-defined]


def test_outside_of_functions_nothing_is_refused(dynamodb: BaseClient) -> None:
    dynamodb.get_item(**ROW)  # type: ignore[attr-defined]
    dynamodb.put_item(**ITEM)  # type: ignore[attr-defined]


def test_the_form_of_an_upload_is_judged_as_the_upload() -> None:
    bucket = names.name_of("UploadsBucket")
    s3 = _client("s3")
    with grants.acting_as("agents-api"):
        assert s3.generate_presigned_post(bucket, "licence/a.png")["url"]
    with grants.acting_as("points-api"), pytest.raises(grants.AccessDenied, match="s3:PutObject"):
        s3.generate_presigned_post(bucket, "licence/a.png")


def test_a_file_in_parts_and_a_copy_are_judged_as_what_they_read_and_write() -> None:
    exports, uploads = names.name_of("ExportsBucket"), names.name_of("UploadsBucket")
    s3: Any = _client("s3")
    part = {"Key": "orders/a.csv", "UploadId": "u"}
    with Stubber(s3) as stubber:
        stubber.add_response("create_multipart_upload", {})
        stubber.add_response("upload_part", {})
        stubber.add_response("list_parts", {})
        stubber.add_response("copy_object", {})
        with grants.acting_as("orders-export-orders"):
            s3.create_multipart_upload(Bucket=exports, Key="orders/a.csv")
            s3.upload_part(Bucket=exports, PartNumber=1, **part)
            s3.list_parts(Bucket=exports, **part)
        with grants.acting_as("agents-api"):
            s3.copy_object(Bucket=uploads, Key="b", CopySource={"Bucket": uploads, "Key": "a"})
            with pytest.raises(grants.AccessDenied, match="s3:GetObject"):
                s3.copy_object(Bucket=uploads, Key="b", CopySource={"Bucket": exports, "Key": "a"})
            with pytest.raises(grants.AccessDenied, match="s3:PutObject"):
                s3.create_multipart_upload(Bucket=exports, Key="orders/a.csv")
