"""Tencent Cloud's and WeChat's published vectors."""

import json
from base64 import b64decode
from datetime import UTC, datetime
from pathlib import Path

import pytest

from functions.notifications.channels.message_push import MessagePush, PushInvalid
from functions.notifications.channels.sms_tencent import sign

VECTORS = json.loads((Path(__file__).parent / "vectors.json").read_text(encoding="utf-8"))
TC3 = VECTORS["tencent_tc3"]
PUSH = VECTORS["wechat_message_push"]
SECURE = PUSH["secure"]


@pytest.fixture
def push() -> MessagePush:
    return MessagePush(PUSH["appid"], PUSH["token"], PUSH["encoding_aes_key"])


@pytest.fixture
def query() -> dict[str, str]:
    return {name: SECURE[name] for name in ("timestamp", "nonce", "signature", "msg_signature")}


@pytest.fixture
def body() -> bytes:
    return json.dumps({name: SECURE[name] for name in ("ToUserName", "Encrypt")}).encode()


@pytest.mark.parametrize("variant", [TC3, TC3["masked_key_variant"]], ids=["published key", "masked key"])
def test_tc3_signature(variant: dict[str, str]) -> None:
    at = datetime.fromtimestamp(TC3["timestamp"], UTC)
    scope, signature = sign(variant["secret_key"], "cvm", TC3["host"], TC3["payload"].encode(), at)
    assert scope == "2019-02-25/cvm/tc3_request"
    assert signature == variant["signature"]


def test_address_question_is_answered(push: MessagePush) -> None:
    assert push.check_address(PUSH["url_verify"]) == PUSH["url_verify"]["echostr"]


def test_address_question_of_a_stranger_is_refused(push: MessagePush) -> None:
    with pytest.raises(PushInvalid):
        push.check_address({**PUSH["url_verify"], "nonce": "1"})


def test_push_is_opened(push: MessagePush, query: dict[str, str], body: bytes) -> None:
    assert push.read(query, body) == json.loads(SECURE["msg"])


def test_answer_is_sealed_and_signed(push: MessagePush) -> None:
    reply = PUSH["reply"]
    sealed = push.seal(reply["msg"].encode(), reply["random"].encode())
    assert sealed == reply["Encrypt"]
    assert push.signature(str(reply["TimeStamp"]), reply["Nonce"], sealed) == reply["MsgSignature"]


@pytest.mark.parametrize("changed", [{"msg_signature": ""}, {"timestamp": "1"}, {"nonce": "1"}], ids=str)
def test_push_with_another_signature_is_refused(
    push: MessagePush, query: dict[str, str], body: bytes, changed: dict[str, str]
) -> None:
    with pytest.raises(PushInvalid):
        push.read(query | changed, body)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"<xml/>", b'{"Encrypt": "AAAA"}'])
def test_unreadable_push_is_refused(push: MessagePush, query: dict[str, str], body: bytes) -> None:
    with pytest.raises(PushInvalid):
        push.read(query, body)


@pytest.mark.parametrize("sealed", ["", "AAAA", "%", "A" * 43 + "=", "A" * 128])
def test_rightly_signed_nonsense_is_refused(push: MessagePush, sealed: str) -> None:
    query = {"timestamp": "1", "nonce": "2", "msg_signature": push.signature("1", "2", sealed)}
    with pytest.raises(PushInvalid):
        push.read(query, json.dumps({"Encrypt": sealed}).encode())


def test_push_for_another_mini_program_is_refused(push: MessagePush) -> None:
    other = MessagePush("wx0000000000000000", PUSH["token"], PUSH["encoding_aes_key"])
    sealed = other.seal(b"{}", bytes(16))
    query = {"timestamp": "1", "nonce": "2", "msg_signature": push.signature("1", "2", sealed)}
    with pytest.raises(PushInvalid):
        push.read(query, json.dumps({"Encrypt": sealed}).encode())


def test_sealed_text_is_whole_blocks(push: MessagePush) -> None:
    assert {len(b64decode(push.seal(b"x" * length, bytes(16)))) % 32 for length in range(64)} == {0}
