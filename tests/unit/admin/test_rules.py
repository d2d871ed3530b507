"""Who may hand out which permissions."""

import pytest

from functions.admin import api, rules


def test_first_roles_allow_known_permissions_only_and_just_the_owner_everything() -> None:
    for role, _name, permissions in rules.FIRST_ROLES:
        if role == rules.OWNER:
            assert permissions == {rules.EVERYTHING}
        else:
            rules.check_known(permissions)


@pytest.mark.parametrize("unknown", ["*", "everything", "orders"])
def test_unknown_permissions_are_refused(unknown: str) -> None:
    with pytest.raises(rules.PermissionUnknown):
        rules.check_known(["stock", unknown])


def test_nobody_hands_out_what_they_do_not_hold() -> None:
    rules.check_may_grant({"*"}, {"*"})
    rules.check_may_grant({"staff", "stock"}, {"stock"})
    rules.check_may_grant({"staff"}, set())
    for granted in ({"stock", "finance"}, {"*"}):
        with pytest.raises(rules.BeyondOwnPermissions):
            rules.check_may_grant({"staff", "stock"}, granted)


def test_whoever_is_limited_to_regions_hands_out_places_within_them() -> None:
    rules.check_regions([], [])
    rules.check_regions(["440000"], ["440100", "440306"])
    for given in ([], ["450000"], ["440100", "450000"], ["100000"]):
        with pytest.raises(rules.BeyondOwnPermissions):
            rules.check_regions(["440000"], given)


def _endpoints() -> list[tuple[str, str, object]]:
    return [
        (method, path, entry.view_function.endpoint)
        for path, methods in api.app.routes.items()
        for method, entry in methods.items()
    ]


def test_every_back_office_door_is_for_staff_and_asks_for_a_permission_there_is() -> None:
    for_everybody = {
        ("POST", "/admin/sessions"),
        ("POST", "/admin/sessions/refresh"),
        ("POST", "/admin/sessions/second-factor"),
    }
    for_all_staff = {
        ("DELETE", "/admin/sessions/current"),
        ("DELETE", "/admin/sessions/all"),
        ("PUT", "/admin/password"),
        ("POST", "/admin/second-factor"),
        ("POST", "/admin/second-factor/confirmation"),
        ("POST", "/admin/second-factor/recovery-codes"),
        ("POST", "/admin/second-factor/removal"),
        ("GET", "/admin/me"),
        ("GET", "/admin/permissions"),
        ("GET", "/admin/agents/names"),
        ("GET", "/admin/staff/names"),
        ("POST", "/admin/uploads"),  # asks for the permission of what the picture is for
    }
    for method, path, endpoint in _endpoints():
        access = endpoint.access  # type: ignore[attr-defined]
        assert path.startswith("/admin/")
        if (method, path) in for_everybody:
            assert access.kind == "visitor"
            continue
        assert access.kind == "staff", path
        assert set(access.permissions) <= set(rules.PERMISSIONS), path
        assert access.permissions or (method, path) in for_all_staff, path
