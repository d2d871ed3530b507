"""The inbox, WeChat consents and preferences, for agents; message push, for WeChat."""

from functions.notifications import channels, operations, schemas, table
from functions.notifications.channels.message_push import PushInvalid, message_push
from kit.api import AGENT, PROVIDER, Answer, Api, Call
from kit.errors import NotFound
from kit.pages import PageQuery

app = Api("notifications")


@app.endpoint("GET", "/notifications", access=AGENT, query=PageQuery, answer=schemas.InboxView)
def list_notifications(call: Call) -> schemas.InboxView:
    """The caller's inbox, newest first."""
    rows, cursor = table.inbox(call.principal.user_id, call.query)
    return schemas.InboxView(
        items=[
            schemas.NoticeView(
                notification_id=row.notice_id,
                kind=row.kind,
                category=row.category,
                title=row.title,
                text=row.text,
                page=row.page,
                at=row.at,
                read=row.read,
            )
            for row in rows
        ],
        next_cursor=cursor,
        unread=int(table.summary(call.principal.user_id).unread),
    )


@app.endpoint("PUT", "/notifications/{notification_id}/read", access=AGENT, status=204, errors=(NotFound,))
def mark_notification_read(call: Call, notification_id: str) -> None:
    """Mark one message as read."""
    operations.mark_read(call.principal.user_id, notification_id)


@app.endpoint("PUT", "/notifications/read", access=AGENT, status=204)
def mark_all_notifications_read(call: Call) -> None:
    """Mark every message as read."""
    operations.mark_all_read(call.principal.user_id)


@app.endpoint(
    "POST", "/notifications/subscriptions", access=AGENT, body=schemas.Consents, answer=schemas.ConsentsView
)
def accept_subscriptions(call: Call) -> schemas.ConsentsView:
    """Count the subscription messages the person has just accepted in WeChat."""
    operations.accept_consents(call.principal.user_id, call.body.accepted)
    return _consents(call)


@app.endpoint("GET", "/notifications/subscriptions", access=AGENT, answer=schemas.ConsentsView)
def show_subscriptions(call: Call) -> schemas.ConsentsView:
    """How many WeChat messages of each kind may still be sent, and which templates to ask for."""
    return _consents(call)


def _consents(call: Call) -> schemas.ConsentsView:
    left = table.consents(call.principal.user_id)
    return schemas.ConsentsView(left=left, templates=channels.wechat_templates())


@app.endpoint("GET", "/notifications/preferences", access=AGENT, answer=schemas.PreferencesView)
def show_preferences(call: Call) -> schemas.PreferencesView:
    """Which messages go out through which channels."""
    return schemas.PreferencesView(preferences=operations.preferences(call.principal.user_id))


@app.endpoint(
    "PATCH",
    "/notifications/preferences",
    access=AGENT,
    body=schemas.PreferencesPatch,
    answer=schemas.PreferencesView,
)
def change_preferences(call: Call) -> schemas.PreferencesView:
    """Switch channels on or off per category."""
    operations.change_preferences(call.principal.user_id, call.body.changes)
    return schemas.PreferencesView(preferences=operations.preferences(call.principal.user_id))


@app.endpoint("GET", "/callbacks/wechat/messages", access=PROVIDER, errors=(PushInvalid,))
def confirm_push_address(call: Call) -> Answer:
    """Tell WeChat that this address is ours."""
    echo = message_push().check_address(call.query_parameters)
    return Answer(echo, headers={"Content-Type": "text/plain"})


@app.endpoint("POST", "/callbacks/wechat/messages", access=PROVIDER, errors=(PushInvalid,))
def receive_push(call: Call) -> Answer:
    """Take what WeChat pushes; a repeated push changes nothing."""
    operations.receive_push(message_push().read(call.query_parameters, call.raw_body), call.now)
    return Answer("success", headers={"Content-Type": "text/plain"})
