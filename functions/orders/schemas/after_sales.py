"""What agents and staff send about after-sales, and what they see. Amounts in fen, instants in UTC text."""

from typing import Annotated, Literal

from pydantic import Field

from functions.agents.schemas import UploadKey
from functions.orders.rules import (
    MOST_LINES_A_CLAIM,
    AfterSaleFilter,
    AfterSaleKind,
    AfterSaleState,
    ClaimReason,
    RefundStage,
)
from functions.orders.schemas.requests import LineBody, Lines, SkuId, TrackingNumber
from functions.orders.schemas.views import AfterSaleCard, StaffOrder, Step
from kit.api import Body, View
from kit.fields import Version
from kit.pages import PageQuery

Explanation = Annotated[str, Field(min_length=2, max_length=120)]
Amount = Annotated[int, Field(ge=1, le=100_000_000_00)]
MOST_PICTURES = 6


class ClaimGoods(Body):
    """What a buyer asks for: money only, or money for goods that go back. Pictures are uploaded before."""

    kind: AfterSaleKind
    lines: Lines
    reason: ClaimReason
    description: Annotated[str, Field(max_length=500)] = ""
    pictures: Annotated[tuple[UploadKey, ...], Field(max_length=MOST_PICTURES)] = ()


class AfterSalesQuery(PageQuery):
    """A company's after-sales: all of them, the open ones, those that ended, or those in a state."""

    state: AfterSaleFilter | None = None


class SendBack(Body):
    """How the goods come back."""

    carrier: Annotated[str, Field(min_length=2, max_length=20)]
    tracking_no: TrackingNumber


class AfterSalesQueueQuery(PageQuery):
    """Staff's after-sales in a state, by urgency or by age; those that have ended always newest first."""

    state: AfterSaleState = "applied"
    sort: Literal["urgency", "age"] = "urgency"


class GoBackTo(Body):
    """Where goods go back to."""

    contact_name: Annotated[str, Field(min_length=1, max_length=20)]
    phone: Annotated[str, Field(min_length=5, max_length=20)]
    text: Annotated[str, Field(min_length=5, max_length=120)]


class ApproveAfterSale(Body):
    """Agree to an after-sale as it was read.

    Without `amount_fen` the exact share of the goods goes back; a lower one needs a reason, which the buyer
    reads. Without a return address the one of the settings holds.
    """

    version: Version
    amount_fen: Amount | None = None
    freight: bool = False
    reason: Explanation | None = None
    return_address: GoBackTo | None = None


class DeclineAfterSale(Body):
    """Turn an after-sale down, or dispute what came back; the buyer reads the reason."""

    version: Version
    reason: Explanation


class AcceptedLine(Body):
    """How many pieces of a SKU are as they should be, and whether they can be sold again."""

    sku_id: SkuId
    quantity: Annotated[int, Field(ge=0, le=1_000_000)]
    restock: bool


class ReceiveGoods(Body):
    """What came back. SKUs left out did not, or were not accepted."""

    version: Version
    lines: Annotated[tuple[AcceptedLine, ...], Field(min_length=1, max_length=MOST_LINES_A_CLAIM)]


class ResolveDispute(Body):
    """Settle a dispute: so much goes back for the goods, and pieces that can be sold again go into stock."""

    version: Version
    amount_fen: Amount
    freight: bool = False
    reason: Explanation
    restock: Annotated[tuple[LineBody, ...], Field(max_length=MOST_LINES_A_CLAIM)] = ()


class RefundAgain(Body):
    """Decide the refund anew after the first one failed."""

    version: Version


class ClaimedLine(View):
    """Claimed pieces with the goods as they were described; `accepted` once they were looked at."""

    sku_id: str
    product_id: str
    name: str
    spec: str
    code: str
    image: str
    unit: str
    quantity: int
    accepted: int | None
    restocked: int


class ReturnToView(View):
    """Where goods go back to."""

    contact_name: str
    phone: str
    text: str


class ReturnParcel(View):
    """The parcel that brings goods back."""

    carrier: str
    carrier_name: str
    tracking_no: str


class AfterSaleView(AfterSaleCard):
    """An after-sale with all its buyer may know. `send_back_before` is there while goods are awaited."""

    version: int
    lines: list[ClaimedLine]
    reason: ClaimReason
    reason_text: str
    description: str
    pictures: list[str]
    freight: bool
    answer: str
    return_to: ReturnToView | None
    send_back_before: str | None
    return_parcel: ReturnParcel | None
    refund_id: str | None
    refund_state: RefundStage | None
    timeline: list[Step]


class StaffAfterSaleCard(AfterSaleCard):
    """An after-sale in staff's queue; `due_at` follows from the company's tier."""

    agent_id: str
    tier: str
    reason: ClaimReason
    reason_text: str
    due_at: str | None
    is_overdue: bool
    age_hours: int
    version: int
    next_states: list[AfterSaleState]


class StaffAfterSale(AfterSaleView):
    """An after-sale with all that staff may know, and its order."""

    agent_id: str
    company_name: str
    tier: str
    created_by: str
    due_at: str | None
    is_overdue: bool
    age_hours: int
    next_states: list[AfterSaleState]
    most_fen: int
    order: StaffOrder


class AfterSaleCounts(View):
    """After-sales by state; 100 means more than 99."""

    counts: dict[AfterSaleState, int]
