"""Settings for staff: every section is read, replaced and looked back on in the same way."""

from functions.settings import operations, schemas
from kit.api import Call, Door, permission
from kit.errors import Stale
from kit.pages import Page, PageQuery

door = Door("settings")
SETTINGS = permission("settings")


def _declare(section: type[schemas.Section], name: str) -> None:
    current = schemas.Current[section]  # type: ignore[valid-type]
    change = schemas.Change[section]  # type: ignore[valid-type]

    def show(call: Call) -> schemas.Current[schemas.Section]:
        return operations.current(section)

    def replace(call: Call) -> schemas.Current[schemas.Section]:
        return operations.change(section, call.body, call.principal.user_id, call.now)

    def history(call: Call) -> Page[schemas.Current[schemas.Section]]:
        return operations.history(section, call.query)

    for view, view_name, summary in (
        (show, f"show_{name}_settings", f"The {name} section as it stands."),
        (replace, f"replace_{name}_settings", f"Replace the {name} section."),
        (history, f"list_{name}_settings", f"Versions of the {name} section, newest first."),
    ):
        view.__name__, view.__doc__ = view_name, summary

    path, page = f"/settings/{name}", Page[current]
    door.endpoint("GET", path, access=SETTINGS, answer=current)(show)
    door.endpoint("PUT", path, access=SETTINGS, body=change, answer=current, errors=(Stale,))(replace)
    door.endpoint("GET", f"{path}/history", access=SETTINGS, query=PageQuery, answer=page)(history)


for _section, _name in operations.NAMES.items():
    _declare(_section, _name)


@door.endpoint(
    "PUT",
    "/payment-methods/wechat/credentials",
    access=SETTINGS,
    body=schemas.WechatPayCredentials,
    status=204,
)
def replace_wechat_pay_credentials(call: Call) -> None:
    """Replace the merchant's identity at WeChat Pay; it can never be read back."""
    operations.replace_wechat_pay_credentials(call.body)
