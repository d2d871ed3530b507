"""The merchant's secrets for the local providers, in the shape their readers expect.

`wechat-pay` (payments): appid, mchid, merchant_serial, private_key_pem, apiv3_keys [current, former?],
public_key_id, verifiers {serial: PEM}, base_urls [main, spare?].
`wechat-mini-program` (kit.wechat; orders, auth, notifications): appid, secret, base_url, push_token,
push_aes_key, templates {kind of message: template id}, state formal|trial|developer.
`sms` (notifications): secret_id, secret_key, app_id, sign_name, region, base_url, templates {kind: id}.
`smtp` (notifications): host, port, security tls|starttls|plain, user, password, sender, sender_name, ca_pem.
`union-pay` (payments): merchant_id, cert_id, private_key_pem, authorities [PEM], signer, base_url.
`kuaidi100` (orders): customer, key, salt, base_url.
"""

from typing import Any
from urllib.parse import urlsplit

from infra.local.providers import mini_program, sms
from infra.local.providers.keys import Keys, public_pem, serial


def documents(keys: Keys, urls: dict[str, str]) -> dict[str, dict[str, Any]]:
    """Every secret by the name it is stored under; `urls` as the running providers give them."""
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
        "wechat-mini-program": {
            "appid": keys.appid,
            "secret": keys.mini_program_secret,
            "base_url": urls["mini_program"],
            "push_token": keys.push_token,
            "push_aes_key": keys.push_aes_key,
            "templates": mini_program.TEMPLATES,
            "state": "formal",
        },
        "sms": {
            "secret_id": keys.sms_secret_id,
            "secret_key": keys.sms_secret_key,
            "app_id": keys.sms_app_id,
            "sign_name": sms.SIGN_NAME,
            "region": "ap-guangzhou",
            "base_url": urls["sms"],
            "templates": {kind: identifier for kind, (identifier, _) in sms.TEMPLATES.items()},
        },
        "union-pay": {
            "merchant_id": keys.union_pay_merchant,
            "cert_id": str(serial(keys.union_pay_merchant_certificate_pem)),
            "private_key_pem": keys.union_pay_merchant_key_pem,
            "authorities": [keys.union_pay_root_pem],
            "signer": "00040000:SIGN",
            "base_url": f"{urls['union_pay']}/gateway/api",
        },
        "smtp": _mailbox(keys, urls["smtp"]),
        "kuaidi100": {
            "customer": keys.kuaidi100_customer,
            "key": keys.kuaidi100_key,
            "salt": keys.kuaidi100_salt,
            "base_url": urls["kuaidi100"],
        },
    }


def _mailbox(keys: Keys, url: str) -> dict[str, Any]:
    place = urlsplit(url)
    return {
        "host": place.hostname,
        "port": place.port,
        "security": "starttls",
        "user": keys.smtp_user,
        "password": keys.smtp_password,
        "sender": keys.smtp_user,
        "sender_name": "订货平台",
        "ca_pem": keys.smtp_certificate_pem,
    }
