"""Categories with their tree, brands and tags."""

from functions.catalog.rules import groups as rules
from functions.catalog.rules.groups import Group, Kind, Parents
from functions.catalog.table import rows
from functions.catalog.table.rows import GroupRow, TreeRow
from kit import transaction
from kit.errors import Stale
from kit.transaction import Part

# Categories, brands and tags


def groups(kind: Kind, consistent: bool = False) -> list[Group]:
    """All of a kind, by position."""
    parents = tree(consistent)[0] if kind == "category" else {}
    found = GroupRow.query(rows.GROUPS[kind], consistent_read=consistent)
    in_order = sorted(found, key=lambda row: (row.position, row.sk))
    return [_group(kind, row, parents) for row in in_order]


def group(kind: Kind, group_id: str) -> Group | None:
    """One of a kind, as of this moment."""
    row = GroupRow.find(rows.GROUPS[kind], group_id, consistent=True)
    parents = tree(consistent=True)[0] if row and kind == "category" else {}
    return _group(kind, row, parents) if row else None


def tree(consistent: bool = False) -> tuple[Parents, int]:
    """Which category is below which, and the version of the tree; 0 while there is none."""
    row = TreeRow.find(rows.TREE, rows.CURRENT, consistent=consistent)
    return (row.parents, int(row.version)) if row else ({}, 0)


def tree_part(parents: Parents, version: int) -> Part:
    """Replace the tree; raises Stale unless the version before is the stored one."""
    row = TreeRow(rows.TREE, rows.CURRENT, parents=parents, version=version)
    if version == 1:
        return transaction.create(row, Stale)
    return transaction.put(row, TreeRow.version == version - 1, Stale)


def new_group_part(group: Group) -> Part:
    """Write a new category, brand or tag."""
    row = GroupRow(
        rows.GROUPS[group.kind],
        group.group_id,
        name=group.name,
        position=group.position,
        picture=group.image,
        intro=group.intro,
        version=group.version,
    )
    return transaction.create(row)


def group_part(group: Group) -> Part:
    """Change a group; raises Stale unless the version before is the stored one."""
    actions = [
        GroupRow.name.set(group.name),
        GroupRow.position.set(group.position),
        GroupRow.picture.set(group.image),
        GroupRow.intro.set(group.intro),
        GroupRow.version.set(group.version),
    ]
    unchanged = GroupRow.version == group.version - 1
    return transaction.update(GroupRow, rows.GROUPS[group.kind], group.group_id, actions, unchanged, Stale)


def removed_group_part(group: Group) -> Part:
    """Remove a group; GroupInUse when products were put into it meanwhile."""
    unused = GroupRow.products == 0
    row = GroupRow(rows.GROUPS[group.kind], group.group_id)
    return transaction.delete(
        row, unused, lambda old: rules.GroupInUse(products=old["products"] if old else 0)
    )


def membership_part(kind: Kind, group_id: str, change: int) -> Part:
    """Count a product in (1) or out (-1). Error: GroupNotFound."""
    return transaction.update(
        GroupRow,
        rows.GROUPS[kind],
        group_id,
        [GroupRow.products.add(change)],
        GroupRow.pk.exists(),
        rules.GroupNotFound(kind=kind, id=group_id),
    )


def _group(kind: Kind, row: GroupRow, parents: Parents) -> Group:
    return Group(
        kind=kind,
        group_id=row.sk,
        name=row.name,
        position=int(row.position),
        version=int(row.version),
        products=int(row.products),
        parent_id=parents.get(row.sk),
        image=row.picture,
        intro=row.intro,
    )
