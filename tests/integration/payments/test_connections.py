"""Staff try whether a provider can be reached; the answer says what is wrong, and shows no secret."""

import os
from typing import Any

import pytest

from functions.payments import backoffice
from functions.settings import backoffice as settings_desk
from infra.local.providers.keys import Keys
from kit import aws, secrets
from kit.api import Api
from tests.kit.http import Answer, call
from tests.kit.people import agent_token, staff_token
from tests.kit.till import Till
from tests.kit.time import Clock

WAYS = ("wechat", "union-pay")


@pytest.fixture
def desk(till: Till, at: Clock) -> Any:
    app = Api("admin")
    for context in (backoffice, settings_desk):
        app.register_blueprint(context.door, name_prefix=context.__name__, url_prefix="/admin")

    def ask(method: str, path: str, **options: Any) -> Answer:
        return call(
            app, method, f"/admin/payment-methods{path}", **{"token": staff_token("settings")} | options
        )

    return ask


def change(way: str, **fields: Any) -> None:
    name = {"wechat": "wechat-pay", "union-pay": "union-pay"}[way]
    secrets.store(name, secrets.document(name) | fields)


@pytest.mark.parametrize("way", WAYS)
def test_both_directions_are_proved(desk: Any, way: str) -> None:
    answer = desk("POST", f"/{way}/test")
    assert (answer.status, answer.json["result"], answer.json["provider_code"]) == (200, "connected", None)
    assert "通过了验签" in answer.json["explanation"]
    assert (answer.json["kind"], answer.json["milliseconds"] >= 0) == (way.replace("-", "_"), True)


@pytest.mark.parametrize(
    ("way", "wrong", "result", "code"),
    [
        ("wechat", {"mchid": "1900000001"}, "refused", "SIGN_ERROR"),
        ("wechat", {"merchant_serial": "0" * 40}, "refused", "SIGN_ERROR"),
        ("wechat", {"base_urls": ["http://127.0.0.1:9"]}, "no_answer", None),
        ("wechat", {"private_key_pem": "-----BEGIN NOTHING-----"}, "unreadable", None),
        ("union-pay", {"cert_id": "1"}, "refused", "11"),
        ("union-pay", {"signer": "别人"}, "not_believed", None),
        ("union-pay", {"base_url": "http://127.0.0.1:9/gateway/api"}, "no_answer", None),
        ("union-pay", {"private_key_pem": "-----BEGIN NOTHING-----"}, "unreadable", None),
    ],
)
def test_what_is_wrong_is_named(
    desk: Any, way: str, wrong: dict[str, Any], result: str, code: str | None
) -> None:
    change(way, **wrong)
    answer = desk("POST", f"/{way}/test")
    assert (answer.status, answer.json["result"], answer.json["provider_code"]) == (200, result, code)
    assert "PRIVATE KEY" not in answer.text


def test_an_answer_signed_by_somebody_else_is_not_believed(desk: Any, keys_file: Any) -> None:
    held = secrets.document("wechat-pay")
    (serial,) = held["verifiers"]
    stranger = Keys.model_validate_json(keys_file.read_text()).union_pay_certificate_pem
    change("wechat", verifiers={serial: stranger})
    assert desk("POST", "/wechat/test").json["result"] == "not_believed"


@pytest.mark.parametrize("way", WAYS)
def test_a_provider_that_hangs_up_is_no_answer(desk: Any, till: Till, way: str) -> None:
    provider = till.wechat if way == "wechat" else till.providers.union_pay
    provider.fail_next("disconnect")
    assert desk("POST", f"/{way}/test").json["result"] == "no_answer"


def test_new_credentials_are_tried_at_once_and_missing_ones_named(desk: Any) -> None:
    kept = secrets.document("wechat-pay")
    change("wechat", mchid="1900000001")
    assert desk("POST", "/wechat/test").json["result"] == "refused"
    secrets.store("wechat-pay", kept)
    assert desk("POST", "/wechat/test").json["result"] == "connected"
    aws.client("ssm").delete_parameter(Name=f"/dealer-shop/{os.environ['STAGE']}/wechat-pay")
    assert desk("POST", "/wechat/test").json["result"] == "no_credentials"


def test_the_list_says_since_when_and_how_numbers_end(desk: Any) -> None:
    held = secrets.document("wechat-pay")
    answer = desk("GET", "")
    found = {item["kind"]: item for item in answer.json["items"]}
    shown = found["wechat"]["credentials"]
    assert (shown["merchant_ends"], shown["certificate_ends"]) == (
        held["mchid"][-4:],
        held["merchant_serial"][-4:],
    )
    assert shown["set_at"].endswith("Z")
    assert (found["credit"]["needs_credentials"], found["credit"]["credentials"]) == (False, None)
    assert "PRIVATE KEY" not in answer.text
    assert not any(key in answer.text for key in held["apiv3_keys"])


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("POST", "/wechat/test")])
def test_only_for_staff_with_the_permission(desk: Any, method: str, path: str) -> None:
    assert desk(method, path, token=None).status == 401
    assert desk(method, path, token=agent_token()).status == 403
    assert desk(method, path, token=staff_token("finance")).status == 403


@pytest.mark.parametrize("way", ["credit", "bank-transfer", "nothing", "union_pay"])
def test_only_providers_can_be_tried(desk: Any, way: str) -> None:
    assert desk("POST", f"/{way}/test").status == 404
