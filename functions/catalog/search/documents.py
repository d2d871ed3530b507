"""What is known of a product without asking the database: enough to find it and to draw its card."""

import json
import zlib
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# Words the packed documents share; changing one needs a new snapshot format.
_COMMON = (
    '["on_sale","off_sale",["","","",[["","","","盒","箱","瓶","袋","件","套","包","罐","支","个",10000,1,1,24,1,true]'
    ",500g 250g 1kg 500ml 规格 礼盒装 系列 新品 精选 产品 适合 .jpg products/"
).encode()


@dataclass(frozen=True, slots=True)
class Sku:
    """One sellable variant as its current offer says. `price_fen` is the base price."""

    sku_id: str
    version: int
    code: str
    barcode: str
    spec: str
    image: str
    unit: str
    price_fen: int
    minimum: int
    multiple: int
    units_per_carton: int
    on_sale: bool
    points_eligible: bool


@dataclass(frozen=True, slots=True)
class Document:
    """One product. `published` is in seconds since 1970, `sales` in units over 30 days."""

    product_id: str
    state: str
    name: str
    subtitle: str
    text: str
    image: str
    brand_id: str
    category_ids: tuple[str, ...]
    tag_ids: tuple[str, ...]
    sales: int
    published: int
    skus: tuple[Sku, ...]
    sold_in: tuple[str, ...] = ()
    not_sold_in: tuple[str, ...] = ()

    def price_fen(self, prices: Mapping[str, int] | None = None) -> int:
        """The lowest price of its SKUs on sale; `prices` by SKU are offered beside base prices."""
        offered = [sku.price_fen for sku in self.skus if sku.on_sale]
        if prices:
            offered += [prices[sku.sku_id] for sku in self.skus if sku.on_sale and sku.sku_id in prices]
        return min(offered, default=0)


def pack(document: Document) -> bytes:
    """A document as few bytes."""
    *fields, _, sold_in, not_sold_in = [getattr(document, name) for name in Document.__slots__]
    skus = [[getattr(sku, name) for name in Sku.__slots__] for sku in document.skus]
    limits = [sold_in, not_sold_in] if sold_in or not_sold_in else []
    raw = json.dumps([*fields, skus, *limits], ensure_ascii=False, separators=(",", ":")).encode()
    packer = zlib.compressobj(6, zlib.DEFLATED, -15, zdict=_COMMON)
    return packer.compress(raw) + packer.flush()


def unpack(packed: bytes | memoryview) -> Document:
    """What `pack` packed."""
    raw = zlib.decompressobj(-15, zdict=_COMMON).decompress(packed)
    # Goods that are sold everywhere have no regions.
    fields: dict[str, Any] = dict(zip(Document.__slots__, json.loads(raw), strict=False))
    fields["skus"] = [Sku(*sku) for sku in fields["skus"]]
    lists = {name: tuple(value) for name, value in fields.items() if isinstance(value, list)}
    return Document(**fields | lists)


class Documents:
    """Packed documents by number; unpacked when asked for. A gap is a product that was removed."""

    def __init__(self, ends: Sequence[int], packed: bytes | memoryview) -> None:
        self.ends = ends
        self.packed = packed

    def __len__(self) -> int:
        return len(self.ends)

    def bytes_of(self, number: int) -> bytes:
        start = self.ends[number - 1] if number else 0
        return bytes(self.packed[start : self.ends[number]])

    def __getitem__(self, number: int) -> Document:
        return unpack(self.bytes_of(number))

    def replaced(self, packed: Mapping[int, bytes]) -> "Documents":
        """These documents with some packed anew, empty for removed ones; new numbers follow the old."""
        ends, pieces, end = array("I"), [], 0
        for number in range(max(len(self), *(n + 1 for n in packed)) if packed else len(self)):
            piece = packed[number] if number in packed else self.bytes_of(number)
            pieces.append(piece)
            end += len(piece)
            ends.append(end)
        return Documents(ends, b"".join(pieces))
