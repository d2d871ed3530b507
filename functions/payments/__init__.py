"""Payments: attempts to pay an order, what providers say of them, refunds and bank transfers."""
