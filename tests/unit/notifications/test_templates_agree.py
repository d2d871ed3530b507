"""The templates of the local providers are the ones our messages fill."""

from typing import get_args

from functions.auth.schemas import SendCode
from functions.notifications import rules
from infra.local.providers import sms
from infra.local.providers.mini_program.templates import FIELDS


def test_every_wechat_message_has_its_template() -> None:
    ours = {kind: set(template.wechat) for kind, template in rules.TEMPLATES.items() if template.wechat}
    assert ours == {kind: set(fields) for kind, fields in FIELDS.items()}


def test_every_code_has_its_sms_template() -> None:
    without_code = {"already_registered", "no_account", "discard"}
    kinds = set(get_args(SendCode.model_fields["template"].annotation)) - without_code
    assert kinds <= set(sms.TEMPLATES)
