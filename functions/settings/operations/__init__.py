"""What can be done with settings and backups; the only door for other contexts."""

from functions.settings.operations.backups import backup, backups, export_file, nightly_id, start_backup
from functions.settings.operations.drills import drill, restore_file, start_drill
from functions.settings.operations.sections import (
    KEPT_FOR_OTHERS,
    NAMES,
    after_sale_settings,
    change,
    current,
    history,
    notification_settings,
    openapi_document,
    order_settings,
    payment_methods,
    points_settings,
    replace_union_pay_credentials,
    replace_wechat_pay_credentials,
    shop,
    shop_view,
)

__all__ = [
    "KEPT_FOR_OTHERS",
    "NAMES",
    "after_sale_settings",
    "backup",
    "backups",
    "change",
    "current",
    "drill",
    "export_file",
    "history",
    "nightly_id",
    "notification_settings",
    "openapi_document",
    "order_settings",
    "payment_methods",
    "points_settings",
    "replace_union_pay_credentials",
    "replace_wechat_pay_credentials",
    "restore_file",
    "shop",
    "shop_view",
    "start_backup",
    "start_drill",
]
