"""Prices, promotions, coupons and the total of an order. Pure."""
