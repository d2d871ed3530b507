"""docs/openapi.json is OpenAPI 3.1 to a validator that knows nothing of us."""

import json

from openapi_spec_validator import validate

from infra.build.openapi import DOCUMENT


def test_the_document_is_valid() -> None:
    validate(json.loads(DOCUMENT.read_text(encoding="utf-8")))
