"""Where goods are sold: everywhere, or in some regions, or everywhere but in some.

Where a company is counts, not where an order is sent: a region was agreed with the company and is changed by
staff, while an address is whatever the buyer writes, and lists, carts and quotes have none.
"""

from typing import Protocol

from functions.auth.schemas import Region

MOST_REGIONS = 100


class Limited(Protocol):
    """Goods with codes of the provinces, cities and districts they are sold in (none: in all) and are not."""

    @property
    def sold_in(self) -> tuple[str, ...]: ...
    @property
    def not_sold_in(self) -> tuple[str, ...]: ...


def codes_of(place: Region | None) -> frozenset[str]:
    """The codes of the regions a place lies in."""
    codes = (place.province_code, place.city_code, place.district_code) if place else ()
    return frozenset(code for code in codes if code)


def is_sold(goods: Limited, place: Region | None) -> bool:
    """Whether goods are sold in a place; those for some regions only are not where the place is unknown."""
    here = codes_of(place)
    return here.isdisjoint(goods.not_sold_in) and (not goods.sold_in or not here.isdisjoint(goods.sold_in))
