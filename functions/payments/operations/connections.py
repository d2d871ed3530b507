"""Whether a provider can be reached with the credentials that are stored, and what is wrong if not."""

from collections.abc import Callable, Mapping
from datetime import datetime

from functions.payments.operations.channels import channel_of
from functions.payments.rules.comparing import Provider
from functions.payments.schemas import Connection, ConnectionTest
from functions.settings import operations as settings
from kit import clock, secrets
from kit.errors import Unauthenticated
from kit.http_client import ProviderRefused, ProviderUnsure

Timer = Callable[[], float]  # seconds
_NAMES: Mapping[Provider, str] = {"wechat": "微信支付", "union_pay": "银联"}
_TEXTS: Mapping[Connection, str] = {
    "connected": "{name}接受了我方签名，其应答也通过了验签，可以收款。",
    "refused": "{name}拒绝了请求（{code}）。请核对商户号、证书序列号与私钥是否属于同一份证书，"
    "以及商户是否已开通该产品。",
    "not_believed": "收到了应答，但不能确认它来自{name}。请核对{name}的公钥或根证书，并确认服务器时间准确。",
    "no_answer": "{name}没有应答，可能是网络或对方服务暂时中断，请稍后再试。",
    "no_credentials": "尚未填写{name}的商户资料。",
    "unreadable": "已保存的{name}商户资料无法读取，请重新填写私钥和公钥（PEM 格式）。",
}
# WeChat Pay uses this key only to encrypt notices.
_BESIDES: Mapping[Provider, str] = {"wechat": "APIv3 密钥要到收到第一个支付通知时才能验证。"}


def try_connection(method: Provider, timer: Timer, now: datetime) -> ConnectionTest:
    """Ask the provider something harmless with the credentials as they are stored now."""
    secrets.forget()
    began = timer()
    found, code = _prove(method, now)
    milliseconds = round((timer() - began) * 1000)
    text = _TEXTS[found].format(name=_NAMES[method], code=code)
    return ConnectionTest(
        kind=method,
        result=found,
        explanation=text + _BESIDES.get(method, "") if found == "connected" else text,
        provider_code=code,
        milliseconds=milliseconds,
        tested_at=clock.to_text(now),
    )


def _prove(method: Provider, now: datetime) -> tuple[Connection, str | None]:
    if not settings.has_credentials(method):
        return "no_credentials", None
    try:
        channel_of(method).prove(now)
    except ProviderRefused as refusal:
        return "refused", refusal.provider_code
    except ProviderUnsure:
        return "no_answer", None
    except Unauthenticated:  # SignatureInvalid, which lies where cryptography is
        return "not_believed", None
    except (TypeError, ValueError):
        return "unreadable", None
    return "connected", None
