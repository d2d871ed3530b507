"""The people of the demo: the merchant's staff and the dealers, let in through registration and review."""

from dataclasses import dataclass
from datetime import datetime

from functions.admin import operations as admin
from functions.admin.schemas import AddStaff
from functions.agents import operations as agents
from functions.agents.schemas import Approve, SaveAddress
from functions.auth import operations as auth
from functions.auth.schemas import Region, Register, SendCode
from infra.local.demo import content, goods
from infra.local.demo.content import DemoDealer
from infra.local.demo.goods import Ids
from kit.tokens import Principal
from kit.wechat import MiniProgram, SignIn

PASSWORD = "Yunling#2026"  # noqa: S105 - shown to everybody who runs the demo
OWNER_EMAIL = "boss@yunling.example"

_CODES = {
    "上海市徐汇区": ("310000", "310100", "310104"),
    "杭州市西湖区": ("330000", "330100", "330106"),
    "广州市天河区": ("440000", "440100", "440106"),
    "成都市武侯区": ("510000", "510100", "510107"),
    "北京市朝阳区": ("110000", "110100", "110105"),
    "武汉市江汉区": ("420000", "420100", "420103"),
    "西安市雁塔区": ("610000", "610100", "610113"),
    "南京市鼓楼区": ("320000", "320100", "320106"),
    "深圳市南山区": ("440000", "440300", "440305"),
    "青岛市市南区": ("370000", "370200", "370202"),
    "哈尔滨市道里区": ("230000", "230100", "230102"),
    "昆明市五华区": ("530000", "530100", "530102"),
}
_STAFF = (
    ("周岚", "review@yunling.example", "13900000002", "reviewer"),
    ("何平", "sales@yunling.example", "13900000003", "sales"),
    ("罗军", "warehouse@yunling.example", "13900000004", "warehouse"),
    ("段雪", "finance@yunling.example", "13900000005", "finance"),
    ("木晓", "marketing@yunling.example", "13900000006", "marketing"),
)

HOSTS = {11: 1, 12: 2}  # who came by whose invite code
_NETWORKS = {12: 2}  # who registered where another dealer did: somebody has to look at that reward


class _Phone(MiniProgram):
    """A phone on which the code of `wx.login` is the openid itself: a dealer who pays with WeChat has one."""

    def __init__(self) -> None:
        """It asks nobody."""

    def sign_in(self, code: str) -> SignIn:
        return SignIn(openid=code, session_key="")


@dataclass(frozen=True)
class Dealer:
    """A dealer company that was let in."""

    demo: DemoDealer
    agent_id: str
    user_id: str
    address_id: str
    voucher: str  # the picture it sends as proof of a transfer


def hire(now: datetime) -> Principal:
    """The owner and a member of staff per role; returns the owner."""
    ids = Ids("staff")
    user_id = ids.long()
    admin.create_first_owner(
        name="木云岭",
        email=OWNER_EMAIL,
        phone="13900000001",
        password=PASSWORD,
        user_id=user_id,
        now=now,
        temporary=False,
    )
    owner = Principal("staff", user_id, ids.long(), role="owner", permissions=frozenset({"*"}))
    for name, email, phone, role in _STAFF:
        form = AddStaff(name=name, email=email, phone=phone, role=role, password=PASSWORD, regions=[])
        admin.add_staff(form, owner, ids.long(), now, temporary=False)
    return owner


def admit(
    number: int, demo: DemoDealer, owner: Principal, now: datetime, host: Dealer | None = None
) -> Dealer:
    """Register a company as it would itself, perhaps invited by another one, and approve it."""
    ids = Ids(f"dealer {number}")
    invite = agents.company(host.agent_id).invite_code if host else None
    agent_id, user_id = _register(demo, ids, f"10.1.0.{_NETWORKS.get(number, number)}", now, invite)
    company = agents.company(agent_id)
    approval = Approve(
        version=company.version, tier=demo.tier, region=_region(demo), credit_limit_fen=50_000_00
    )
    agents.approve(agent_id, approval, owner, now)
    auth.bind_wechat(user_id, f"o-demo-dealer-{number:02d}", _Phone())
    address = SaveAddress(
        contact_name=demo.contact, phone=demo.phone, region=_region(demo), text=demo.street, is_default=True
    )
    saved = agents.add_address(agent_id, address, ids.long())
    voucher = f"agents/{agent_id}/voucher/{ids.long()}.jpg"
    return Dealer(demo, agent_id, user_id, saved.address_id, goods.store_picture(voucher, demo.company, "茶"))


def apply_only(now: datetime) -> None:
    """A company that waits for its review."""
    _register(content.APPLICANT, Ids("applicant"), "10.1.1.1", now)


def _register(
    demo: DemoDealer, ids: Ids, ip: str, now: datetime, invite: str | None = None
) -> tuple[str, str]:
    sent: list[SendCode] = []
    form = Register(
        company_name=demo.company,
        contact_name=demo.contact,
        phone=demo.phone,
        email=demo.email,
        password=PASSWORD,
        consent_version="1",
        region=_region(demo),
        invite_code=invite,
    )
    registration_id = ids.long()
    auth.start_registration(form, auth.Visit(ip, "demo", now, registration_id), sent.append)
    agent_id, user_id = ids.long(), ids.long()
    visit = auth.Visit(ip, "demo", now, ids.long())
    agents.verify_registration(registration_id, sent[0].code, agent_id, user_id, visit)
    return agent_id, user_id


def _region(demo: DemoDealer) -> Region:
    province, city, district = _CODES[demo.city + demo.district]
    return Region(
        province_code=province,
        province=demo.province,
        city_code=city,
        city=demo.city,
        district_code=district,
        district=demo.district,
    )
