"""Structured logs and metrics. Never log a code, a token, a password or a whole body."""

from aws_lambda_powertools import Logger, Metrics, single_metric
from aws_lambda_powertools.metrics import MetricUnit

logger = Logger()
metrics = Metrics(namespace="DealerShop")


def count(name: str) -> None:
    """Count something that people are alarmed about; it is written at once."""
    with single_metric(name=name, unit=MetricUnit.Count, value=1, namespace="DealerShop"):
        pass
