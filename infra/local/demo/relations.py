"""How the demo merchant and its dealers get on: segments, policies, people, follows, feedback and notices."""

from dataclasses import replace
from datetime import datetime

from functions.admin import operations as admin
from functions.admin.schemas import AddRole, AddStaff
from functions.agents import operations as agents
from functions.agents.schemas import AddUser, Members, PolicyAudience, PolicyValues, SavePolicy, SaveSegment
from functions.cart import operations as cart
from functions.catalog import operations as catalog
from functions.catalog.operations import Offer, following, hearing
from functions.catalog.schemas.feedback import GiveFeedback
from functions.notifications import operations as notifications
from functions.notifications.schemas import WriteNotice
from functions.orders.operations import purchase_requests
from functions.orders.schemas import AskPurchase, LineBody
from infra.local.demo.goods import Ids
from infra.local.demo.people import PASSWORD, Dealer
from kit.tokens import Principal

_SEGMENTS = (
    ("华东客户", Members(regions=("310000", "330000", "320000"))),
    ("金牌客户", Members(tiers=("gold",))),
)
_PEOPLE = (("采购小林", "buyer", 2_000_00), ("财务小蒋", "finance", None))
_FEEDBACK = (
    ("这批普洱的包装比上次结实，路上没有破损，谢谢。", 5, "感谢认可，新包装会一直用下去。"),
    ("希望礼盒装能有更小的起订量，方便做伴手礼。", 4, "已转给产品部，新规格预计下月上架。"),
    ("送货的师傅没有提前打电话，到货时店里没人。", 3, None),
)
_FOLLOWED = 4  # products each of the first dealers follows


def begin(owner: Principal, now: datetime) -> None:
    """A clerk who may only ship, and how orders of some companies are handled."""
    ids = Ids("relations")
    admin.add_role(AddRole(role="shipper", name="发货员", permissions=["orders.read", "orders.ship"]), owner)
    form = AddStaff(
        name="小仓",
        email="cangku@yunling.example",
        phone="13900000007",
        role="shipper",
        password=PASSWORD,
        regions=[],
    )
    admin.add_staff(form, owner, ids.long(), now, temporary=False)
    for name, members in _SEGMENTS:
        agents.add_segment(ids.short(), SaveSegment(name=name, members=members))
    policies = (
        ("金牌客户免审", PolicyAudience(tiers=("gold",)), PolicyValues(auto_approve_up_to_fen=20_000_00)),
        ("统一收货时段", PolicyAudience(), PolicyValues(delivery_window="工作日 09:00-18:00")),
    )
    for name, audience, values in policies:
        policy = SavePolicy(name=name, audience=audience, values=values)
        agents.add_policy(ids.long(), policy, owner.user_id, now)


def enliven(dealers: list[Dealer], skus: dict[str, list[str]], owner: Principal, now: datetime) -> None:
    """Colleagues of dealers, what they follow, what they say, and a notice to all of them."""
    ids = Ids("relations later")
    buyers: dict[Dealer, Principal] = {}
    for number, dealer in enumerate(dealers[:2]):
        for name, role, limit in _PEOPLE:
            person = AddUser(
                name=name,
                email=f"{role}{number}@dealer.example",
                phone=f"1370000{number}{len(role):03d}",
                role=role,  # type: ignore[arg-type]
                spending_limit_fen=limit,
            )
            added = agents.add_user(_owner_of(dealer), person, ids.long(), now)
            if role == "buyer":
                buyers[dealer] = replace(_owner_of(dealer), user_id=added.user_id, role=role)
    first = [sku_ids[0] for sku_ids in skus.values()]
    offers = catalog.current_offers(first)
    for dealer, buyer in buyers.items():
        _ask_owner(dealer, buyer, [offer for offer in offers.values() if offer.on_sale][:3], now)
    products = list(dict.fromkeys(offers[sku_id].product_id for sku_id in first if offers[sku_id].on_sale))
    for number, dealer in enumerate(dealers[:3]):
        for product_id in products[number : number + _FOLLOWED]:
            following.follow(product_id, _owner_of(dealer), now)
    for dealer, product_id, (text, rating, answer) in zip(dealers, products, _FEEDBACK, strict=False):
        said = GiveFeedback(text=text, product_id=product_id, rating=rating, images=[])
        given = hearing.give(_owner_of(dealer), said, ids.long(), "", now)
        if answer:
            hearing.answer(given.feedback_id, 1, answer, owner, "", now)
    notice = WriteNotice(title="年末备货提醒", text="年末物流繁忙，建议提前两周备货，满 1000 元包邮。")
    command = notifications.write_notice(notice, ids.long(), owner, now)
    while command:
        command = notifications.send_notice(command, now)


def _ask_owner(dealer: Dealer, buyer: Principal, offers: list[Offer], now: datetime) -> None:
    """A buyer asks for more than the monthly limit allows."""
    wanted = [(offer.sku_id, offer.minimum * 4) for offer in offers]
    quote = cart.quote(dealer.agent_id, wanted, None, now)
    if quote.problems:
        return
    form = AskPurchase(
        lines=tuple(LineBody(sku_id=sku_id, quantity=quantity) for sku_id, quantity in wanted),
        quote_hash=quote.hash,
        address_id=dealer.address_id,
        payment_method="bank_transfer",
        note="元旦促销备货，比平时多订一些",
    )
    purchase_requests.ask_purchase(form, buyer, "demo-request", now)


def _owner_of(dealer: Dealer) -> Principal:
    return Principal("agent", dealer.user_id, "demo", agent_id=dealer.agent_id, role="owner")
