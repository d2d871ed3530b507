"""Numbers of many documents at once: one bitmap per binary digit.

A column of n-digit numbers is n bitmaps; the k-th holds the documents whose k-th digit is 1. Ordering,
comparing and adding then cost a few bitmap operations per digit, however many documents there are.
"""

from collections.abc import Iterable, Sequence
from functools import reduce
from typing import TypeAlias

from pyroaring import BitMap

Numbers: TypeAlias = Sequence[BitMap]
"""Digits of a column, the least significant first."""

Order: TypeAlias = Sequence[tuple[BitMap, bool]]
"""Digits to compare, the most significant first, each with the value that comes first."""

NOTHING = BitMap()


def descending(column: Numbers) -> list[tuple[BitMap, bool]]:
    """An order with the greatest numbers first."""
    return [(digit, True) for digit in reversed(column)]


def ascending(column: Numbers) -> list[tuple[BitMap, bool]]:
    """An order with the smallest numbers first."""
    return [(digit, False) for digit in reversed(column)]


def digits_of(number: int) -> list[int]:
    """The places of the ones of a number."""
    return [place for place in range(number.bit_length()) if number >> place & 1]


def add(left: list[BitMap], right: Numbers) -> list[BitMap]:
    """The sums of two columns, document by document."""
    sums, carry = [], NOTHING
    for place in range(max(len(left), len(right))):
        a = left[place] if place < len(left) else NOTHING
        b = right[place] if place < len(right) else NOTHING
        if not b and not carry:
            sums.append(a)
            continue
        different = a ^ b
        sums.append(different ^ carry if carry else different)
        carry = (a & b) | (carry & different) if carry else a & b
    return [*sums, carry] if carry else sums


def total(columns: Iterable[Numbers]) -> list[BitMap]:
    """The sums of several columns, document by document."""
    return reduce(add, columns, [])


def widened(column: Numbers, digits: int) -> list[BitMap]:
    """The same numbers with leading zeros up to this many digits."""
    return [*column, *[NOTHING] * (digits - len(column))]


def at_least(candidates: BitMap, column: Numbers, bound: int) -> BitMap:
    """The candidates whose number is `bound` or more."""
    if bound <= 0:
        return candidates
    if bound.bit_length() > len(column):
        return NOTHING
    greater, equal = NOTHING, candidates
    for place in reversed(range(len(column))):
        if bound >> place & 1:
            equal = equal & column[place]
        else:
            greater = greater | (equal & column[place])
            equal = equal - column[place]
    return greater | equal


def by_number(candidates: BitMap, column: Numbers) -> list[tuple[int, BitMap]]:
    """The candidates by their number."""
    groups = [(0, candidates)]
    for place in reversed(range(len(column))):
        halves = (
            half
            for number, among in groups
            for half in ((number, among - column[place]), (number | 1 << place, among & column[place]))
        )
        groups = [(number, among) for number, among in halves if among]
    return groups


def first(candidates: BitMap, order: Order, count: int) -> BitMap:
    """The `count` candidates that come first; ties go to the smaller document number."""
    if len(candidates) <= count:
        return candidates
    chosen, tied = NOTHING, candidates
    for digit, preferred in order:
        better = tied & digit if preferred else tied - digit
        found = len(better)
        if not found or found == len(tied):
            continue
        if found > count:
            tied = better
            continue
        chosen, count = chosen | better, count - found
        if not count:
            return chosen
        tied = tied - better
    return chosen | tied[:count]


def rank(document: int, order: Order) -> int:
    """Where a document stands in an order, as a number; the greater comes first."""
    standing = 0
    for digit, preferred in order:
        standing = standing << 1 | ((document in digit) == preferred)
    return standing


def after(candidates: BitMap, order: Order, standing: int, document: int) -> BitMap:
    """The candidates that come after a document whose rank was `standing`."""
    later, tied = NOTHING, candidates
    for place, (digit, preferred) in enumerate(order):
        better = tied & digit if preferred else tied - digit
        if standing >> (len(order) - 1 - place) & 1:
            later = later | (tied - better)
            tied = better
        else:
            tied = tied - better
    return later | (tied - BitMap(range(document + 1)))
