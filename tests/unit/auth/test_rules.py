"""Addresses, passwords, limits and back-off."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import TypeAdapter, ValidationError

from functions.auth import rules
from functions.auth.operations import passwords
from functions.auth.schemas import PersonName, Region, Register

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Li.Na@Example.COM", "li.na@example.com"),
        (" ａ@b.cn ", "a@b.cn"),
        ("x+y@mail.b-c.com", "x+y@mail.b-c.com"),
    ],
)
def test_an_email_address_has_one_normal_form(given: str, kept: str) -> None:
    assert rules.email(given) == kept


@pytest.mark.parametrize(
    "given",
    [
        "",
        "a",
        "a@b",
        "a b@c.cn",
        "a@b..cn",
        ".a@b.cn",
        "a.@b.cn",
        "a..b@c.cn",
        "<a@b.cn>",
        "a@b.cn\nBcc: x@y.cn",
        "a" * 95 + "@b.cnn",
    ],
)
def test_what_is_no_email_address_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match="邮箱"):
        rules.email(given)


@pytest.mark.parametrize(
    "given", ["13800000000", "+86 138 0000 0000", "138-0000-0000", "１３８０００００００0"]
)
def test_a_phone_number_has_one_normal_form(given: str) -> None:
    assert rules.phone(given) == "13800000000"


@pytest.mark.parametrize(
    "given", ["", "12800000000", "1380000000", "138000000001", "+8513800000000", "1380000000a", "1380000000٠"]
)
def test_what_is_no_mobile_number_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match="手机号"):
        rules.phone(given)


@pytest.mark.parametrize("given", ["", "\u200b\u200b", "\u2060 \u200e", "ﷺ" * 4])
def test_a_name_is_as_long_as_what_is_seen_of_it(given: str) -> None:
    with pytest.raises(ValidationError, match=r"at (least|most)"):
        TypeAdapter(PersonName).validate_python(given)
    assert TypeAdapter(PersonName).validate_python("\u200b" * 40 + "李　娜") == "李 娜"


def test_addresses_are_masked_in_lists_and_logs() -> None:
    assert rules.masked(rules.address("lina@example.com")) == "l***@example.com"
    assert rules.masked(rules.address("13800001234")) == "138****1234"
    assert rules.masked_phone("") == rules.masked_email("") == ""


@pytest.mark.parametrize(
    "password",
    [
        "12345678",
        "abcdefgh",
        "password1",
        "Passw0rd!",
        "aa111111",
        "abc12345",
        "qwerty123",
        "lina.li-2026x",
        "x13800000000",
    ],
)
def test_foreseeable_passwords_are_refused(password: str) -> None:
    with pytest.raises(rules.PasswordWeak) as refused:
        rules.check_password(password, ["lina.li", "13800000000"])
    assert refused.value.data["errors"][0]["field"] == "password"


@pytest.mark.parametrize(
    "password", ["Dealer2026!", "correct horse 7", "订货平台2026", "9f8e7d6c5b", "red-green-blue"]
)
def test_other_passwords_are_accepted(password: str) -> None:
    rules.check_password(password, ["lina.li", "13800000000"])


def test_a_code_may_be_sent_again_after_a_minute_and_five_times_an_hour() -> None:
    rules.check_may_send([], NOW)
    with pytest.raises(rules.CodesLimited) as refused:
        rules.check_may_send([NOW - timedelta(seconds=59)], NOW)
    assert refused.value.data["retry_after"] == 1
    rules.check_may_send([NOW - timedelta(seconds=60)], NOW)

    sent = [NOW - timedelta(minutes=minutes) for minutes in (59, 40, 30, 20, 10)]
    with pytest.raises(rules.CodesLimited) as refused:
        rules.check_may_send(sent, NOW)
    assert refused.value.data["retry_after"] == 60
    rules.check_may_send(sent, NOW + timedelta(minutes=1))


def test_blocks_double_and_end_at_half_an_hour() -> None:
    minutes = [rules.block_after(failures) / timedelta(minutes=1) for failures in range(1, 13)]
    assert minutes == [0, 0, 0, 0, 1, 2, 4, 8, 16, 30, 30, 30]
    assert rules.block_after(10_000) == rules.LONGEST_BLOCK


@pytest.mark.parametrize(
    ("ip", "counted_as"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2::9", "2001:db8:1:2::"),
        ("", "unknown"),
        ("nonsense", "unknown"),
    ],
)
def test_limits_count_networks(ip: str, counted_as: str) -> None:
    assert rules.network(ip) == counted_as


def test_waits_are_whole_seconds_rounded_up() -> None:
    assert rules.seconds(timedelta(seconds=1.2)) == 2
    assert rules.seconds(timedelta(0)) == 1


def test_a_credit_code_needs_its_check_digit() -> None:
    assert rules.credit_code(" 91350100m000100y43 ") == "91350100M000100Y43"
    for wrong in ("91350100M000100Y44", "91350100M000100Y4", "91350100I000100Y43"):
        with pytest.raises(ValueError, match="统一社会信用代码"):
            rules.credit_code(wrong)


def test_names_are_kept_in_one_form() -> None:
    assert rules.name("  ＡＢＣ　贸易\u200b 有限公司 ") == "ABC 贸易 有限公司"


@pytest.mark.parametrize(
    "change",
    [
        {"province": "湖南省"},
        {"province_code": "450000"},
        {"city_code": "450100"},
        {"district_code": "440305"},
        {"district_code": "44010"},
    ],
)
def test_a_region_whose_codes_do_not_lie_in_each_other_is_refused(change: dict[str, str]) -> None:
    region = {
        "province_code": "440000",
        "province": "广东省",
        "city_code": "440100",
        "city": "广州市",
        "district_code": "440106",
        "district": "天河区",
    }
    Region.model_validate(region)
    with pytest.raises(ValueError, match="validation error"):
        Region.model_validate(region | change)


def test_spaces_in_a_password_are_kept() -> None:
    form = {
        "company_name": " 甲贸易 ",
        "contact_name": "李娜",
        "phone": "13800000000",
        "email": "a@b.cn",
        "password": " two spaces 2 ",
        "consent_version": "1",
    }
    read = Register.model_validate(form)
    assert (read.password, read.company_name) == (" two spaces 2 ", "甲贸易")


def test_passwords_are_hashed_with_todays_parameters_also_nobodys() -> None:
    kept = passwords.hashed("Dealer2026!")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.matches(kept, "Dealer2026!")
    assert not passwords.matches(kept, "dealer2026!")
    assert not passwords.matches(None, "abc")
    assert not passwords.matches("", "Dealer2026!")
    assert not passwords.is_outdated(kept)
    assert not passwords.is_outdated(passwords._NOBODYS)
    assert passwords.is_outdated(kept.replace("t=2", "t=1"))
