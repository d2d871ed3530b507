"""What pydantic found wrong with a request, in words for the person who filled it in."""

from typing import Any

from pydantic import ValidationError

_MESSAGES = {
    "missing": "必填",
    "extra_forbidden": "不认识的字段",
    "string_too_short": "至少 {min_length} 个字",
    "string_too_long": "最多 {max_length} 个字",
    "string_pattern_mismatch": "格式不正确",
    "string_type": "应为文字",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "bool_type": "应为是或否",
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "不能小于 {ge}",
    "less_than": "应小于 {lt}",
    "less_than_equal": "不能大于 {le}",
    "too_short": "至少 {min_length} 项",
    "too_long": "最多 {max_length} 项",
    "literal_error": "只能是 {expected}",
    "enum": "只能是 {expected}",
    "list_type": "应为列表",
    "model_type": "格式不正确",
    "date_from_datetime_parsing": "日期格式不正确",
    "date_parsing": "日期格式不正确",
    "datetime_parsing": "时间格式不正确",
    "timezone_aware": "时间须带时区",
    "none_required": "不能填写",
}


def field_errors(failure: ValidationError) -> list[dict[str, str]]:
    """One {field, message} per finding; fields are dotted paths such as `lines.0.quantity`."""
    return [
        {"field": ".".join(str(step) for step in found["loc"]), "message": _message(dict(found))}
        for found in failure.errors(include_url=False, include_input=False)
    ]


def _message(found: dict[str, Any]) -> str:
    if found["type"] == "value_error":
        reason = found.get("ctx", {}).get("error")
        text = str(reason) if reason else ""
        return text if any("一" <= character <= "鿿" for character in text) else "格式不正确"
    template = _MESSAGES.get(found["type"], "填写有误")
    context = {
        name: str(value).replace(" or ", "、").replace(", ", "、")
        for name, value in found.get("ctx", {}).items()
    }
    return template.format(**context) if "{" in template else template
