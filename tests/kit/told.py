"""Who is told, what, and channels that remember."""

from collections.abc import Mapping

from tests.kit.people import AGENT

BUYER = "0BUYER00000000000000000000"
FACT = {
    "event_id": "E1",
    "occurred_at": "2026-11-23T02:00:00Z",
    "agent_id": AGENT,
    "order_id": "O1",
    "order_no": "20261123-AB12CD34",
    "paid_fen": 123400,
}


class Recorded:
    """Channels that remember, and fail when told to."""

    def __init__(self, **failing: Exception) -> None:
        self.sent: list[tuple[str, str]] = []
        self._failing = failing

    def _send(self, channel: str, to: str) -> None:
        if channel in self._failing:
            raise self._failing[channel]
        self.sent.append((channel, to))

    def email(self, address: str, title: str, text: str) -> None:
        self._send("email", address)

    def sms(self, phone: str, kind: str, *values: str) -> None:
        self._send("sms", phone)

    def wechat(self, openid: str, kind: str, values: Mapping[str, str], page: str) -> None:
        self._send("wechat", openid)
