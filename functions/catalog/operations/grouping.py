"""Categories in their tree, brands and tags."""

from dataclasses import replace

from functions.catalog.rules import groups as rules
from functions.catalog.rules.groups import Group, Kind
from functions.catalog.schemas.staff import EditCategory, EditGroup, Groups, GroupView, NewCategory, NewGroup
from functions.catalog.table import groups
from kit import pictures, transaction
from kit.errors import Stale
from kit.transaction import Part


def list_all(kind: Kind) -> Groups:
    """All of a kind, by position."""
    return Groups(items=[view(group) for group in groups.groups(kind, consistent=True)])


def create(kind: Kind, body: NewGroup, group_id: str) -> GroupView:
    """Make a category, brand or tag. Raises PictureRefused and what `rules.check_place` raises."""
    parent_id = body.parent_id if isinstance(body, NewCategory) else None
    pictures.keep([body.image])
    group = Group(kind, group_id, body.name, body.position, 1, 0, parent_id, body.image, body.intro)

    def attempt() -> None:
        placed = _tree_parts(group, moved=kind == "category")
        rules.check_place(group, groups.groups(kind, consistent=True))
        transaction.commit([groups.new_group_part(group), *placed])

    transaction.retry_stale(attempt)
    return view(group)


def edit(kind: Kind, group_id: str, body: EditGroup) -> GroupView:
    """Rename, move or redecorate. Raises GroupNotFound, Stale, and what `create` raises."""
    before = _present(kind, group_id)
    if before.version != body.version:
        raise Stale(version=before.version)
    given = body.model_dump(exclude={"version", "parent_id"}, exclude_none=True)
    after = replace(before, **given, version=before.version + 1)
    if after.image != before.image:
        pictures.keep([after.image])
    if isinstance(body, EditCategory) and body.parent_id is not None:
        after = replace(after, parent_id=body.parent_id or None)
    placed = _tree_parts(after, moved=after.parent_id != before.parent_id)
    rules.check_place(after, groups.groups(kind, consistent=True))
    transaction.commit([groups.group_part(after), *placed])
    return view(after)


def remove(kind: Kind, group_id: str) -> None:
    """Remove what nothing belongs to. Raises GroupNotFound, GroupInUse."""

    def attempt() -> None:
        group = _present(kind, group_id)
        parts = [groups.removed_group_part(group)]
        if kind == "category":
            parents, version = groups.tree(consistent=True)
            left = {key: parent for key, parent in parents.items() if key != group_id}
            parts.append(groups.tree_part(left, version + 1))
        rules.check_removable(group, groups.groups(kind, consistent=True))
        transaction.commit(parts)

    transaction.retry_stale(attempt)


def view(group: Group) -> GroupView:
    """A group as staff see it."""
    return GroupView.model_validate(group, from_attributes=True)


def _present(kind: Kind, group_id: str) -> Group:
    found = groups.group(kind, group_id)
    if found is None:
        raise rules.GroupNotFound(kind=kind, id=group_id)
    return found


def _tree_parts(group: Group, moved: bool) -> list[Part]:
    """The write that puts a category into the tree as it was just read."""
    if not moved:
        return []
    parents, version = groups.tree(consistent=True)
    return [groups.tree_part({**parents, group.group_id: group.parent_id}, version + 1)]
