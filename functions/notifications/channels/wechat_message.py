"""WeChat subscription messages."""

from collections.abc import Mapping

from functions.notifications.channels.failures import Undeliverable
from kit import wechat
from kit.log import logger
from kit.wechat import NO_CONSENT_LEFT, MiniProgram, WechatRefused


class WechatMessages:
    """Sends our kinds of messages with the templates chosen in WeChat's console."""

    def __init__(self, mini_program: MiniProgram, templates: Mapping[str, str]) -> None:
        self._mini_program = mini_program
        self._templates = templates

    def send(self, openid: str, kind: str, values: Mapping[str, str], page: str) -> None:
        """Send one message. Raises Undeliverable (also when no consent is left), ProviderUnsure."""
        template = self._templates.get(kind)
        if template is None or not values:
            raise Undeliverable(f"no WeChat template for {kind}")
        try:
            self._mini_program.send_message(openid, template, values, page)
        except WechatRefused as refusal:
            if refusal.errcode != NO_CONSENT_LEFT:
                # The person still gets the message another way; somebody must put the template right.
                logger.error("wechat_message_refused", extra={"kind": kind, "errcode": refusal.errcode})
            raise Undeliverable(f"errcode {refusal.errcode}") from refusal


def templates() -> dict[str, str]:
    """The subscription template id of each kind of message."""
    return wechat.account().templates


def messages() -> WechatMessages:
    """Messages of the merchant's mini-program."""
    return WechatMessages(wechat.mini_program(), templates())
