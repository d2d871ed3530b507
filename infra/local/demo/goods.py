"""The demo merchant's shop: its settings, catalogue, prices, points campaigns and gifts."""

import os
import random
from collections.abc import Callable
from datetime import datetime, timedelta

from functions.catalog import operations as catalog
from functions.catalog.operations import editing, grouping
from functions.catalog.schemas import staff
from functions.inventory import operations as inventory
from functions.inventory.schemas import ExpectArrival
from infra.local.demo import content, pictures
from kit import aws
from kit.clock import business_day

CLERK = "demo"
_ARRIVALS = 6
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Ids:
    """Short ids that are the same at every start."""

    def __init__(self, seed: str) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - demo data

    def short(self) -> str:
        return "".join(self._chance.choice(_CROCKFORD) for _ in range(10))

    def long(self) -> str:
        return "".join(self._chance.choice(_CROCKFORD) for _ in range(26))


def picture(name: str, family: str, place: str) -> str:
    """Draw a picture, put it where the shop's pictures are, and return its key."""
    return store_picture(f"public/{place}.webp", name, family)


def store_picture(key: str, name: str, family: str) -> str:
    """Draw a picture of the kind a key ends in and store it under the key, which is returned."""
    kind = "jpeg" if key.endswith(".jpg") else "webp"
    aws.client("s3").put_object(
        Bucket=os.environ["UPLOADS_BUCKET"],
        Key=key,
        Body=pictures.draw(name, family, kind),
        ContentType=f"image/{kind}",
        CacheControl="public, max-age=31536000",
    )
    return key


def stock_catalogue(now: datetime, say: Callable[[str], None]) -> dict[str, list[str]]:
    """Create categories, brands, tags and products, and publish them; SKU ids by product name."""
    ids = Ids("catalogue")
    categories, brands, tags = _categories(ids), _brands(ids), _tags(ids)
    skus: dict[str, list[str]] = {}
    for number, product in enumerate(content.PRODUCTS, 1):
        made = editing.create(_body(number, product, categories, brands, tags), ids.short, CLERK, now)
        editing.change_state(made.product_id, made.version, "on_sale", CLERK, now)
        skus[product.name] = [sku.sku_id for sku in made.skus]
        if number % 20 == 0:
            say(f"商品 {number}/{len(content.PRODUCTS)}")
    return skus


def limit_regions(skus: dict[str, list[str]], ids: Callable[[], str], now: datetime) -> None:
    """Leave some goods to others in some regions."""
    for name, codes in content.NOT_SOLD_IN.items():
        (offer,) = catalog.current_offers(skus[name][:1]).values()
        version = editing.show(offer.product_id).version
        body = staff.EditProduct(version=version, not_sold_in=list(codes))
        editing.edit(offer.product_id, body, ids, CLERK, now)


def send_goods_on_their_way(skus: dict[str, list[str]], ids: Callable[[], str], now: datetime) -> None:
    """Note arrivals of what is scarcest; they come in the next days."""
    stock = inventory.stock(sku_id for several in skus.values() for sku_id in several)
    scarcest = sorted(stock, key=lambda sku_id: (stock[sku_id].available, sku_id))[:_ARRIVALS]
    for days, sku_id in enumerate(scarcest, 2):
        arrival = ExpectArrival(
            quantity=240, expected_on=business_day(now + timedelta(days)), note="工厂补货"
        )
        inventory.expect(sku_id, arrival, ids())


def _body(
    number: int,
    product: content.DemoProduct,
    categories: dict[str, str],
    brands: dict[str, str],
    tags: dict[str, str],
) -> staff.NewProduct:
    return staff.NewProduct(
        name=product.name,
        subtitle=product.text,
        description=_description(product),
        images=[picture(product.name, product.category, f"products/{number:03d}")],
        brand_id=brands[product.brand],
        category_id=categories[product.category],
        tag_ids=[tags[tag] for tag in product.tags],
        sold_in=[],
        not_sold_in=[],
        spec_names=["规格"],
        skus=[
            staff.SkuBody(
                code=f"YL{number:03d}-{index}",
                values=[sku.spec],
                unit=_unit(sku.spec),
                base_price_fen=sku.price_fen,
                minimum=sku.minimum,
                multiple=sku.multiple,
                units_per_carton=sku.carton,
                opening_stock=sku.minimum * 24,
                low_stock_at=sku.minimum * 4,
            )
            for index, sku in enumerate(product.skus, 1)
        ],
    )


def _unit(spec: str) -> str:
    return spec.rpartition("/")[2] if "/" in spec else "件"


def _description(product: content.DemoProduct) -> str:
    return (
        f"<p>{product.text}</p><h3>品牌</h3><p>{product.brand}：{content.BRANDS[product.brand]}。</p>"
        "<h3>储存</h3><p>阴凉干燥处密封保存，避免阳光直射。</p>"
        "<h3>发货</h3><p>云南昆明仓，现货订单付款后 48 小时内发出。</p>"
    )


def _categories(ids: Ids) -> dict[str, str]:
    found: dict[str, str] = {}
    for position, (top, below) in enumerate(content.CATEGORIES.items()):
        found[top] = ids.short()
        image = picture(top, top, f"categories/{position:02d}")
        grouping.create("category", staff.NewCategory(name=top, position=position, image=image), found[top])
        for order, name in enumerate(below):
            found[name] = ids.short()
            body = staff.NewCategory(name=name, position=order, parent_id=found[top], image=image)
            grouping.create("category", body, found[name])
    return found


def _brands(ids: Ids) -> dict[str, str]:
    found: dict[str, str] = {}
    for position, (name, intro) in enumerate(content.BRANDS.items()):
        found[name] = ids.short()
        image = picture(f"brand {name}", name, f"brands/{position:02d}")
        grouping.create(
            "brand", staff.NewGroup(name=name, intro=intro, image=image, position=position), found[name]
        )
    return found


def _tags(ids: Ids) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in dict.fromkeys(tag for product in content.PRODUCTS for tag in product.tags):
        found[name] = ids.short()
        grouping.create("tag", staff.NewGroup(name=name, position=len(found)), found[name])
    return found
