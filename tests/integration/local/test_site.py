"""Every address of the local site leads to the right thing, built or not."""

import os
from typing import Any, cast

import pytest
from werkzeug.test import Client, TestResponse

from infra.local import site
from infra.local.dev import Dev
from infra.local.gateway import Gateway
from infra.local.site import Site
from kit import aws
from tests.kit.engines import Cloud


def _visit(path: str, method: str = "GET") -> TestResponse:
    def answer(function: str, event: Any) -> dict[str, Any]:
        return {"statusCode": 200, "body": function}

    client = Client(Site(Gateway([("settings-api", "GET /shop")], answer), cast(Dev, None)))
    return client.open(path, method=method, buffered=True)


def test_the_api_is_reached_beside_the_pages() -> None:
    assert _visit("/shop").text == "settings-api"
    assert _visit("/shop", "POST").status_code == 404
    assert cast(Any, _visit("/nowhere").json)["code"] == "NotFound"
    assert _visit("/_local/ready").status_code == 204


@pytest.mark.parametrize("path", ["/", "/admin-console", "/admin-console/orders/01", "/docs"])
def test_people_always_find_a_page(path: str) -> None:
    page = _visit(path)
    assert (page.status_code, page.content_type) == (200, "text/html; charset=utf-8")


def test_nothing_outside_the_clients_is_served() -> None:
    assert _visit("/../serverless.yml").status_code == 404
    assert "html" in _visit("/docs/../../serverless.yml").content_type
    assert "html" in _visit("/admin-console/%2e%2e/%2e%2e/serverless.yml").content_type


def test_public_pictures_come_from_the_bucket_and_private_objects_do_not(cloud: Cloud) -> None:
    bucket = os.environ["UPLOADS_BUCKET"]
    for key in ("public/a.webp", "licence/a.webp"):
        aws.client("s3").put_object(Bucket=bucket, Key=key, Body=b"picture", ContentType="image/webp")
    picture = _visit("/public/a.webp")
    assert (picture.data, picture.content_type) == (b"picture", "image/webp")
    assert _visit("/public/b.webp").status_code == 404
    aws.client("s3").put_object(Bucket=bucket, Key="incoming/public/b.webp", Body=b"new")
    assert _visit("/public/b.webp").data == b"new"
    assert _visit("/licence/a.webp").status_code == 404
    assert _visit("/public/../licence/a.webp").status_code == 404


def test_the_documentation_needs_no_other_server() -> None:
    if not site._SWAGGER.exists():
        assert "/openapi.json" in _visit("/docs").text
        return
    assert "javascript" in _visit("/docs/swagger-ui-bundle.js").content_type
    assert "http" not in _visit("/docs").text.replace("http-equiv", "")
