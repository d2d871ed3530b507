"""Demo data: a believable merchant, its dealers and nine months of business, the same at every start."""

from infra.local.demo.loading import load

__all__ = ["load"]
