"""Structured logs and metrics. Never log a code, a token, a password or a whole body."""

from aws_lambda_powertools import Logger, Metrics

logger = Logger()
metrics = Metrics(namespace="DealerShop")
