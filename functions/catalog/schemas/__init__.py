"""What the catalogue hands to other contexts; `shop` and `staff` are its own pages, `facts` what it hears."""

from functions.catalog.rules.products import Offer

__all__ = ["Offer"]
