"""Whatever happens to a SKU in whatever order, by several people at once, its books add up."""

from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest

from functions.inventory import operations, schemas
from kit import transaction
from kit.errors import Conflict

pytestmark = pytest.mark.usefixtures("tables")
SKU = "SKU0000001"
PEOPLE, STEPS = 4, 30


class Person:
    """Does random things to one SKU and remembers what the orders are owed."""

    def __init__(self, seed, at):
        self.random, self.at, self.seed = Random(seed), at, seed
        self.owed = 0
        self.quotas = []

    def work(self):
        steps = [self.reserve, self.release, self.ship, self.receive, self.adjust, self.hold, self.free]
        for number in range(STEPS):
            pieces = self.random.randint(1, 9)
            try:
                self.random.choice(steps)(pieces, f"{self.seed}-{number}")
            except Conflict:
                continue  # refused by name: nothing may have changed

    def commit(self, parts_of):
        transaction.retry_stale(lambda: transaction.commit(parts_of()), attempts=50)

    def reserve(self, pieces, key):
        self.commit(lambda: operations.reserve_parts([(SKU, pieces, 1, 1)]))
        self.owed += pieces

    def release(self, pieces, key):
        if pieces <= self.owed:
            self.commit(lambda: operations.release_parts([(SKU, pieces)]))
            self.owed -= pieces

    def ship(self, pieces, key):
        if pieces <= self.owed:
            self.commit(lambda: operations.ship_parts([(SKU, pieces)], key, "staff", self.at.now))
            self.owed -= pieces

    def receive(self, pieces, key):
        self.commit(lambda: operations.receive_back_parts([(SKU, pieces)], key, "staff", self.at.now))

    def adjust(self, pieces, key):
        change = pieces if pieces % 2 else -pieces
        operations.adjust(
            SKU, schemas.AdjustStock(reason="correction", change=change), key, "staff", self.at.now
        )

    def hold(self, pieces, key):
        self.commit(lambda: operations.hold_parts(SKU, key, pieces))
        self.quotas.append((key, pieces))

    def free(self, pieces, key):
        if self.quotas:
            quota_id, _ = self.quotas.pop()
            self.commit(lambda: operations.free_parts(SKU, quota_id))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_books_add_up(seed, at):
    transaction.commit(operations.open_stock_parts(SKU, 60, 1, 0, "staff", at.now))
    people = [Person(seed * 100 + number, at) for number in range(PEOPLE)]
    with ThreadPoolExecutor(PEOPLE) as pool:
        list(pool.map(Person.work, people))
    found = operations.stock([SKU])[SKU]
    assert operations.discrepancies(SKU) == []
    assert found.reserved == sum(person.owed for person in people)
    assert found.held == sum(pieces for person in people for _, pieces in person.quotas)
