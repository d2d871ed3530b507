"""The daily trade bill of WeChat Pay: CSV whose fields start with a backtick, amounts in yuan."""

import csv
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from kit import clock
from kit.errors import DomainError


class BillDamaged(DomainError):
    """The bill is not what its hash or its own totals promise."""

    status = 502
    title = "对账单不完整"


@dataclass(frozen=True)
class BillRow:
    """One payment, or one refund of it (then `out_refund_no` is set)."""

    traded_at: datetime
    transaction_id: str
    out_trade_no: str
    state: str
    order_fen: int
    settled_fen: int
    refund_id: str
    out_refund_no: str
    refund_fen: int
    refund_state: str


def read_trade_bill(text: str) -> list[BillRow]:
    """Read the rows of an ALL bill and check them against its totals; raises BillDamaged."""
    lines = [[field.removeprefix("`") for field in line] for line in csv.reader(text.splitlines()) if line]
    totals_at = next((at for at, line in enumerate(lines) if line[0] == "总交易单数"), None)
    if totals_at is None or len(lines) < totals_at + 2:
        raise BillDamaged
    header, body = lines[0], lines[1:totals_at]
    totals = dict(zip(lines[totals_at], lines[totals_at + 1], strict=True))
    try:
        rows = [_row(dict(zip(header, line, strict=True))) for line in body]
    except (KeyError, ValueError, ArithmeticError) as failure:
        raise BillDamaged from failure
    told = (int(totals["总交易单数"]), _fen(totals["订单总金额"]), _fen(totals["退款总金额"]))
    if told != (len(rows), sum(row.order_fen for row in rows), sum(row.refund_fen for row in rows)):
        raise BillDamaged
    return rows


def _row(fields: dict[str, str]) -> BillRow:
    return BillRow(
        traded_at=datetime.fromisoformat(fields["交易时间"]).replace(tzinfo=clock.SHANGHAI),
        transaction_id=fields["微信订单号"],
        out_trade_no=fields["商户订单号"],
        state=fields["交易状态"],
        order_fen=_fen(fields["订单金额"]),
        settled_fen=_fen(fields["应结订单金额"]),
        refund_id=_present(fields["微信退款单号"]),
        out_refund_no=_present(fields["商户退款单号"]),
        refund_fen=_fen(fields["退款金额"]),
        refund_state=fields["退款状态"],
    )


def _present(number: str) -> str:
    # A payment's row carries 0 where a refund's row has its numbers.
    return "" if number == "0" else number


def _fen(yuan: str) -> int:
    fen = Decimal(yuan) * 100
    if fen != int(fen):
        raise ValueError(f"not whole fen: {yuan}")
    return int(fen)
