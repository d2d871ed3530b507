"""One write decides: named errors, retries on conflict and throttling only, nothing written twice."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from tenacity import wait_none

from kit import transaction
from kit.errors import Busy, Conflict, Stale
from kit.rows import Row
from tests.kit import faults


class Jar(Row):
    class Meta:
        table_name = os.environ["SETTINGS_TABLE"]

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default="JAR")
    beans = NumberAttribute(default=0)
    version = NumberAttribute(default=0)


class JarTaken(Conflict):
    title = "已存在"


class NotEnoughBeans(Conflict):
    title = "不够"


pytestmark = pytest.mark.usefixtures("tables", "impatient")


@pytest.fixture
def impatient() -> Iterator[None]:
    before, transaction.wait = transaction.wait, wait_none()
    yield
    transaction.wait = before


def take(name: str, beans: int) -> transaction.Part:
    return transaction.update(
        Jar,
        name,
        "JAR",
        [Jar.beans.add(-beans)],
        Jar.beans >= beans,
        lambda old: NotEnoughBeans(beans=old["beans"] if old else 0),
    )


def beans(name: str) -> int:
    return int(Jar.get(name, "JAR", consistent_read=True).beans)


class TestNamedErrors:
    def test_the_failed_part_speaks_whatever_order_dynamodb_checks_in(self) -> None:
        Jar("a", beans=5).save()
        Jar("b", beans=1).save()
        with pytest.raises(NotEnoughBeans) as refused:
            transaction.commit([take("a", 3), transaction.create(Jar("new")), take("b", 3)])
        assert refused.value.data == {"beans": 1}
        assert beans("a") == 5

    def test_the_first_given_part_speaks_when_several_fail(self) -> None:
        Jar("a", beans=0).save()
        with pytest.raises(NotEnoughBeans):
            transaction.commit([take("missing", 3), transaction.create(Jar("a"), JarTaken)])
        with pytest.raises(JarTaken):
            transaction.commit([transaction.create(Jar("a"), JarTaken), take("missing", 3)])

    def test_a_check_writes_nothing_and_speaks(self) -> None:
        Jar("a", beans=5).save()
        full = transaction.check(Jar, "a", "JAR", Jar.beans == 9, NotEnoughBeans)
        with pytest.raises(NotEnoughBeans):
            transaction.commit([full, transaction.create(Jar("new"))])
        assert not list(Jar.query("new"))

    def test_more_than_a_hundred_actions_are_refused_before_sending(self) -> None:
        with pytest.raises(ValueError):
            transaction.commit([take(str(number), 1) for number in range(101)])


class TestBadDays:
    def test_a_conflict_is_tried_again(self) -> None:
        Jar("a", beans=5).save()
        with faults.injected("TransactWriteItems", faults.conflict, faults.conflict) as calls:
            transaction.commit([take("a", 2)])
        assert calls == ["conflict", "conflict", "sent"]
        assert beans("a") == 3

    def test_a_lasting_conflict_says_busy(self) -> None:
        Jar("a", beans=5).save()
        with faults.injected("TransactWriteItems", *[faults.conflict] * 50), pytest.raises(Busy):
            transaction.commit([take("a", 2)])
        assert beans("a") == 5

    def test_throttling_is_tried_again(self) -> None:
        Jar("a", beans=5).save()
        with faults.injected("TransactWriteItems", *[faults.throttled] * 4):
            transaction.commit([take("a", 2)])
        assert beans("a") == 3

    def test_a_failed_condition_is_never_tried_again(self) -> None:
        Jar("a", beans=1).save()
        with faults.injected("TransactWriteItems") as calls, pytest.raises(NotEnoughBeans):
            transaction.commit([take("a", 2)])
        assert calls == ["sent"]

    def test_a_lost_answer_is_not_written_twice(self) -> None:
        Jar("a", beans=5).save()
        with faults.injected("TransactWriteItems", faults.lost_answer):
            transaction.commit([take("a", 2)])
        assert beans("a") == 3


class TestTogether:
    def test_sixteen_takers_of_five_beans(self) -> None:
        Jar("a", beans=5).save()

        def one(number: int) -> bool:
            try:
                transaction.commit([take("a", 1), transaction.create(Jar(f"taker-{number}"))])
            except NotEnoughBeans:
                return False
            return True

        with ThreadPoolExecutor(16) as pool:
            assert sum(pool.map(one, range(16))) == 5
        assert beans("a") == 0

    def test_versions_let_every_writer_through_in_turn(self) -> None:
        Jar("a", beans=0).save()

        def add_one() -> None:
            jar = Jar.get("a", "JAR", consistent_read=True)
            actions = [Jar.beans.set(int(jar.beans) + 1), Jar.version.set(int(jar.version) + 1)]
            part = transaction.update(Jar, "a", "JAR", actions, Jar.version == int(jar.version), Stale)
            transaction.commit([part])

        with ThreadPoolExecutor(8) as pool:
            for done in [pool.submit(transaction.retry_stale, add_one, 200) for _ in range(40)]:
                done.result()
        assert beans("a") == 40
