"""Products as a table for spreadsheets: a line per SKU, what belongs to the product repeated in each."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from functions.catalog.rules.groups import Group, Parents, path_to
from functions.catalog.rules.products import Product, Sku
from kit.errors import Invalid
from kit.money import yuan

MOST_LINES = 500
_STATES = {"draft": "草稿", "on_sale": "在售", "off_sale": "已下架", "archived": "已归档"}
_LISTED, _STEP = "|", ">"
_FORMULA = ("=", "+", "-", "@", "\t")  # what spreadsheets would calculate


class SheetUnreadable(Invalid):
    """The text is no table with these columns."""

    title = "文件无法识别，请使用导出的表头，并保存为 UTF-8 编码的 CSV"


class SheetTooLong(Invalid):
    """More lines than one import takes."""

    title = f"一次最多导入 {MOST_LINES} 行"


def _text(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:2] in _FORMULA else cell


def _list(cell: str) -> list[str]:
    return [part.strip() for part in _text(cell).replace("｜", _LISTED).split(_LISTED) if part.strip()]


def _number(cell: str) -> int:
    if not re.fullmatch(r"\d{1,9}(\.0+)?", cell):
        raise ValueError("应为整数")
    return int(cell.partition(".")[0])


def _fen(cell: str) -> int:
    found = re.fullmatch(r"(\d{1,9})(?:\.(\d{1,2})0*)?", cell.replace(",", ""))
    if not found:
        raise ValueError("应为金额（元），最多两位小数")
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


def _id(cell: str) -> str:
    if not re.fullmatch(r"[0-9A-Z]{10}", cell):
        raise ValueError("格式不正确")
    return cell


def _code(cell: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,39}", cell):
        raise ValueError("格式不正确")
    return cell.upper()


def _flag(cell: str) -> bool:
    if cell not in ("是", "否"):
        raise ValueError("应为 是 或 否")
    return cell == "是"


@dataclass(frozen=True)
class Column:
    """A column: its title, the field it fills, and how its cells are read."""

    title: str
    name: str
    read: Callable[[str], Any] = _text


PRODUCT_ID, VERSION = Column("商品编号", "product_id", _id), Column("版本", "version", _number)
CODE, NAME, CATEGORY = (
    Column("货号", "code", _code),
    Column("商品名称", "name"),
    Column("分类", "category_id"),
)
OF_PRODUCT = (
    PRODUCT_ID,
    VERSION,
    NAME,
    Column("副标题", "subtitle"),
    CATEGORY,
    Column("品牌", "brand_id"),
    Column("标签", "tag_ids", _list),
    Column("销售地区", "sold_in", _list),
    Column("不销售地区", "not_sold_in", _list),
    Column("商品图片", "images", _list),
    Column("详情", "description"),
    Column("规格项", "spec_names", _list),
)
FOR_NEW_SKUS = (Column("期初库存", "opening_stock", _number), Column("预警库存", "low_stock_at", _number))
OF_SKU = (
    CODE,
    Column("规格", "values", _list),
    Column("条码", "barcode"),
    Column("单位", "unit"),
    Column("单价(元)", "base_price_fen", _fen),
    Column("起订量", "minimum", _number),
    Column("订货倍数", "multiple", _number),
    Column("装箱数", "units_per_carton", _number),
    Column("规格图片", "image"),
    Column("可售", "on_sale", _flag),
    Column("参与积分", "points_eligible", _flag),
    *FOR_NEW_SKUS,
)
STATE_TITLE = "状态"  # told by exports, ignored by imports
TITLES = {column.name: column.title for column in (*OF_PRODUCT, *OF_SKU)}
_BY_TITLE = {column.title: column for column in (*OF_PRODUCT, *OF_SKU)}


@dataclass(frozen=True)
class Problem:
    """What is wrong in a line; the column is empty when it is not about one."""

    line: int
    column: str
    message: str


@dataclass(frozen=True)
class Line:
    """A line of the file, counted from the header's 1; empty cells are left out."""

    number: int
    values: Mapping[str, Any]


@dataclass
class Entry:
    """The lines of one product."""

    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def first(self) -> int:
        return self.lines[0].number

    @property
    def product(self) -> dict[str, Any]:
        """What the lines say about the product."""
        said = {name: value for line in reversed(self.lines) for name, value in line.values.items()}
        return {column.name: said[column.name] for column in OF_PRODUCT if column.name in said}

    @property
    def codes(self) -> list[str]:
        """The codes of its SKUs."""
        return [line.values["code"] for line in self.lines if "code" in line.values]

    def skus(self) -> Iterator[tuple[Line, dict[str, Any]]]:
        """What each line says about its SKU."""
        for line in self.lines:
            known = {column.name: line.values[column.name] for column in OF_SKU if column.name in line.values}
            yield line, known

    def object_to(self, line: int, name: str, message: str) -> None:
        """Note that something is wrong."""
        self.problems.append(Problem(line, TITLES.get(name, ""), message))


def read(content: str) -> list[Entry]:
    """The products of a file. Lines of one product have its number or, without one, its name in common.

    Raises SheetUnreadable, SheetTooLong.
    """
    table = csv.reader(io.StringIO(content.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        header, *rows = [[cell.strip() for cell in row] for row in table]
    except (csv.Error, ValueError):
        raise SheetUnreadable() from None
    if unknown := [title for title in header if title and title not in {*_BY_TITLE, STATE_TITLE}]:
        raise SheetUnreadable(f"不认识的列：{'、'.join(unknown)}")
    if missing := {CODE.title, NAME.title} - set(header):
        raise SheetUnreadable(f"缺少列：{'、'.join(sorted(missing))}")
    if repeated := {title for title in header if title and header.count(title) > 1}:
        raise SheetUnreadable(f"重复的列：{'、'.join(sorted(repeated))}")
    if len(rows) > MOST_LINES:
        raise SheetTooLong(lines=len(rows))
    return _entries(header, rows)


def _entries(header: list[str], rows: list[list[str]]) -> list[Entry]:
    entries: dict[str, Entry] = {}
    codes: set[str] = set()
    for number, row in enumerate(rows, 2):
        cells = {title: cell for title, cell in zip(header, row, strict=False) if title in _BY_TITLE and cell}
        if not cells:
            continue
        key = cells.get(PRODUCT_ID.title) or "名称 " + cells.get(NAME.title, f"第{number}行")
        entry = entries.setdefault(key, Entry())
        _add(entry, number, cells)
        code = entry.lines[-1].values.get("code")
        if code in codes:
            entry.object_to(number, "code", "货号在文件中重复")
        codes |= {code} if code else set()
    return list(entries.values())


def _add(entry: Entry, number: int, cells: Mapping[str, str]) -> None:
    values: dict[str, Any] = {}
    for title, cell in cells.items():
        column = _BY_TITLE[title]
        try:
            values[column.name] = column.read(cell)
        except ValueError as wrong:
            entry.object_to(number, column.name, str(wrong))
    if CODE.title not in cells:
        entry.object_to(number, "code", "必填")
    for name, value in entry.product.items():
        if name in values and values[name] != value:
            entry.object_to(number, name, "与同一商品的其他行不一致")
    entry.lines.append(Line(number, values))


class Names:
    """Categories, brands and tags by the names people use in a file."""

    def __init__(self, categories: Iterable[Group], brands: Iterable[Group], tags: Iterable[Group]) -> None:
        known = {group.group_id: group for group in categories}
        parents: Parents = {group_id: group.parent_id for group_id, group in known.items()}
        paths = {group_id: path_to(group_id, parents) for group_id in known}
        self._paths = {
            group_id: _STEP.join(known[step].name for step in path) for group_id, path in paths.items()
        }
        self._names = {group.group_id: group.name for group in (*brands, *tags)}
        self._brands = {group.name: group.group_id for group in brands}
        self._tags = {group.name: group.group_id for group in tags}

    def resolve(self, name: str, value: Any) -> Any:
        """The id or ids a cell stands for; values of other columns as they are. Raises ValueError."""
        match name:
            case "category_id":
                return self._category(value)
            case "brand_id":
                return _found(self._brands, value, "品牌不存在")
            case "tag_ids":
                return [_found(self._tags, one, f"标签不存在：{one}") for one in value]
            case _:
                return value

    def _category(self, path: str) -> str:
        wanted = _STEP.join(step.strip() for step in path.replace("＞", _STEP).split(_STEP))
        exact = [group_id for group_id, known in self._paths.items() if known == wanted]
        ending = [group_id for group_id, known in self._paths.items() if known.endswith(f"{_STEP}{wanted}")]
        if len(exact or ending) != 1:
            raise ValueError("分类不存在，请填写完整路径，例如 茶叶>绿茶")
        return (exact or ending)[0]

    def path(self, category_id: str) -> str:
        return self._paths.get(category_id, "")

    def name(self, group_id: str) -> str:
        return self._names.get(group_id, "")


def _found(ids: Mapping[str, str], name: str, message: str) -> str:
    if name not in ids:
        raise ValueError(message)
    return ids[name]


def write(products: Iterable[Product], names: Names) -> Iterator[str]:
    """The file of some products, piece by piece; begins with the mark by which spreadsheets know UTF-8."""
    columns = [*OF_PRODUCT, *(column for column in OF_SKU if column not in FOR_NEW_SKUS)]
    yield "\ufeff" + _line([STATE_TITLE, *(column.title for column in columns)])
    for product in products:
        for sku in product.skus:
            cells = _cells(product, sku, names)
            yield _line([_STATES[product.state], *(cells[column.name] for column in columns)])


def _cells(product: Product, sku: Sku, names: Names) -> dict[str, Any]:
    return (
        vars(product)
        | vars(sku)
        | {
            "category_id": names.path(product.category_id),
            "brand_id": names.name(product.brand_id),
            "tag_ids": [names.name(tag_id) for tag_id in product.tag_ids],
            "base_price_fen": yuan(sku.base_price_fen),
        }
    )


def _line(cells: list[Any]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([_written(cell) for cell in cells])
    return out.getvalue()


def _written(cell: Any) -> str:
    match cell:
        case bool():
            return "是" if cell else "否"
        case list() | tuple():
            return _written(_LISTED.join(cell))
        case _:
            text = str(cell)
            return f"'{text}" if text.startswith(_FORMULA) else text
