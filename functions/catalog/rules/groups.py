"""The categories, brands and tags that products are sorted by."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from kit.errors import Conflict, NotFound

Parents: TypeAlias = Mapping[str, str | None]
Kind = Literal["category", "brand", "tag"]
MOST_LEVELS = 3
MOST_GROUPS = 500


class GroupNotFound(NotFound):
    """No such category, brand or tag."""

    title = "没有找到该分类、品牌或标签"


class NameTaken(Conflict):
    """A sibling has the same name."""

    title = "同级下已有相同名称"


class TooDeep(Conflict):
    """Categories have three levels."""

    title = f"分类最多 {MOST_LEVELS} 级"


class NotBelowItself(Conflict):
    """A category cannot become a part of itself."""

    title = "分类不能移动到自己的下级"


class GroupInUse(Conflict):
    """Products or lower categories still belong to it; `products` tells how many."""

    title = "仍有商品或下级分类，不能删除"


class TooManyGroups(Conflict):
    """The list is as long as it may be."""

    title = f"数量已达上限（{MOST_GROUPS}）"


@dataclass(frozen=True)
class Group:
    """A category, brand or tag. `products` counts those not archived; only categories have a parent."""

    kind: Kind
    group_id: str
    name: str
    position: int
    version: int
    products: int = 0
    parent_id: str | None = None
    image: str = ""
    intro: str = ""


def path_to(category_id: str, parents: Parents) -> tuple[str, ...]:
    """Category ids from the top down to this one. Raises GroupNotFound."""
    if category_id not in parents:
        raise GroupNotFound(kind="category", id=category_id)
    path: list[str] = []
    following: str | None = category_id
    while following is not None and following not in path:
        path.append(following)
        following = parents.get(following)
    return tuple(reversed(path))


def check_place(group: Group, all_of_kind: Iterable[Group]) -> None:
    """Whether a new, renamed or moved group fits among those there are.

    Raises GroupNotFound for its parent; NotBelowItself; TooDeep; NameTaken; TooManyGroups.
    """
    others = [other for other in all_of_kind if other.group_id != group.group_id]
    if len(others) >= MOST_GROUPS:
        raise TooManyGroups()
    if any((other.name, other.parent_id) == (group.name, group.parent_id) for other in others):
        raise NameTaken(name=group.name)
    if group.parent_id is None:
        return
    parents = {other.group_id: other.parent_id for other in [*others, group]}
    if group.group_id in path_to(group.parent_id, parents):
        raise NotBelowItself()
    if any(len(path_to(category_id, parents)) > MOST_LEVELS for category_id in parents):
        raise TooDeep()


def check_removable(group: Group, siblings: Iterable[Group]) -> None:
    """Raises GroupInUse."""
    below = [other for other in siblings if other.parent_id == group.group_id]
    if group.products or below:
        raise GroupInUse(products=group.products, categories=len(below))
