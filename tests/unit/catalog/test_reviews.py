"""What reviews say, and what they say about who wrote them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.catalog.rules import reviews as rules
from functions.catalog.rules.reviews import Ratings


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("茶香浓郁", "茶香浓郁"),
        ("  一\n\n\n 二  三\t四 ", "一\n二 三 四"),
        ("<img src=x onerror=alert(1)>好", "好"),
        ("<script>alert(1)</script>", ""),
        ("1 < 2 && 3 > 2", "1 < 2 && 3 > 2"),
        ("好\u202e评\u200b\x07", "好评"),
        ("👨‍👩‍👧", "👨‍👩‍👧"),
    ],
)
def test_words_are_kept_and_nothing_else(written: str, kept: str) -> None:
    assert rules.clean_text(written) == kept


@given(st.text(max_size=500))
def test_cleaned_text_has_no_blank_lines_and_no_controls(written: str) -> None:
    lines = rules.clean_text(written).split("\n")
    assert lines == [""] or all(line and line == line.strip() for line in lines)
    assert not any(ord(character) < 32 for line in lines for character in line)


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("广州示例贸易有限公司", "广州***公司"),
        ("云南茶庄", "云***"),
        ("甲", "甲***"),
        ("甲乙丙丁戊", "甲***"),
    ],
)
def test_names_are_masked(name: str, seen: str) -> None:
    assert rules.masked(name) == seen


@pytest.mark.parametrize(
    ("counts", "total", "average"),
    [
        ({}, 0, None),
        ({5: 1}, 1, 50),
        ({5: 1, 4: 1}, 2, 45),
        ({5: 2, 4: 1}, 3, 47),
        ({1: 1, 2: 2}, 3, 17),
        ({5: 1, 4: 19}, 20, 41),
    ],
)
def test_the_average_is_rounded_half_up(counts: dict[int, int], total: int, average: int | None) -> None:
    assert (Ratings(counts).total, Ratings(counts).average_tenths) == (total, average)
