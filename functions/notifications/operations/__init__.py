"""What can be done with messages; the only door for other contexts."""

from functions.notifications.operations.lapsing import remove_notices
from functions.notifications.operations.notices import (
    cancel_notice,
    due_notices,
    notice,
    notices,
    reach,
    send_notice,
    write_notice,
)
from functions.notifications.operations.telling import (
    accept_consents,
    alert,
    change_preferences,
    deliver,
    delivery_of,
    due,
    facts_of,
    mark_all_read,
    mark_read,
    preferences,
    receive_push,
    tell,
)
from functions.notifications.operations.trying import send_test
from functions.notifications.operations.wording import (
    change_matrix,
    change_templates,
    matrix,
    templates,
)

__all__ = [
    "accept_consents",
    "alert",
    "cancel_notice",
    "change_matrix",
    "change_preferences",
    "change_templates",
    "deliver",
    "delivery_of",
    "due",
    "due_notices",
    "facts_of",
    "mark_all_read",
    "mark_read",
    "matrix",
    "notice",
    "notices",
    "preferences",
    "reach",
    "receive_push",
    "remove_notices",
    "send_notice",
    "send_test",
    "tell",
    "templates",
    "write_notice",
]
