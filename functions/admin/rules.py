"""Staff: which permissions there are, and who may hand them out. Pure."""

from collections.abc import Collection
from typing import Literal

from kit.errors import Conflict, Forbidden, Invalid, NotFound

# What is removed when it is over its time.
Kind = Literal["sign_ins", "operations", "applications", "notices", "carts"]

# Everything that may be allowed; whatever a role does not list is denied.
PERMISSIONS: dict[str, str] = {
    "agents.review": "审核代理商申请",
    "agents": "管理代理商",
    "catalog.read": "查看商品",
    "catalog.write": "编辑商品",
    "stock": "管理库存",
    "pricing": "管理价格与优惠",
    "orders.read": "查看订单",
    "orders.on_behalf": "代客下单",
    "orders.reprice": "订单改价",
    "orders.review": "审核订单",
    "orders.ship": "订单发货",
    "orders.refund": "订单退款与售后",
    "finance": "财务与对账",
    "points": "管理积分",
    "gifts": "管理礼品与兑换",
    "reports": "查看报表",
    "messages": "管理消息",
    "service": "处理反馈",
    "settings": "系统设置",
    "staff": "管理员工与角色",
    "audit": "查看登录与操作日志",
}
EVERYTHING = "*"
OWNER = "owner"
MOST_ROLES = 50

# What a new shop starts with: id, name, permissions. The owner's role can never be changed.
FIRST_ROLES: tuple[tuple[str, str, frozenset[str]], ...] = (
    (OWNER, "负责人", frozenset({EVERYTHING})),
    ("reviewer", "招商审核", frozenset({"agents.review", "agents", "reports"})),
    (
        "sales",
        "销售",
        frozenset(
            {
                "agents",
                "catalog.read",
                "orders.read",
                "orders.on_behalf",
                "orders.reprice",
                "orders.review",
                "pricing",
                "reports",
            }
        ),
    ),
    ("warehouse", "仓库", frozenset({"catalog.read", "stock", "orders.read", "orders.ship", "gifts"})),
    ("finance", "财务", frozenset({"finance", "orders.read", "orders.refund", "points", "reports", "audit"})),
    (
        "marketing",
        "运营",
        frozenset(
            {"catalog.read", "catalog.write", "pricing", "points", "gifts", "messages", "reports", "service"}
        ),
    ),
)


class StaffNotFound(NotFound):
    """No such member of staff."""

    title = "没有找到该员工"


class RoleNotFound(NotFound):
    """No such role."""

    title = "没有找到该角色"


class RoleTaken(Conflict):
    """A role of this id exists."""

    title = "角色已存在"


class TooManyRoles(Conflict):
    """There are as many roles as there may be."""

    title = f"角色最多 {MOST_ROLES} 个"


class RoleInUse(Conflict):
    """Staff still have this role."""

    title = "仍有员工使用该角色"


class OwnerRoleFixed(Conflict):
    """The owner's role holds everything, always."""

    title = "负责人角色不能修改或删除"


class LastOwner(Conflict):
    """Without an owner nobody could let anybody in."""

    title = "至少保留一名启用的负责人"


class OwnAccount(Conflict):
    """Nobody changes their own role, regions or state, or what they prove themselves by without proof."""

    title = "不能在这里修改自己的账号"


class BeyondOwnPermissions(Forbidden):
    """Nobody hands out what they do not hold; `missing` lists it."""

    title = "不能授予自己没有的权限"


class PermissionUnknown(Invalid):
    """There is no such permission."""

    title = "权限不存在"


class ShopHasOwner(Conflict):
    """The first owner was created before."""

    title = "系统已经有负责人"


def check_known(permissions: Collection[str]) -> None:
    """Raises PermissionUnknown."""
    unknown = sorted(set(permissions) - set(PERMISSIONS))
    if unknown:
        message = f"不认识的权限：{'、'.join(unknown)}"
        raise PermissionUnknown(message, errors=[{"field": "permissions", "message": message}])


def check_may_grant(held: Collection[str], granted: Collection[str]) -> None:
    """Whether somebody who holds some permissions may hand out others. Raises BeyondOwnPermissions."""
    if EVERYTHING in held:
        return
    missing = sorted(set(granted) - set(held))
    if missing:
        raise BeyondOwnPermissions(missing=missing)


def check_regions(own: Collection[str], given: Collection[str]) -> None:
    """Whoever is limited to regions may only hand out places within them. Raises BeyondOwnPermissions."""
    prefixes = tuple(_prefix(code) for code in own)
    if prefixes and (not given or not all(_prefix(code).startswith(prefixes) for code in given)):
        raise BeyondOwnPermissions(missing=sorted(given))


def _prefix(code: str) -> str:
    return code.removesuffix("00").removesuffix("00")
