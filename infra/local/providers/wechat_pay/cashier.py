"""The page that stands for WeChat's payment sheet."""

from pathlib import Path
from string import Template
from typing import Any

from markupsafe import escape

_PAGE = Template((Path(__file__).parent / "cashier.html").read_text(encoding="utf-8"))
_SHEET = Template("""
<p class="payee">$description</p>
<p class="amount"><span>¥</span>$yuan</p>
<dl>
<dt>收款方</dt><dd>商户 $mchid</dd>
<dt>商户单号</dt><dd>$number</dd>
<dt>付款方式</dt><dd>零钱（演示）</dd>
</dl>
<form method="post" action="/cashier">
$fields
<button class="primary" name="result" value="ok">确认支付</button>
<button name="result" value="fail">模拟支付失败</button>
<button class="link" name="result" value="cancel">取消支付</button>
</form>
""")


def page(content: str) -> str:
    """Content in the frame both cashiers share."""
    return _PAGE.substitute(content=content)


def sheet(payment: dict[str, Any], parameters: dict[str, str]) -> str:
    """The sheet for a payment; the parameters travel with the buyer's decision."""
    request = payment["request"]
    fen = request["amount"]["total"]
    fields = "\n".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in parameters.items()
    )
    content = _SHEET.substitute(
        description=escape(request["description"]),
        yuan=f"{fen // 100}.{fen % 100:02d}",
        mchid=escape(request["mchid"]),
        number=escape(request["out_trade_no"]),
        fields=fields,
    )
    return page(content)


def problem(message: str, return_url: str) -> str:
    """A page that only says what happened, with a way back."""
    back = f'<p><a href="{escape(return_url)}">返回商家</a></p>' if return_url.startswith("http") else ""
    return page(f'<p class="payee">{escape(message)}</p>{back}')
