"""The merchant's secrets for the local providers, in the shape each context reads them.

`wechat-pay`: appid, mchid, merchant_serial, private_key_pem, apiv3_keys [current, former?], public_key_id,
verifiers {serial: PEM}, base_urls [main, spare?].
"""

from typing import Any

from infra.local.providers.keys import Keys, public_pem


def documents(keys: Keys, urls: dict[str, str]) -> dict[str, dict[str, Any]]:
    """Every secret by the name it is stored under."""
    return {
        "wechat-pay": {
            "appid": keys.appid,
            "mchid": keys.mchid,
            "merchant_serial": keys.merchant_serial,
            "private_key_pem": keys.merchant_key_pem,
            "apiv3_keys": [keys.apiv3_key],
            "public_key_id": keys.public_key_id,
            "verifiers": {keys.public_key_id: public_pem(keys.wechat_pay_key_pem)},
            "base_urls": [urls["wechat_pay"]],
        },
    }
