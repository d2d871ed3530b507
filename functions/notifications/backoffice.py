"""Messages for staff: what goes out through which channel, and in which words."""

from functions.notifications import operations, schemas
from kit.api import Call, Door, permission
from kit.errors import Stale

door = Door("notifications")
MESSAGES = permission("messages")


@door.endpoint("GET", "/notification-matrix", access=MESSAGES, answer=schemas.MatrixView)
def show_notification_matrix(call: Call) -> schemas.MatrixView:
    """Every kind of message with the channels it can take; the inbox always has it."""
    return operations.matrix()


@door.endpoint(
    "PUT",
    "/notification-matrix",
    access=MESSAGES,
    body=schemas.ChangeMatrix,
    answer=schemas.MatrixView,
    errors=(Stale,),
)
def replace_notification_matrix(call: Call) -> schemas.MatrixView:
    """Switch channels on and off per kind of message."""
    return operations.change_matrix(call.body, call.principal.user_id, call.now)


@door.endpoint("GET", "/templates", access=MESSAGES, answer=schemas.TemplatesView)
def list_templates(call: Call) -> schemas.TemplatesView:
    """Every kind of message with its words, and the fields they may use."""
    return operations.templates()


@door.endpoint(
    "PUT",
    "/templates",
    access=MESSAGES,
    body=schemas.ChangeTemplates,
    answer=schemas.TemplatesView,
    errors=(Stale,),
)
def replace_templates(call: Call) -> schemas.TemplatesView:
    """Word messages otherwise; kinds that are left out have our own words again."""
    return operations.change_templates(call.body, call.principal.user_id, call.now)
