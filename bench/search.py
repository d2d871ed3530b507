"""Measure product search on made-up catalogues: size, load, CPU time per search.

    python bench/search.py [number of products …]

Names are drawn from 2,000 words with a skewed (Zipf) frequency, from few characters, so that pairs collide
more than in a real catalogue; half of the products have two SKUs. CPU time is this process's own.
"""

import random
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import accumulate
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from functions.catalog.search import build, snapshot
from functions.catalog.search.documents import Document, Sku
from functions.catalog.search.index import Index, Label, empty
from functions.catalog.search.query import Query, search, suggest

CHARACTERS = (
    "茶绿红花龙井西湖乌岩普洱铁观音礼盒精选特级明前春秋新品装山泉水果汁牛奶酸咖啡可可巧克力饼干糕点坚果核桃杏仁腰"
    "米面油盐酱醋糖豆椒辣麻香葱姜蒜火锅底料牛肉鸡鸭鱼虾蟹海鲜冷冻速食方便洗衣液粉皂牙膏刷毛巾纸抽湿婴儿童玩具文笔"
    "本办公家用电器灯具五金工具锤钳螺丝刀手套安全帽鞋服装运动健身瑜伽垫球拍户外帐篷背包杯壶锅碗筷勺盘刀砧板"
)
CATEGORIES, BRANDS, TAGS = (8, 8, 8), 200, 40
BASE_INSTANT = 1_700_000_000


class Catalogue:
    """A made-up catalogue, the same for the same size."""

    def __init__(self, size: int) -> None:
        self.random = random.Random(size)
        self.words = sorted(
            {"".join(self.random.sample(CHARACTERS, self.random.choice((2, 2, 2, 3)))) for _ in range(2_000)}
        )
        self.weights = list(accumulate(1 / rank for rank in range(1, len(self.words) + 1)))
        self.brands = [f"BRAND{n:05}" for n in range(BRANDS)]
        self.tags = [f"TAG{n:07}" for n in range(TAGS)]
        self.size = size

    def some_words(self, count: int) -> str:
        return "".join(self.random.choices(self.words, cum_weights=self.weights, k=count))

    def labels(self) -> dict[str, Label]:
        labels = {"b" + brand: build.label(self.some_words(1) + "牌") for brand in self.brands}
        labels |= {"t" + tag: build.label(self.some_words(1)) for tag in self.tags}
        for path in self.paths():
            labels["c" + path[-1]] = build.label(self.some_words(1), path[-2] if len(path) > 1 else None)
        return labels

    def paths(self) -> Iterator[tuple[str, ...]]:
        wide, middle, narrow = CATEGORIES
        for a in range(wide):
            yield (f"C{a}",)
            for b in range(middle):
                yield (f"C{a}", f"C{a}{b}")
                for c in range(narrow):
                    yield (f"C{a}", f"C{a}{b}", f"C{a}{b}{c}")

    def documents(self) -> Iterator[Document]:
        leaves = [path for path in self.paths() if len(path) == 3]
        for number in range(self.size):
            yield self.document(number, self.random.choice(leaves))

    def document(self, number: int, path: tuple[str, ...]) -> Document:
        draw = self.random
        price = int(draw.lognormvariate(9, 1))
        skus = tuple(
            Sku(
                f"S{number:08}{variant}", 1, f"SKU-{number:06}-{variant}", f"69{number:010}{variant}",
                f"{draw.choice((100, 250, 500))}g", "", "盒", price * (variant + 1), 6, 6, 24, True, True,
            )
            for variant in range(draw.choice((1, 2)))
        )  # fmt: skip
        return Document(
            f"P{number:09}", "on_sale", f"{self.some_words(3)}{draw.choice((100, 250, 500))}g",
            self.some_words(3), self.some_words(12),
            f"products/P{number:09}/1.jpg", draw.choice(self.brands), path,
            tuple(draw.sample(self.tags, draw.choice((0, 1, 2)))), int(draw.paretovariate(0.7)),
            BASE_INSTANT + number * 500, skus,
        )  # fmt: skip


def queries(catalogue: Catalogue, index: Index) -> list[Query]:
    """What people ask: common and rare words, several words, pinyin, codes, filters, sorts, later pages."""
    common, rare = catalogue.words[:40:4], catalogue.words[200::200]
    asked = [Query(word) for word in common + rare]
    asked += [Query(a + b) for a, b in zip(common, rare, strict=False)]
    asked += [Query(f"{word} 500g") for word in common[:5]]
    asked += [Query(word[0]) for word in common[:5]]
    asked += [Query(text) for text in ("longjing", "lvcha", "SKU-000123", "hg", "没有这种东西", "zzz")]
    asked += [
        Query(category="C1"),
        Query(category="C12", sort="newest"),
        Query(sort="price"),
        Query(sort="sales"),
    ]
    asked += [
        Query(common[1], brands=frozenset(catalogue.brands[:3])),
        Query(common[2], tags=frozenset(catalogue.tags[:2])),
    ]
    asked += [
        Query(common[0], least_fen=5_000, most_fen=20_000, sort=sort)
        for sort in ("relevance", "price", "-price")
    ]
    first = [Query(word, sort=sort) for word in common[:3] for sort in ("relevance", "newest")]
    return asked + [Query(q.words, sort=q.sort, after=search(index, q).next) for q in first]


def cpu_ms(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1_000


def spread(figures: list[float]) -> str:
    """Median and 95th percentile."""
    figures.sort()
    return f"{figures[len(figures) // 2]:.2f} / {figures[int(len(figures) * 0.95)]:.2f}"


def scan(documents: list[Document], query: Query) -> list[Document]:
    """The plain way, for comparison: look at every name, order by sales."""
    found = [
        document
        for document in documents
        if query.words in document.name and (not query.category or query.category in document.category_ids)
    ]
    return sorted(found, key=lambda document: -document.sales)[:20]


def measure(size: int) -> None:
    """Print the figures of one size."""
    catalogue = Catalogue(size)
    labels, documents = catalogue.labels(), list(catalogue.documents())
    start = time.process_time()
    built = build.apply(empty(), documents, labels=labels)
    print(f"{size:,} products\n  full build             {time.process_time() - start:8.1f} s")
    stored = snapshot.dump(built)
    asked = queries(catalogue, built)
    print(f"  snapshot               {len(stored) / 1e6:8.1f} MB")
    print(
        f"  plain scan             {spread([cpu_ms(partial(scan, documents, query)) for query in asked])} ms"
    )
    changed = [catalogue.document(number, ("C1", "C11", "C111")) for number in range(10)]
    print(f"  ten products changed   {cpu_ms(lambda: snapshot.dump(build.apply(built, changed))):8.0f} ms")
    measure_answers(stored, asked, catalogue)


def measure_answers(stored: bytes, asked: list[Query], catalogue: Catalogue) -> None:
    print(f"  load                   {min(cpu_ms(partial(snapshot.load, stored)) for _ in range(5)):8.1f} ms")
    index = snapshot.load(stored)
    overrides = {f"S{number:08}0": 4_000 + number for number in range(0, min(catalogue.size, 5_000), 10)}
    start = time.process_time()
    prices = index.prices_with(overrides)
    print(
        f"  {len(overrides)} prices of an agent {(time.process_time() - start) * 1e3:8.1f} ms, once per agent"
    )

    def page(query: Query) -> None:
        for number in search(index, query, prices).numbers:
            index.documents[number]

    ways: dict[str, Callable[[Query], object]] = {
        "first use: page         ": page,
        "matched and ordered     ": partial(search, index, prices=prices, facets=False),
        "… and facets            ": partial(search, index, prices=prices),
        "… and documents         ": page,
    }
    print("  CPU ms per search, p50 / p95")
    for name, way in ways.items():
        rounds = 1 if way is page and name.startswith("first") else 10
        print(f"    {name} {spread([cpu_ms(partial(way, query)) for _ in range(rounds) for query in asked])}")
    typed = [word[:end] for word in catalogue.words[:40] for end in (1, 2)]
    print(f"    suggestions              {spread([cpu_ms(partial(suggest, index, word)) for word in typed])}")


if __name__ == "__main__":
    for wanted in sys.argv[1:] or ("10000", "100000"):
        measure(int(wanted))
