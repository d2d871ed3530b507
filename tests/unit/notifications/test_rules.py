"""What people are told, and how."""

from string import Formatter

import pytest

from functions.notifications import rules


class TestWording:
    def test_money_and_instants_are_spoken(self) -> None:
        notice = rules.word(
            "OrderPaid", {"order_no": "20261123-AB12CD34", "order_id": "O1", "paid_fen": 123456}
        )
        assert notice.text == "订单 20261123-AB12CD34 已收到付款 1234.56 元，我们会尽快为您处理。"
        assert notice.page == "pages/order/detail?id=O1"
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


class TestRoutes:
    def test_news_of_the_account_always_goes_out(self) -> None:
        assert rules.routes("account", {"account:email", "account:sms"}) == [("email",), ("sms",)]

    def test_a_muted_channel_leaves_its_alternative(self) -> None:
        assert rules.routes("order", {"order:wechat"}) == [("email",)]

    def test_all_muted_leaves_the_inbox_only(self) -> None:
        assert rules.routes("points", {"points:wechat", "points:email"}) == []
