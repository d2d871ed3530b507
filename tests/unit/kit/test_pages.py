"""Pages are full as long as there is something to fill them with, and reading stops somewhere."""

from collections.abc import Iterator
from typing import Any

from kit import pages


class Numbers:
    """A query that finds numbers."""

    def __init__(self, *numbers: int) -> None:
        self._numbers = iter(numbers)
        self.last_evaluated_key: dict[str, Any] | None = None

    def __iter__(self) -> Iterator[int]:
        for number in self._numbers:
            self.last_evaluated_key = {"number": number}
            yield number
        self.last_evaluated_key = None


def even(number: int) -> str | None:
    return None if number % 2 else str(number)


def test_a_page_is_filled_and_the_next_begins_after_its_last_item() -> None:
    assert pages.pick(Numbers(1, 2, 3, 4, 5, 6), even, 2) == (["2", "4"], {"number": 4})


def test_the_last_page_has_no_next() -> None:
    assert pages.pick(Numbers(1, 2, 3), even, 2) == (["2"], None)
    assert pages.pick(Numbers(), even, 2) == ([], None)


def test_a_search_in_vain_stops_and_can_go_on() -> None:
    odd = range(1, 4 * pages.MOST_LOOKED_AT, 2)
    assert pages.pick(Numbers(*odd), even, 2) == ([], {"number": 2 * pages.MOST_LOOKED_AT - 1})
