"""Every address of the local site leads to the right thing, built or not."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from werkzeug.test import Client, TestResponse

from infra.local import site
from infra.local.dev import Dev
from infra.local.gateway import Gateway
from infra.local.site import Site
from kit import aws, files
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


@pytest.mark.parametrize("path", ["/", "/admin-console/orders/01"])
def test_pages_run_no_script_of_others_and_stand_in_no_frame(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "index.html").write_text("a built client")
    monkeypatch.setattr(site, "SHOP", tmp_path)
    monkeypatch.setattr(site, "CONSOLE", tmp_path)
    said = _visit(path).headers
    allowed = dict(rule.split(" ", 1) for rule in said["Content-Security-Policy"].split("; "))
    assert allowed["default-src"] == "'self'"
    assert "script-src" not in allowed
    assert allowed["frame-ancestors"] == "'none'"
    assert said["X-Frame-Options"] == "DENY"
    assert said["X-Content-Type-Options"] == "nosniff"


def test_pages_may_send_files_where_the_forms_say(cloud: Cloud) -> None:
    bucket = os.environ["UPLOADS_BUCKET"]
    form = files.upload_form(bucket, "licence/a.webp", {}, 10, datetime(2026, 1, 1, tzinfo=UTC))
    origin = form.url.removesuffix(f"/{bucket}")
    allowed = site.page_headers()["Content-Security-Policy"]
    assert [
        origin in rule.split() for rule in allowed.split("; ") if rule.startswith(("img", "connect"))
    ] == [
        True,
        True,
    ]


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
