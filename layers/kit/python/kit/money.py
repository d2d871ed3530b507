"""Arithmetic on integers of fen; rates are integers of basis points."""

from collections.abc import Sequence

BPS = 10_000


def yuan(fen: int) -> str:
    """Fen as yuan with two decimals, for people: 1234 → "12.34"."""
    sign, absolute = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{absolute // 100}.{absolute % 100:02d}"


def part_of(amount: int, bps: int) -> int:
    """`bps` basis points of an amount, rounded down."""
    return amount * bps // BPS


def share(total: int, weights: Sequence[int]) -> list[int]:
    """Split a non-negative total by weights so that the parts sum to it exactly.

    Largest remainder method; ties go to the earlier part. All-zero weights share nothing
    and need a total of zero.
    """
    whole = sum(weights)
    if whole == 0:
        if total:
            raise ValueError("cannot share an amount over nothing")
        return [0 for _ in weights]
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for index in by_remainder[: total - sum(parts)]:
        parts[index] += 1
    return parts
