"""What staff write: price lists with their prices, promotions, and coupons that can be issued."""

from datetime import datetime
from typing import Any

from functions.inventory import operations as inventory
from functions.pricing.rules import terms as rules
from functions.pricing.rules.coupons import TemplateTerms
from functions.pricing.rules.prices import PriceList, Promotion, Quota
from functions.pricing.rules.terms import PriceListTerms, PromotionTerms
from functions.pricing.schemas import (
    CouponTemplateView,
    EditPriceEntries,
    PriceEntry,
    PriceListView,
    PromotionView,
    ReplaceCouponTemplate,
    ReplacePriceList,
    ReplacePromotion,
    SetTemplateState,
    SetTermsState,
)
from functions.pricing.table import terms as table
from functions.pricing.table.terms import AnyTerms, Family, TermsRow
from kit import clock, transaction
from kit.errors import Stale
from kit.pages import Page, PageQuery


def list_price_lists(query: PageQuery, now: datetime) -> Page[PriceListView]:
    """All price lists, newest first."""
    rows, cursor = table.all_terms("PRICELISTS", query)
    return Page(items=[_price_list(row, now) for row in rows], next_cursor=cursor)


def price_list(list_id: str, now: datetime) -> PriceListView:
    """One price list. Raises TermsNotFound."""
    return _price_list(table.find("PRICELISTS", list_id), now)


def create_price_list(terms: PriceListTerms, list_id: str, actor: str, now: datetime) -> PriceListView:
    """Draft a price list."""
    return _price_list(_written("PRICELISTS", list_id, terms, "draft", actor, now), now)


def replace_price_list(list_id: str, edit: ReplacePriceList, actor: str, now: datetime) -> PriceListView:
    """Give a price list other terms. Raises TermsNotFound; Stale; StateForbids when it has ended."""
    row = _editable(table.find("PRICELISTS", list_id))
    return _price_list(_changed(row, edit.version, edit.terms, row.state, actor, now), now)


def set_price_list_state(list_id: str, order: SetTermsState, actor: str, now: datetime) -> PriceListView:
    """Publish, pause or end a price list. Raises TermsNotFound; Stale; StateForbids."""
    known = table.price_list(row := table.find("PRICELISTS", list_id))
    rules.check_transition(known.state, order.state)
    return _price_list(_changed(row, order.version, known.terms, order.state, actor, now), now)


def list_entries(list_id: str, query: PageQuery) -> Page[PriceEntry]:
    """The prices of a list. Raises TermsNotFound."""
    table.find("PRICELISTS", list_id)
    found, cursor = table.entries_of(list_id, query)
    items = [PriceEntry(sku_id=sku_id, price_fen=price_fen) for sku_id, price_fen in found]
    return Page(items=items, next_cursor=cursor)


def edit_entries(list_id: str, edit: EditPriceEntries, actor: str, now: datetime) -> None:
    """Set and take out prices of a list, all or none; what was quoted for these SKUs is quoted again.

    Raises TermsNotFound; StockNotFound for a SKU that does not exist.
    """
    instant = clock.to_text(now)
    parts = [table.not_ended_part("PRICELISTS", list_id)]
    parts += inventory.reprice_parts([*(entry.sku_id for entry in edit.set), *edit.remove])
    parts += [
        table.set_entry_part(list_id, entry.sku_id, entry.price_fen, actor, instant) for entry in edit.set
    ]
    parts += [table.remove_entry_part(list_id, sku_id) for sku_id in edit.remove]
    transaction.commit(parts)


def list_promotions(query: PageQuery, now: datetime) -> Page[PromotionView]:
    """All promotions, newest first."""
    rows, cursor = table.all_terms("PROMOTIONS", query)
    return Page(items=[_promotion(row, now) for row in rows], next_cursor=cursor)


def promotion(promotion_id: str, now: datetime) -> PromotionView:
    """One promotion. Raises TermsNotFound."""
    return _promotion(table.find("PROMOTIONS", promotion_id), now)


def create_promotion(terms: PromotionTerms, promotion_id: str, actor: str, now: datetime) -> PromotionView:
    """Draft a promotion."""
    return _promotion(_written("PROMOTIONS", promotion_id, terms, "draft", actor, now), now)


def replace_promotion(promotion_id: str, edit: ReplacePromotion, actor: str, now: datetime) -> PromotionView:
    """Give a promotion other terms. Raises TermsNotFound; Stale; StateForbids when it has ended."""
    row = _editable(table.find("PROMOTIONS", promotion_id))
    return _promotion(_changed(row, edit.version, edit.terms, row.state, actor, now), now)


def set_promotion_state(promotion_id: str, order: SetTermsState, actor: str, now: datetime) -> PromotionView:
    """Publish, pause or end a promotion. Raises TermsNotFound; Stale; StateForbids."""
    known = table.promotion(row := table.find("PROMOTIONS", promotion_id))
    rules.check_transition(known.state, order.state)
    return _promotion(_changed(row, order.version, known.terms, order.state, actor, now), now)


def list_templates(query: PageQuery) -> Page[CouponTemplateView]:
    """All coupon templates, newest first."""
    rows, cursor = table.all_terms("TEMPLATES", query)
    return Page(items=[_template(row) for row in rows], next_cursor=cursor)


def template(template_id: str) -> CouponTemplateView:
    """One coupon template. Raises TermsNotFound."""
    return _template(table.find("TEMPLATES", template_id))


def create_template(terms: TemplateTerms, template_id: str, actor: str, now: datetime) -> CouponTemplateView:
    """Make coupons that can be issued."""
    return _template(_written("TEMPLATES", template_id, terms, "active", actor, now))


def replace_template(
    template_id: str, edit: ReplaceCouponTemplate, actor: str, now: datetime
) -> CouponTemplateView:
    """Other terms for coupons issued from now on. Raises TermsNotFound; Stale."""
    row = table.find("TEMPLATES", template_id)
    return _template(_changed(row, edit.version, edit.terms, row.state, actor, now))


def set_template_state(
    template_id: str, order: SetTemplateState, actor: str, now: datetime
) -> CouponTemplateView:
    """Stop issuing, or go on. Raises TermsNotFound; Stale."""
    row = table.find("TEMPLATES", template_id)
    return _template(_changed(row, order.version, table.template(row).terms, order.state, actor, now))


def _written(family: Family, id_: str, terms: AnyTerms, state: str, actor: str, now: datetime) -> TermsRow:
    transaction.commit([table.new_terms_part(family, id_, terms, state, actor, clock.to_text(now))])
    return table.find(family, id_)


def _changed(row: TermsRow, version: int, terms: AnyTerms, state: str, actor: str, now: datetime) -> TermsRow:
    if row.version != version:
        raise Stale()
    transaction.commit([table.change_terms_part(row, terms, state, actor, clock.to_text(now))])
    return table.find(table.family(row), row.sk)


def _editable(row: TermsRow) -> TermsRow:
    rules.check_editable(row.state)
    return row


def _price_list(row: TermsRow, now: datetime) -> PriceListView:
    known = table.price_list(row)
    return PriceListView(**common(row), state=known.state, phase=phase(known, now), terms=known.terms)


def _promotion(row: TermsRow, now: datetime) -> PromotionView:
    known = table.promotion(row)
    return PromotionView(**common(row), state=known.state, phase=phase(known, now), terms=known.terms)


def _template(row: TermsRow) -> CouponTemplateView:
    known = table.template(row)
    return CouponTemplateView(**common(row), state=known.state, issued=known.issued, terms=known.terms)


def common(row: TermsRow) -> dict[str, Any]:
    """What all views of terms tell."""
    return {
        "id": row.sk,
        "version": int(row.version),
        "changed_at": row.changed_at,
        "changed_by": row.changed_by,
    }


def phase(known: PriceList | Promotion | Quota, now: datetime) -> rules.Phase:
    """What the state of terms means at present."""
    return rules.phase(known.state, known.terms.window, clock.to_text(now))
