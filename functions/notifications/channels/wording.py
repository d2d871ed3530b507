"""The words of the e-mails that carry a code, or say why there is none."""

from functions.auth.schemas import SendCode

_PURPOSES = {
    "registration": ("注册验证码", "您正在注册成为代理商"),
    "sign_in": ("登录验证码", "您正在登录订货平台"),
    "password_reset": ("重置密码验证码", "您正在重置登录密码"),
    "phone_binding": ("绑定手机验证码", "您正在绑定手机号"),
}
_ANSWERS = {
    "already_registered": (
        "您已注册过账号",
        (
            "有人用此邮箱申请注册，但该邮箱已有账号，因此没有发送验证码。\n"
            "如果是您本人，请直接登录；忘记密码可以在登录页重置。如果不是您本人，请忽略此邮件。"
        ),
    ),
    "no_account": (
        "此邮箱尚未注册",
        (
            "有人用此邮箱申请登录或重置密码，但该邮箱还没有账号，因此没有发送验证码。\n"
            "如果是您本人，请先注册成为代理商。如果不是您本人，请忽略此邮件。"
        ),
    ),
}


def code_email(command: SendCode) -> tuple[str, str]:
    """Title and text of the e-mail a command asks for."""
    if command.template in _ANSWERS:
        return _ANSWERS[command.template]
    title, purpose = _PURPOSES[command.template]
    text = (
        f"{purpose}，验证码是：{command.code}\n"
        f"请在 {command.minutes} 分钟内填写。请勿将验证码告诉任何人。如果不是您本人操作，请忽略此邮件。"
    )
    return f"{title} {command.code}", text
