"""WeChat Pay API v3 on this machine: the same addresses, signatures, rules and notices."""

from infra.local.providers.wechat_pay.api import WechatPay

__all__ = ["WechatPay"]
