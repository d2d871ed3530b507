"""Messages for staff: what goes out through which channel, in which words, and notices of the merchant."""

import os
import time

from functions.notifications import channels, operations, rules, schemas
from kit import facts, ids
from kit.api import Call, Door, everywhere, permission
from kit.errors import BeyondRegions, KeyReused, NotFound, Stale
from kit.pages import Page, PageQuery

door = Door("notifications")
MESSAGES = permission("messages")
WORDS = everywhere(MESSAGES)


@door.endpoint("GET", "/notification-matrix", access=MESSAGES, answer=schemas.MatrixView)
def show_notification_matrix(call: Call) -> schemas.MatrixView:
    """Every kind of message with the channels it can take; the inbox always has it."""
    return operations.matrix()


@door.endpoint(
    "PUT",
    "/notification-matrix",
    access=WORDS,
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
    access=WORDS,
    body=schemas.ChangeTemplates,
    answer=schemas.TemplatesView,
    errors=(Stale,),
)
def replace_templates(call: Call) -> schemas.TemplatesView:
    """Word messages otherwise; kinds that are left out have our own words again."""
    return operations.change_templates(call.body, call.principal.user_id, call.now)


@door.endpoint(
    "POST",
    "/settings/notifications/test-message",
    access=permission("messages", "settings"),
    body=schemas.TestMessage,
    answer=schemas.TestedChannel,
    errors=(rules.TestedTooOften,),
)
def send_test_message(call: Call) -> schemas.TestedChannel:
    """Send a message that says it is a test, and tell what the provider answered; ten an hour at most."""
    return operations.send_test(
        call.body, call.new_id(), call.principal, channels.open_channels(), time.monotonic, call.now
    )


@door.endpoint("GET", "/notices", access=MESSAGES, query=PageQuery, answer=Page[schemas.SentNotice])
def list_notices(call: Call) -> Page[schemas.SentNotice]:
    """What the merchant told companies, the newest first."""
    return operations.notices(call.query)


@door.endpoint(
    "POST",
    "/notices",
    access=MESSAGES,
    body=schemas.WriteNotice,
    answer=schemas.SentNotice,
    status=202,
    idempotent=True,
    errors=(NotFound, KeyReused),
)
def write_notice(call: Call) -> schemas.SentNotice:
    """Tell all active companies of the caller's regions something, or those of a segment, now or later."""
    notice_id = ids.derived_id("notice", call.principal.user_id, call.idempotency_key)
    if command := operations.write_notice(call.body, notice_id, call.principal, call.now):
        facts.send(os.environ["SEND_NOTICE_QUEUE"], command)
    return operations.notice(notice_id)


@door.endpoint("GET", "/notices/{notice_id}", access=MESSAGES, answer=schemas.SentNotice, errors=(NotFound,))
def show_notice(call: Call, notice_id: str) -> schemas.SentNotice:
    """A notice and how many companies have been told."""
    return operations.notice(notice_id)


@door.endpoint(
    "POST",
    "/notices/{notice_id}/cancellation",
    access=MESSAGES,
    answer=schemas.SentNotice,
    errors=(NotFound, BeyondRegions, rules.NoticeSent),
)
def cancel_notice(call: Call, notice_id: str) -> schemas.SentNotice:
    """Tell nobody else; those who have the notice keep it."""
    return operations.cancel_notice(notice_id, call.principal, call.now)


@door.endpoint(
    "GET",
    "/notice-reach",
    access=MESSAGES,
    query=schemas.ReachQuery,
    answer=schemas.Reach,
    errors=(NotFound,),
)
def show_notice_reach(call: Call) -> schemas.Reach:
    """How many companies a notice would be sent to."""
    return operations.reach(call.query.segment_id, call.principal)
