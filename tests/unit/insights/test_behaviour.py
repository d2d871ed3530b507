"""Baskets add up to histories, whatever the order they come in; and companies are scored by them."""

import random
from datetime import date

import pytest

from functions.insights.rules import behaviour
from functions.insights.rules.behaviour import ALL, Basket, BasketLine, Bought, History


def _basket(order_id: str, day: str, *lines: tuple[str, int, int], hour: int = 9, refunds: int = 0) -> Basket:
    kept = tuple(
        BasketLine(sku_id, f"P-{sku_id}", "C", sku_id, units, fen, fen) for sku_id, units, fen in lines
    )
    return Basket(order_id, f"{day}T01:00:00Z", day, hour, refunds, kept)


TODAY = date(2026, 11, 22)
MONDAY = _basket("O1", "2026-11-02", ("A", 5, 500), ("B", 1, 90))
RETURNED = _basket("O1", "2026-11-02", ("A", 3, 300), refunds=1)
THURSDAY = _basket("O2", "2026-11-12", ("A", 2, 200), hour=14)


def test_histories_are_sums_of_baskets() -> None:
    found = behaviour.histories([MONDAY, THURSDAY])
    assert found["A"].days == {"2026-11-02": Bought(1, 5, 500), "2026-11-12": Bought(1, 2, 200)}
    assert found[ALL].days["2026-11-02"] == Bought(1, 6, 590)
    assert found[ALL].hours == {"0-09": 1, "3-14": 1}
    assert (found["A"].first, found["A"].last, found["A"].intervals) == ("2026-11-02", "2026-11-12", [10])


def test_a_basket_that_shrinks_takes_away_what_it_brought() -> None:
    known = behaviour.histories([MONDAY, THURSDAY])
    known |= behaviour.changed(known, MONDAY, RETURNED)
    assert behaviour.differing(known, behaviour.histories([RETURNED, THURSDAY])) == []
    assert known["B"].days == {}
    known |= behaviour.changed(known, RETURNED, _basket("O1", "2026-11-02", refunds=2))
    assert known[ALL].days == {"2026-11-12": Bought(1, 2, 200)}
    assert known[ALL].hours == {"3-14": 1}


@pytest.mark.parametrize("seed", range(20))
def test_keeping_up_gives_what_counting_again_gives(seed: int) -> None:
    dice = random.Random(seed)
    kept: dict[str, Basket] = {}
    known: dict[str, History] = {}
    for _ in range(40):
        order_id, day = f"O{dice.randrange(8)}", f"2026-11-{dice.randrange(1, 9):02d}"
        before = kept.get(order_id)
        lines = [(sku, dice.randrange(1, 5), dice.randrange(100)) for sku in dice.sample("ABCD", 2)]
        after = _basket(order_id, before.day if before else day, *lines[: dice.randrange(3)])
        known |= behaviour.changed(known, before, after)
        kept[order_id] = after
    assert behaviour.differing(known, behaviour.histories(kept.values())) == []


def test_a_wrong_history_is_named() -> None:
    right = behaviour.histories([MONDAY])
    assert behaviour.differing({"A": History("A")} | {ALL: right[ALL]}, right) == ["A", "B"]


def test_the_rhythm_is_the_usual_gap() -> None:
    days = ("2026-09-01", "2026-09-11", "2026-09-21", "2026-11-20")
    history = behaviour.histories(_basket(day, day, ("A", 1, 1)) for day in days)["A"]
    assert history.rhythm == 10
    assert behaviour.histories([MONDAY])["A"].rhythm is None


def test_companies_are_scored_by_fifths() -> None:
    known = {
        f"A{place}": behaviour.histories(
            _basket(f"{place}-{turn}", f"2026-11-{place + 10}", ("A", 1, 100 * place))
            for turn in range(place)
        )[ALL]
        for place in range(1, 6)
    }
    found = behaviour.standings(known | {"NOBODY": History(ALL)}, TODAY)
    assert [one.agent_id for one in found] == ["A5", "A4", "A3", "A2", "A1"]
    assert [one.recency for one in found] == [5, 4, 3, 2, 1]
    assert (found[0].segment, found[-1].segment) == ("champion", "lost")
    assert found[0].year == Bought(5, 5, 2500)


def test_equals_stand_in_the_middle_and_so_does_the_only_one() -> None:
    buys = behaviour.histories([MONDAY])[ALL]
    (alone,) = behaviour.standings({"A": buys}, TODAY)
    assert (alone.recency, alone.frequency, alone.money, alone.segment) == (3, 3, 3, "champion")
    both = behaviour.standings({"A": buys, "B": buys}, TODAY)
    assert {(one.recency, one.frequency, one.money) for one in both} == {(3, 3, 3)}


def test_who_keeps_its_own_rhythm_is_not_lost() -> None:
    def buying(*days: str) -> History:
        return behaviour.histories(_basket(day, day, ("A", 1, 100)) for day in days)[ALL]

    often = {f"A{number}": buying("2026-11-14", "2026-11-17", "2026-11-20") for number in range(4)}
    slowly, away = buying("2026-09-20", "2026-10-20"), buying("2026-09-10", "2026-09-20")
    found = {one.agent_id: one for one in behaviour.standings(often | {"S": slowly, "X": away}, TODAY)}
    assert (found["S"].recency, found["S"].segment) == (2, "newcomer")
    assert (found["X"].recency, found["X"].segment) == (1, "lost")


def test_only_the_last_year_counts_for_frequency_and_money() -> None:
    old = behaviour.histories([_basket("O", "2024-01-01", ("A", 9, 900))])[ALL]
    (one,) = behaviour.standings({"A": old}, TODAY)
    assert (one.year, one.last, one.segment) == (Bought(), "2024-01-01", "lost")
    found = behaviour.standings({"A": old, "B": behaviour.histories([MONDAY])[ALL]}, TODAY)
    assert [(each.agent_id, each.segment) for each in found] == [("B", "champion"), ("A", "lost")]
