"""Files: only what was promised, only from whom it came."""

import os
from typing import Any

import pytest
import requests

from functions.agents import operations, rules
from kit import aws, files
from tests.integration.agents.conftest import admin, ask
from tests.kit import uploads
from tests.kit.engines import Cloud
from tests.kit.http import Answer

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100


class TestUploads:
    def prepare(self, token: str, **changes: Any) -> Answer:
        body = {"purpose": "licence", "content_type": "image/png", "size": len(PNG)} | changes
        return ask("POST", "/uploads", body, token=token)

    def upload(self, form: dict[str, Any], content: bytes, **changes: str) -> int:
        fields = form["fields"] | changes
        return requests.post(form["url"], data=fields, files={"file": content}, timeout=5).status_code

    def put(self, key: str, content: bytes) -> None:
        aws.client("s3").put_object(Bucket=os.environ["UPLOADS_BUCKET"], Key=key, Body=content)

    def test_a_licence_is_uploaded_named_and_seen_by_staff(
        self, applicant: dict[str, Any], cloud: Cloud
    ) -> None:
        token = applicant["access_token"]
        form = self.prepare(token).json
        assert form["key"].startswith(f"agents/{applicant['agent_id']}/licence/")
        assert form["fields"]["Content-Type"] == "image/png"
        assert self.upload(form, PNG) in {200, 204}
        assert uploads.kept(form["key"]) is None
        edited = ask("PATCH", "/me/company", {"version": 1, "licence_key": form["key"]}, token=token)
        assert edited.json["licence_key"] == form["key"]
        assert uploads.kept(form["key"]) == PNG
        stored = aws.client("s3").head_object(Bucket=os.environ["UPLOADS_BUCKET"], Key=form["key"])
        assert (stored["ContentType"], stored["ContentDisposition"]) == ("image/png", "attachment")
        file = admin("GET", f"/applications/{applicant['agent_id']}").json
        assert requests.get(file["licence_url"], timeout=5).content == PNG

    def test_what_was_looked_at_is_what_is_kept(self, applicant: dict[str, Any], cloud: Cloud) -> None:
        token, other = applicant["access_token"], PNG + b"other"
        form = self.prepare(token).json
        bucket, key = os.environ["UPLOADS_BUCKET"], form["key"]
        self.upload(form, PNG)
        seen = files.look(bucket, key)
        assert seen
        self.put(files.INCOMING + key, other)
        assert not files.keep(bucket, key, seen)
        seen = files.look(bucket, key)
        assert seen
        assert files.keep(bucket, key, seen)
        self.upload(form, PNG)
        operations.keep_upload(applicant["agent_id"], key, "licence", bucket)
        assert uploads.kept(key) == other

    def test_what_was_never_uploaded_is_not_taken(self, applicant: dict[str, Any]) -> None:
        key = self.prepare(applicant["access_token"]).json["key"]
        edit = {"version": 1, "licence_key": key}
        refused = ask("PATCH", "/me/company", edit, token=applicant["access_token"])
        assert refused.json["code"] == "UploadNotFound"

    def test_a_file_of_another_kind_than_its_name_is_refused(self, applicant: dict[str, Any]) -> None:
        key = self.prepare(applicant["access_token"]).json["key"]
        self.put(key, b"<html><script>alert(1)</script></html>")
        edit = {"version": 1, "licence_key": key}
        refused = ask("PATCH", "/me/company", edit, token=applicant["access_token"])
        assert (refused.status, refused.json["code"]) == (422, "UploadRefused")

    def test_a_file_belongs_to_its_company_and_its_purpose(self, applicant: dict[str, Any]) -> None:
        bucket = os.environ["UPLOADS_BUCKET"]
        key = self.prepare(applicant["access_token"], purpose="voucher").json["key"]
        self.put(key, PNG)
        operations.keep_upload(applicant["agent_id"], key, "voucher", bucket)
        for agent_id, purpose in ((applicant["agent_id"], "licence"), ("0" * 26, "voucher")):
            with pytest.raises(rules.UploadNotFound):
                operations.keep_upload(agent_id, key, purpose, bucket)  # type: ignore[arg-type]

    def test_a_file_that_is_too_large_is_refused(self, applicant: dict[str, Any]) -> None:
        key = self.prepare(applicant["access_token"], purpose="review").json["key"]
        self.put(key, PNG + b"\0" * 5 * 1024 * 1024)
        with pytest.raises(rules.UploadRefused):
            operations.keep_upload(applicant["agent_id"], key, "review", os.environ["UPLOADS_BUCKET"])

    @pytest.mark.parametrize(
        "change",
        [
            {"content_type": "text/html"},
            {"content_type": "image/svg+xml"},
            {"content_type": "image/webp"},
            {"size": 0},
            {"size": 11 * 1024 * 1024},
            {"purpose": "avatar"},
            {"purpose": "review", "content_type": "application/pdf"},
            {"purpose": "review", "size": 6 * 1024 * 1024},
            {"key": "agents/x"},
        ],
    )
    def test_out_of_bounds(self, applicant: dict[str, Any], change: dict[str, Any]) -> None:
        assert self.prepare(applicant["access_token"], **change).status == 422

    def test_who_sends_too_much_hears_how_much_is_taken(self, applicant: dict[str, Any]) -> None:
        refused = self.prepare(applicant["access_token"], size=11 * 1024 * 1024).json
        assert refused["errors"] == [{"field": "size", "message": "文件不能超过 10 MB"}]
