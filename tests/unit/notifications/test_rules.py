"""What people are told, and how."""

from datetime import datetime
from string import Formatter

import pytest

from functions.notifications import rules
from kit import clock


class TestWording:
    def test_money_and_instants_are_spoken(self) -> None:
        notice = rules.word(
            "OrderPaid", {"order_no": "20261123-AB12CD34", "order_id": "O1", "paid_fen": 123456}
        )
        assert notice.text == "订单 20261123-AB12CD34 已收到付款 1234.56 元，我们会尽快为您处理。"
        assert notice.page == "trade/order?id=O1"
        assert notice.wechat["amount2"] == "1234.56元"

    def test_values_are_cut_to_what_wechat_takes(self) -> None:
        fields = {"gift_name": "很" * 40, "redemption_id": "R1", "carrier_name": "顺丰", "tracking_no": "SF1"}
        notice = rules.word("RedemptionShipped", fields)
        assert len(notice.wechat["thing9"]) == 20
        assert "很" * 40 in notice.text

    def test_empty_values_are_left_out_of_a_wechat_message(self) -> None:
        fields = {"order_no": "N", "order_id": "O", "carrier_name": "", "tracking_no": None}
        assert set(rules.word("OrderShipped", fields).wechat) == {"character_string1"}

    @pytest.mark.parametrize("kind", rules.TEMPLATES)
    def test_every_wechat_field_has_a_known_kind(self, kind: str) -> None:
        fields = {
            name: "1"
            for text in _texts(rules.TEMPLATES[kind])
            for _, name, _, _ in Formatter().parse(text)
            if name
        }
        rules.word(kind, fields)


def _texts(template: rules.Template) -> list[str]:
    return [template.title, template.text, template.page, *template.wechat.values()]


BOTH = frozenset({"wechat", "email", "sms"})


class TestRoutes:
    def test_news_of_the_account_always_goes_out(self) -> None:
        assert rules.routes("account", {"account:email", "account:sms"}, BOTH) == [("email",), ("sms",)]

    def test_a_muted_channel_leaves_its_alternative(self) -> None:
        assert rules.routes("order", {"order:wechat"}, BOTH - {"sms"}) == [("email",)]

    def test_all_muted_leaves_the_inbox_only(self) -> None:
        assert rules.routes("points", {"points:wechat", "points:email"}, BOTH) == []

    def test_what_the_merchant_switched_off_is_not_used(self) -> None:
        assert rules.routes("account", (), {"email"}) == [("email",)]
        assert rules.routes("order", (), {"wechat", "sms"}) == [("wechat",), ("sms",)]


class TestMatrix:
    def test_text_messages_about_orders_are_off_until_they_are_switched_on(self) -> None:
        assert rules.enabled_channels("OrderPaid", {}) == {"wechat", "email"}
        assert rules.enabled_channels("OrderPaid", {("OrderPaid", "sms"): True}) == BOTH
        assert rules.enabled_channels("OrderShipped", {("OrderPaid", "sms"): True}) == {"wechat", "email"}
        assert rules.enabled_channels("OrderPaid", {("OrderPaid", "email"): False}) == {"wechat"}

    @pytest.mark.parametrize("kind", rules.KINDS)
    def test_our_own_words_pass_the_merchants_check(self, kind: str) -> None:
        own = rules.template_of(kind)
        assert not rules.check_words(kind, "title", own.title) + rules.check_words(kind, "text", own.text)

    @pytest.mark.parametrize(
        "text",
        ["{", "}", "{}", "{0}", "{nobody}", "{order_no.x}", "{order_no!r}", "{order_no:>9}", "{paid_fen}"],
    )
    def test_words_that_cannot_be_filled_are_refused(self, text: str) -> None:
        (problem,) = rules.check_words("OrderPaid", "text", text)
        assert problem["field"] == "text"

    def test_braces_can_be_shown(self) -> None:
        assert not rules.check_words("OrderPaid", "text", "{{订单}} {order_no}")


class TestQuietHours:
    @pytest.mark.parametrize(
        ("shanghai", "begins", "ends", "until"),
        [
            ("21:59", "22:00", "08:00", None),
            ("22:00", "22:00", "08:00", "2026-11-24T00:00:00Z"),
            ("23:59", "22:00", "08:00", "2026-11-24T00:00:00Z"),
            ("00:00", "22:00", "08:00", "2026-11-23T00:00:00Z"),
            ("07:59", "22:00", "08:00", "2026-11-23T00:00:00Z"),
            ("08:00", "22:00", "08:00", None),
            ("12:30", "12:00", "14:00", "2026-11-23T06:00:00Z"),
            ("14:00", "12:00", "14:00", None),
            ("08:00", "08:00", "08:00", None),
        ],
    )
    def test_people_are_left_alone_until_they_end(
        self, shanghai: str, begins: str, ends: str, until: str | None
    ) -> None:
        now = datetime.fromisoformat(f"2026-11-23T{shanghai}:00+08:00")
        assert rules.quiet_until(now, begins, ends) == (clock.from_text(until) if until else None)
