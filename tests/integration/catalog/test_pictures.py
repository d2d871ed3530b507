"""Staff put pictures into the store, and only pictures become those of goods."""

from typing import Any

import pytest
import requests

from tests.integration.catalog.conftest import PICTURE, PNG, Ask, goods, made, put
from tests.kit import uploads
from tests.kit.people import agent_token, staff_token

WEBP = b"RIFF\x24\0\0\0WEBPVP8 " + b"\0" * 20
HTML = b"<html><script>alert(1)</script></html>"


def form(desk: Ask, **changes: Any) -> dict[str, Any]:
    body = {"subject": "products", "content_type": "image/png", "size": len(PNG)} | changes
    return made(desk, "/uploads", body)


def upload(prepared: dict[str, Any], content: bytes, **changes: str) -> int:
    fields = prepared["fields"] | changes
    return requests.post(prepared["url"], data=fields, files={"file": content}, timeout=5).status_code


class TestUpload:
    def test_a_picture_is_uploaded_and_used(self, desk: Ask, tea: str) -> None:
        prepared = form(desk)
        key = prepared["key"]
        assert (key[:16], key[-4:], len(key)) == ("public/products/", ".png", 30)
        assert upload(prepared, PNG) in {200, 204}
        assert uploads.kept(key) is None
        assert made(desk, "/products", goods(tea, images=[key]))["images"] == [key]
        assert uploads.kept(key) == PNG
        group = made(desk, "/brands", {"name": "甲", "image": key})
        assert group["image"] == key

    @pytest.mark.parametrize(
        "change",
        [
            {"content_type": "image/svg+xml"},
            {"content_type": "text/html"},
            {"content_type": "application/pdf"},
            {"size": 0},
            {"size": 5 * 1024 * 1024 + 1},
            {"subject": "agents"},
            {"subject": "../etc"},
            {"key": "public/products/1.png"},
        ],
    )
    def test_out_of_bounds(self, desk: Ask, change: dict[str, Any]) -> None:
        body = {"subject": "products", "content_type": "image/png", "size": 10} | change
        assert desk("POST", "/uploads", body).status == 422

    @pytest.mark.parametrize(
        ("subject", "held", "status"),
        [
            ("gifts", "gifts", 201),
            ("products", "gifts", 403),
            ("gifts", "catalog.write", 403),
            ("products", "catalog.read", 403),
        ],
    )
    def test_who_looks_after_it_may_upload(self, desk: Ask, subject: str, held: str, status: int) -> None:
        body = {"subject": subject, "content_type": "image/png", "size": 10}
        assert desk("POST", "/uploads", body, token=staff_token(held)).status == status
        assert desk("POST", "/uploads", body, token=None).status == 401
        assert desk("POST", "/uploads", body, token=agent_token()).status == 403

    def test_each_upload_has_a_key_of_its_own(self, desk: Ask) -> None:
        assert form(desk)["key"] != form(desk)["key"]


class TestCheck:
    @pytest.mark.parametrize(
        ("key", "content"),
        [
            ("public/products/none.png", None),
            ("public/products/page.png", HTML),
            ("public/products/empty.png", b""),
            ("public/products/other.jpg", PNG),
            ("public/products/paper.png", b"%PDF-1.7\n"),
            ("public/products/large.png", PNG + b"\0" * 5 * 1024 * 1024),
        ],
    )
    def test_what_is_no_picture_is_not_taken(
        self, desk: Ask, tea: str, key: str, content: bytes | None
    ) -> None:
        if content is not None:
            put(key, content)
        sku = goods(tea)["skus"][0] | {"image": key}
        for path, body in (
            ("/products", goods(tea, images=[PICTURE, key])),
            ("/products", goods(tea, skus=[sku])),
            ("/brands", {"name": "甲", "image": key}),
        ):
            refused = desk("POST", path, body)
            assert (refused.status, refused.json["code"]) == (422, "PictureRefused")
            assert refused.json["keys"] == [key]
        assert not desk("GET", "/products?state=draft").json["items"]

    @pytest.mark.parametrize(
        "key", ["agents/x/licence/1.png", "public/../x.png", "https://x/1.png", "public/a.png"]
    )
    def test_keys_from_elsewhere(self, desk: Ask, tea: str, key: str) -> None:
        assert desk("POST", "/products", goods(tea, images=[key])).status == 422

    def test_an_edit_checks_only_what_is_new(self, desk: Ask, tea: str) -> None:
        product = made(desk, "/products", goods(tea))
        put(PICTURE, HTML)
        put("public/products/002.webp", WEBP)
        path = f"/products/{product['product_id']}"
        kept = desk("PATCH", path, {"version": 1, "images": [PICTURE, "public/products/002.webp"]})
        assert kept.status == 200, kept.text
        refused = desk("PATCH", path, {"version": 2, "images": [PICTURE, "public/products/003.webp"]})
        assert refused.json["keys"] == ["public/products/003.webp"]
        assert desk("GET", path).json["version"] == 2
