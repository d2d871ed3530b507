"""Guesses are better than simple ones on the demo's nine months (`make bench` prints the scores)."""

import pytest

from bench import learning
from bench.learning import HIDDEN_ORDERS
from tests.kit import past
from tests.kit.past import Past


@pytest.fixture(scope="module")
def known() -> Past:
    return past.past()


def test_recommendations_beat_what_is_most_popular(known: Past) -> None:
    ours = learning.replay(known, learning.recommended)
    popular = learning.replay(known, learning.most_popular)
    assert ours.orders == popular.orders == HIDDEN_ORDERS * len(known.baskets)
    assert ours.hit_rate > popular.hit_rate + 0.1
    assert ours.recall > 1.5 * popular.recall


def test_the_chosen_forecast_beats_the_naive_one_on_weeks_it_never_saw(known: Past) -> None:
    errors = learning.errors(learning.weeks_of(known))
    assert errors["chosen"] < 0.9 * errors["naive"]
    assert errors["chosen"] < 0.9 * errors["seasonal"]


def test_no_forecast_is_worse_than_the_naive_one_in_its_back_test(known: Past) -> None:
    chosen, naive = learning.judged(learning.weeks_of(known))
    assert chosen < naive
