"""The outside world on one machine: payment, messages and parcels, each an ordinary server."""

from infra.local.providers.running import Ports, Providers

__all__ = ["Ports", "Providers"]
