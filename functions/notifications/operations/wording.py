"""What the merchant decides about messages: which kind goes out through which channels, in which words."""

from dataclasses import replace
from datetime import datetime

from functions.notifications import rules
from functions.notifications.rules import Channel, Template
from functions.notifications.schemas import (
    Cell,
    ChangeMatrix,
    ChangeTemplates,
    MatrixRow,
    MatrixView,
    TemplatesView,
    TemplateView,
)
from functions.settings import operations as settings
from functions.settings.schemas import Change, MessageTemplates, NotificationMatrix, Switch, Wording
from kit.errors import Invalid


def enabled_channels(kind: str) -> frozenset[Channel]:
    """The channels on which messages of a kind go out."""
    return rules.enabled_channels(kind, _switches())


def template(kind: str) -> Template:
    """The words for a kind of message: the merchant's, or our own."""
    own = rules.template_of(kind)
    edited = _wordings().get(kind)
    return replace(own, title=edited.title, text=edited.text) if edited else own


def matrix() -> MatrixView:
    """Every kind of message with the channels it can take."""
    current = settings.current(NotificationMatrix)
    switches = {(one.kind, one.channel): one.enabled for one in current.value.switches}
    return MatrixView(
        version=current.version,
        changed_at=current.changed_at,
        changed_by=current.changed_by,
        rows=[_row(kind, switches) for kind in rules.KINDS],
    )


def change_matrix(form: ChangeMatrix, actor: str, now: datetime) -> MatrixView:
    """Switch channels; what is not among the switches is as by ourselves. Raises Stale or Invalid."""
    problems = [
        {"field": f"switches.{place}", "message": f"{one.kind} 没有 {one.channel} 渠道"}
        for place, one in enumerate(form.switches)
        if one.kind not in rules.KINDS
        or one.channel not in rules.offered(rules.template_of(one.kind).category)
    ]
    if problems:
        raise Invalid(errors=problems)
    last = {(one.kind, one.channel): one.enabled for one in form.switches}
    switches = tuple(Switch(kind=kind, channel=channel, enabled=on) for (kind, channel), on in last.items())
    value = NotificationMatrix(switches=switches)
    settings.change(
        NotificationMatrix, Change[NotificationMatrix](version=form.version, value=value), actor, now
    )
    return matrix()


def templates() -> TemplatesView:
    """Every kind of message with its words, and the fields they may use."""
    current = settings.current(MessageTemplates)
    edited = {one.kind: one for one in current.value.wordings}
    return TemplatesView(
        version=current.version,
        changed_at=current.changed_at,
        changed_by=current.changed_by,
        templates=[_template_view(kind, own, edited.get(kind)) for kind, own in rules.TEMPLATES.items()],
    )


def change_templates(form: ChangeTemplates, actor: str, now: datetime) -> TemplatesView:
    """Word messages otherwise; kinds that are left out have our own words again. Raises Stale or Invalid."""
    problems = []
    for place, one in enumerate(form.templates):
        field = f"templates.{place}"
        if one.kind not in rules.TEMPLATES:
            problems.append({"field": f"{field}.kind", "message": "没有这种消息"})
            continue
        problems += rules.check_words(one.kind, f"{field}.title", one.title)
        problems += rules.check_words(one.kind, f"{field}.text", one.text)
    if problems:
        raise Invalid(errors=problems)
    last = {one.kind: Wording(kind=one.kind, title=one.title, text=one.text) for one in form.templates}
    value = MessageTemplates(wordings=tuple(last.values()))
    settings.change(MessageTemplates, Change[MessageTemplates](version=form.version, value=value), actor, now)
    return templates()


def _switches() -> dict[tuple[str, str], bool]:
    switches = settings.current(NotificationMatrix).value.switches
    return {(one.kind, one.channel): one.enabled for one in switches}


def _wordings() -> dict[str, Wording]:
    return {one.kind: one for one in settings.current(MessageTemplates).value.wordings}


def _row(kind: str, switches: dict[tuple[str, str], bool]) -> MatrixRow:
    own, enabled = rules.template_of(kind), rules.enabled_channels(kind, switches)
    cells = [Cell(channel=channel, enabled=channel in enabled) for channel in rules.offered(own.category)]
    title = "商家通知" if kind == rules.NOTICE_KIND else own.title
    return MatrixRow(kind=kind, category=own.category, title=title, channels=cells)


def _template_view(kind: str, own: Template, edited: Wording | None) -> TemplateView:
    return TemplateView(
        kind=kind,
        category=own.category,
        title=edited.title if edited else own.title,
        text=edited.text if edited else own.text,
        own_title=own.title,
        own_text=own.text,
        is_edited=edited is not None,
        placeholders=sorted(rules.placeholders(own)),
    )
