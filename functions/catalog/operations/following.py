"""Following products: on request, by buying, and what those are told who do."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from functions.agents import operations as agents
from functions.catalog.operations import searching, viewing
from functions.catalog.operations.viewing import Viewer, viewer_of
from functions.catalog.rules import follows as rules
from functions.catalog.rules import groups as group_rules
from functions.catalog.rules import regions
from functions.catalog.rules.follows import Change, Follower, News
from functions.catalog.rules.products import Product, ProductNotFound, offers_of
from functions.catalog.schemas.facts import (
    OrderCompleted,
    ProductChanged,
    SkuRepriced,
    StockBack,
    TellFollowers,
)
from functions.catalog.schemas.shop import Followed
from functions.catalog.table import follows as table
from functions.catalog.table import groups, products
from functions.pricing import operations as pricing
from kit import clock, transaction
from kit.errors import Stale
from kit.pages import Page, PageQuery
from kit.tokens import Principal

_PAGE = 25


def follow(product_id: str, caller: Principal, now: datetime) -> None:
    """Tell a company of changes of a product on sale; again changes nothing. Raises ProductNotFound."""
    product = products.product(product_id, consistent=False)
    if product is None or product.state != "on_sale":
        raise ProductNotFound(product_id=product_id)
    prices = _prices(product, viewer_of(caller), now)

    def attempt() -> None:
        known = table.follower(product_id, caller.agent)
        if known and known.interest == "following":
            return
        _save(known, Follower(product_id, caller.agent, "following", clock.to_text(now), prices))

    transaction.retry_stale(attempt)


def unfollow(product_id: str, caller: Principal, now: datetime) -> None:
    """Tell a company nothing more of a product, even if it buys it; again changes nothing."""

    def attempt() -> None:
        known = table.follower(product_id, caller.agent)
        if known and known.interest != "declined":
            _save(known, Follower(product_id, caller.agent, "declined", clock.to_text(now)))

    transaction.retry_stale(attempt)


def is_followed(product_id: str, agent_id: str | None) -> bool:
    """Whether a company follows a product."""
    known = table.follower(product_id, agent_id, consistent=False) if agent_id else None
    return known is not None and known.interest == "following"


def list_followed(caller: Principal, query: PageQuery, now: datetime) -> Page[Followed]:
    """What a company follows, the latest first; products that are not sold at present have no card."""
    found, cursor = table.followed(caller.agent, query)
    index = searching.newest(now).index
    documents = [it for one in found if (it := index.document(one.product_id)) and it.state == "on_sale"]
    cards = {card.product_id: card for card in viewing.cards(documents, index.labels, viewer_of(caller), now)}
    known = products.products(one.product_id for one in found)
    return Page(
        items=[
            Followed(
                product_id=one.product_id,
                name=known[one.product_id].name,
                image=next(iter(known[one.product_id].images), ""),
                followed_at=one.since,
                card=cards.get(one.product_id),
            )
            for one in found
            if one.product_id in known
        ],
        next_cursor=cursor,
    )


def note_bought(order: OrderCompleted, now: datetime) -> None:
    """Tell a company of changes of what it received, unless it follows it or declined."""
    company = agents.company(order.agent_id)
    viewer = Viewer(order.agent_id, company if agents.may_browse_prices(company) else None)
    for product_id, product in products.products(line.product_id for line in order.lines).items():
        if table.follower(product_id, order.agent_id) is None:
            prices = _prices(product, viewer, now)
            bought = Follower(product_id, order.agent_id, "bought", order.completed_at, prices)
            try:
                transaction.commit([table.follower_part(bought)])
            except Stale:
                continue  # the company was faster, with a word of its own


def change_of_product(fact: ProductChanged) -> TellFollowers:
    """What is to be done for a change of a product."""
    return TellFollowers(
        change_id=fact.event_id, at=fact.occurred_at, product_id=fact.product_id, changes=fact.changes
    )


def change_of_sku(fact: StockBack | SkuRepriced, change: Change) -> TellFollowers | None:
    """What is to be done for a change of a SKU; nothing while it is not sold."""
    offer = products.current_offers([fact.sku_id]).get(fact.sku_id)
    if offer is None or not offer.on_sale:
        return None
    return TellFollowers(
        change_id=fact.event_id, at=fact.occurred_at, product_id=offer.product_id, changes=(change,)
    )


def tell(command: TellFollowers, now: datetime) -> TellFollowers | None:
    """Tell the next companies of a change, each once; returns the command for those behind them."""
    product = products.product(command.product_id)
    if product is None:
        return None
    found, last = table.followers(command.product_id, command.after, _PAGE)
    for one in found:
        transaction.retry_stale(lambda agent_id=one.agent_id: _tell(command, product, agent_id, now))  # type: ignore[misc]
    return command.model_copy(update={"after": last}) if last else None


def _tell(command: TellFollowers, product: Product, agent_id: str, now: datetime) -> None:
    """Write the news onto the company's row, from where the stream announces it."""
    known = table.follower(product.product_id, agent_id)
    if known is None or known.interest == "declined":
        return
    company = agents.company(agent_id)
    if not (agents.may_browse_prices(company) and regions.is_sold(product, company.region)):
        return
    present = _prices(product, Viewer(agent_id, company), now) if "price" in command.changes else {}
    moved = rules.moved(known.prices, present)
    changes = [change for change in command.changes if change != "price" or moved]
    told = rules.due(changes, known.told, command.at)
    unknown = {sku_id: fen for sku_id, fen in present.items() if sku_id not in known.prices}
    if not told:
        if unknown:
            transaction.commit([table.follower_part(_next(known, prices={**known.prices, **unknown}))])
        return
    text = rules.worded(told, _spoken(product, moved))
    news = News(command.change_id, command.at, product.name, text)
    prices = {**known.prices, **(present if "price" in told else unknown)}
    heard: dict[str, str] = dict(known.told)
    heard.update((change, command.at) for change in told)
    transaction.commit([table.follower_part(_next(known, prices=prices, told=heard, news=news))])


def _spoken(product: Product, moved: Mapping[str, tuple[int, int]]) -> list[tuple[str, int, int]]:
    return [(sku.spec, *moved[sku.sku_id]) for sku in product.skus if sku.sku_id in moved]


def _prices(product: Product, viewer: Viewer, now: datetime) -> dict[str, int]:
    """What the SKUs on sale cost a company that sees prices."""
    if viewer.company is None:
        return {}
    path = group_rules.path_to(product.category_id, groups.tree()[0])
    offers = [offer for offer in offers_of(product, path) if offer.on_sale]
    found = pricing.prices_for(viewer.company, offers, now, agents.segments_of(viewer.company))
    return {sku_id: price.price_fen for sku_id, price in found.items()}


def _save(known: Follower | None, wanted: Follower) -> None:
    if known:
        wanted = replace(
            wanted, told=known.told, prices=wanted.prices or known.prices, version=known.version + 1
        )
    transaction.commit([table.follower_part(wanted)])


def _next(known: Follower, **changes: object) -> Follower:
    return replace(known, **{"version": known.version + 1, **changes})  # type: ignore[arg-type]
