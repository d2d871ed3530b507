"""Settings for staff: every section is read, replaced and looked back on in the same way. Backups."""

import os

from functions.settings import operations, rules, schemas
from kit import facts, ids
from kit.api import Call, Door, everywhere, permission
from kit.errors import KeyReused, Stale
from kit.pages import Page, PageQuery
from kit.pictures import PictureRefused

door = Door("settings")
SETTINGS = permission("settings")
CHANGES = everywhere(SETTINGS)


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
        view.__name__, view.__doc__ = view_name.replace("-", "_"), summary

    path, page = f"/settings/{name}", Page[current]
    door.endpoint("GET", path, access=SETTINGS, answer=current)(show)
    door.endpoint("PUT", path, access=CHANGES, body=change, answer=current, errors=(PictureRefused, Stale))(
        replace
    )
    door.endpoint("GET", f"{path}/history", access=SETTINGS, query=PageQuery, answer=page)(history)


for _section, _name in operations.NAMES.items():
    if _section not in operations.KEPT_FOR_OTHERS:
        _declare(_section, _name)


@door.endpoint("GET", "/payment-methods", access=SETTINGS, answer=schemas.PaymentMethods)
def list_payment_methods(call: Call) -> schemas.PaymentMethods:
    """The ways to pay, and since when which credentials hold; secrets are never shown."""
    return operations.payment_methods_view()


@door.endpoint(
    "PUT",
    "/payment-methods/wechat/credentials",
    access=CHANGES,
    body=schemas.WechatPayCredentials,
    status=204,
)
def replace_wechat_pay_credentials(call: Call) -> None:
    """Replace the merchant's identity at WeChat Pay; it can never be read back."""
    operations.replace_wechat_pay_credentials(call.body)


@door.endpoint(
    "PUT",
    "/payment-methods/union-pay/credentials",
    access=CHANGES,
    body=schemas.UnionPayCredentials,
    status=204,
)
def replace_union_pay_credentials(call: Call) -> None:
    """Replace the merchant's identity at UnionPay; it can never be read back."""
    operations.replace_union_pay_credentials(call.body)


@door.endpoint("GET", "/backups", access=SETTINGS, answer=Page[schemas.BackupCard])
def list_backups(call: Call) -> Page[schemas.BackupCard]:
    """Every backup that is kept, the newest first."""
    return Page(items=operations.backups())


@door.endpoint("POST", "/backups", access=CHANGES, answer=schemas.BackupView, status=202, idempotent=True)
def start_backup(call: Call) -> schemas.BackupView:
    """Begin a backup now, besides that of the night."""
    actor, names = call.principal.user_id, os.environ["ALL_TABLES"].split(",")
    backup_id = ids.derived_id("backup", actor, call.idempotency_key)
    for command in operations.start_backup(names, backup_id, actor, call.now):
        facts.send(os.environ["EXPORT_FILE_QUEUE"], command)
    return operations.backup(backup_id)


@door.endpoint(
    "GET",
    "/backups/{backup_id}",
    access=SETTINGS,
    answer=schemas.BackupView,
    errors=(rules.BackupNotFound,),
)
def show_backup(call: Call, backup_id: str) -> schemas.BackupView:
    """One backup, table by table, and the restore drills made with it."""
    return operations.backup(backup_id)


@door.endpoint(
    "POST",
    "/backups/{backup_id}/restore-drill",
    access=CHANGES,
    body=schemas.StartDrill,
    answer=schemas.DrillView,
    status=202,
    idempotent=True,
    errors=(rules.BackupNotFound, rules.BackupIncomplete, rules.TableUnknown, KeyReused),
)
def start_restore_drill(call: Call, backup_id: str) -> schemas.DrillView:
    """Restore a backup into new tables and compare every item; the tables go unless they are kept."""
    actor = call.principal.user_id
    drill_id = ids.derived_id("restore-drill", actor, call.idempotency_key)
    drill, commands = operations.start_drill(backup_id, call.body, drill_id, actor, call.now)
    for command in commands:
        facts.send(os.environ["RESTORE_FILE_QUEUE"], command)
    return drill


@door.endpoint(
    "GET",
    "/restore-drills/{drill_id}",
    access=SETTINGS,
    answer=schemas.DrillView,
    errors=(rules.DrillNotFound,),
)
def show_restore_drill(call: Call, drill_id: str) -> schemas.DrillView:
    """How a restore drill is coming along, table by table."""
    return operations.drill(drill_id)
