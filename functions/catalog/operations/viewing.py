"""Goods as a viewer sees them: at the company's own prices or none, with stock as the shop shows it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from functions.agents import operations as agents
from functions.agents.schemas import Company, CompanyState
from functions.catalog.rules import regions
from functions.catalog.rules.products import Offer, Product, offers_of
from functions.catalog.rules.regions import Limited
from functions.catalog.schemas.shop import Card, Named, ProductView, SkuView, StockView
from functions.catalog.search.documents import Document
from functions.catalog.search.index import Labels
from functions.inventory import operations as inventory
from functions.pricing import operations as pricing
from functions.pricing.operations import SkuPrice
from functions.settings import operations as settings
from kit.tokens import Principal


@dataclass(frozen=True)
class Viewer:
    """Who is looking. `company` is set only if its state opens prices to it."""

    agent_id: str | None = None
    company: Company | None = None
    state: CompanyState | None = None


@dataclass(frozen=True)
class _Terms:
    """What the SKUs on a page cost the viewer, how many there are, and how many are held for the viewer."""

    prices: Mapping[str, SkuPrice]
    stock: Mapping[str, inventory.Stock]
    held: Mapping[str, int]
    exact: bool

    def price(self, sku_id: str) -> int | None:
        found = self.prices.get(sku_id)
        return found.price_fen if found else None

    def is_available(self, offer: Offer) -> bool:
        """Whether there is enough for the smallest order, and the index knows the offer as it is now."""
        found = self.stock.get(offer.sku_id)
        return (
            found is not None
            and self._pieces(offer.sku_id) >= offer.minimum
            and found.offer_version == offer.version
        )

    def stock_of(self, sku_ids: Iterable[str]) -> StockView:
        """The stock of a SKU, or of all SKUs of a product together; with it what is held for the viewer."""
        known = [sku_id for sku_id in sku_ids if sku_id in self.stock]
        bands = {self.stock[sku_id].band for sku_id in known}
        if any(self.held.get(sku_id) for sku_id in known):
            bands.add("few")
        available = sum(map(self._pieces, known)) if self.exact else None
        return StockView(
            available=available, band="plenty" if "plenty" in bands else "few" if "few" in bands else "none"
        )

    def _pieces(self, sku_id: str) -> int:
        return max(self.stock[sku_id].available, 0) + self.held.get(sku_id, 0)


def viewer_of(caller: Principal | None) -> Viewer:
    """Who is looking; staff see the shop as visitors do."""
    if caller is None or caller.agent_id is None:
        return Viewer()
    company = agents.company(caller.agent_id)
    sees_prices = agents.may_browse_prices(company)
    return Viewer(company.agent_id, company if sees_prices else None, company.state)


def is_sold_to(viewer: Viewer, goods: Limited) -> bool:
    """Whether goods are sold where the viewer's company is; visitors see all."""
    return viewer.company is None or regions.is_sold(goods, viewer.company.region)


def cards(
    documents: Sequence[Document],
    labels: Labels,
    viewer: Viewer,
    now: datetime,
    *,
    only_available: bool = False,
) -> list[Card]:
    """Products as cards, in the order given.

    Those without a SKU on sale (or, if asked, in stock) are left out, and those not sold to the viewer.
    """
    documents = [document for document in documents if is_sold_to(viewer, document)]
    offers = {document.product_id: _offers_on_sale(document) for document in documents}
    terms = _terms([offer for several in offers.values() for offer in several], viewer, now)
    if only_available:
        offers = {
            product_id: [offer for offer in several if terms.is_available(offer)]
            for product_id, several in offers.items()
        }
    return [
        _card(document, offers[document.product_id], labels, terms)
        for document in documents
        if offers[document.product_id]
    ]


def page(product: Product, path: Sequence[str], labels: Labels, viewer: Viewer, now: datetime) -> ProductView:
    """A product with its SKUs on sale."""
    offers = {offer.sku_id: offer for offer in offers_of(product, path) if offer.on_sale}
    terms = _terms(list(offers.values()), viewer, now)
    return ProductView(
        product_id=product.product_id,
        name=product.name,
        subtitle=product.subtitle,
        description=product.description,
        images=list(product.images),
        brand=_named(labels, "b", product.brand_id),
        category=_all_named(labels, "c", path),
        tags=_all_named(labels, "t", product.tag_ids),
        spec_names=list(product.spec_names),
        skus=[_sku(offers[sku.sku_id], sku.values, terms) for sku in product.skus if sku.sku_id in offers],
        price_hidden=viewer.company is None,
        sold_here=is_sold_to(viewer, product),
        published_at=product.published_at,
    )


def _terms(offers: Sequence[Offer], viewer: Viewer, now: datetime) -> _Terms:
    company = viewer.company
    offered = pricing.offered(company, offers, now, agents.segments_of(company)) if company else None
    return _Terms(
        prices=offered.prices if offered else {},
        stock=inventory.stock(offer.sku_id for offer in offers),
        held=_held(offered.quotas) if offered else {},
        exact=settings.order_settings().stock_display == "exact",
    )


def _held(quotas: Sequence[pricing.Quota]) -> Mapping[str, int]:
    """What is left of a viewer's quotas, by SKU."""
    left = inventory.quotas_left((quota.terms.sku_id, quota.id) for quota in quotas)
    held = Counter[str]()
    for quota in quotas:
        held[quota.terms.sku_id] += left.get(quota.id, 0)
    return held


def _card(document: Document, offers: Sequence[Offer], labels: Labels, terms: _Terms) -> Card:
    shown = min(offers, key=lambda offer: terms.price(offer.sku_id) or offer.base_price_fen)
    paid = [fen for offer in offers if (fen := terms.price(offer.sku_id)) is not None]
    price = terms.prices.get(shown.sku_id)
    return Card(
        product_id=document.product_id,
        name=document.name,
        subtitle=document.subtitle,
        image=document.image,
        brand=_named(labels, "b", document.brand_id),
        tags=_all_named(labels, "t", document.tag_ids),
        sku_id=shown.sku_id if len(offers) == 1 else None,
        sku_count=len(offers),
        spec=shown.spec,
        unit=shown.unit,
        minimum=shown.minimum,
        multiple=shown.multiple,
        units_per_carton=shown.units_per_carton,
        price_hidden=price is None,
        price_fen=min(paid, default=None),
        highest_price_fen=max(paid, default=None),
        base_price_fen=price.base_price_fen if price else None,
        price_label=price.label if price else "",
        stock=terms.stock_of(offer.sku_id for offer in offers),
        sold=document.sales,
    )


def _sku(offer: Offer, values: Sequence[str], terms: _Terms) -> SkuView:
    price = terms.prices.get(offer.sku_id)
    return SkuView(
        sku_id=offer.sku_id,
        offer_version=offer.version,
        code=offer.code,
        values=list(values),
        spec=offer.spec,
        image=offer.image,
        unit=offer.unit,
        minimum=offer.minimum,
        multiple=offer.multiple,
        units_per_carton=offer.units_per_carton,
        price_fen=price.price_fen if price else None,
        base_price_fen=price.base_price_fen if price else None,
        price_label=price.label if price else "",
        points_eligible=offer.points_eligible,
        stock=terms.stock_of([offer.sku_id]),
    )


def _offers_on_sale(document: Document) -> list[Offer]:
    """Offers as the index knows them."""
    return [
        Offer(
            sku_id=sku.sku_id,
            version=sku.version,
            product_id=document.product_id,
            name=document.name,
            code=sku.code,
            spec=sku.spec,
            image=sku.image or document.image,
            unit=sku.unit,
            base_price_fen=sku.price_fen,
            minimum=sku.minimum,
            multiple=sku.multiple,
            units_per_carton=sku.units_per_carton,
            category_path=document.category_ids,
            brand_id=document.brand_id,
            tags=document.tag_ids,
            on_sale=True,
            points_eligible=sku.points_eligible,
            sold_in=document.sold_in,
            not_sold_in=document.not_sold_in,
        )
        for sku in document.skus
        if sku.on_sale
    ]


def _named(labels: Labels, family: str, group_id: str) -> Named | None:
    label = labels.all.get(family + group_id)
    return Named(id=group_id, name=label.name) if label else None


def _all_named(labels: Labels, family: str, group_ids: Iterable[str]) -> list[Named]:
    return [named for group_id in group_ids if (named := _named(labels, family, group_id))]
